-- Portable across SQLite and Postgres. Times are unix milliseconds (BIGINT),
-- money is minor units with an ISO 4217 code, ids are UUIDv7 text, documents
-- are JSON text. shop_id leads every key, except where a duty works through a
-- shard (a fixed hash of the shop) or an unguessable secret is looked up.

-- +goose Up

-- What holds for the whole installation, such as which secret key it is sealed with.
CREATE TABLE installation (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE shops (
    id           TEXT PRIMARY KEY,
    shard        INTEGER NOT NULL,
    name         TEXT NOT NULL,
    platform     TEXT NOT NULL,
    domain       TEXT NOT NULL,
    currency     TEXT NOT NULL,
    timezone     TEXT NOT NULL,
    locale       TEXT NOT NULL,
    country      TEXT NOT NULL,
    settings     TEXT NOT NULL,
    activated_at BIGINT NOT NULL,
    created_at   BIGINT NOT NULL
);

-- Sealed secrets of a shop: webhook secrets (several, for rotation) and provider credentials.
CREATE TABLE secrets (
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    name       TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    sealed     BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, name, seq)
);

-- Which shop speaks for a Messenger page; its callbacks come without a shop id.
CREATE TABLE pages (
    page_id TEXT NOT NULL,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    PRIMARY KEY (page_id, shop_id)
);

CREATE TABLE api_keys (
    hash       TEXT PRIMARY KEY,
    shop_id    TEXT NOT NULL REFERENCES shops (id),
    hint       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id         TEXT PRIMARY KEY,
    email      TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE members (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role    TEXT NOT NULL,
    PRIMARY KEY (shop_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

-- One-time sign-in links, by the hash of their token.
CREATE TABLE sign_ins (
    hash       TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE TABLE sessions (
    token      TEXT PRIMARY KEY,
    data       BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Raw events, append-only. body is what was signed, headers what names the topic and delivery (no signature).
CREATE TABLE events (
    shop_id     TEXT NOT NULL REFERENCES shops (id),
    id          TEXT NOT NULL,
    platform    TEXT NOT NULL,
    topic       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    dedupe_key  TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    status      TEXT NOT NULL,
    note        TEXT NOT NULL,
    cart_id     TEXT NOT NULL,
    shopper_id  TEXT NOT NULL,
    headers     TEXT NOT NULL,
    body        BYTEA NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX events_dedupe ON events (shop_id, dedupe_key);
CREATE INDEX events_cart ON events (shop_id, cart_id, received_at) WHERE cart_id <> '';
CREATE INDEX events_shopper ON events (shop_id, shopper_id, occurred_at) WHERE shopper_id <> '';
CREATE INDEX events_quarantined ON events (shop_id, received_at) WHERE status = 'quarantined';

CREATE TABLE shoppers (
    shop_id     TEXT NOT NULL REFERENCES shops (id),
    id          TEXT NOT NULL,
    traits      TEXT NOT NULL,
    first_seen  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    merged_into TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

CREATE TABLE shopper_keys (
    shop_id    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    shopper_id TEXT NOT NULL,
    PRIMARY KEY (shop_id, kind, value)
);
CREATE INDEX shopper_keys_shopper ON shopper_keys (shop_id, shopper_id, kind, value);

-- facts is the whole fold; the other columns are for lists and alarms.
CREATE TABLE carts (
    shop_id       TEXT NOT NULL REFERENCES shops (id),
    id            TEXT NOT NULL,
    shard         INTEGER NOT NULL,
    shopper_id    TEXT NOT NULL,
    platform      TEXT NOT NULL,
    state         TEXT NOT NULL,
    facts         TEXT NOT NULL,
    items         INTEGER NOT NULL,
    total_minor   BIGINT NOT NULL,
    currency      TEXT NOT NULL,
    started_at    BIGINT NOT NULL,
    last_activity BIGINT NOT NULL,
    stored_at     BIGINT NOT NULL,
    abandoned_at  BIGINT NOT NULL,
    ordered_at    BIGINT NOT NULL,
    order_id      TEXT NOT NULL,
    ordered_by    TEXT NOT NULL,
    persona       TEXT NOT NULL,
    idle_at       BIGINT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX carts_idle ON carts (shard, idle_at) WHERE idle_at IS NOT NULL;
CREATE INDEX carts_recent ON carts (shop_id, last_activity, id);
CREATE INDEX carts_state ON carts (shop_id, state, last_activity, id);
CREATE INDEX carts_shopper ON carts (shop_id, shopper_id, last_activity);
CREATE INDEX carts_persona ON carts (shop_id, persona, abandoned_at) WHERE persona <> '';

-- A platform id belongs to one cart.
CREATE TABLE cart_links (
    shop_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    value   TEXT NOT NULL,
    cart_id TEXT NOT NULL,
    PRIMARY KEY (shop_id, kind, value)
);
CREATE INDEX cart_links_cart ON cart_links (shop_id, cart_id);

-- The people seen on a cart, to find it when an order of theirs comes.
CREATE TABLE cart_people (
    shop_id    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    cart_id    TEXT NOT NULL,
    PRIMARY KEY (shop_id, kind, value, cart_id)
);
CREATE INDEX cart_people_cart ON cart_people (shop_id, cart_id);

CREATE TABLE orders (
    shop_id        TEXT NOT NULL REFERENCES shops (id),
    id             TEXT NOT NULL,
    platform_id    TEXT NOT NULL,
    number         TEXT NOT NULL,
    shopper_id     TEXT NOT NULL,
    status         TEXT NOT NULL,
    said_at        BIGINT NOT NULL,
    total_minor    BIGINT NOT NULL,
    refunded_minor BIGINT NOT NULL,
    currency       TEXT NOT NULL,
    placed_at      BIGINT NOT NULL,
    stored_at      BIGINT NOT NULL,
    source         TEXT NOT NULL,
    creditable     BOOLEAN NOT NULL,
    bought         BOOLEAN NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX orders_platform ON orders (shop_id, platform_id);
CREATE INDEX orders_recent ON orders (shop_id, placed_at, id);
CREATE INDEX orders_shopper ON orders (shop_id, shopper_id);

-- What an order can be recognized by: the tombstones that late carts meet.
CREATE TABLE order_marks (
    shop_id  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    value    TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (shop_id, kind, value, order_id)
);
CREATE INDEX order_marks_order ON order_marks (shop_id, order_id, kind, value);

CREATE TABLE consents (
    shop_id    TEXT NOT NULL,
    id         TEXT NOT NULL,
    shopper_id TEXT NOT NULL,
    channel    TEXT NOT NULL,
    answer     TEXT NOT NULL,
    source     TEXT NOT NULL,
    wording    TEXT NOT NULL,
    said_at    BIGINT NOT NULL,
    stored_at  BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX consents_shopper ON consents (shop_id, shopper_id, channel, said_at);

-- A final no for an address, kept by its hash only.
CREATE TABLE suppressions (
    shop_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    hash    TEXT NOT NULL,
    reason  TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (shop_id, channel, hash)
);

CREATE TABLE personas (
    shop_id  TEXT NOT NULL,
    key      TEXT NOT NULL,
    position INTEGER NOT NULL,
    doc      TEXT NOT NULL,
    PRIMARY KEY (shop_id, key)
);

-- Versions are kept: an enrollment goes on with the version it started with.
CREATE TABLE sequences (
    shop_id      TEXT NOT NULL,
    key          TEXT NOT NULL,
    version      INTEGER NOT NULL,
    doc          TEXT NOT NULL,
    live         BOOLEAN NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, key, version)
);

CREATE TABLE templates (
    shop_id      TEXT NOT NULL,
    key          TEXT NOT NULL,
    channel      TEXT NOT NULL,
    locale       TEXT NOT NULL,
    version      INTEGER NOT NULL,
    doc          TEXT NOT NULL,
    live         BOOLEAN NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, key, channel, locale, version)
);

-- due_at is the alarm: NULL while a message of the step is in flight, and when done.
CREATE TABLE enrollments (
    shop_id          TEXT NOT NULL REFERENCES shops (id),
    id               TEXT NOT NULL,
    shard            INTEGER NOT NULL,
    cart_id          TEXT NOT NULL,
    shopper_id       TEXT NOT NULL,
    sequence_key     TEXT NOT NULL,
    sequence_version INTEGER NOT NULL,
    persona          TEXT NOT NULL,
    state            TEXT NOT NULL,
    reason           TEXT NOT NULL,
    step             INTEGER NOT NULL,
    due_at           BIGINT,
    holdout          BOOLEAN NOT NULL,
    created_at       BIGINT NOT NULL,
    done_at          BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX enrollments_once ON enrollments (shop_id, cart_id, sequence_key);
CREATE INDEX enrollments_due ON enrollments (shard, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX enrollments_shopper ON enrollments (shop_id, shopper_id, state, id);

CREATE TABLE decisions (
    shop_id          TEXT NOT NULL,
    id               TEXT NOT NULL,
    cart_id          TEXT NOT NULL,
    enrollment_id    TEXT NOT NULL,
    sequence_key     TEXT NOT NULL,
    sequence_version INTEGER NOT NULL,
    step             INTEGER NOT NULL,
    outcome          TEXT NOT NULL,
    rule             TEXT NOT NULL,
    channel          TEXT NOT NULL,
    message_id       TEXT NOT NULL,
    inputs           TEXT NOT NULL,
    due_at           BIGINT NOT NULL,
    decided_at       BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
-- One final decision per step.
CREATE UNIQUE INDEX decisions_final ON decisions (shop_id, enrollment_id, step)
    WHERE outcome IN ('sent', 'skipped', 'failed');
CREATE INDEX decisions_cart ON decisions (shop_id, cart_id, decided_at);

-- due_at is the lease of a reserved or sending message, or the time to try again.
CREATE TABLE messages (
    shop_id          TEXT NOT NULL REFERENCES shops (id),
    id               TEXT NOT NULL,
    shard            INTEGER NOT NULL,
    enrollment_id    TEXT NOT NULL,
    cart_id          TEXT NOT NULL,
    shopper_id       TEXT NOT NULL,
    step             INTEGER NOT NULL,
    channel          TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    template         TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    locale           TEXT NOT NULL,
    rendered         TEXT NOT NULL,
    inputs           TEXT NOT NULL,
    rule             TEXT NOT NULL,
    state            TEXT NOT NULL,
    provider_id      TEXT NOT NULL,
    code             TEXT NOT NULL,
    reason           TEXT NOT NULL,
    attempts         INTEGER NOT NULL,
    sandbox          BOOLEAN NOT NULL,
    reserved_at      BIGINT NOT NULL,
    sent_at          BIGINT NOT NULL,
    delivered_at     BIGINT NOT NULL,
    step_due_at      BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    due_at           BIGINT,
    PRIMARY KEY (shop_id, id)
);
-- Never twice: a step has at most one message that left or may still leave.
CREATE UNIQUE INDEX messages_once ON messages (shop_id, enrollment_id, step)
    WHERE state NOT IN ('rejected', 'cancelled');
CREATE INDEX messages_due ON messages (shard, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX messages_recent ON messages (shop_id, reserved_at, id);
CREATE INDEX messages_state ON messages (shop_id, state, reserved_at, id);
CREATE INDEX messages_cart ON messages (shop_id, cart_id, id);
CREATE INDEX messages_step ON messages (shop_id, enrollment_id, step);
CREATE INDEX messages_shopper ON messages (shop_id, shopper_id);
CREATE INDEX messages_provider ON messages (shop_id, provider_id) WHERE provider_id <> '';

-- Our links, by the hash of their token.
CREATE TABLE links (
    hash       TEXT PRIMARY KEY,
    shop_id    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    message_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Provider callbacks, folded once each.
CREATE TABLE reports (
    shop_id     TEXT NOT NULL,
    provider    TEXT NOT NULL,
    dedupe      TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    status      TEXT NOT NULL,
    code        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    said_at     BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, provider, dedupe)
);

-- What shoppers wrote back.
CREATE TABLE inbounds (
    shop_id     TEXT NOT NULL,
    id          TEXT NOT NULL,
    channel     TEXT NOT NULL,
    dedupe      TEXT NOT NULL,
    shopper_id  TEXT NOT NULL,
    sender      TEXT NOT NULL,
    body        TEXT NOT NULL,
    keyword     TEXT NOT NULL,
    said_at     BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX inbounds_dedupe ON inbounds (shop_id, channel, dedupe);
CREATE INDEX inbounds_shopper ON inbounds (shop_id, shopper_id) WHERE shopper_id <> '';
CREATE INDEX inbounds_sender ON inbounds (shop_id, channel, sender, said_at);

CREATE TABLE touches (
    shop_id    TEXT NOT NULL,
    id         TEXT NOT NULL,
    message_id TEXT NOT NULL,
    cart_id    TEXT NOT NULL,
    shopper_id TEXT NOT NULL,
    channel    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    detail     TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX touches_shopper ON touches (shop_id, shopper_id, at);
CREATE INDEX touches_cart ON touches (shop_id, cart_id, at);

CREATE TABLE recoveries (
    shop_id        TEXT NOT NULL,
    id             TEXT NOT NULL,
    order_id       TEXT NOT NULL,
    cart_id        TEXT NOT NULL,
    message_id     TEXT NOT NULL,
    touch_id       TEXT NOT NULL,
    rule           TEXT NOT NULL,
    amount_minor   BIGINT NOT NULL,
    refunded_minor BIGINT NOT NULL,
    currency       TEXT NOT NULL,
    ordered_at     BIGINT NOT NULL,
    credited_at    BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX recoveries_order ON recoveries (shop_id, order_id);
CREATE INDEX recoveries_recent ON recoveries (shop_id, credited_at, id);
CREATE INDEX recoveries_cart ON recoveries (shop_id, cart_id) WHERE cart_id <> '';

-- +goose Down

DROP TABLE recoveries;
DROP TABLE touches;
DROP TABLE inbounds;
DROP TABLE reports;
DROP TABLE links;
DROP TABLE messages;
DROP TABLE decisions;
DROP TABLE enrollments;
DROP TABLE templates;
DROP TABLE sequences;
DROP TABLE personas;
DROP TABLE suppressions;
DROP TABLE consents;
DROP TABLE order_marks;
DROP TABLE orders;
DROP TABLE cart_people;
DROP TABLE cart_links;
DROP TABLE carts;
DROP TABLE shopper_keys;
DROP TABLE shoppers;
DROP TABLE events;
DROP TABLE sessions;
DROP TABLE sign_ins;
DROP TABLE members;
DROP TABLE users;
DROP TABLE api_keys;
DROP TABLE pages;
DROP TABLE secrets;
DROP TABLE shops;
DROP TABLE installation;
