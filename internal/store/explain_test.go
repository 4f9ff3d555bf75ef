package store_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
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
	`INSERT INTO shopper_keys (shop_id, kind, value, shopper_id)` + many + `$1, 'email', 'v' || i, 's' || i FROM n WHERE $2 >= 0`,
	`INSERT INTO orders (shop_id, id, platform_id, number, shopper_id, status, said_at, total_minor, refunded_minor, currency, placed_at,
		stored_at, source, creditable, bought)` + many + `
		$1, 'id' || i, 'p' || i, '', 's' || i, CASE i % 8 WHEN 0 THEN 'cancelled' ELSE 'placed' END, i, 1, 0, 'EUR', i, i, 'web', TRUE, TRUE
		FROM n WHERE $2 >= 0`,
	`INSERT INTO order_marks (shop_id, kind, value, order_id)` + many + `$1, 'link:cart', 'v' || i, 'id' || i FROM n WHERE $2 >= 0`,
	`INSERT INTO events (shop_id, id, platform, topic, kind, dedupe_key, occurred_at, received_at, status, note, cart_id, shopper_id,
		headers, body)` + many + `$1, 'id' || i, '', '', '', 'd' || i, i, i, 'folded', '', 'id' || (i / 4), 's' || (i / 4), '{}', '' FROM n WHERE $2 >= 0`,
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
	`INSERT INTO touches (shop_id, id, message_id, cart_id, shopper_id, channel, kind, at, detail)` + many + `
		$1, 'id' || i, '', 'id' || i, 's' || i, 'email', 'delivered', i, '' FROM n WHERE $2 >= 0`,
	`INSERT INTO recoveries (shop_id, id, order_id, cart_id, message_id, touch_id, rule, amount_minor, refunded_minor, currency, ordered_at,
		credited_at)` + many + `$1, 'id' || i, 'id' || i, 'id' || i, '', '', 'r', 1, 0, 'EUR', i, i FROM n WHERE $2 >= 0`,
}

// crowded gives a store of a busy shop, with what the planner knows up to date.
func crowded(t *testing.T, db storetest.DB) (*store.Store, *sql.DB) {
	t.Helper()
	s, raw := db.Open(t), db.Raw(t)
	addShops(t, s)
	for _, statement := range crowd {
		if _, err := raw.ExecContext(t.Context(), statement, shopA, shop.Shard(shopA)); err != nil {
			t.Fatalf("%.60s: %v", statement, err)
		}
	}
	if _, err := raw.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	return s, raw
}

// plan gives how the engine would run a statement, in its own words.
func plan(t testing.TB, raw *sql.DB, engine string, st store.Statement) string {
	t.Helper()
	explain := map[string]string{storetest.EngineSQLite: "EXPLAIN QUERY PLAN ", storetest.EnginePostgres: "EXPLAIN "}[engine]
	rows, err := raw.QueryContext(t.Context(), explain+st.Query, st.Args...)
	if err != nil {
		t.Fatalf("%s: %v", st.Query, err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		var id, parent, unused int
		into := []any{&line}
		if engine == storetest.EngineSQLite {
			into = []any{&id, &parent, &unused, &line}
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// A hot query and the indexes it has to use. "primary of t" is t's primary key,
// which the engines name differently.
type hot struct {
	name  string
	tx    func(ctx context.Context, tx *store.Tx) error
	read  func(ctx context.Context, s *store.Store) error
	index []string
}

func primary(table string) []string { return []string{"primary of " + table} }

// named gives an index as the engine names it.
func named(engine, index string) string {
	table, isPrimary := strings.CutPrefix(index, "primary of ")
	switch {
	case !isPrimary:
		return index
	case engine == storetest.EngineSQLite:
		return "sqlite_autoindex_" + table + "_1"
	}
	return table + "_pkey"
}

var shard = shop.Shard(shopA)

var hotQueries = []hot{
	{name: "next idle cart", index: []string{"carts_idle"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Next(ctx, recovery.AlarmIdle, shard)
		return err
	}},
	{name: "next step and message", index: []string{"enrollments_due", "messages_due"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Next(ctx, recovery.AlarmDue, shard)
		return err
	}},
	{name: "claim idle carts", index: []string{"carts_idle"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, _, err := queues[1].claim(ctx, tx, shard, 10)
		return err
	}},
	{name: "claim steps", index: []string{"enrollments_due"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, _, err := queues[0].claim(ctx, tx, shard, 10)
		return err
	}},
	{name: "claim messages", index: []string{"messages_due"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, _, err := queues[2].claim(ctx, tx, shard, 10)
		return err
	}},
	{name: "carts by link", index: primary("cart_links"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.CartsByLinks(ctx, shopA, []event.Link{cartLink("unknown")})
		return err
	}},
	{name: "carts of an order's people", index: primary("cart_people"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.CartsOfOrder(ctx, shopA, cart.Order{Keys: adaKey, PlacedAt: now})
		return err
	}},
	{name: "shoppers by key", index: primary("shopper_keys"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ShoppersByKeys(ctx, shopA, adaKey)
		return err
	}},
	{name: "orders by mark", index: primary("order_marks"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.OrdersMatching(ctx, shopA, []event.Link{cartLink("unknown")}, adaKey, now)
		return err
	}},
	{name: "order by the platform's id", index: []string{"orders_platform"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Purchase(ctx, shopA, "unknown")
		return err
	}},
	{name: "message by the provider's id", index: []string{"messages_provider"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.MessageByProvider(ctx, shopA, "unknown")
		return err
	}},
	{name: "messages of a cart", index: []string{"messages_cart"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ReservedOf(ctx, shopA, "id7")
		return err
	}},
	{name: "waiting enrollments of a cart", index: []string{"enrollments_once"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.WaitingOfCart(ctx, shopA, "id7")
		return err
	}},
	{name: "waiting enrollments of a shopper", index: []string{"enrollments_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.WaitingOf(ctx, shopA, "s7")
		return err
	}},
	{name: "newest cart of a shopper", index: []string{"carts_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, _, err := tx.NewestCart(ctx, shopA, "unknown")
		return err
	}},
	{name: "history", index: []string{"orders_shopper", "events_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.History(ctx, shopA, "s7")
		return err
	}},
	{name: "touches", index: []string{"touches_shopper", "touches_cart"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Touches(ctx, shopA, "s7", "id7", time.Time{})
		return err
	}},
	{name: "page of carts", index: []string{"carts_recent", "recoveries_cart", "shopper_keys_shopper"}, read: page("carts", journey.Query{})},
	{name: "page of carts in a state", index: []string{"carts_state"}, read: page("carts", journey.Query{State: "open"})},
	{name: "page of recovered carts", index: []string{"recoveries_cart"}, read: page("recovered carts", journey.Query{})},
	{name: "page of messages", index: []string{"messages_recent"}, read: page("messages", journey.Query{})},
	{name: "page of messages in a state", index: []string{"messages_state"}, read: page("messages", journey.Query{State: "reserved"})},
	{name: "page of a cart's decisions", index: []string{"decisions_cart"}, read: page("decisions", journey.Query{CartID: "id7"})},
	{name: "page of orders", index: []string{"orders_recent"}, read: page("orders", journey.Query{})},
	{name: "page of recoveries", index: []string{"recoveries_recent"}, read: page("recoveries", journey.Query{})},
}

// page reads a page from the middle of a list.
func page(list string, q journey.Query) func(ctx context.Context, s *store.Store) error {
	return func(ctx context.Context, s *store.Store) error {
		q.Limit, q.Cursor = 10, "MjAwMCBpZDIwMDA" // 2000 id2000
		_, _, err := lists[list].page(ctx, s, q)
		return err
	}
}

func TestHotQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := crowded(t, db)
		reader, heard := s.Overheard(db.URL)
		t.Cleanup(func() { reader.Close() })
		for _, h := range hotQueries {
			run := func() error { return h.read(t.Context(), reader) }
			if h.tx != nil {
				run = func() error { return s.WriteOverheard(t.Context(), heard, h.tx) }
			}
			run() //nolint:errcheck // many look for what is not there, so that only the look-up is heard
			checkPlans(t, raw, db.Engine, h, heard.Take())
		}
	})
}

// checkPlans wants every index of the query in some plan, and in none a table
// that is read from one end to the other.
func checkPlans(t *testing.T, raw *sql.DB, engine string, h hot, statements []store.Statement) {
	t.Helper()
	var all string
	for _, st := range statements {
		p := plan(t, raw, engine, st)
		all += p + "\n"
		for _, line := range strings.Split(p, "\n") {
			if strings.Contains(line, "Seq Scan") || strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "subquery") {
				t.Errorf("%s reads a whole table:\n%s\n%s", h.name, st.Query, p)
			}
		}
	}
	for _, index := range h.index {
		if !strings.Contains(all, named(engine, index)) {
			t.Errorf("%s does not use %s:\n%s", h.name, index, all)
		}
	}
}

// An INSERT's plan does not tell on SQLite which index it asks for an equal
// row; its program does: it opens the index and looks into it.
func TestEventDedupeUsesItsIndex(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw, heard := db.Open(t), db.Raw(t), &store.Heard{}
		addShops(t, s)
		err := s.WriteOverheard(t.Context(), heard, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertEvent(ctx, anEvent(shopA, "new", "d7"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		st := heard.Take()[0]
		if db.Engine == storetest.EnginePostgres {
			if p := plan(t, raw, db.Engine, st); !strings.Contains(p, "Conflict Arbiter Indexes: events_dedupe") {
				t.Errorf("dedupe goes another way:\n%s", p)
			}
			return
		}
		var root int
		if err := raw.QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_master WHERE name = 'events_dedupe'`).Scan(&root); err != nil {
			t.Fatal(err)
		}
		if !looksInto(t, raw, st, root) {
			t.Error("dedupe does not look into events_dedupe")
		}
	})
}

// looksInto reports whether a SQLite program opens a tree and asks it for a conflict.
func looksInto(t testing.TB, raw *sql.DB, st store.Statement, root int) bool {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), "EXPLAIN "+st.Query, st.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cursors, asked := map[int]int{}, map[int]bool{}
	for rows.Next() {
		var addr, p1, p2, p3, p5 int
		var op string
		var p4, comment any
		if err := rows.Scan(&addr, &op, &p1, &p2, &p3, &p4, &p5, &comment); err != nil {
			t.Fatal(err)
		}
		switch op {
		case "OpenWrite", "OpenRead":
			cursors[p2] = p1
		case "NoConflict":
			asked[p1] = true
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	cursor, opened := cursors[root]
	return opened && asked[cursor]
}
