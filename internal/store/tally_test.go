package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// ledger reads a shop's tallies, lanes added up, without those that came to nothing.
func ledger(t testing.TB, raw *sql.DB, shopID string) []string {
	t.Helper()
	return texts(t, raw, `
		SELECT what || ' day ' || day || ' [' || persona || '|' || sequence || '|' || channel || '|' || kind || '|' || currency || '] ' ||
			sum(n) || ' ' || sum(amount) || ' ' || sum(refunded)
		FROM tallies WHERE shop_id = $1 GROUP BY what, day, persona, sequence, channel, kind, currency
		HAVING sum(n) <> 0 OR sum(amount) <> 0 OR sum(refunded) <> 0`, shopID)
}

func recount(t testing.TB, s *store.Store, shopID string) {
	t.Helper()
	if err := s.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error { return tx.Recount(ctx, shopID) }); err != nil {
		t.Fatal(err)
	}
}

// draft draws what a random transaction writes; ids are few, so that rows change.
type draft struct {
	*rapid.T
	shopID string
}

func (d draft) of(name string, values ...string) string {
	return rapid.SampledFrom(values).Draw(d.T, name)
}

// moment is within some days around a change of the clocks.
func (d draft) moment(name string) time.Time {
	return time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(d.T, name)) * time.Minute)
}

func (d draft) cart() work {
	c := aCart(d.shopID, d.of("cart", "c1", "c2", "c3"))
	c.State = cart.State(d.of("state", "open", "abandoned", "ordered", "emptied", "merged", "expired"))
	c.PersonaKey = d.of("persona", "", "vip", "rest")
	c.Facts.StartedAt = d.moment("started").UnixMilli()
	if rapid.Bool().Draw(d.T, "was abandoned") {
		c.AbandonedAt = d.moment("abandoned")
	}
	if c.State == cart.Ordered {
		c.OrderedAt = d.moment("ordered")
	}
	return func(ctx context.Context, tx *store.Tx) error { return tx.SaveCart(ctx, c, time.Time{}) }
}

func (d draft) enrollment() work {
	e := anEnrollment(d.shopID, d.of("enrollment", "e1", "e2"), d.of("cart", "c1", "c2"))
	e.ID += e.CartID
	e.SequenceKey, e.Persona = d.of("sequence", "s1", "s2"), d.of("persona", "vip", "rest")
	e.ID += e.SequenceKey
	e.Holdout, e.CreatedAt = rapid.Bool().Draw(d.T, "held out"), d.moment("created")
	return func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Enrollment(ctx, d.shopID, e.ID); !fault.Is(err, fault.NotFound) {
			return err
		}
		_, err := tx.InsertEnrollment(ctx, e)
		return err
	}
}

func (d draft) message() work {
	l := aLetter(d.shopID, d.of("message", "m1", "m2", "m3"), d.of("enrollment of", "e1c1s1", "e2c1s2", "nobody"), 0)
	l.ID += l.EnrollmentID
	l.Channel, l.ReservedAt = event.Channel(d.of("channel", "email", "sms")), d.moment("reserved")
	state := delivery.State(d.of("message state", "reserved", "sending", "accepted", "delivered", "cancelled", "unknown"))
	return func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Message(ctx, d.shopID, l.ID); fault.Is(err, fault.NotFound) {
			if err := tx.InsertMessage(ctx, l, nil); fault.Is(err, fault.Conflict) {
				return nil
			} else if err != nil {
				return err
			}
		}
		l.State = state
		return tx.SaveMessage(ctx, l)
	}
}

func (d draft) decision(n int) work {
	v := aDecision(d.shopID, fmt.Sprint("d", n), fmt.Sprint("e", n), 0, journey.Outcome(d.of("outcome", "sent", "skipped", "deferred")))
	v.At, v.Rule = d.moment("decided"), d.of("rule", "consent.no", "quiet_hours")
	return func(ctx context.Context, tx *store.Tx) error { return tx.InsertDecision(ctx, v) }
}

func (d draft) recovery() work {
	r := aRecovery(d.shopID, "", d.of("order", "o1", "o2", "o3"))
	r.ID, r.CartID = "r-"+r.OrderID, d.of("cart", "", "c1", "c2", "c3")
	currency := d.of("currency", "EUR", "JPY")
	r.Amount = money.Money{Minor: rapid.Int64Range(0, 90000).Draw(d.T, "amount"), Currency: currency}
	r.Refunded = money.Money{Minor: rapid.Int64Range(0, 90000).Draw(d.T, "refunded"), Currency: currency}
	r.Rule = attribution.Rule(d.of("rule of credit", string(attribution.LastClick), string(attribution.SameCart)))
	r.MessageID, r.CreditedAt = d.of("message of", "m1e1c1s1", "m2e2c1s2", ""), d.moment("credited")
	return func(ctx context.Context, tx *store.Tx) error { return tx.SaveRecovery(ctx, r) }
}

func (d draft) merge() work {
	from, into := d.of("from", "c1", "c2"), d.of("into", "c2", "c3")
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.MergeCart(ctx, d.shopID, from, into)
		return err
	}
}

func (d draft) expiry() work {
	before := d.moment("before")
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Purge(ctx, d.shopID, shop.KeptCarts, before, 2)
		return err
	}
}

func (d draft) erasure() work {
	return func(ctx context.Context, tx *store.Tx) error {
		c := cleaning()
		c.Scope = recovery.Scope{ShopID: d.shopID, ShopperID: recovery.WholeShop}
		_, err := tx.Blank(ctx, "carts", c)
		return err
	}
}

func (d draft) zone() work {
	name := d.of("zone", "Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham")
	return func(ctx context.Context, tx *store.Tx) error {
		s := aShop(d.shopID)
		s.TimeZone = name
		return tx.SaveShop(ctx, s)
	}
}

// errUndone ends a transaction whose work is taken back: nothing of it may be counted.
var errUndone = fault.New(fault.Conflict, "taken back")

// The tallies that transactions keep are those that counting the rows gives,
// whatever is written in whatever order, taken back, or counted in between.
func TestTalliesAreWhatCountingGives(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw, shops, decisions := db.Open(t), db.Raw(t), 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			shops++
			d := draft{rt, fmt.Sprint("shop", shops)}
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveShop(ctx, aShop(d.shopID)) })
			for range rapid.IntRange(1, 12).Draw(rt, "transactions") {
				var steps []work
				for range rapid.IntRange(1, 4).Draw(rt, "steps") {
					decisions++
					steps = append(steps, map[string]func() work{
						"cart": d.cart, "enrollment": d.enrollment, "message": d.message, "decision": func() work { return d.decision(decisions) },
						"recovery": d.recovery, "expiry": d.expiry, "erasure": d.erasure, "zone": d.zone, "merge": d.merge,
					}[d.of("step", "cart", "cart", "cart", "enrollment", "message", "message", "decision", "recovery", "recovery", "expiry", "erasure", "zone", "merge", "merge")]())
				}
				back := rapid.IntRange(0, 9).Draw(rt, "taken back") == 0
				err := s.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					for _, step := range steps {
						if err := step(ctx, tx); err != nil {
							return err
						}
					}
					if back {
						return errUndone
					}
					return nil
				})
				// A second live message of a step is refused by the database.
				if err != nil && !errors.Is(err, errUndone) && !s.Hopeless(err) {
					rt.Fatal(err)
				}
			}
			kept := ledger(t, raw, d.shopID)
			recount(t, s, d.shopID)
			if diff := cmp.Diff(ledger(t, raw, d.shopID), kept); diff != "" {
				rt.Fatalf("the tallies differ from what counting gives (-counted +kept):\n%s", diff)
			}
		})
	})
}
