package store_test

import (
	"database/sql"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// many is the common head of statements that make rows: i counts from 1.
const many = ` WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) SELECT `

// crowd are statements that give a shop so many rows that a plan without an
// index would be the dearer one. One row in forty has an alarm.
var crowd = []string{
	`INSERT INTO carts (shop_id, id, shard, shopper_id, platform, state, facts, items, total_minor, currency, started_at, last_activity,
		stored_at, abandoned_at, ordered_at, order_id, ordered_by, persona, idle_at)` + many + `
		$1, 'id' || i, $2, 's' || i, 'shopify', CASE i % 8 WHEN 0 THEN 'open' ELSE 'ordered' END, '{}', 1, 1, 'EUR', i, i, i, 0, 0, '', '', '',
		CASE i % 40 WHEN 0 THEN i END FROM n`,
	`INSERT INTO cart_links (shop_id, kind, value, cart_id)` + many + `$1, 'cart', 'v' || i, 'id' || i FROM n WHERE $2 >= 0`,
	`INSERT INTO cart_people (shop_id, kind, value, started_at, cart_id)` + many + `$1, 'email', 'v' || i, i, 'id' || i FROM n WHERE $2 >= 0`,
	`INSERT INTO shoppers (shop_id, id, traits, first_seen, last_seen, merged_into)` + many + `$1, 's' || i, '{}', i, i, '' FROM n WHERE $2 >= 0`,
	`INSERT INTO shopper_keys (shop_id, kind, value, id, shopper_id)` + many + `$1, 'email', 'v' || i, 's' || i, 's' || i FROM n WHERE $2 >= 0`,
	`INSERT INTO rulings (shop_id, id, a, b, same, at, reason, by_kind, by_id)` + many + `$1, 'w' || i, 's' || i, 's' || (i + 1), FALSE, i, '', 'user', '' FROM n WHERE $2 >= 0`,
	`INSERT INTO key_pairs (shop_id, a, b, at)` + many + `$1, 's' || i, 's' || (i + 1), i FROM n WHERE $2 >= 0`,
	`INSERT INTO orders (shop_id, id, platform_id, number, shopper_id, status, said_at, total_minor, refunded_minor, currency, placed_at,
		stored_at, source, creditable, bought)` + many + `
		$1, 'id' || i, 'p' || i, '', 's' || i, CASE i % 8 WHEN 0 THEN 'cancelled' ELSE 'placed' END, i, 1, 0, 'EUR', i, i, 'web', TRUE, TRUE
		FROM n WHERE $2 >= 0`,
	`INSERT INTO order_marks (shop_id, kind, value, order_id)` + many + `$1, 'link:cart', 'v' || i, 'id' || i FROM n WHERE $2 >= 0`,
	`INSERT INTO events (shop_id, id, platform, topic, kind, dedupe_key, occurred_at, received_at, status, note, cart_id, shopper_id,
		headers, body)` + many + `$1, 'id' || i, '', '', '', 'd' || i, i, i, CASE i % 200 WHEN 0 THEN 'quarantined' ELSE 'folded' END, '', 'id' || (i / 4), 's' || (i / 4), '{}', '' FROM n WHERE $2 >= 0`,
	`INSERT INTO enrollments (shop_id, id, shard, cart_id, shopper_id, sequence_key, sequence_version, persona, state, reason, step, due_at,
		holdout, created_at, done_at)` + many + `
		$1, 'id' || i, $2, 'id' || i, 's' || i, 'cart', 1, '', 'waiting', '', 0, CASE i % 40 WHEN 0 THEN i END, FALSE, i, 0 FROM n`,
	`INSERT INTO decisions (shop_id, id, cart_id, enrollment_id, sequence_key, sequence_version, step, outcome, rule, channel, message_id,
		inputs, due_at, decided_at)` + many + `$1, 'id' || i, 'id' || i, 'id' || i, '', 1, 0, 'sent', '', '', '', '{}', i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO messages (shop_id, id, shard, enrollment_id, cart_id, shopper_id, step, channel, recipient, template, template_version,
		locale, rendered, inputs, rule, state, provider_id, code, reason, attempts, sandbox, reserved_at, sent_at, delivered_at, step_due_at,
		expires_at, due_at)` + many + `
		$1, 'id' || i, $2, 'id' || i, 'id' || i, 's' || i, 0, 'email', '', '', 1, 'en', '{}', '{}', '',
		CASE i % 8 WHEN 0 THEN 'reserved' ELSE 'delivered' END, 'p' || i, '', '', 1, FALSE, i, i, i, i, i, CASE i % 40 WHEN 0 THEN i END FROM n`,
	`INSERT INTO links (hash, shop_id, purpose, message_id, expires_at)` + many + `'h' || i, $1, 'r', 'id' || i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO sequences (shop_id, key, version, doc, live, published_at)` + many + `$1, 'k' || i, 1, '{}', FALSE, i FROM n WHERE $2 >= 0`,
	`INSERT INTO consents (shop_id, id, shopper_id, channel, answer, source, wording, said_at, stored_at)` + many + `
		$1, 'id' || i, 's' || i, 'email', 'yes', '', '', i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO touches (shop_id, id, message_id, cart_id, shopper_id, channel, kind, at, detail)` + many + `
		$1, 'id' || i, 'id' || i, 'id' || i, 's' || i, 'email', 'delivered', CAST(i AS BIGINT) * 1000000000, '' FROM n WHERE $2 >= 0`,
	`INSERT INTO recoveries (shop_id, id, order_id, cart_id, message_id, touch_id, rule, amount_minor, refunded_minor, currency, ordered_at,
		credited_at, persona, sequence_key, channel)` + many + `$1, 'id' || i, 'id' || i, 'id' || i, '', '', 'r', 1, 0, 'EUR', i, i,
		CASE i % 40 WHEN 0 THEN 'vip' ELSE 'rest' END, CASE i % 40 WHEN 0 THEN 'cart-vip' ELSE 'cart' END, CASE i % 40 WHEN 0 THEN 'sms' ELSE 'email' END FROM n WHERE $2 >= 0`,
	`INSERT INTO tallies (shop_id, what, day, persona, sequence, channel, kind, currency, lane, n, amount, refunded)` + many + `
		$1, 'message', i, '', '', 'email', 'delivered', '', 0, 1, 0, 0 FROM n WHERE $2 >= 0`,
	`INSERT INTO suppressions (shop_id, channel, hash, reason, at)` + many + `$1, 'email', 'h' || i, 'bounced', i FROM n WHERE $2 >= 0`,
	`INSERT INTO conversations (shop_id, id, channel, sender, last_at, replies, unread, handled_at)` + many + `
		$1, 'id' || i, 'sms', 'v' || i, i, 1, 0, CASE i % 40 WHEN 0 THEN 0 ELSE i END FROM n WHERE $2 >= 0`,
	`INSERT INTO inbounds (shop_id, id, channel, dedupe, shopper_id, sender, body, keyword, said_at, received_at)` + many + `
		$1, 'in' || i, 'sms', 'in' || i, 's' || i, 'v' || i, 'text', '', i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO visitors (shop_id, id, name_id, shopper_id, contested, proof, device, first_seen, last_seen)` + many + `
		$1, 'w' || i, 's' || i, CASE i % 2 WHEN 0 THEN 's' || i ELSE '' END, FALSE, 'p' || i, 'mobile', i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO visitor_days (shop_id, visitor_id, day)` + many + `$1, 'w' || i, 1 FROM n WHERE $2 >= 0`,
	`INSERT INTO visitor_claims (shop_id, address, visitor_id, said_at)` + many + `$1, 'a' || i, 'w' || i, CAST(i AS BIGINT) * 100000000000 FROM n WHERE $2 >= 0`,
	`INSERT INTO behaviours (shop_id, visitor_id, page, seq, at, day, kind, path, target, x, y, width, name, detail)` + many + `
		$1, 'w' || i, 'view' || i, 0, i, i, 'page', '/p' || (i / 40), '', 0, 0, 0, '', '' FROM n WHERE $2 >= 0`,
}

// crowded gives a store of a busy shop, with what the planner knows up to date.
func crowded(t *testing.T, db storetest.DB) (*store.Store, *sql.DB) {
	t.Helper()
	s, raw := unmeasured(t, db)
	if _, err := raw.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	return s, raw
}

// unmeasured gives a store of a busy shop of which the planner knows nothing: so is every SQLite database of ours.
func unmeasured(t *testing.T, db storetest.DB) (*store.Store, *sql.DB) {
	t.Helper()
	s, raw := db.Open(t), db.Raw(t)
	addShops(t, s)
	for _, statement := range crowd {
		if _, err := raw.ExecContext(t.Context(), statement, shopA, shop.Shard(shopA)); err != nil {
			t.Fatalf("%.60s: %v", statement, err)
		}
	}
	return s, raw
}
