-- What steps promise beside their words: a code, what it is worth, until when.

-- +goose Up

-- An offer that was made to a cart in one enrollment; every later message of it shows the same code and end.
-- offer_key is "code:" and the code for everybody, or "codes:" and the stock; stock is '' for the former.
-- Whose it is, the messages that show it tell: they follow their cart, and carts their shopper.
-- message_id is the message that it was made for. What a person was offered is theirs: an erasure removes the row.
CREATE TABLE offers (
    shop_id       TEXT NOT NULL REFERENCES shops (id),
    id            TEXT NOT NULL,
    enrollment_id TEXT NOT NULL,
    offer_key     TEXT NOT NULL,
    stock         TEXT NOT NULL,
    code          TEXT NOT NULL,
    value         TEXT NOT NULL,
    message_id    TEXT NOT NULL,
    made_at       BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX offers_once ON offers (shop_id, enrollment_id, offer_key);
-- A code of a stock is given once, whatever else goes wrong.
CREATE UNIQUE INDEX offers_code ON offers (shop_id, stock, code) WHERE stock <> '';
CREATE INDEX offers_over ON offers (shop_id, expires_at);

-- Stocks of codes that are good once, by the key that steps name.
CREATE TABLE offer_stocks (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    stock   TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, stock)
);

-- Their codes. A free one has taken_at 0; message_id is whom a taken one was written to, '' when that is forgotten.
CREATE TABLE offer_codes (
    shop_id    TEXT NOT NULL,
    stock      TEXT NOT NULL,
    code       TEXT NOT NULL,
    added_at   BIGINT NOT NULL,
    taken_at   BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (shop_id, stock, code)
);
CREATE INDEX offer_codes_free ON offer_codes (shop_id, stock, added_at, code) WHERE taken_at = 0;
CREATE INDEX offer_codes_taken ON offer_codes (shop_id, stock, taken_at) WHERE taken_at > 0;

-- The offer that a message shows.
ALTER TABLE messages ADD COLUMN offer_id TEXT NOT NULL DEFAULT '';
CREATE INDEX messages_offer ON messages (shop_id, offer_id) WHERE offer_id <> '';

-- +goose Down

DROP INDEX messages_offer;
ALTER TABLE messages DROP COLUMN offer_id;
DROP TABLE offer_codes;
DROP TABLE offer_stocks;
DROP TABLE offers;
