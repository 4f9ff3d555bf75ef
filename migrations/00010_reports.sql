-- Reports that cost the same however many carts there are: tallies by the
-- shop's day, kept in the transaction that writes what they count; what a
-- message and a credited order belong to stands on their own rows; replies are
-- read as conversations.

-- +goose Up

-- The time zone that the shop's tallies are kept in; '' until they are counted
-- for the first time, which the program does at its start.
ALTER TABLE shops ADD COLUMN tally_zone TEXT NOT NULL DEFAULT '';

-- day counts from 1970-01-01 by the shop's calendar; 0 holds the total of all
-- days. Several lanes let transactions that count the same thing go abreast:
-- their sum is the number.
CREATE TABLE tallies (
    shop_id  TEXT NOT NULL REFERENCES shops (id),
    what     TEXT NOT NULL,
    day      INTEGER NOT NULL,
    persona  TEXT NOT NULL,
    sequence TEXT NOT NULL,
    channel  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    currency TEXT NOT NULL,
    lane     INTEGER NOT NULL,
    n        BIGINT NOT NULL,
    amount   BIGINT NOT NULL,
    refunded BIGINT NOT NULL,
    PRIMARY KEY (shop_id, what, day, persona, sequence, channel, kind, currency, lane)
);

ALTER TABLE messages ADD COLUMN sequence_key TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN persona TEXT NOT NULL DEFAULT '';
UPDATE messages SET
    sequence_key = coalesce((SELECT e.sequence_key FROM enrollments e WHERE e.shop_id = messages.shop_id AND e.id = messages.enrollment_id), ''),
    persona = coalesce((SELECT e.persona FROM enrollments e WHERE e.shop_id = messages.shop_id AND e.id = messages.enrollment_id), '');

ALTER TABLE recoveries ADD COLUMN persona TEXT NOT NULL DEFAULT '';
ALTER TABLE recoveries ADD COLUMN channel TEXT NOT NULL DEFAULT '';
UPDATE recoveries SET
    persona = coalesce((SELECT m.persona FROM messages m WHERE m.shop_id = recoveries.shop_id AND m.id = recoveries.message_id), ''),
    channel = coalesce((SELECT m.channel FROM messages m WHERE m.shop_id = recoveries.shop_id AND m.id = recoveries.message_id), '');

-- The rows behind each number of a report.
CREATE INDEX carts_started ON carts (shop_id, started_at, id);
CREATE INDEX carts_abandoned ON carts (shop_id, abandoned_at, id) WHERE abandoned_at > 0;
CREATE INDEX carts_ordered ON carts (shop_id, ordered_at, id) WHERE ordered_at > 0;
DROP INDEX carts_persona;
CREATE INDEX carts_persona ON carts (shop_id, persona, abandoned_at, id) WHERE persona <> '';
CREATE INDEX recoveries_persona ON recoveries (shop_id, persona, credited_at, id);
CREATE INDEX recoveries_sequence ON recoveries (shop_id, sequence_key, credited_at, id);
CREATE INDEX recoveries_channel ON recoveries (shop_id, channel, credited_at, id);
-- Without figures, SQLite takes the index that gives the order asked for: a cart's decisions have theirs.
DROP INDEX decisions_cart;
CREATE INDEX decisions_cart ON decisions (shop_id, cart_id, decided_at, id);
CREATE INDEX decisions_recent ON decisions (shop_id, decided_at, id);
CREATE INDEX decisions_outcome ON decisions (shop_id, outcome, decided_at, id);
CREATE INDEX decisions_rule ON decisions (shop_id, rule, decided_at, id);

-- Messages are long; what lists and lateness ask of many of them stands in the indexes.
DROP INDEX messages_recent;
CREATE INDEX messages_recent ON messages (shop_id, reserved_at, id, state, channel, sequence_key, persona, template, step, sent_at, step_due_at);
DROP INDEX messages_state;
CREATE INDEX messages_state ON messages (shop_id, state, reserved_at, id, channel, sequence_key, persona, template, step, sent_at, step_due_at);
-- A shopper's messages by when they were written.
DROP INDEX messages_shopper;
CREATE INDEX messages_shopper ON messages (shop_id, shopper_id, reserved_at, id);

-- An order is looked for by the number that people know it by.
CREATE INDEX orders_number ON orders (shop_id, number) WHERE number <> '';

-- What an address wrote on a channel, and whether somebody has seen to it.
CREATE TABLE conversations (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    id         TEXT NOT NULL,
    channel    TEXT NOT NULL,
    sender     TEXT NOT NULL,
    last_at    BIGINT NOT NULL,
    replies    INTEGER NOT NULL,
    unread     INTEGER NOT NULL,
    handled_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX conversations_sender ON conversations (shop_id, channel, sender);
CREATE INDEX conversations_recent ON conversations (shop_id, last_at, id);
CREATE INDEX conversations_open ON conversations (shop_id, last_at, id) WHERE handled_at = 0;
INSERT INTO conversations (shop_id, id, channel, sender, last_at, replies, unread, handled_at)
    SELECT shop_id, min(id), channel, sender, max(received_at), count(*), count(*), 0 FROM inbounds WHERE sender <> ''
    GROUP BY shop_id, channel, sender;

-- +goose Down

DROP TABLE conversations;
DROP INDEX orders_number;
DROP INDEX messages_shopper;
CREATE INDEX messages_shopper ON messages (shop_id, shopper_id);
DROP INDEX messages_state;
CREATE INDEX messages_state ON messages (shop_id, state, reserved_at, id);
DROP INDEX messages_recent;
CREATE INDEX messages_recent ON messages (shop_id, reserved_at, id);
DROP INDEX decisions_rule;
DROP INDEX decisions_outcome;
DROP INDEX decisions_recent;
DROP INDEX decisions_cart;
CREATE INDEX decisions_cart ON decisions (shop_id, cart_id, decided_at);
DROP INDEX recoveries_channel;
DROP INDEX recoveries_sequence;
DROP INDEX recoveries_persona;
DROP INDEX carts_persona;
CREATE INDEX carts_persona ON carts (shop_id, persona, abandoned_at) WHERE persona <> '';
DROP INDEX carts_ordered;
DROP INDEX carts_abandoned;
DROP INDEX carts_started;
ALTER TABLE recoveries DROP COLUMN channel;
ALTER TABLE recoveries DROP COLUMN persona;
ALTER TABLE messages DROP COLUMN persona;
ALTER TABLE messages DROP COLUMN sequence_key;
DROP TABLE tallies;
ALTER TABLE shops DROP COLUMN tally_zone;
