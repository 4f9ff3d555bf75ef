-- +goose Up

-- Each name has an id of its own, made when it was first seen: what was said by it stands under that id. Whose the
-- name is (shopper_id: the id of one of the person's names) is derived from key_pairs and may change. contested is
-- true while evidence of it is left aside, because it would make two people one.
ALTER TABLE shopper_keys ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE shopper_keys ADD COLUMN contested BOOLEAN NOT NULL DEFAULT FALSE;

-- What was known before: the strongest name of each shopper takes the shopper's id, the others one made of it.
UPDATE shopper_keys SET id = shopper_id || (SELECT CASE WHEN count(*) = 0 THEN '' ELSE '.' || CAST(count(*) AS TEXT) END FROM shopper_keys o
    WHERE o.shop_id = shopper_keys.shop_id AND o.shopper_id = shopper_keys.shopper_id AND (
        CASE o.kind WHEN 'customer' THEN 0 WHEN 'email' THEN 1 WHEN 'phone' THEN 2 WHEN 'messenger' THEN 3 ELSE 4 END
      < CASE shopper_keys.kind WHEN 'customer' THEN 0 WHEN 'email' THEN 1 WHEN 'phone' THEN 2 WHEN 'messenger' THEN 3 ELSE 4 END
      OR o.kind = shopper_keys.kind AND o.value < shopper_keys.value));
CREATE UNIQUE INDEX shopper_keys_id ON shopper_keys (shop_id, id);
INSERT INTO shoppers (shop_id, id, traits, first_seen, last_seen, merged_into)
    SELECT k.shop_id, k.id, '{}', 0, 0, k.shopper_id FROM shopper_keys k WHERE k.id <> k.shopper_id
    AND NOT EXISTS (SELECT 1 FROM shoppers s WHERE s.shop_id = k.shop_id AND s.id = k.id);

-- The evidence that two names are one person's: at is when both were last named, by one event or on one cart.
-- a and b are ids of names, a the stronger one's.
CREATE TABLE key_pairs (
    shop_id TEXT NOT NULL,
    a       TEXT NOT NULL,
    b       TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (shop_id, a, b)
);
CREATE INDEX key_pairs_b ON key_pairs (shop_id, b);
INSERT INTO key_pairs (shop_id, a, b, at)
    SELECT k.shop_id, k.shopper_id, k.id, s.last_seen FROM shopper_keys k
    JOIN shoppers s ON s.shop_id = k.shop_id AND s.id = k.shopper_id WHERE k.id <> k.shopper_id;

-- The name that whose a row is hangs on.
ALTER TABLE events ADD COLUMN name_id TEXT NOT NULL DEFAULT '';
ALTER TABLE carts ADD COLUMN name_id TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN name_id TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN name_id TEXT NOT NULL DEFAULT '';
ALTER TABLE inbounds ADD COLUMN name_id TEXT NOT NULL DEFAULT '';
UPDATE events SET name_id = shopper_id WHERE shopper_id <> '';
UPDATE carts SET name_id = shopper_id WHERE shopper_id <> '';
UPDATE orders SET name_id = shopper_id WHERE shopper_id <> '';
UPDATE consents SET name_id = shopper_id WHERE shopper_id <> '';
UPDATE inbounds SET name_id = shopper_id WHERE shopper_id <> '';

-- +goose Down
ALTER TABLE inbounds DROP COLUMN name_id;
ALTER TABLE consents DROP COLUMN name_id;
ALTER TABLE orders DROP COLUMN name_id;
ALTER TABLE carts DROP COLUMN name_id;
ALTER TABLE events DROP COLUMN name_id;
DROP TABLE key_pairs;
DROP INDEX shopper_keys_id;
ALTER TABLE shopper_keys DROP COLUMN contested;
ALTER TABLE shopper_keys DROP COLUMN id;
