package recovery

import (
	"context"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// An erasure cannot reach into the platform. Its old orders stay there with all
// that the person wrote on them, and are told again when they change: a refund,
// a parcel, a list that is asked for. So hashes of what was erased stay, and an
// order that they know is folded without its person.

// markTx keeps what erasures leave to know old orders by.
type markTx interface {
	// MarkErased notes the hash of an erased person's name, or of an order's id.
	MarkErased(ctx context.Context, shopID, hash string) error
	// ErasedAt gives when what a hash stands for was erased; zero where it never was.
	ErasedAt(ctx context.Context, shopID, hash string) (time.Time, error)
}

// impersonal takes the person off an event of an erased person's old order,
// before anything of it is stored. What became of the order stays, so that books
// and reports keep their sums.
func (f *folding) impersonal(ctx context.Context, s *Stored) error {
	known, err := f.ofErased(ctx, s.Event)
	if err != nil || !known {
		return err
	}
	names, also := s.Person.Keys, []string{s.Person.FirstName, s.Person.LastName}
	for _, l := range s.Links {
		if l.Kind != event.LinkOrder {
			also = append(also, l.Value)
		}
	}
	o := s.Order
	if o != nil {
		hide := f.cleaning(Scope{ShopID: f.shop.ID}, names).Scrub
		kept := *o
		kept.Number = hide(o.Number, also...)
		if kept.ID, err = f.idOfErased(ctx, o.ID, hide(o.ID, also...)); err != nil {
			return err
		}
		if err := f.tx.MarkErased(ctx, f.shop.ID, f.orderMark(f.shop.ID, o.ID)); err != nil {
			return err
		}
		o = &kept
	}
	s.Event = event.Event{
		ID: s.ID, ShopID: s.ShopID, Platform: s.Platform, Topic: s.Topic, Kind: s.Kind, DedupeKey: f.erasedKey(f.shop.ID, s.DedupeKey),
		OccurredAt: s.OccurredAt, ReceivedAt: s.ReceivedAt, Order: o,
	}
	s.Status, s.Note, s.Body, s.Headers = "folded", "the order of somebody who was erased: what became of it was noted, and nothing of them", nil, nil
	return nil
}

// ofErased reports whether an event is of an order whose person was erased: one
// that is known as such, or that was placed before, by a name that is nobody
// else's. A phone may be a family's, and tells nothing.
func (f *folding) ofErased(ctx context.Context, ev event.Event) (bool, error) {
	for _, id := range orderIDs(ev) {
		if when, err := f.tx.ErasedAt(ctx, f.shop.ID, f.orderMark(f.shop.ID, id)); err != nil || !when.IsZero() {
			return err == nil, err
		}
	}
	if ev.Order == nil {
		return false, nil
	}
	for _, k := range ev.Person.Keys {
		if k.Kind != event.KeyCustomer && k.Kind != event.KeyEmail {
			continue
		}
		when, err := f.tx.ErasedAt(ctx, f.shop.ID, f.nameMark(f.shop.ID, k))
		if err != nil {
			return false, err
		}
		if placedAt(ev).Before(when) {
			return f.endsNoCart(ctx, ev)
		}
	}
	return false, nil
}

// endsNoCart reports that an order is of no cart known here, by its ids or by any
// name on it: such a cart is somebody else's, and must be ended by it.
func (f *folding) endsNoCart(ctx context.Context, ev event.Event) (bool, error) {
	p := cart.Purchase{ShopID: f.shop.ID, PlatformID: ev.Order.ID}
	p.Fold(ev)
	o := p.Order()
	found, err := f.tx.CartsOfOrder(ctx, f.shop.ID, o)
	return !slices.ContainsFunc(found, func(c cart.Cart) bool { return c.Facts.MatchedBy(o) != "" }), err
}

// orderIDs are the platform's ids of the orders that an event is of.
func orderIDs(ev event.Event) (out []string) {
	if ev.Order != nil {
		out = append(out, ev.Order.ID)
	}
	for _, l := range ev.Links {
		if l.Kind == event.LinkOrder && (ev.Order == nil || l.Value != ev.Order.ID) {
			out = append(out, l.Value)
		}
	}
	return out
}

func placedAt(ev event.Event) time.Time {
	if placed := ev.Order.PlacedAt; !placed.IsZero() && !placed.After(ev.ReceivedAt) {
		return placed
	}
	return cart.When(ev)
}

// idOfErased gives the id under which an erased person's order is stored: the
// platform's, or the hash of one that held a name.
func (f *folding) idOfErased(ctx context.Context, id, hidden string) (string, error) {
	for _, stored := range []string{id, erasedMark + f.keyed(f.shop.ID, "text", id)} {
		if _, err := f.tx.Purchase(ctx, f.shop.ID, stored); err == nil {
			return stored, nil
		} else if !fault.Is(err, fault.NotFound) {
			return "", err
		}
	}
	return hidden, nil
}

// orderMark is the hash of an order's id, nameMark that of a name, as it stands in the proof.
func (e *Engine) orderMark(shopID, id string) string { return e.keyed(shopID, "order", id) }

func (e *Engine) nameMark(shopID string, k event.Key) string {
	return e.keyed(shopID, string(k.Kind), k.Value)
}
