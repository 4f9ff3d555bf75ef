-- What the script on the shop's own pages tells: who was there (an id of a
-- browser, no name), when, and what they did. Anybody can post these rows, so
-- nothing that sends or decides reads them as if a platform had signed them.

-- +goose Up

-- A browser that said yes. name_id is the one name of a known person that signed
-- events tied it to, '' while there is none; contested when they named two people:
-- it is nobody's then, for good. proof is a hash of the platform's own cart id.
CREATE TABLE visitors (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    id         TEXT NOT NULL,
    name_id    TEXT NOT NULL,
    shopper_id TEXT NOT NULL,
    contested  BOOLEAN NOT NULL,
    proof      TEXT NOT NULL,
    device     TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX visitors_seen ON visitors (shop_id, last_seen);
CREATE INDEX visitors_shopper ON visitors (shop_id, shopper_id) WHERE shopper_id <> '';
CREATE INDEX visitors_proof ON visitors (shop_id, proof) WHERE proof <> '';

-- The days (since 1970, UTC) on which a visitor was there.
CREATE TABLE visitor_days (
    shop_id    TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    day        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, visitor_id, day)
);

-- Addresses that were typed in a visitor's browser, by their hash: evidence that
-- counts once a signed event names the same address within the hour.
CREATE TABLE visitor_claims (
    shop_id    TEXT NOT NULL,
    address    TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    said_at    BIGINT NOT NULL,
    PRIMARY KEY (shop_id, address, visitor_id)
);
CREATE INDEX visitor_claims_visitor ON visitor_claims (shop_id, visitor_id);
CREATE INDEX visitor_claims_old ON visitor_claims (shop_id, said_at);

-- What visitors did. page is one view of a page, seq the place within it: a batch
-- that comes twice is stored once. x is thousandths of the page's width, y pixels
-- from its top, for clicks; for scrolls y is the quarters that were seen.
CREATE TABLE behaviours (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    visitor_id TEXT NOT NULL,
    page       TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         BIGINT NOT NULL,
    day        INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    path       TEXT NOT NULL,
    target     TEXT NOT NULL,
    x          INTEGER NOT NULL,
    y          INTEGER NOT NULL,
    width      INTEGER NOT NULL,
    name       TEXT NOT NULL,
    detail     TEXT NOT NULL,
    PRIMARY KEY (shop_id, visitor_id, page, seq)
);
CREATE INDEX behaviours_path ON behaviours (shop_id, path, day, kind);
CREATE INDEX behaviours_kept ON behaviours (shop_id, at);

-- +goose Down

DROP TABLE behaviours;
DROP TABLE visitor_claims;
DROP TABLE visitor_days;
DROP TABLE visitors;
