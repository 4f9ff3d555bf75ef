package recovery_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func fetching() *farShop {
	return &farShop{can: recovery.Abilities{Fetch: true}, has: map[string]post{}}
}

func TestWhatAWebhookOnlyNamesIsAskedFor(t *testing.T) {
	farWorld(t, fetching, func(t *testing.T, w *world, far *farShop) {
		far.has["c1"] = gen("Cart Updated", w.now(), adaCart("c1"))
		w.send(named("c1", 1), named("c1", 2))
		w.pass(time.Minute)
		if want := []string{"cart c1"}; !slices.Equal(far.asked, want) {
			t.Errorf("asked %q, want %q once for both", far.asked, want)
		}
		if c := w.cart("c1"); c.Cart.State != cart.Open || len(c.Cart.Items()) != 1 {
			t.Errorf("the cart is %+v", c.Cart)
		}
		if n := w.count("inquiries"); n != 0 {
			t.Errorf("%d questions are left", n)
		}
		w.send(named("gone", 1))
		w.pass(time.Minute)
		if n := w.count("inquiries"); n != 0 {
			t.Errorf("what is gone is still asked for: %+v", w.inquiries())
		}
	})
}

// A change that is told while an older state of it is being read is not missed.
func TestPutAgainWhileItIsAsked(t *testing.T) {
	farWorld(t, fetching, func(t *testing.T, w *world, far *farShop) {
		far.has["c1"] = gen("Cart Updated", w.now(), adaCart("c1"))
		w.send(named("c1", 1))
		far.during = func() {
			far.during = nil
			w.clock.Add(time.Second)
			w.send(named("c1", 2))
		}
		w.asks()
		if w.clock.Add(2 * time.Second); w.asks() != 1 {
			t.Error("it was not asked again")
		}
		if len(far.asked) != 2 || w.count("inquiries") != 0 {
			t.Errorf("asked %q, %d questions left", far.asked, w.count("inquiries"))
		}
	})
}

func TestAPlatformThatIsDownIsAskedAgain(t *testing.T) {
	farWorld(t, fetching, func(t *testing.T, w *world, far *farShop) {
		far.has["c1"] = gen("Cart Updated", w.now(), adaCart("c1"))
		far.trouble = fault.New(fault.Overloaded, "the platform has trouble (503)").Later(time.Minute)
		w.send(named("c1", 1), named("c2", 1))
		w.pass(30 * time.Second)
		if len(far.asked) != 1 {
			t.Errorf("asked %q: the others wait when one met trouble", far.asked)
		}
		w.pass(3 * time.Hour)
		asked := len(far.asked)
		if asked > 2*15 {
			t.Errorf("asked %d times within three hours", asked)
		}
		if q := w.inquiries(); len(q) != 2 || !strings.Contains(q[0].Trouble, "503") {
			t.Errorf("a merchant sees %+v", q)
		}
		far.trouble = nil
		w.pass(2 * time.Hour)
		if w.cart("c1").Cart.State == "" || w.count("inquiries") != 0 {
			t.Errorf("%d questions left after it came back", w.count("inquiries"))
		}
	})
}

func TestAskingEnds(t *testing.T) {
	farWorld(t, fetching, func(t *testing.T, w *world, far *farShop) {
		far.trouble = fault.New(fault.Misconfigured, "the platform refuses the key (401)").Try("make a new key")
		w.send(named("c1", 1))
		w.pass(5 * 24 * time.Hour)
		far.asked = nil
		w.pass(24 * time.Hour)
		if q := w.inquiries(); len(far.asked) > 0 || len(q) != 1 || !q[0].DueAt.IsZero() || !strings.Contains(q[0].Trouble, "make a new key") {
			t.Errorf("still asked: %q; %+v", far.asked, q)
		}
	})
}

// A process that dies while it asks leaves its questions to the next.
func TestQuestionsOutliveTheirProcess(t *testing.T) {
	farWorld(t, fetching, func(t *testing.T, w *world, far *farShop) {
		far.has["c1"] = gen("Cart Updated", w.now(), adaCart("c1"))
		w.send(named("c1", 1))
		w.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ClaimInquiries(ctx, shop.Shard(w.shop.ID), 10, w.now().Add(5*time.Minute))
			return err
		})
		w.pass(10 * time.Minute)
		if len(w.carts()) != 1 {
			t.Errorf("the cart was never told; %+v", w.inquiries())
		}
	})
}

func listing() *farShop { return &farShop{can: recovery.Abilities{Changes: true}} }

// Its webhook never came: the list finds the order before a message is sent.
func TestAnOrderNobodyAnnouncedIsFound(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.pass(40 * time.Minute)
		at := w.now()
		far.pages = [][]post{
			{gen("Order Completed", at, fields{"order_id": "o0", "total": "1.00", "currency": "EUR", "email": "bob@example.com"})},
			{gen("Order Completed", at, fields{"order_id": "o1", "cart_id": "c1", "total": "40.00", "currency": "EUR", "email": ada})},
		}
		w.pass(6 * time.Minute)
		if c := w.cart("c1").Cart; c.State != cart.Ordered {
			t.Errorf("the cart is %s five minutes after its order", c.State)
		}
		w.pass(24 * time.Hour)
		if got := w.sent(); len(got) > 0 {
			t.Errorf("sent %q after the purchase", got)
		}
		if n := len(w.orders()); n != 2 {
			t.Errorf("%d orders after a day of the same list", n)
		}
	}, book(oneStep("", `"<p>{{ cart.total }}</p>"`)))
}

func TestAListGoesOnWhereItEnded(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		begin := w.now()
		w.sweep()
		w.pass(21 * time.Minute)
		var ago []time.Duration
		for _, s := range far.since {
			ago = append(ago, s.Sub(begin))
		}
		want := []time.Duration{-24 * time.Hour, -3 * time.Minute, 2 * time.Minute, 7 * time.Minute, 12 * time.Minute}
		if diff := cmp.Diff(want, ago); diff != "" {
			t.Errorf("each list begins a little before the one before it began: %s", diff)
		}
		far.trouble = fault.New(fault.Overloaded, "down")
		w.pass(6 * time.Hour)
		far.trouble, far.since = nil, nil
		w.pass(2 * time.Hour)
		if since := far.since[0].Sub(begin); since != 17*time.Minute {
			t.Errorf("after an outage the list begins at %v, want where it ended", since)
		}
	})
}

func TestNoListsWhereTheShopWantsNone(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		w.pass(6 * time.Hour)
		if len(far.asked) > 0 {
			t.Errorf("asked %q", far.asked)
		}
	}, settings(func(s *shop.Settings) { s.ReconcileEvery = -1 }))
}

// What makes no sense is kept aside and does not stop the rest of a list.
func TestNonsenseInAListIsKeptAside(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		far.pages = [][]post{{
			gen("Order Completed", w.now(), fields{"order_id": "o1", "total": "many", "currency": "EUR", "email": ada}),
			gen("Order Completed", w.now(), fields{"order_id": "o2", "total": "2.00", "currency": "EUR", "email": ada}),
		}}
		w.pass(10 * time.Minute)
		if n := len(w.orders()); n != 1 {
			t.Errorf("%d orders, want the one that makes sense", n)
		}
		if n := w.countOf(`SELECT count(*) FROM events WHERE status = 'quarantined'`); n != 1 {
			t.Errorf("%d events in quarantine", n)
		}
	})
}

// What is still to be asked about somebody who was erased is not asked any
// more, and what was being asked meanwhile is not heard.
func TestAnErasedShopperIsNotAskedFor(t *testing.T) {
	farWorld(t, fetching, func(t *testing.T, w *world, far *farShop) {
		order := fields{"order_id": "o1", "cart_id": "c0", "email": ada, "total": "40.00", "currency": "EUR"}
		far.has["c1"] = gen("Cart Updated", w.now(), adaCart("c1").with(fields{"coupon": "NEWER"}))
		far.has["o1"] = gen("Order Completed", w.now(), order)
		w.send(gen("Cart Updated", w.now(), adaCart("c1")), gen("Cart Updated", w.now(), adaCart("c0")), gen("Order Completed", w.now(), order),
			gen("Cart Updated", w.now(), fields{"cart_id": "c2", "email": "bob@example.org", "currency": "EUR", "products": []fields{line("hat", 1, "9.00")}}))
		w.write(func(ctx context.Context, tx *store.Tx) error {
			for _, q := range []recovery.Inquiry{{Kind: "order", Ref: "o1"}, {Kind: recovery.AskProducts, Ref: w.cart("c1").Cart.ID}, {Kind: "customer", Ref: "7"},
				{Kind: "cart", Ref: "c1"}, {Kind: "cart", Ref: "c2"}, {Kind: "order", Ref: "c0"}, {Kind: recovery.AskChanges}} {
				q.ShopID, q.DueAt, q.WantedAt = w.shop.ID, w.now().Add(time.Hour), w.now()
				if err := tx.Want(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		who := recovery.Who{Keys: []event.Key{{Kind: event.KeyEmail, Value: ada}, {Kind: event.KeyCustomer, Value: "7"}}}
		if _, err := w.engine.Erase(t.Context(), w.shop.ID, who, "test", ""); err != nil {
			t.Fatal(err)
		}
		same(t, "left", w.questions(), []string{"cart c2", "changes ", "order c0"})
		// A cart of hers is told anew, and being asked for while she is erased again.
		w.clock.Add(time.Hour)
		w.send(gen("Cart Updated", w.now(), adaCart("c1")), named("c1", 9))
		far.during = func() {
			far.during = nil
			if _, err := w.engine.Erase(t.Context(), w.shop.ID, who, "test", ""); err != nil {
				t.Error(err)
			}
		}
		w.pass(time.Minute)
		for column, text := range tablesWith(t, w.db, []string{ada}) {
			t.Errorf("%s holds %q", column, text)
		}
	})
}

// Everybody in a shop: nothing is asked of its platform any more.
func TestAnErasedShopIsNotAsked(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		far.pages = [][]post{{gen("Order Completed", w.now(), fields{"order_id": "o1", "total": "40.00", "currency": "EUR", "email": ada})}}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Want(ctx, recovery.Inquiry{ShopID: w.shop.ID, Kind: "cart", Ref: "c1", DueAt: w.now(), WantedAt: w.now()})
		})
		if _, err := w.engine.EraseShop(t.Context(), w.shop.ID, "test", ""); err != nil {
			t.Fatal(err)
		}
		same(t, "left", w.questions(), nil)
		w.pass(3 * time.Hour)
		if len(far.asked) > 0 || len(w.orders()) > 0 {
			t.Errorf("asked %q; %d orders came back", far.asked, len(w.orders()))
		}
	})
}

// questions gives the first shop's questions.
func (w *world) questions() []string {
	w.t.Helper()
	return texts(w, w.db.Raw(w.t), `SELECT kind || ' ' || ref FROM inquiries ORDER BY 1`)
}
