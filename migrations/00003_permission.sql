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

-- +goose Down

DROP INDEX consents_cart;
DROP INDEX consents_address;
ALTER TABLE consents DROP COLUMN names;
ALTER TABLE consents DROP COLUMN confirmed;
ALTER TABLE consents DROP COLUMN evidence;
ALTER TABLE consents DROP COLUMN cart_id;
ALTER TABLE consents DROP COLUMN address;
