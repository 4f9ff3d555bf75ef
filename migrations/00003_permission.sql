-- What the right to write rests on: answers are kept by address too, since two
-- shoppers may share one and the no of either is the address's.

-- +goose Up

-- address is the hash of the address an answer was said of, '' when none was
-- named. cart_id is the cart it was said on when nobody was named at all.
-- evidence names what shows it: an event, a message, a line of an import.
ALTER TABLE consents ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN cart_id TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
-- confirmed: the address itself answered a request to confirm. names: what the wording named, separated by commas.
ALTER TABLE consents ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE consents ADD COLUMN names TEXT NOT NULL DEFAULT '';
CREATE INDEX consents_address ON consents (shop_id, channel, address) WHERE address <> '';
CREATE INDEX consents_cart ON consents (shop_id, cart_id) WHERE cart_id <> '';

-- Double opt-in: which address (by its hash) was asked to confirm its yes, by which message.
CREATE TABLE confirmations (
    shop_id      TEXT NOT NULL REFERENCES shops (id),
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    message_id   TEXT NOT NULL,
    asked_at     BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, channel, address)
);

-- A shop's standing as a sender by email: paused while too much of it bounces or is marked as spam.
CREATE TABLE standings (
    shop_id   TEXT PRIMARY KEY REFERENCES shops (id),
    paused_at BIGINT NOT NULL,
    rule      TEXT NOT NULL,
    reason    TEXT NOT NULL,
    lifted_at BIGINT NOT NULL
);

-- How many emails a shop that warms up sent on each UTC day (its midnight).
CREATE TABLE mail_days (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    day     BIGINT NOT NULL,
    sent    BIGINT NOT NULL,
    PRIMARY KEY (shop_id, day)
);

-- +goose Down

DROP TABLE mail_days;
DROP TABLE standings;
DROP TABLE confirmations;

DROP INDEX consents_cart;
DROP INDEX consents_address;
ALTER TABLE consents DROP COLUMN names;
ALTER TABLE consents DROP COLUMN confirmed;
ALTER TABLE consents DROP COLUMN evidence;
ALTER TABLE consents DROP COLUMN cart_id;
ALTER TABLE consents DROP COLUMN address;
