-- +goose Up

-- The event that gave the latest evidence of a pair, so that it can be shown; "" for what was learned before.
ALTER TABLE key_pairs ADD COLUMN event_id TEXT NOT NULL DEFAULT '';

-- What people said of who is who: that two names are the same person's, or that they are not. It outranks evidence.
-- a and b are ids of names, a the stronger one's. Of a pair one ruling at most has not ended (ended_at is 0): a later
-- one ends the one before. by_kind and by_id are who said it, as in the audit log, and ended_kind and ended_id who ended it.
CREATE TABLE rulings (
    shop_id    TEXT NOT NULL,
    id         TEXT NOT NULL,
    a          TEXT NOT NULL,
    b          TEXT NOT NULL,
    same       BOOLEAN NOT NULL,
    at         BIGINT NOT NULL,
    reason     TEXT NOT NULL,
    by_kind    TEXT NOT NULL,
    by_id      TEXT NOT NULL,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    ended_kind TEXT NOT NULL DEFAULT '',
    ended_id   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX rulings_a ON rulings (shop_id, a, b);
CREATE INDEX rulings_b ON rulings (shop_id, b);

-- +goose Down
DROP TABLE rulings;
ALTER TABLE key_pairs DROP COLUMN event_id;
