package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// hotDesk are the queries of the pages about days, shoppers and conversations.
var hotDesk = []hot{
	{name: "report", index: primary("tallies"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Report(ctx, shopA, journey.ReportQuery{Days: journey.Days{From: 20000, To: 20029}, Today: 20029, Compare: true})
		return err
	}},
	{name: "carts begun on some days", index: []string{"carts_started"}, read: ofCarts(journey.Narrow{Moment: "started"})},
	{name: "carts abandoned on some days", index: []string{"carts_abandoned"}, read: ofCarts(journey.Narrow{Moment: "abandoned"})},
	{name: "carts ordered on some days", index: []string{"carts_ordered"}, read: ofCarts(journey.Narrow{Moment: "ordered"})},
	{name: "carts of a persona abandoned on some days", index: []string{"carts_persona"}, read: ofCarts(journey.Narrow{Moment: "abandoned", Persona: "vip"})},
	{name: "recoveries of a persona", index: []string{"recoveries_persona"}, read: ofRecoveries("", journey.Narrow{Persona: "vip"})},
	{name: "recoveries of a sequence", index: []string{"recoveries_sequence"}, read: ofRecoveries("", journey.Narrow{Sequence: "cart-vip"})},
	{name: "recoveries of a channel", index: []string{"recoveries_channel"}, read: ofRecoveries(event.SMS, journey.Narrow{})},
	{name: "decisions", index: []string{"decisions_recent"}, read: ofDecisions("", "")},
	{name: "decisions of an outcome", index: []string{"decisions_outcome"}, read: ofDecisions("failed", "")},
	{name: "decisions of a rule", index: []string{"decisions_rule"}, read: ofDecisions("failed", "template.error")},
	{name: "messages looked through", index: []string{"messages_recent"}, read: ofMessages("left", journey.Narrow{Persona: "vip", Step: 2})},
	{name: "messages of a state looked through", index: []string{"messages_state"}, read: ofMessages("bounced", journey.Narrow{Sequence: "cart"})},
	{name: "messages of a shopper", index: []string{"messages_shopper"}, read: ofMessages("", journey.Narrow{ShopperID: "s7"})},
	{name: "search", index: append(primary("shopper_keys"), "orders_number", "orders_platform", "primary of cart_links"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Find(ctx, shopA, journey.Sought{Text: "v7", Keys: []event.Key{email("v7")}, Prefix: "v7"})
		return err
	}},
	{name: "search by a prefix", index: primary("shopper_keys"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Find(ctx, shopA, journey.Sought{Text: "v39", Prefix: "v39"})
		return err
	}},
	{name: "shoppers", index: primary("shoppers"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Shoppers(ctx, shopA, journey.Query{Limit: 10})
		return err
	}},
	{name: "a shopper", index: []string{"carts_shopper", "enrollments_shopper"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.ShopperDetail(ctx, shopA, "s7")
		return err
	}},
	{name: "a shopper's story", index: []string{"events_shopper", "decisions_cart", "carts_shopper", "enrollments_shopper", "messages_shopper", "touches_shopper", "inbounds_shopper", "orders_shopper", "recoveries_order"},
		read: func(ctx context.Context, s *store.Store) error {
			_, err := s.ShopperStory(ctx, shopA, "s7", journey.Query{Limit: 10})
			return err
		}},
	{name: "a cart", index: []string{"decisions_cart", "messages_cart", "enrollments_once", "events_cart", "touches_cart"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Cart(ctx, shopA, "id7")
		return err
	}},
	{name: "whose carts they are", index: append(primary("carts"), primary("shoppers")...), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.CartNames(ctx, shopA, []string{"id7", "id8"})
		return err
	}},
	{name: "what recoveries are credited to", index: append(primary("recoveries"), primary("orders")...), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.CreditedTo(ctx, shopA, []string{"id7", "id8"})
		return err
	}},
	{name: "what shoppers are called", index: primary("shoppers"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.ShopperNames(ctx, shopA, []string{"s7", "s8"})
		return err
	}},
	{name: "conversations", index: []string{"conversations_recent", "inbounds_sender"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Conversations(ctx, shopA, journey.Query{Limit: 10})
		return err
	}},
	{name: "conversations that wait", index: []string{"conversations_open"}, read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Conversations(ctx, shopA, journey.Query{Limit: 10, State: "open"})
		return err
	}},
	{name: "a conversation", index: append(primary("conversations"), "inbounds_sender", "messages_shopper"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.Exchange(ctx, shopA, "id7")
		return err
	}},
}

// someDays lie in the middle of the crowd's times.
func someDays(n journey.Narrow) journey.Narrow {
	n.From, n.To = time.UnixMilli(2000), time.UnixMilli(2400)
	return n
}

func ofCarts(n journey.Narrow) func(context.Context, *store.Store) error {
	return func(ctx context.Context, s *store.Store) error {
		_, err := s.Carts(ctx, shopA, journey.Query{Limit: 10, Narrow: someDays(n)})
		return err
	}
}

func ofRecoveries(c event.Channel, n journey.Narrow) func(context.Context, *store.Store) error {
	return func(ctx context.Context, s *store.Store) error {
		_, err := s.Recoveries(ctx, shopA, journey.Query{Limit: 10, Channel: c, Narrow: someDays(n)})
		return err
	}
}

func ofDecisions(outcome, rule string) func(context.Context, *store.Store) error {
	return func(ctx context.Context, s *store.Store) error {
		_, err := s.Decisions(ctx, shopA, journey.Query{Limit: 10, State: outcome, Narrow: someDays(journey.Narrow{Rule: rule})})
		return err
	}
}

func ofMessages(state string, n journey.Narrow) func(context.Context, *store.Store) error {
	return func(ctx context.Context, s *store.Store) error {
		_, err := s.Messages(ctx, shopA, journey.Query{Limit: 10, State: state, Narrow: someDays(n)})
		return err
	}
}

// Both with what the planner knows of the crowd and, as on a database that was
// never analysed, without.
func TestDeskQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := crowded(t, db)
		if _, err := raw.ExecContext(t.Context(), `UPDATE carts SET abandoned_at = started_at, ordered_at = started_at, persona = CASE length(id) % 2 WHEN 0 THEN 'vip' ELSE 'rest' END`); err != nil {
			t.Fatal(err)
		}
		for _, analysed := range []bool{true, false} {
			if !analysed && db.Engine == storetest.EngineSQLite {
				if _, err := raw.ExecContext(t.Context(), `DELETE FROM sqlite_stat1`); err != nil {
					t.Fatal(err)
				}
				raw = db.Raw(t) // the figures are read once by a connection
			}
			reader, heard := s.Overheard(db.URL)
			for _, h := range hotDesk {
				if err := h.read(t.Context(), reader); err != nil {
					t.Errorf("%s: %v", h.name, err)
				}
				checkPlans(t, raw, db.Engine, h, heard.Take())
			}
			reader.Close()
		}
	})
}
