package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// cleaning erases a shopper of the crowd, and nothing of them is kept.
func cleaning() recovery.Cleaning {
	return recovery.Cleaning{
		Scope: recovery.Scope{ShopID: shopA, ShopperID: "s7"}, Names: adaKey, Limit: 10,
		Scrub: func(s string, _ ...string) string { return s }, Key: func(s string) string { return "erased:" + s },
		Address: func(_ event.Channel, a string) string { return "erased:" + a }, Spent: func(string) []string { return []string{"x"} },
		Order: func(id string) string { return "order " + id }, Mentions: func([]byte) bool { return false },
	}
}

func blank(table string) func(ctx context.Context, tx *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Blank(ctx, table, cleaning())
		return err
	}
}

func purge(what shop.Kept) func(ctx context.Context, tx *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Purge(ctx, shopA, what, time.UnixMilli(10), 10)
		return err
	}
}

// moreCrowd fills what the crowd leaves empty, and gives rows something to be erased.
var moreCrowd = []string{
	`INSERT INTO erased_marks (shop_id, hash, erased_at)` + many + `$1, 'h' || i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO inbounds (shop_id, id, channel, dedupe, shopper_id, sender, body, keyword, said_at, received_at)` + many + `
		$1, 'id' || i, 'email', 'd' || i, 's' || i, 'v' || i, 'text', '', i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO reports (shop_id, provider, dedupe, message_id, status, code, reason, said_at, received_at)` + many + `
		$1, 'sendgrid', 'd' || i, 'id' || i, 'bounced', '', 'why', i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO products (shop_id, same, currency, told_at, gone, doc)` + many + `$1, 'p' || i, 'EUR', i, FALSE, '{}' FROM n WHERE $2 >= 0`,
	`INSERT INTO inquiries (shop_id, kind, ref, shard, due_at, wanted_at)` + many + `$1, 'cart', 'r' || i, 0, CASE i % 400 WHEN 0 THEN i ELSE NULL END, i FROM n WHERE $2 >= 0`,
	`INSERT INTO early_reports (shop_id, provider_id, dedupe, doc, received_at)` + many + `$1, 'p' || i, 'd' || i, '{}', i FROM n WHERE $2 >= 0`,
	`INSERT INTO erasures (shop_id, id, shopper_id, state, requested_by, reason, identities, counts, requested_at, done_at)` + many + `
		$1, 'id' || i, 's' || i, CASE i % 400 WHEN 0 THEN 'running' ELSE 'done' END, '', '', '[]', '{}', i, i FROM n WHERE $2 >= 0`,
	`INSERT INTO privacy_requests (shop_id, id, kind, platform, event_id, subject, state, erasure_id, received_at, due_at, done_at)` + many + `
		$1, 'id' || i, 'subject_erase', '', '', '{}', CASE i % 400 WHEN 0 THEN 'waiting' ELSE 'done' END, '', i, i, i FROM n WHERE $2 >= 0`,
	`UPDATE decisions SET inputs = '{"a":"b"}' WHERE shop_id = $1 AND $2 >= 0`,
	`UPDATE messages SET rendered = '{"a":"b"}' WHERE shop_id = $1 AND $2 >= 0`,
	`UPDATE touches SET detail = 'a' WHERE shop_id = $1 AND $2 >= 0`,
	`UPDATE consents SET address = 'h' || id WHERE shop_id = $1 AND $2 >= 0`,
	`UPDATE events SET body = 'abc' WHERE shop_id = $1 AND $2 >= 0`,
	`UPDATE shoppers SET merged_into = 's1' WHERE shop_id = $1 AND id <> 's1' AND $2 >= 0`,
}

// The duties that run beside sending cost what they find, and not what is stored.
var hotPrivacy = []hot{
	{name: "erase events", index: []string{"events_shopper"}, tx: blank("events")},
	{name: "erase shared carts", index: primary("cart_people"), tx: blank("shared")},
	{name: "erase carts", index: []string{"carts_shopper"}, tx: blank("carts")},
	{name: "erase orders", index: []string{"orders_shopper"}, tx: blank("orders")},
	{name: "erase consents", index: []string{"consents_shopper"}, tx: blank("consents")},
	{name: "erase consents of an address", index: []string{"consents_address"}, tx: func(ctx context.Context, tx *store.Tx) error {
		c := cleaning()
		c.ShopperID = "nobody"
		_, err := tx.Blank(ctx, "consents", c)
		return err
	}},
	{name: "erase decisions", index: []string{"decisions_cart"}, tx: blank("decisions")},
	{name: "erase messages", index: []string{"messages_shopper"}, tx: blank("messages")},
	{name: "erase touches", index: []string{"touches_shopper"}, tx: blank("touches")},
	{name: "erase inbounds", index: []string{"inbounds_shopper"}, tx: blank("inbounds")},
	{name: "erase reports", index: []string{"reports_message"}, tx: blank("reports")},
	{name: "old orders of the erased", index: primary("erased_marks"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ErasedAt(ctx, shopA, "h7")
		return err
	}},
	{name: "merged shoppers", index: []string{"shoppers_merged"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.MergedInto(ctx, shopA, "s7")
		return err
	}},
	{name: "running erasures", index: []string{"erasures_running"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.RunningErasures(ctx, 10)
		return err
	}},
	{name: "waiting requests", index: []string{"privacy_requests_waiting"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.WaitingErasures(ctx, 10)
		return err
	}},
	{name: "purge events", index: []string{"events_kept"}, tx: purge(shop.KeptEvents)},
	{name: "purge messages", index: []string{"messages_kept"}, tx: purge(shop.KeptMessages)},
	{name: "purge decisions", index: []string{"decisions_kept"}, tx: purge(shop.KeptDecisions)},
	{name: "purge inbounds", index: []string{"inbounds_received"}, tx: purge(shop.KeptInbounds)},
	{name: "purge touches", index: []string{"touches_at"}, tx: purge(shop.KeptTouches)},
	{name: "purge reports", index: []string{"reports_received"}, tx: purge(shop.KeptReports)},
	{name: "purge early reports", index: []string{"early_reports_received"}, tx: purge(shop.KeptEarlyReports)},
	{name: "purge links", index: []string{"links_expiring"}, tx: purge(shop.KeptLinks)},
	{name: "purge behaviour", index: []string{"behaviours_kept", "visitor_claims_old", "visitors_seen"}, tx: purge(shop.KeptBehaviour)},
	{name: "erase visitors", index: append(primary("behaviours"), "visitors_shopper"), tx: blank("visitors")},
	{name: "purge products", index: []string{"products_told"}, tx: purge(shop.KeptProducts)},
	{name: "purge inquiries", index: []string{"inquiries_given_up"}, tx: purge(shop.KeptInquiries)},
	{name: "erase inquiries", index: append(primary("inquiries"), "carts_shopper", "orders_shopper"), tx: blank("inquiries")},
	{name: "expire carts", index: []string{"carts_state"}, tx: purge(shop.KeptCarts)},
}

func TestPrivacyQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := crowded(t, db)
		for _, statement := range append(moreCrowd, "ANALYZE") {
			args := []any{shopA, shop.Shard(shopA)}
			if statement == "ANALYZE" {
				args = nil
			}
			if _, err := raw.ExecContext(t.Context(), statement, args...); err != nil {
				t.Fatalf("%.60s: %v", statement, err)
			}
		}
		reader, heard := s.Overheard(db.URL)
		t.Cleanup(func() { reader.Close() })
		for _, h := range hotPrivacy {
			run := func() error { return h.read(t.Context(), reader) }
			if h.tx != nil {
				run = func() error { return s.WriteOverheard(t.Context(), heard, h.tx) }
			}
			if err := run(); err != nil {
				t.Errorf("%s: %v", h.name, err)
			}
			checkPlans(t, raw, db.Engine, h, heard.Take())
		}
	})
}
