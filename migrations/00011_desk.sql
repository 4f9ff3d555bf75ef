-- What owners set up by themselves: people, keys, webhooks, channels.

-- +goose Up

-- What a one-time link is good for: 'sign_in', or 'reset' for a new password.
ALTER TABLE sign_ins ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign_in';

-- The shop that a user looked at last; '' for none.
ALTER TABLE users ADD COLUMN last_shop TEXT NOT NULL DEFAULT '';

-- Who somebody is at an identity provider. A subject never means another person;
-- an address may.
CREATE TABLE subjects (
    issuer   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    user_id  TEXT NOT NULL REFERENCES users (id),
    bound_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX subjects_user ON subjects (user_id, issuer);

-- People who were asked to join a shop and have not yet. One for each address.
CREATE TABLE invitations (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    id         TEXT NOT NULL,
    email      TEXT NOT NULL,
    role       TEXT NOT NULL,
    hash       TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX invitations_email ON invitations (shop_id, email);
CREATE UNIQUE INDEX invitations_hash ON invitations (hash);
CREATE INDEX invitations_over ON invitations (expires_at);

-- Requests whose signature did not verify, by day (days since 1970, UTC). Of
-- the requests themselves nothing is kept.
CREATE TABLE signature_failures (
    shop_id  TEXT NOT NULL REFERENCES shops (id),
    day      INTEGER NOT NULL,
    source   TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    reason   TEXT NOT NULL,
    PRIMARY KEY (shop_id, day, source)
);

-- What the last look at a channel's account, or at the sender's domain, found.
CREATE TABLE channel_checks (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    what       TEXT NOT NULL,
    ok         BOOLEAN NOT NULL,
    code       TEXT NOT NULL,
    says       TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, what)
);

-- The steps of the first set-up that somebody chose to leave out.
CREATE TABLE start_skips (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    step       TEXT NOT NULL,
    skipped_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, step)
);

-- When old rows were last removed, and how many of what.
ALTER TABLE shops ADD COLUMN purged_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shops ADD COLUMN purged TEXT NOT NULL DEFAULT '{}';

CREATE INDEX audit_action ON audit (shop_id, action, at, id);
CREATE INDEX audit_actor ON audit (shop_id, actor, at, id);

-- +goose Down

DROP INDEX audit_actor;
DROP INDEX audit_action;
ALTER TABLE shops DROP COLUMN purged;
ALTER TABLE shops DROP COLUMN purged_at;
DROP TABLE start_skips;
DROP TABLE channel_checks;
DROP TABLE signature_failures;
DROP TABLE invitations;
DROP TABLE subjects;
ALTER TABLE users DROP COLUMN last_shop;
-- A link for a new password would sign in.
DELETE FROM sign_ins WHERE purpose <> 'sign_in';
ALTER TABLE sign_ins DROP COLUMN purpose;
