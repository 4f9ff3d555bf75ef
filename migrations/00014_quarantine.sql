-- The quarantine is listed and replayed by when its events came, narrowed by
-- topic and reason.

-- +goose Up

DROP INDEX events_quarantined;
CREATE INDEX events_quarantined ON events (shop_id, received_at, id) WHERE status = 'quarantined';
CREATE INDEX events_quarantined_topic ON events (shop_id, topic, received_at, id) WHERE status = 'quarantined';
-- A reason may be longer than an index entry can be: its beginning tells it.
CREATE INDEX events_quarantined_reason ON events (shop_id, substr(note, 1, 200), received_at, id) WHERE status = 'quarantined';
CREATE INDEX events_quarantined_both ON events (shop_id, topic, substr(note, 1, 200), received_at, id) WHERE status = 'quarantined';

-- +goose Down

DROP INDEX events_quarantined_both;
DROP INDEX events_quarantined_reason;
DROP INDEX events_quarantined_topic;
DROP INDEX events_quarantined;
CREATE INDEX events_quarantined ON events (shop_id, id) WHERE status = 'quarantined';
