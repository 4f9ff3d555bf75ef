package cart_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
)

func TestSettle(t *testing.T) {
	t.Parallel()
	filled := foldAll(at(10, event.CartUpdated, full(item("a", 1, 500))))
	emptied := foldAll(at(10, event.CartUpdated, full()))
	was := func(c cart.Cart, s cart.State, abandoned time.Time) cart.Cart {
		c.State, c.AbandonedAt = s, abandoned
		return c
	}
	before, after := noon.Add(5*time.Minute), noon.Add(40*time.Minute)
	for _, c := range []struct {
		name string
		cart cart.Cart
		want cart.State
	}{
		{"open stays open", was(filled, cart.Open, time.Time{}), cart.Open},
		{"abandoned stays abandoned without activity", was(filled, cart.Abandoned, after), cart.Abandoned},
		{"activity opens it again", was(filled, cart.Abandoned, before), cart.Open},
		{"expired stays expired", was(filled, cart.Expired, after), cart.Expired},
		{"filled again after it was emptied", was(filled, cart.Emptied, time.Time{}), cart.Open},
		{"emptied while abandoned", was(emptied, cart.Abandoned, after), cart.Emptied},
		{"ordered is sticky, whatever is left in it", was(emptied, cart.Ordered, time.Time{}), cart.Ordered},
		{"ordered is sticky against activity", was(filled, cart.Ordered, before), cart.Ordered},
		{"merged is terminal", was(filled, cart.Merged, before), cart.Merged},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.cart.Settle(); got != c.want {
				t.Errorf("state %s, want %s", got, c.want)
			}
		})
	}
}

func TestMatchedBy(t *testing.T) {
	t.Parallel()
	mail := event.Key{Kind: event.KeyEmail, Value: "ana@shop.example"}
	phone := event.Key{Kind: event.KeyPhone, Value: "+33612345678"}
	c := foldAll(at(0, event.CheckoutUpdated, func(e *event.Event) {
		e.Links = []event.Link{{Kind: event.LinkCheckout, Value: "k1"}, {Kind: event.LinkCart, Value: "c1"}}
		e.Person.Keys = []event.Key{mail, phone}
	})).Facts
	order := func(placed time.Duration, links []event.Link, keys ...event.Key) cart.Order {
		return cart.Order{ID: "o", Links: links, Keys: keys, PlacedAt: noon.Add(placed), PlacedLast: noon.Add(placed)}
	}
	span := func(from, to time.Duration) cart.Order {
		return cart.Order{ID: "o", Keys: []event.Key{mail}, PlacedAt: noon.Add(from), PlacedLast: noon.Add(to)}
	}
	for _, k := range []struct {
		name  string
		order cart.Order
		want  string
	}{
		{"an order whose events differ about its time, and one fits", span(-48*time.Hour, time.Hour), "email"},
		{"an order whose events differ about its time, all before the cart", span(-48*time.Hour, -time.Hour), ""},
		{"an order whose events differ about its time, all long after", span(31*24*time.Hour, 32*24*time.Hour), ""},
		{"a shared platform id", order(time.Hour, []event.Link{{Kind: event.LinkCheckout, Value: "k1"}}), "link"},
		{"a shared id counts whatever the clock says", order(-48*time.Hour, []event.Link{{Kind: event.LinkCart, Value: "c1"}}), "link"},
		{"the same value of another kind is another thing", order(time.Hour, []event.Link{{Kind: event.LinkOrder, Value: "c1"}}), ""},
		{"the same email", order(time.Hour, nil, mail), "email"},
		{"the same phone", order(time.Hour, nil, phone), "phone"},
		{"somebody else", order(time.Hour, nil, event.Key{Kind: event.KeyEmail, Value: "ben@shop.example"}), ""},
		{"an earlier order of the same person", order(-time.Hour, nil, mail), ""},
		{"clocks may differ a little", order(-4*time.Minute, nil, mail), "email"},
		{"a person's order long after", order(31*24*time.Hour, nil, mail), ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			if got := c.MatchedBy(k.order); got != k.want {
				t.Errorf("matched by %q, want %q", got, k.want)
			}
		})
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	mail := event.Key{Kind: event.KeyEmail, Value: "ana@shop.example"}
	link := []event.Link{{Kind: event.LinkCart, Value: "c1"}}
	c := foldAll(at(0, event.CheckoutUpdated, func(e *event.Event) { e.Person.Keys = []event.Key{mail} })).Facts
	announced := cart.Order{ID: "announced", Links: link, PlacedAt: noon.Add(time.Minute)}
	real := cart.Order{ID: "real", Links: link, PlacedAt: noon.Add(2 * time.Minute), Creditable: true}
	other := cart.Order{ID: "other", Keys: []event.Key{mail}, PlacedAt: noon.Add(time.Minute), Creditable: true}
	stranger := cart.Order{ID: "stranger", PlacedAt: noon}
	if _, _, ok := c.Best([]cart.Order{stranger}); ok {
		t.Error("a stranger's order was taken")
	}
	rapid.Check(t, func(t *rapid.T) {
		orders := rapid.Permutation([]cart.Order{announced, real, other, stranger}).Draw(t, "orders")
		if o, by, ok := c.Best(orders); !ok || o.ID != "real" || by != "link" {
			t.Fatalf("best %s by %s (%v), want the real order by its link", o.ID, by, ok)
		}
	})
}

func TestPurchaseAnyOrder(t *testing.T) {
	t.Parallel()
	base := event.Order{ID: "o1", Number: "#1", Status: event.OrderOpen, Total: eur(5990), PlacedAt: noon, Creditable: true}
	said := func(minute int, k event.Kind, change func(*event.Order)) event.Event {
		return at(minute, k, func(e *event.Event) {
			o := base
			change(&o)
			e.Order = &o
		})
	}
	events := []event.Event{
		said(0, event.OrderPlaced, func(*event.Order) {}),
		said(5, event.OrderRefunded, func(o *event.Order) { o.Refunded = eur(1000) }),
		said(9, event.OrderUpdated, func(o *event.Order) { o.Total = eur(5000); o.Refunded = eur(1000) }),
	}
	rapid.Check(t, func(t *rapid.T) {
		var p cart.Purchase
		for _, e := range rapid.Permutation(events).Draw(t, "events") {
			p.Fold(e)
		}
		if p.Total != eur(5000) || p.Lost() != eur(1000) || !p.Creditable || !p.Bought || !p.PlacedAt.Equal(noon) {
			t.Fatalf("folded to %+v", p)
		}
		p.Fold(said(10, event.OrderCancelled, func(o *event.Order) { o.Status = event.OrderVoid; o.Total = eur(5000) }))
		if p.Lost() != p.Total {
			t.Fatalf("cancelled, and %v of %v lost", p.Lost(), p.Total)
		}
	})
}

// TestARefundThatTellsNoTotal, as GA4's, leaves the order's total as it is.
func TestARefundThatTellsNoTotal(t *testing.T) {
	t.Parallel()
	said := func(minute int, k event.Kind, o event.Order) event.Event {
		o.ID, o.Status, o.Creditable = "o1", event.OrderOpen, true
		return at(minute, k, func(e *event.Event) { e.Order = &o })
	}
	events := []event.Event{
		said(0, event.OrderPlaced, event.Order{Number: "#1", Total: eur(3000), Refunded: eur(0)}),
		said(3, event.OrderUpdated, event.Order{Number: "#1", Total: eur(2500), Refunded: eur(0)}),
		said(5, event.OrderRefunded, event.Order{Total: eur(0), Refunded: eur(1000)}),
		said(9, event.OrderRefunded, event.Order{Total: eur(0), Refunded: eur(1200)}),
	}
	rapid.Check(t, func(t *rapid.T) {
		var p cart.Purchase
		for _, e := range rapid.Permutation(events).Draw(t, "events") {
			p.Fold(e)
		}
		if p.Total != eur(2500) || p.Lost() != eur(1200) || p.Number != "#1" || p.Status != event.OrderOpen {
			t.Fatalf("folded to %+v", p)
		}
	})
}

func TestPurchaseGivenUpUnpaid(t *testing.T) {
	t.Parallel()
	var p cart.Purchase
	p.Fold(at(0, event.OrderCancelled, func(e *event.Event) {
		e.Order = &event.Order{ID: "o1", Status: event.OrderVoid, Total: eur(5990), Unpaid: true, Creditable: true}
	}))
	if p.Bought {
		t.Error("an order given up unpaid counts as bought")
	}
	p.Fold(at(1, event.OrderUpdated, func(e *event.Event) {
		e.Order = &event.Order{ID: "o1", Status: event.OrderOpen, Total: eur(5990), Creditable: true}
	}))
	if !p.Bought {
		t.Error("an order paid later does not count as bought")
	}
}
