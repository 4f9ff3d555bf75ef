package shopware

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// customerBody is a customer, the customer of an order, or a newsletter's
// recipient: they share names for what they share.
type customerBody struct {
	ID         wire.Text                `json:"id"`
	CustomerID wire.Text                `json:"customerId"`
	Email      wire.Text                `json:"email"`
	First      wire.Text                `json:"firstName"`
	Last       wire.Text                `json:"lastName"`
	Phone      wire.Text                `json:"phoneNumber"`
	Country    wire.Text                `json:"country"`
	Billing    wire.Object[addressBody] `json:"defaultBillingAddress"`
	Status     wire.Text                `json:"status"`
	Confirmed  wire.Time                `json:"confirmedAt"`
	Created    wire.Time                `json:"createdAt"`
	Updated    wire.Time                `json:"updatedAt"`
}

// addressBody is a billing address.
type addressBody struct {
	First   wire.Text `json:"firstName"`
	Last    wire.Text `json:"lastName"`
	Phone   wire.Text `json:"phoneNumber"`
	Country wire.Object[struct {
		ISO wire.Text `json:"iso"`
	}] `json:"country"`
	State wire.Object[struct {
		Code wire.Text `json:"shortCode"`
	}] `json:"countryState"`
}

// person reads a customer and the addresses that are surely theirs.
func (r *reader) person(c customerBody, locale string, addresses ...addressBody) {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, c.ID)
	p.Email(c.Email)
	p.Name(c.First, c.Last)
	p.Place(c.Country, "")
	addresses = append(addresses, c.Billing.V)
	for _, a := range addresses {
		p.Name(a.First, a.Last)
		p.Place(a.Country.V.ISO, a.State.V.Code)
	}
	p.Phone(c.Phone, p.Is.Country, r.d.Country)
	for _, a := range addresses {
		p.Phone(a.Phone, string(a.Country.V.ISO), r.d.Country)
	}
	p.Is.Locale = wire.Locale(locale)
	r.e.Person = p.Done()
}

// newsletter reads a recipient. Registering alone is a wish to be asked; only
// a shop without double opt-in (status direct) takes it for a yes.
func (r *reader) newsletter(payload []byte) error {
	var b struct {
		Recipient wire.Object[customerBody] `json:"newsletterRecipient"`
	}
	if err := wire.Decode(payload, &b); err != nil {
		return err
	}
	c := b.Recipient.V
	id := c.CustomerID
	c.ID = id // the recipient's own id is no customer's
	r.person(c, "")
	if len(r.e.Person.Keys) == 0 {
		return missing("data.payload.newsletterRecipient.email")
	}
	r.e.OccurredAt = r.occurred(c.Updated, c.Confirmed, c.Created)
	r.e.Kind = event.ConsentChanged
	consent := event.Consent{Channel: event.Email, Answer: event.Yes, Source: "shopware newsletter", At: r.e.OccurredAt}
	switch status := strings.ToLower(string(c.Status)); {
	case r.e.Topic == "newsletter.unsubscribe", status == "optout":
		// Shopware tells the recipient as they were before: only the sending is after it.
		if consent.Answer = event.No; r.sent.After(consent.At) {
			consent.At = wire.Occurred(r.d.ReceivedAt, &r.notes, r.sent.Time)
		}
	case r.e.Topic == "newsletter.confirm", status == "optin":
		consent.Confirmed = true
		if !c.Confirmed.IsZero() && c.Confirmed.Before(consent.At) {
			consent.At = c.Confirmed.Time
		}
	case status != "direct":
		r.e.Kind = event.ShopperUpdated
		return nil
	}
	if consent.At.IsZero() {
		consent.At = r.d.ReceivedAt.UTC()
	}
	r.e.Consents = []event.Consent{consent}
	return nil
}

// forgotten reads a deleted customer, told with their facts.
func (r *reader) forgotten(payload []byte) error {
	var b struct {
		Customer   wire.Object[customerBody] `json:"customer"`
		CustomerID wire.Text                 `json:"customerId"`
	}
	if err := wire.Decode(payload, &b); err != nil {
		return err
	}
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.Customer.V.ID, b.CustomerID)
	p.Email(b.Customer.V.Email)
	keys := p.Done().Keys
	if len(keys) == 0 {
		return missing("data.payload.customer.id")
	}
	r.e.Kind, r.e.Privacy = event.SubjectErase, &event.Privacy{Keys: keys}
	return nil
}

// customer reads a registration or a login.
func (r *reader) customer(payload []byte) error {
	var b struct {
		Customer wire.Object[customerBody] `json:"customer"`
	}
	if err := wire.Decode(payload, &b); err != nil {
		return err
	}
	r.person(b.Customer.V, "")
	if len(r.e.Person.Keys) > 0 {
		r.e.Kind = event.ShopperUpdated
	}
	return nil
}
