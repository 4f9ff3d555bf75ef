package wix

import (
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// cartBody is a cart, a checkout or an abandoned checkout: they share most
// fields, and each leaves out some.
type cartBody struct {
	buyer
	ID         wire.Text             `json:"id"`
	CartID     wire.Text             `json:"cartId"`
	CheckoutID wire.Text             `json:"checkoutId"`
	Created    wire.Time             `json:"createdDate"`
	Updated    wire.Time             `json:"updatedDate"`
	Currency   wire.Text             `json:"currency"`
	Lines      wire.List[lineBody]   `json:"lineItems"`
	Discounts  wire.List[couponBody] `json:"appliedDiscounts"`
	Summary    wire.Object[struct {
		Total price `json:"total"`
	}] `json:"priceSummary"`
	Total     price     `json:"totalPrice"`
	Completed wire.Bool `json:"completed"`
	Status    wire.Text `json:"status"`
	URL       wire.Text `json:"checkoutUrl"`
}

// total is what the shopper would pay, where it is told.
func (b cartBody) total() price {
	if b.Summary.V.Total.Amount.Set() {
		return b.Summary.V.Total
	}
	return b.Total
}

// decode reads what an event is about: the thing itself, or an object that
// holds it under a name. An event about nothing tells its id only.
func (m message) decode(name string, v any) error {
	if len(m.body) == 0 {
		return nil
	}
	var inside map[string]json.RawMessage
	body, err := wire.Check(m.body)
	if err != nil {
		return err
	}
	if json.Unmarshal(body, &inside) == nil && nested(inside[name]).object() {
		body = inside[name]
	}
	return wire.Decode(body, v)
}

func (r *reader) cart(slug string, m message) error {
	var b cartBody
	if err := m.decode("cart", &b); err != nil {
		return err
	}
	var links wire.Links
	links.Add(event.LinkCart, wire.Text(wire.First(b.ID, m.EntityID)))
	links.Add(event.LinkCheckout, b.CheckoutID)
	if len(links) == 0 || links[0].Kind != event.LinkCart {
		return missing("id")
	}
	r.e.Links, r.e.Kind = links, event.CartUpdated
	if slug == "deleted" {
		r.e.Kind = event.CartDeleted
		return nil
	}
	r.begun(b)
	return r.contents(b.Currency, b.total(), b.Lines, b.Discounts, false)
}

func (r *reader) begun(b cartBody) {
	r.e.OccurredAt, r.e.StartedAt = r.occurred(b.Updated), b.Created.Time
	r.person(b.buyer)
}

func (r *reader) checkout(slug string, m message) error {
	var b cartBody
	if err := m.decode("checkout", &b); err != nil {
		return err
	}
	id := wire.Text(wire.First(b.ID, m.EntityID))
	var links wire.Links
	links.Add(event.LinkCheckout, id)
	links.Add(event.LinkCart, b.CartID)
	if len(links) == 0 || links[0].Kind != event.LinkCheckout {
		return missing("id")
	}
	r.e.Links, r.e.Kind = links, event.CheckoutUpdated
	if slug == "deleted" {
		r.e.Kind = event.CartDeleted
		return nil
	}
	r.begun(b)
	if err := r.contents(b.Currency, b.total(), b.Lines, b.Discounts, false); err != nil {
		return err
	}
	if slug == "completed" || b.Completed.Value {
		return r.bought(id, id, b)
	}
	return nil
}

// abandoned reads an abandoned checkout, which Wix makes an hour after a
// shopper went. Its own id is a link, since its deletion names nothing else.
func (r *reader) abandoned(slug string, m message) error {
	var b cartBody
	if err := m.decode("abandonedCheckout", &b); err != nil {
		return err
	}
	id := wire.ID(wire.First(b.ID, m.EntityID))
	if id == "" {
		return missing("id")
	}
	var links wire.Links
	links.Add(event.LinkCheckout, b.CheckoutID, wire.Text(abandonedLink+id))
	links.Add(event.LinkCart, b.CartID)
	r.e.Links, r.e.Kind = links, event.CheckoutUpdated
	if slug == "deleted" {
		// Wix tidies up after a while: that says nothing about the cart itself.
		r.e.Links, r.e.Kind = nil, event.Unknown
		return nil
	}
	r.begun(b)
	r.e.RestoreURL = secure(b.URL)
	if err := r.contents(b.Currency, b.total(), b.Lines, b.Discounts, false); err != nil {
		return err
	}
	if slug == "recovered" || strings.EqualFold(string(b.Status), "RECOVERED") {
		return r.bought(wire.Text(wire.First(b.CheckoutID, wire.Text(abandonedLink+id))), b.CheckoutID, b)
	}
	if r.e.Contents == nil {
		r.ask(b.CheckoutID, b.CartID)
	}
	return nil
}

// abandonedLink sets an abandoned checkout's id off from a checkout's.
const abandonedLink = "abandoned:"

// secure gives an address over TLS: Wix tells some without.
func secure(address wire.Text) string {
	u := wire.URL(string(address))
	if rest, found := strings.CutPrefix(u, "http://"); found {
		return "https://" + rest
	}
	return u
}

// ask names what the event did not tell: the checkout, else the cart.
func (r *reader) ask(checkout, cart wire.Text) {
	for _, ref := range []event.Reference{{Kind: event.LinkCheckout, ID: wire.ID(string(checkout))}, {Kind: event.LinkCart, ID: wire.ID(string(cart))}} {
		if wire.Segment(ref.ID) {
			r.e.Fetch = append(r.e.Fetch, ref)
			return
		}
	}
}

// bought turns a completed checkout into an order, so that messages stop before
// the order itself is known. Under "checkout:<id>" it is never credited, or the
// same purchase would count twice.
func (r *reader) bought(id, checkout wire.Text, b cartBody) error {
	currency, err := wire.Currency("currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	o := &event.Order{ID: wire.ID("checkout:" + string(id)), Status: event.OrderOpen, PlacedAt: r.e.OccurredAt, Source: "web"}
	o.Total.Currency, o.Refunded.Currency = currency, currency
	if total := b.total().Amount; total.Set() {
		if o.Total, err = total.Positive(currency, "total", &r.notes); err != nil {
			return err
		}
	}
	r.e.Kind, r.e.Order, r.e.RestoreURL = event.OrderPlaced, o, ""
	r.notes.Add("the checkout was completed; its order is credited when it is told")
	r.ask(checkout, "")
	return nil
}
