package recovery_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// saying is what is drawn of one event: small numbers, so that shrinking leads
// to the plainest event. It becomes an event when its script is written.
type saying struct {
	kind event.Kind
	// person and cart choose whose and which; links is a set of cart (1) and checkout (2).
	person, cart, links int
	// names is a set of the five kinds of keys, borrowed one that others use.
	names    int
	borrowed event.Key
	// ago is how long before the telling it happened; untimed leaves the time out.
	ago     time.Duration
	untimed bool
	// holds chooses the contents; -1 says none.
	holds int
	// order chooses the order of a person, refund how much was given back.
	order, refund  int
	unpaid, uncred bool
	channel        event.Channel
	answer         event.Answer
}

var (
	cartKinds = []event.Kind{
		event.CartUpdated, event.CartUpdated, event.CartUpdated, event.CheckoutUpdated, event.CheckoutUpdated, event.CartViewed,
		event.CheckoutStep, event.PaymentFailed, event.ItemAdded, event.ItemRemoved, event.CartDeleted,
	}
	orderKinds  = []event.Kind{event.OrderPlaced, event.OrderPlaced, event.OrderPlaced, event.OrderUpdated, event.OrderCancelled, event.OrderRefunded}
	personKinds = []event.Kind{event.ShopperUpdated, event.ConsentChanged, event.ProductViewed, event.Unknown}
	// A platform's clock may be minutes or days off, and its events late.
	clocksOff = []time.Duration{0, 0, 0, 0, 0, time.Minute, 4 * time.Minute, 10 * time.Minute, 45 * time.Minute, 5 * time.Hour,
		26 * time.Hour, -10 * time.Minute, -25 * time.Hour, 31 * 24 * time.Hour}
	spans    = []time.Duration{time.Minute, 4 * time.Minute, 31 * time.Minute, 61 * time.Minute, 3 * time.Hour, 25 * time.Hour}
	channels = []event.Channel{event.Email, event.SMS, event.Messenger}
	fates    = []fate{goesWell, later, later, refused, taken, reportFirst, soon, badAddress, broken, dropped}
	statuses = []delivery.Status{delivery.Delivery, delivery.Processed, delivery.Bounce, delivery.Deferral, delivery.Failure,
		delivery.Click, delivery.Complaint, delivery.Unsubscribed}
	shared = []event.Key{
		{Kind: event.KeyPhone, Value: "+3300"}, {Kind: event.KeyAnonymous, Value: "d-family"}, {Kind: event.KeyEmail, Value: "p0@x"},
		{Kind: event.KeyEmail, Value: "new0@x"}, {Kind: event.KeyCustomer, Value: "cu0"}, {Kind: event.KeyMessenger, Value: "m0"},
	}
	contents = []map[string]int{{"hat": 1}, {"hat": 2}, {"hat": 1, "bow": 3}, {}}
	// drawSaying draws one event.
	drawSaying = rapid.Custom(func(t *rapid.T) saying {
		s := saying{person: rapid.SampledFrom([]int{0, 0, 0, 0, 1, 1, 2, 3}).Draw(t, "person")}
		s.names = rapid.SampledFrom([]int{2, 2, 2, 6, 1, 3, 16, 18, 4, 8, 0, 31}).Draw(t, "names")
		s.ago = rapid.SampledFrom(clocksOff).Draw(t, "ago")
		s.untimed = rapid.IntRange(0, 15).Draw(t, "untimed") == 15
		if rapid.IntRange(0, 7).Draw(t, "borrows") == 7 {
			s.borrowed = rapid.SampledFrom(shared).Draw(t, "borrowed")
		}
		s.cart = rapid.SampledFrom([]int{0, 0, 0, 0, 1, 1, 2, 3}).Draw(t, "cart")
		switch rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "about") {
		case 0:
			s.kind = rapid.SampledFrom(cartKinds).Draw(t, "kind")
			s.links = rapid.SampledFrom([]int{1, 1, 1, 3, 2, 0}).Draw(t, "links")
			s.holds = rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3, 4}).Draw(t, "holds")
		case 1:
			s.kind = rapid.SampledFrom(orderKinds).Draw(t, "kind")
			s.links = rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "links")
			s.order = rapid.IntRange(0, 1).Draw(t, "order")
			s.refund = rapid.IntRange(0, 2).Draw(t, "refund")
			s.unpaid = rapid.IntRange(0, 7).Draw(t, "unpaid") == 7
			s.uncred = rapid.IntRange(0, 7).Draw(t, "uncreditable") == 7
		case 2:
			s.kind = rapid.SampledFrom(personKinds).Draw(t, "kind")
		}
		if s.kind == event.ConsentChanged || rapid.IntRange(0, 7).Draw(t, "consents") == 7 {
			s.channel = rapid.SampledFrom(channels).Draw(t, "channel")
			s.answer = rapid.SampledFrom([]event.Answer{event.No, event.Yes}).Draw(t, "answer")
		}
		return s
	})
)

// event makes the event of a saying that is told at an instant.
func (s saying) event(n int, now time.Time) event.Event {
	id := fmt.Sprintf("%d%d", s.person, s.cart)
	e := event.Event{Kind: s.kind, DedupeKey: fmt.Sprintf("e%d", n), Topic: string(s.kind)}
	if !s.untimed {
		e.OccurredAt = now.Add(-s.ago)
	}
	e.Person.Keys = s.keys()
	if s.links&1 != 0 {
		e.Links = append(e.Links, event.Link{Kind: event.LinkCart, Value: "c" + id})
	}
	if s.links&2 != 0 {
		e.Links = append(e.Links, event.Link{Kind: event.LinkCheckout, Value: "k" + id})
	}
	if s.answer != "" {
		e.Consents = []event.Consent{{Channel: s.channel, Answer: s.answer, Source: "history"}}
	}
	s.fill(&e)
	s.buy(&e)
	return e
}

// keys names the person of a saying.
func (s saying) keys() []event.Key {
	var out []event.Key
	for i, k := range []event.Key{
		{Kind: event.KeyCustomer, Value: "cu%d"}, {Kind: event.KeyEmail, Value: "p%d@x"}, {Kind: event.KeyPhone, Value: "+331%d"},
		{Kind: event.KeyMessenger, Value: "m%d"}, {Kind: event.KeyAnonymous, Value: "d%d"},
	} {
		k.Value = fmt.Sprintf(k.Value, s.person)
		if s.names&(1<<i) != 0 && k.Kind != s.borrowed.Kind {
			out = append(out, k)
		}
	}
	if s.borrowed.Kind != "" {
		out = append(out, s.borrowed)
	}
	return out
}

func (s saying) fill(e *event.Event) {
	switch s.kind {
	case event.CartUpdated, event.CheckoutUpdated:
		if s.holds < len(contents) {
			e.Contents = full(contents[s.holds])
		}
	case event.ItemAdded, event.ItemRemoved:
		d := event.Delta{Item: piece("hat", 1), Quantity: 1 + s.holds%2}
		if s.kind == event.ItemRemoved {
			d.Quantity = -d.Quantity
		}
		e.Deltas = []event.Delta{d}
	}
}

func (s saying) buy(e *event.Event) {
	switch s.kind {
	case event.OrderPlaced, event.OrderUpdated, event.OrderCancelled, event.OrderRefunded:
	default:
		return
	}
	o := event.Order{
		ID: fmt.Sprintf("o%d%d", s.person, s.order), Status: event.OrderOpen, Total: eur(1000), Refunded: eur(0), Source: "web",
		Unpaid: s.unpaid, Creditable: !s.uncred,
	}
	if s.kind == event.OrderPlaced {
		o.PlacedAt = e.OccurredAt
	}
	if s.kind == event.OrderCancelled {
		o.Status = event.OrderVoid
	}
	if s.kind == event.OrderRefunded {
		o.Refunded = eur(int64(100 * (1 + s.refund)))
	}
	e.Order = &o
	e.Links = append(e.Links, event.Link{Kind: event.LinkOrder, Value: o.ID})
}

func eur(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }

func piece(sku string, n int) event.Item {
	return event.Item{SKU: sku, Title: sku, Quantity: n, Price: eur(500), LineTotal: eur(500 * int64(n))}
}

// full gives a cart's full contents.
func full(of map[string]int) *event.Contents {
	c := &event.Contents{Items: []event.Item{}, Total: eur(0)}
	for _, sku := range []string{"hat", "bow"} {
		if n := of[sku]; n > 0 {
			c.Items = append(c.Items, piece(sku, n))
			c.Total.Minor += 500 * int64(n)
		}
	}
	return c
}
