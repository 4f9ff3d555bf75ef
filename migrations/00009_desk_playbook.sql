-- What merchants need to edit personas and sequences: drafts, pauses, earlier
-- lists, work that goes on after a publication, and what each step came to by day.

-- +goose Up

-- Every list of personas there was, so that an earlier one can be put back. doc
-- is the whole list; actor is an id, never an address.
CREATE TABLE persona_lists (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    revision   INTEGER NOT NULL,
    doc        TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, revision)
);

-- At most one draft per sequence. base is the version it was begun from, 0 for
-- a new sequence; revision rises with every change, so that nobody overwrites unseen.
CREATE TABLE sequence_drafts (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    key        TEXT NOT NULL,
    base       INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    doc        TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, key)
);

-- Sequences that are paused; no row for those that run.
CREATE TABLE sequence_pauses (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    key        TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, key)
);

-- Work on many waiting carts that goes on after a merchant's click: waking
-- those that a pause put off, moving them to a new version. place is how far it came.
CREATE TABLE sequence_chores (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    key        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    place      TEXT NOT NULL,
    done       INTEGER NOT NULL,
    stayed     INTEGER NOT NULL,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL,
    PRIMARY KEY (shop_id, key, kind)
);
CREATE INDEX sequence_chores_running ON sequence_chores (touched_at) WHERE ended_at = 0;

-- Who published a version; versions of before are nobody's.
ALTER TABLE sequences ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE sequences ADD COLUMN actor_kind TEXT NOT NULL DEFAULT '';

-- paused is true while a pause has put the step off; the pause's end wakes it.
ALTER TABLE enrollments ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX enrollments_paused ON enrollments (shop_id, sequence_key, id) WHERE paused = TRUE AND state = 'waiting';
CREATE INDEX enrollments_waiting ON enrollments (shop_id, sequence_key, sequence_version, step, id) WHERE state = 'waiting';

-- What each step came to, by UTC day: decisions by outcome and rule, and
-- confirmed clicks as the outcome 'clicked'. Routing has no sequence and step -1.
CREATE TABLE step_days (
    shop_id          TEXT NOT NULL REFERENCES shops (id),
    sequence_key     TEXT NOT NULL,
    sequence_version INTEGER NOT NULL,
    step             INTEGER NOT NULL,
    day              BIGINT NOT NULL,
    outcome          TEXT NOT NULL,
    rule             TEXT NOT NULL,
    n                BIGINT NOT NULL,
    PRIMARY KEY (shop_id, sequence_key, day, sequence_version, step, outcome, rule)
);
-- Up to when (not including it) a shop's rows are counted in step_days.
CREATE TABLE step_tallies (
    shop_id    TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    counted_to BIGINT NOT NULL
);
-- Partial, so that only the counting uses it: looking for old rows has an index of its own.
CREATE INDEX decisions_decided ON decisions (shop_id, decided_at, sequence_key, sequence_version, step, outcome, rule) WHERE decided_at > 0;
CREATE INDEX touches_clicked ON touches (shop_id, at, id) WHERE kind = 'click_confirmed' AND at > 0;

-- The step that a credited message belonged to, so that its revenue is one range of an index.
ALTER TABLE recoveries ADD COLUMN sequence_key TEXT NOT NULL DEFAULT '';
ALTER TABLE recoveries ADD COLUMN sequence_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recoveries ADD COLUMN step INTEGER NOT NULL DEFAULT -1;
UPDATE recoveries SET
    sequence_key = coalesce((SELECT e.sequence_key FROM messages m JOIN enrollments e ON e.shop_id = m.shop_id AND e.id = m.enrollment_id
        WHERE m.shop_id = recoveries.shop_id AND m.id = recoveries.message_id), ''),
    sequence_version = coalesce((SELECT e.sequence_version FROM messages m JOIN enrollments e ON e.shop_id = m.shop_id AND e.id = m.enrollment_id
        WHERE m.shop_id = recoveries.shop_id AND m.id = recoveries.message_id), 0),
    step = coalesce((SELECT m.step FROM messages m WHERE m.shop_id = recoveries.shop_id AND m.id = recoveries.message_id), -1);
CREATE INDEX recoveries_step ON recoveries (shop_id, sequence_key, credited_at, sequence_version, step, currency, amount_minor, refunded_minor)
    WHERE sequence_key <> '';

-- +goose Down

DROP INDEX recoveries_step;
ALTER TABLE recoveries DROP COLUMN step;
ALTER TABLE recoveries DROP COLUMN sequence_version;
ALTER TABLE recoveries DROP COLUMN sequence_key;
DROP INDEX touches_clicked;
DROP INDEX decisions_decided;
DROP TABLE step_tallies;
DROP TABLE step_days;
DROP INDEX enrollments_waiting;
DROP INDEX enrollments_paused;
ALTER TABLE enrollments DROP COLUMN paused;
ALTER TABLE sequences DROP COLUMN actor_kind;
ALTER TABLE sequences DROP COLUMN actor;
DROP TABLE sequence_chores;
DROP TABLE sequence_pauses;
DROP TABLE sequence_drafts;
DROP TABLE persona_lists;
