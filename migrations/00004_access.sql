-- Who may do what: passwords, sessions that end together, API keys with names
-- and scopes, the wait after failed sign-ins, and the audit log.

-- +goose Up

-- password is an argon2id PHC string, '' for who signs in by link only.
-- generation rises with every new password: sessions carry the one they began with.
ALTER TABLE users ADD COLUMN password TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;

-- Keys made before had no name and could do everything; they keep that.
ALTER TABLE api_keys ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;
UPDATE api_keys SET id = substr(hash, 1, 16), name = 'first key', scopes = 'events:write read write admin';
CREATE UNIQUE INDEX api_keys_shop ON api_keys (shop_id, id);

-- Failed sign-ins of an account or an address, by a keyed hash of it.
CREATE TABLE sign_in_guards (
    hash      TEXT PRIMARY KEY,
    failures  INTEGER NOT NULL,
    failed_at BIGINT NOT NULL,
    until     BIGINT NOT NULL
);

-- Append-only. shop_id is '' for what concerns the whole installation; actor
-- is an id, never an address.
CREATE TABLE audit (
    shop_id    TEXT NOT NULL,
    id         TEXT NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    detail     TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX audit_recent ON audit (shop_id, at, id);

-- +goose Down

DROP TABLE audit;
DROP TABLE sign_in_guards;
DROP INDEX api_keys_shop;
-- A revoked key would work again.
DELETE FROM api_keys WHERE revoked_at > 0;
ALTER TABLE api_keys DROP COLUMN revoked_at;
ALTER TABLE api_keys DROP COLUMN used_at;
ALTER TABLE api_keys DROP COLUMN scopes;
ALTER TABLE api_keys DROP COLUMN name;
ALTER TABLE api_keys DROP COLUMN id;
ALTER TABLE users DROP COLUMN generation;
ALTER TABLE users DROP COLUMN password;
