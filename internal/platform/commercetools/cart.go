package commercetools

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// basketBody is what carts and orders have in common.
type basketBody struct {
	ID          wire.Text                `json:"id"`
	Version     wire.Text                `json:"version"`
	CustomerID  wire.Text                `json:"customerId"`
	AnonymousID wire.Text                `json:"anonymousId"`
	Email       wire.Text                `json:"customerEmail"`
	Locale      wire.Text                `json:"locale"`
	Country     wire.Text                `json:"country"`
	Origin      wire.Text                `json:"origin"`
	CreatedAt   wire.Time                `json:"createdAt"`
	ModifiedAt  wire.Time                `json:"lastModifiedAt"`
	Lines       wire.List[lineBody]      `json:"lineItems"`
	Custom      wire.List[lineBody]      `json:"customLineItems"`
	Total       wire.Object[moneyBody]   `json:"totalPrice"`
	Taxed       wire.Object[taxedBody]   `json:"taxedPrice"`
	Codes       wire.List[codeBody]      `json:"discountCodes"`
	Billing     wire.Object[addressBody] `json:"billingAddress"`
	Shipping    wire.Object[addressBody] `json:"shippingAddress"`
}

// taxedBody is the total with tax, known once there is an address.
type taxedBody struct {
	Gross wire.Object[moneyBody] `json:"totalGross"`
}

// codeBody is a discount code; its text is told when asked for.
type codeBody struct {
	Code wire.Object[struct {
		Obj wire.Object[struct {
			Code wire.Text `json:"code"`
		}] `json:"obj"`
	}] `json:"discountCode"`
}

// cartBody is a cart.
type cartBody struct {
	basketBody
	State wire.Text `json:"cartState"`
}

// parseCart reads a cart. One that was ordered tells its contents and that it
// was; the order itself is another answer.
func parseCart(d event.Delivery) ([]event.Event, error) {
	var b cartBody
	if err := wire.Decode(d.Body, &b); err != nil {
		return nil, err
	}
	r := newReader(d, fetchedCart)
	var links wire.Links
	if links.Add(event.LinkCart, b.ID); len(links) == 0 {
		return nil, missing("id")
	}
	r.e.Links, r.e.StartedAt = links, b.CreatedAt.Time
	r.e.OccurredAt = wire.Occurred(d.ReceivedAt, &r.notes, b.ModifiedAt.Time, b.CreatedAt.Time)
	r.e.DedupeKey = key("cart", string(b.ID), b.edition(d))
	state := wire.First(b.State)
	if err := r.cart(b, state); err != nil {
		return nil, err
	}
	r.e.Notes = r.notes
	if state != "Ordered" || r.e.Kind == event.Unknown {
		return []event.Event{r.e}, nil
	}
	return []event.Event{r.e, r.ordered(b)}, nil
}

// edition is a cart's version; of a body without one, its hash.
func (b basketBody) edition(d event.Delivery) string {
	if v := wire.First(b.Version); v != "" {
		return v
	}
	return "sha256:" + wire.Sum(d.Body)
}

func (r *reader) cart(b cartBody, state string) error {
	r.e.Kind = event.CartUpdated
	switch origin := wire.First(b.Origin); {
	case origin != "" && origin != "Customer":
		r.e.Kind, r.e.Links = event.Unknown, nil
		r.notes.Add("a cart that no shopper made is nobody's to be reminded of")
		return nil
	case state == "Merged":
		// Its lines lie in the customer's own cart, which tells of itself.
		r.e.Kind = event.CartDeleted
		return nil
	case b.Billing.Set || b.Shipping.Set:
		r.e.Kind = event.CheckoutUpdated
	}
	r.person(b.basketBody)
	return r.contents(b.basketBody, false)
}

// ordered tells that a cart became an order, so that messages stop even where the
// order was not told. Under "checkout:<cart>" it is never credited.
func (r *reader) ordered(b cartBody) event.Event {
	return event.Event{
		ShopID: r.e.ShopID, Platform: Name, Topic: fetchedCart, Kind: event.OrderPlaced, ReceivedAt: r.e.ReceivedAt,
		DedupeKey: key("ordered", string(b.ID)), OccurredAt: r.e.OccurredAt, Links: r.e.Links, Person: r.e.Person,
		Order: &event.Order{ID: "checkout:" + r.e.Links[0].Value, Status: event.OrderOpen, PlacedAt: r.e.OccurredAt},
		Notes: []string{"the cart became an order, which is credited when it is told"},
	}
}

// contents reads the lines; lenient is for purchases, see wire.Lines.
func (r *reader) contents(b basketBody, lenient bool) error {
	if !b.Lines.Set {
		r.notes.Add("it came without its lines")
		return nil
	}
	currency, err := wire.Currency("totalPrice.currencyCode", b.Total.V.Code, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	all := event.Contents{Items: []event.Item{}}
	all.Total.Currency = currency
	for _, list := range []struct {
		field string
		lines []lineBody
	}{{"lineItems", b.Lines.V}, {"customLineItems", b.Custom.V}} {
		lines := wire.Lines{Field: list.field, Currency: currency, Lenient: lenient, Notes: &r.notes}
		for _, l := range list.lines {
			if err := lines.Add(l.line(b.Locale, wire.Text(r.d.Locale))); err != nil {
				return err
			}
		}
		all.Items = append(all.Items, lines.Items...)
		if all.Total, err = wire.Plus(all.Total, lines.Sum); err != nil {
			return wire.In(err, list.field)
		}
	}
	if total := b.pays(); total.Set() {
		if all.Total, err = total.Positive(currency, "totalPrice", &r.notes); err != nil {
			return err
		}
	}
	for _, c := range b.Codes.V {
		if code := event.Clean(string(c.Code.V.Obj.V.Code), 100); code != "" && len(all.Coupons) < 20 {
			all.Coupons = append(all.Coupons, code)
		}
	}
	r.e.Contents = &all
	return nil
}

// pays is what the shopper pays: with tax once that is known.
func (b basketBody) pays() wire.Amount {
	if gross := b.Taxed.V.Gross.V.amount(); gross.Set() {
		return gross
	}
	return b.Total.V.amount()
}
