package cart

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Purchase is the fold of one order's events. Stored before its cart is known,
// it is the tombstone that the cart meets when it comes.
type Purchase struct {
	// ID is ours, PlatformID the platform's.
	ID         string `json:"id"`
	ShopID     string `json:"shop_id"`
	PlatformID string `json:"platform_id"`
	Number     string `json:"number"`
	ShopperID  string `json:"shopper_id"`
	// NameID is the id of the strongest of Keys, by which its shopper is found.
	NameID string `json:"-"`
	// Status is the newest saying; SaidAt its moment in unix milliseconds.
	Status event.OrderStatus `json:"status"`
	SaidAt int64             `json:"said_at"`
	// Total is the newest amount. Refunded only grows: a refund is never taken back by an older event.
	Total    money.Money `json:"total"`
	Refunded money.Money `json:"refunded"`
	// PlacedAt is the earliest, PlacedLast the latest time that its events gave for its placing.
	PlacedAt   time.Time `json:"placed_at"`
	PlacedLast time.Time `json:"placed_last"`
	StoredAt   time.Time `json:"stored_at"`
	Source     string    `json:"source"`
	// Creditable is false once any event said that this order must not count as a recovery.
	Creditable bool `json:"creditable"`
	// Bought is true once any event said that it was a purchase; only then does it end carts.
	Bought bool `json:"bought"`
	// Links and Keys are sets.
	Links []event.Link `json:"links"`
	Keys  []event.Key  `json:"keys"`
}

// Fold takes in one order event; it commutes.
func (p *Purchase) Fold(e event.Event) {
	o, at := e.Order, When(e)
	first := p.SaidAt == 0
	p.Links = unionLinks(p.Links, e.Links)
	p.Keys = shopper.Union(p.Keys, e.Person.Keys)
	p.Creditable = o.Creditable && (first || p.Creditable)
	p.Bought = p.Bought || !o.Unpaid
	placed := o.PlacedAt
	if placed.IsZero() || placed.After(e.ReceivedAt) {
		placed = at
	}
	if first || placed.Before(p.PlacedAt) {
		p.PlacedAt = placed
	}
	if first || placed.After(p.PlacedLast) {
		p.PlacedLast = placed
	}
	if ms := saidAt(o, at); first || ms > p.SaidAt || (ms == p.SaidAt && rankOf(o.Status) > rankOf(p.Status)) {
		p.SaidAt, p.Status, p.Total = ms, o.Status, o.Total
		p.Number, p.Source = o.Number, o.Source
	}
	p.refund(o)
}

// saidAt is the moment at which an event speaks of the order as it stands. One
// that tells only what was given back, and no total, speaks of nothing else: it
// counts as older than all that do.
func saidAt(o *event.Order, at time.Time) int64 {
	if o.Status == event.OrderOpen && o.Total.Minor == 0 && o.Refunded.Minor > 0 {
		return 1
	}
	return at.UnixMilli()
}

func (p *Purchase) refund(o *event.Order) {
	if o.Refunded.Currency == p.Total.Currency && o.Refunded.Minor > p.Refunded.Minor {
		p.Refunded = o.Refunded
	}
	if p.Refunded.Currency == "" {
		p.Refunded.Currency = p.Total.Currency
	}
}

func rankOf(s event.OrderStatus) int {
	if s == event.OrderVoid {
		return 1
	}
	return 0
}

// Lost is what of the total was given back: all of it when the order was cancelled.
func (p Purchase) Lost() money.Money {
	if p.Status == event.OrderVoid || p.Refunded.Minor > p.Total.Minor {
		return p.Total
	}
	return money.Money{Minor: p.Refunded.Minor, Currency: p.Total.Currency}
}

// Order gives what matching needs.
func (p Purchase) Order() Order {
	return Order{
		ID: p.ID, PlatformID: p.PlatformID, Links: p.Links, Keys: p.Keys,
		PlacedAt: p.PlacedAt, PlacedLast: p.PlacedLast, Creditable: p.Creditable,
	}
}
