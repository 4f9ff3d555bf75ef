package store_test

import (
	"context"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

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
	{name: "what a cart was told", index: []string{"messages_cart"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ToldOfCart(ctx, shopA, "cart")
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
	{name: "messages of a clock that was ahead", index: []string{"messages_due"}, tx: func(ctx context.Context, tx *store.Tx) error {
		return tx.PullBack(ctx, shard, now)
	}},
	{name: "quarantine", index: []string{"events_quarantined"}, read: func(ctx context.Context, s *store.Store) error {
		_, _, err := s.Quarantined(ctx, shopA, journey.Held{}, "", 10)
		return err
	}},
	{name: "carts by link", index: primary("cart_links"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.CartsByLinks(ctx, shopA, []event.Link{cartLink("unknown"), cartLink("another")})
		return err
	}},
	{name: "carts of an order's people", index: primary("cart_people"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.CartsOfOrder(ctx, shopA, cart.Order{Keys: twoKeys, PlacedAt: now})
		return err
	}},
	{name: "answers of a shopper, a cart and an address", index: []string{"consents_shopper", "consents_cart", "consents_address"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Consents(ctx, shopA, event.Email, "s7", "id7", "hash7")
		return err
	}},
	{name: "shoppers by key", index: primary("shopper_keys"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ShoppersByKeys(ctx, shopA, adaKey)
		return err
	}},
	{name: "names", index: primary("shopper_keys"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Names(ctx, shopA, twoKeys)
		return err
	}},
	{name: "a person's names", index: []string{"shopper_keys_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.NamesOf(ctx, shopA, "s7")
		return err
	}},
	{name: "whom a name was seen with", index: append(primary("key_pairs"), "key_pairs_b", "shopper_keys_id"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Partners(ctx, shopA, "s7", 9)
		return err
	}},
	{name: "what was said of a name", index: []string{"rulings_a", "rulings_b", "shopper_keys_id"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Words(ctx, shopA, "s7", 9)
		return err
	}},
	{name: "one ruling", index: primary("rulings"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Word(ctx, shopA, "w7")
		return err
	}},
	{name: "a ruling ends another", index: []string{"rulings_"}, tx: func(ctx context.Context, tx *store.Tx) error {
		return tx.AddWord(ctx, shopA, shopper.Word{ID: "w-hot", NameA: shopper.Name{ID: "s7"}, NameB: shopper.Name{ID: "s8"}})
	}},
	{name: "what hangs on a person's names", index: []string{"carts_shopper", "orders_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, _, err := tx.Hanging(ctx, shopA, "s7", 200)
		return err
	}},
	{name: "a person's names for a page", index: append(primary("shoppers"), "shopper_keys_shopper"), read: func(ctx context.Context, s *store.Store) error {
		_, _, err := s.PersonNames(ctx, shopA, "s7", 300)
		return err
	}},
	{name: "where a name stands", index: append(primary("cart_people"), primary("order_marks")...), read: func(ctx context.Context, s *store.Store) error {
		_, _, err := s.StandsOn(ctx, shopA, adaKey[0], 1000)
		return err
	}},
	{name: "a cart of two names", index: primary("cart_people"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.SharedCart(ctx, shopA, adaKey[0], phone("+337"))
		return err
	}},
	{name: "what told", index: primary("events"), read: func(ctx context.Context, s *store.Store) error {
		_, _, err := s.ToldBy(ctx, shopA, "id7")
		return err
	}},
	{name: "orders by mark", index: primary("order_marks"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.OrdersMatching(ctx, shopA, []event.Link{cartLink("unknown")}, twoKeys, now)
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
	{name: "links opened by a shopper", index: []string{"touches_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.LinksOpened(ctx, shopA, "s7", now)
		return err
	}},
	{name: "clicks that are doubted", index: []string{"touches_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		return tx.DoubtClicks(ctx, shopA, "s7", now, "a reason")
	}},
	{name: "confirmed click of a message", index: []string{"touches_message"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.LastConfirmed(ctx, shopA, "id7")
		return err
	}},
	{name: "links that are taken back", index: []string{"links_message", "messages_cart", "messages_shopper"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RevokeLinks(ctx, shopA, recovery.LinksOf{MessageID: "id7", CartID: "id7", ShopperID: "s7"})
		return err
	}},
	{name: "page of carts", index: []string{"carts_recent", "recoveries_cart", "shopper_keys_shopper"}, read: page("carts", journey.Query{})},
	{name: "page of carts in a state", index: []string{"carts_state"}, read: page("carts", journey.Query{State: "open"})},
	{name: "page of recovered carts", index: []string{"recoveries_cart"}, read: page("recovered carts", journey.Query{})},
	{name: "page of messages", index: []string{"messages_recent"}, read: page("messages", journey.Query{})},
	{name: "page of messages in a state", index: []string{"messages_state"}, read: page("messages", journey.Query{State: "reserved"})},
	{name: "page of a cart's decisions", index: []string{"decisions_cart"}, read: page("decisions", journey.Query{CartID: "id7"})},
	{name: "messages of a channel since", index: []string{"messages_recent"}, read: page("messages", journey.Query{Channel: event.SMS, Since: now})},
	{name: "late messages that left", index: []string{"messages_recent"}, read: page("messages", journey.Query{State: "left", Since: now, LateBy: time.Second})},
	{name: "lateness", index: []string{"messages_recent"}, read: func(ctx context.Context, s *store.Store) error { _, err := s.Lateness(ctx, shopA); return err }},
	{name: "page of the quarantine", index: []string{"events_quarantined"}, read: page("quarantine", journey.Query{})},
	{name: "page of the quarantine, of a topic", index: []string{"events_quarantined_topic"}, read: page("quarantine", journey.Query{Held: journey.Held{Topic: "t"}})},
	{name: "page of the quarantine, of a reason", index: []string{"events_quarantined_reason"}, read: page("quarantine", journey.Query{Held: journey.Held{Reason: "r"}})},
	{name: "page of the quarantine, of both", index: []string{"events_quarantined_both"}, read: page("quarantine", journey.Query{Held: journey.Held{Topic: "t", Reason: "r"}})},
	{name: "what is replayed of a topic", index: []string{"events_quarantined_topic"}, read: heldOf(journey.Held{Topic: "t"})},
	{name: "what is replayed of a reason", index: []string{"events_quarantined_reason"}, read: heldOf(journey.Held{Reason: "r"})},
	{name: "what is replayed of both", index: []string{"events_quarantined_both"}, read: heldOf(journey.Held{Topic: "t", Reason: "r"})},
	{name: "the one that is replayed", index: primary("events"), read: heldOf(journey.Held{ID: "id200"})},
	{name: "kinds in quarantine", index: []string{"events_quarantined"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.QuarantineKinds(ctx, shopA)
		return err
	}},
	{name: "how many in quarantine", index: []string{"events_quarantined"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.CountQuarantined(ctx, shopA, journey.Held{})
		return err
	}},
	{name: "how many in quarantine, of both", index: []string{"events_quarantined_both"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.CountQuarantined(ctx, shopA, journey.Held{Topic: "t", Reason: "r"})
		return err
	}},
	{name: "one event in quarantine and those alike", index: append(primary("events"), "events_quarantined"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.QuarantinedEvent(ctx, shopA, "id200")
		return err
	}},
	{name: "account of a cart", index: append(primary("carts"), "enrollments_once", "consents_shopper", "decisions_cart", "messages_cart"),
		read: func(ctx context.Context, s *store.Store) error { _, err := s.Cart(ctx, shopA, "id7"); return err }},
	{name: "decision of a message", index: []string{"decisions_cart"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.DecisionOf(ctx, shopA, "id7", "unknown")
		return err
	}},
	{name: "page of orders", index: []string{"orders_recent"}, read: page("orders", journey.Query{})},
	{name: "page of recoveries", index: []string{"recoveries_recent"}, read: page("recoveries", journey.Query{})},
}

// heldOf reads what a replay goes on with.
func heldOf(h journey.Held) func(ctx context.Context, s *store.Store) error {
	return func(ctx context.Context, s *store.Store) error {
		_, _, err := s.Quarantined(ctx, shopA, h, "MTAwIGlkMTAw", 50)
		return err
	}
}

// page reads a page from the middle of a list.
func page(list string, q journey.Query) func(ctx context.Context, s *store.Store) error {
	return func(ctx context.Context, s *store.Store) error {
		q.Limit, q.Cursor = 10, "MjAwMCBpZDIwMDA" // 2000 id2000
		_, _, err := lists[list].page(ctx, s, q)
		return err
	}
}
