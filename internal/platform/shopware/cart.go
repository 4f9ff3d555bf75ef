package shopware

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// cartBody is what the companion tells: Shopware's own cart, cut down, and of
// its context what recovery needs. token is the hash of the cart's, which would
// open the shopper's session.
type cartBody struct {
	Cart wire.Object[struct {
		Token wire.Text           `json:"token"`
		Lines wire.List[lineBody] `json:"lineItems"`
		Price wire.Object[struct {
			Total wire.Amount `json:"totalPrice"`
		}] `json:"price"`
	}] `json:"cart"`
	Context wire.Object[struct {
		Currency wire.Text                 `json:"currency"`
		Locale   wire.Text                 `json:"locale"`
		Customer wire.Object[customerBody] `json:"customer"`
	}] `json:"context"`
	RecoveryURL wire.Text `json:"recoveryUrl"`
	At          wire.Time `json:"at"`
}

func (r *reader) cart(payload []byte) error {
	var b cartBody
	if err := wire.Decode(payload, &b); err != nil {
		return err
	}
	cart, context := b.Cart.V, b.Context.V
	var links wire.Links
	if links.Add(event.LinkCart, cart.Token); len(links) == 0 {
		return missing("data.payload.cart.token")
	}
	r.e.Links, r.e.OccurredAt = links, r.occurred(b.At)
	r.person(context.Customer.V, wire.First(context.Locale))
	switch r.e.Topic {
	case "cartograph.cart.deleted":
		r.e.Kind = event.CartDeleted
		return nil
	case "cartograph.checkout.started":
		r.e.Kind = event.CheckoutUpdated
	default:
		r.e.Kind = event.CartUpdated
	}
	r.e.RestoreURL = wire.URL(string(b.RecoveryURL))
	currency, err := wire.Currency("data.payload.context.currency", context.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	return r.contents(currency, cart.Price.V.Total, cart.Lines, false)
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the event has no %s", field).
		In(field).Try("send the event as Shopware does, with all of its fields")
}
