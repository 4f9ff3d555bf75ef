-- What is known of a person can be given out, erased, and ends by itself.

-- +goose Up

-- The proof of an erasure. It holds no personal data: identities are keyed
-- hashes, counts are rows per table.
CREATE TABLE erasures (
    shop_id      TEXT NOT NULL REFERENCES shops (id),
    id           TEXT NOT NULL,
    shopper_id   TEXT NOT NULL,
    state        TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    reason       TEXT NOT NULL,
    identities   TEXT NOT NULL,
    counts       TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    done_at      BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX erasures_shopper ON erasures (shop_id, shopper_id, id) WHERE shopper_id <> '';
CREATE INDEX erasures_running ON erasures (requested_at) WHERE state = 'running';

-- What a platform asked for on behalf of a person or of the merchant. subject
-- names the person while it is needed, and is blanked with them.
CREATE TABLE privacy_requests (
    shop_id     TEXT NOT NULL REFERENCES shops (id),
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    platform    TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    state       TEXT NOT NULL,
    erasure_id  TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    done_at     BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX privacy_requests_waiting ON privacy_requests (received_at) WHERE state = 'waiting';

-- When the shop's rows are next looked through for what is old.
ALTER TABLE shops ADD COLUMN purge_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX shops_purge ON shops (purge_at);

-- Those who were merged into a shopper are erased with them.
CREATE INDEX shoppers_merged ON shoppers (shop_id, merged_into) WHERE merged_into <> '';
CREATE INDEX reports_message ON reports (shop_id, message_id) WHERE message_id <> '';

-- What is still there to become old. Rows leave these indexes with what they kept.
CREATE INDEX events_kept ON events (shop_id, received_at) WHERE length(body) > 0;
CREATE INDEX messages_kept ON messages (shop_id, reserved_at) WHERE rendered <> '{}';
CREATE INDEX decisions_kept ON decisions (shop_id, decided_at) WHERE inputs <> '{}';
CREATE INDEX inbounds_received ON inbounds (shop_id, received_at);
CREATE INDEX touches_at ON touches (shop_id, at);
CREATE INDEX reports_received ON reports (shop_id, received_at);
CREATE INDEX early_reports_received ON early_reports (shop_id, received_at);
CREATE INDEX links_expiring ON links (shop_id, expires_at) WHERE expires_at > 0;

-- +goose Down

DROP INDEX links_expiring;
DROP INDEX early_reports_received;
DROP INDEX reports_received;
DROP INDEX touches_at;
DROP INDEX inbounds_received;
DROP INDEX decisions_kept;
DROP INDEX messages_kept;
DROP INDEX events_kept;
DROP INDEX reports_message;
DROP INDEX shoppers_merged;
DROP INDEX shops_purge;
ALTER TABLE shops DROP COLUMN purge_at;
DROP TABLE privacy_requests;
DROP TABLE erasures;
