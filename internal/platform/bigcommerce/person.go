package bigcommerce

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// customerBody is a customer of the V3 API. Its field
// accepts_product_review_abandoned_cart_emails is left aside: it does not tell
// whether the store asked, and so neither its yes nor its no is an answer.
type customerBody struct {
	ID         wire.Text `json:"id"`
	Email      wire.Text `json:"email"`
	First      wire.Text `json:"first_name"`
	Last       wire.Text `json:"last_name"`
	Phone      wire.Text `json:"phone"`
	ModifiedAt wire.Time `json:"date_modified"`
}

// customer reads the list of one that the API gives for an id.
func (r *reader) customer() error {
	var b struct {
		Data wire.List[customerBody] `json:"data"`
	}
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	if len(b.Data.V) == 0 {
		return missing("data")
	}
	c := b.Data.V[0]
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, c.ID)
	p.Email(c.Email)
	p.Phone(c.Phone, r.d.Country)
	p.Name(c.First, c.Last)
	r.e.Kind, r.e.Person = event.ShopperUpdated, p.Done()
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, c.ModifiedAt.Time)
	r.e.DedupeKey = key(r.e.Topic, string(c.ID), wire.Sum(r.d.Body))
	if len(r.e.Person.Keys) == 0 {
		return missing("data[0].id")
	}
	return nil
}

// subscriberBody is a newsletter subscriber of the V3 API.
type subscriberBody struct {
	ID        wire.Text `json:"id"`
	Email     wire.Text `json:"email"`
	First     wire.Text `json:"first_name"`
	Last      wire.Text `json:"last_name"`
	Source    wire.Text `json:"source"`
	CreatedAt wire.Time `json:"date_created"`
}

// subscriber reads who subscribed on the storefront or with an order. One that
// was entered by staff or a program ("custom") was not asked by the shop.
func (r *reader) subscriber() error {
	var b struct {
		Data wire.Object[subscriberBody] `json:"data"`
	}
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	s := b.Data.V
	if wire.First(s.ID) == "" {
		return missing("data.id")
	}
	p := wire.Person{Notes: &r.notes}
	p.Email(s.Email)
	p.Name(s.First, s.Last)
	r.e.Person = p.Done()
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, s.CreatedAt.Time)
	r.e.DedupeKey = key(r.e.Topic, string(s.ID), wire.Sum(r.d.Body))
	from := strings.ToLower(wire.First(s.Source))
	switch {
	case len(r.e.Person.Keys) == 0:
		return missing("data.email")
	case from != "storefront" && from != "order":
		r.notes.Add("a subscriber that was not entered by the shopper is no consent")
		return nil
	case r.e.OccurredAt.IsZero():
		r.notes.Add("a subscriber without the time of subscribing is no consent")
		return nil
	}
	r.e.Kind = event.ConsentChanged
	r.e.Consents = []event.Consent{{Channel: event.Email, Answer: event.Yes,
		Source: "bigcommerce newsletter, " + from, At: r.e.OccurredAt}}
	return nil
}
