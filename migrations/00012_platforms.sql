-- What is asked of platforms' own APIs: things their webhooks name without
-- telling them, orders whose webhooks were lost, and what products are now.

-- +goose Up

-- One question a row: kind is cart, checkout or order (ref is the platform's id),
-- products (ref is our cart's id) or changes (ref is ''), which is asked again and
-- again. due_at is NULL when nothing is to be asked any more and trouble says why.
-- wanted_at tells a question that was put again while it was being asked.
CREATE TABLE inquiries (
    shop_id     TEXT NOT NULL REFERENCES shops (id),
    kind        TEXT NOT NULL,
    ref         TEXT NOT NULL,
    shard       INTEGER NOT NULL,
    due_at      BIGINT,
    wanted_at   BIGINT NOT NULL,
    since       BIGINT NOT NULL DEFAULT 0,
    place       TEXT NOT NULL DEFAULT '',
    tries       INTEGER NOT NULL DEFAULT 0,
    answered_at BIGINT NOT NULL DEFAULT 0,
    found       BIGINT NOT NULL DEFAULT 0,
    trouble     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, kind, ref)
);
CREATE INDEX inquiries_due ON inquiries (shard, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX inquiries_given_up ON inquiries (shop_id, wanted_at) WHERE due_at IS NULL;

-- What a shop sells now, as its platform told it: one row for each thing that
-- lies in a cart a message may be about. same is how lines are told apart.
CREATE TABLE products (
    shop_id  TEXT NOT NULL REFERENCES shops (id),
    same     TEXT NOT NULL,
    currency TEXT NOT NULL,
    told_at  BIGINT NOT NULL,
    gone     BOOLEAN NOT NULL,
    doc      TEXT NOT NULL,
    PRIMARY KEY (shop_id, same, currency)
);
CREATE INDEX products_told ON products (shop_id, told_at);

-- +goose Down

DROP TABLE products;
DROP TABLE inquiries;
