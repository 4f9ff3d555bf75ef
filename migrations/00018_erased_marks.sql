-- An erased person's old orders stay at their platform, which tells of them again when they change.

-- +goose Up

-- Keyed hashes of what an erasure was about: names, and the platform's ids of orders.
-- What comes later of such an order, or of one that was placed by such a name before
-- erased_at, brings nobody back. It holds no personal data and is kept for ever.
CREATE TABLE erased_marks (
    shop_id   TEXT NOT NULL REFERENCES shops (id),
    hash      TEXT NOT NULL,
    erased_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, hash)
);

-- +goose Down

DROP TABLE erased_marks;
