-- What the promises need under fault: circuit breakers, alarm indexes that can
-- pass over a shop whose backlog would keep the others of its shard waiting,
-- orders whose time is a span, reports that came early, and a quarantine that
-- is read in pages.

-- +goose Up

-- One row per shop and channel that has failed lately; none while all is well.
CREATE TABLE channel_health (
    shop_id   TEXT NOT NULL REFERENCES shops (id),
    channel   TEXT NOT NULL,
    failures  INTEGER NOT NULL,
    trips     INTEGER NOT NULL,
    opened_at BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    code      TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (shop_id, channel)
);

DROP INDEX enrollments_due;
CREATE INDEX enrollments_due ON enrollments (shard, due_at, shop_id) WHERE due_at IS NOT NULL;
DROP INDEX messages_due;
CREATE INDEX messages_due ON messages (shard, due_at, shop_id) WHERE due_at IS NOT NULL;

-- The latest time given for an order's placing: with the earliest it bounds what the order may match.
ALTER TABLE orders ADD COLUMN placed_last BIGINT NOT NULL DEFAULT 0;
UPDATE orders SET placed_last = placed_at;

-- Reports that named only a provider's id, before we knew it. They are folded
-- and forgotten when it becomes known.
CREATE TABLE early_reports (
    shop_id     TEXT NOT NULL REFERENCES shops (id),
    provider_id TEXT NOT NULL,
    dedupe      TEXT NOT NULL,
    doc         TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, provider_id, dedupe)
);

-- Quarantined events are read in pages, by id.
DROP INDEX events_quarantined;
CREATE INDEX events_quarantined ON events (shop_id, id) WHERE status = 'quarantined';

-- +goose Down

DROP TABLE early_reports;
ALTER TABLE orders DROP COLUMN placed_last;
DROP INDEX events_quarantined;
CREATE INDEX events_quarantined ON events (shop_id, received_at) WHERE status = 'quarantined';

DROP INDEX messages_due;
CREATE INDEX messages_due ON messages (shard, due_at) WHERE due_at IS NOT NULL;
DROP INDEX enrollments_due;
CREATE INDEX enrollments_due ON enrollments (shard, due_at) WHERE due_at IS NOT NULL;
DROP TABLE channel_health;
