package saleor

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// userBody is a customer account.
type userBody struct {
	ID       wire.Text                `json:"id"`
	Email    wire.Text                `json:"email"`
	First    wire.Text                `json:"firstName"`
	Last     wire.Text                `json:"lastName"`
	Language wire.Text                `json:"languageCode"`
	Updated  wire.Time                `json:"updatedAt"`
	Billing  wire.Object[addressBody] `json:"defaultBillingAddress"`
	Shipping wire.Object[addressBody] `json:"defaultShippingAddress"`
}

// addressBody is a postal address.
type addressBody struct {
	First   wire.Text                `json:"firstName"`
	Last    wire.Text                `json:"lastName"`
	Phone   wire.Text                `json:"phone"`
	Region  wire.Text                `json:"countryArea"`
	Country wire.Object[countryBody] `json:"country"`
}

// countryBody is a country; only its code says which.
type countryBody struct {
	Code wire.Text `json:"code"`
}

// buyer is who is behind a checkout or an order.
type buyer struct {
	user              wire.Object[userBody]
	emails            []wire.Text
	billing, shipping addressBody
	language          wire.Text
}

// person reads who it is. The address typed into the checkout goes before the
// account's.
func (r *reader) person(b buyer) {
	p := wire.Person{Notes: &r.notes}
	u := b.user.V
	p.Key(event.KeyCustomer, u.ID)
	p.Email(append(b.emails, u.Email)...)
	for _, a := range []addressBody{b.billing, b.shipping, u.Billing.V} {
		if !b.gift(a) {
			p.Phone(a.Phone, string(a.Country.V.Code), r.d.Country)
		}
	}
	p.Name(u.First, u.Last)
	p.Name(b.billing.First, b.billing.Last)
	p.Name(b.shipping.First, b.shipping.Last)
	for _, a := range []addressBody{b.billing, b.shipping, u.Billing.V, u.Shipping.V} {
		p.Place(a.Country.V.Code, a.Region)
	}
	p.Is.Locale = wire.Locale(wire.First(b.language, u.Language))
	r.e.Person = p.Done()
}

// gift reports an address of somebody else than the buyer, whose phone must
// hear nothing of this cart.
func (b buyer) gift(a addressBody) bool {
	name := func(first, last wire.Text) string {
		return strings.ToLower(strings.TrimSpace(string(first) + " " + string(last)))
	}
	own := name(b.billing.First, b.billing.Last)
	if own == "" {
		own = name(b.user.V.First, b.user.V.Last)
	}
	to := name(a.First, a.Last)
	return own != "" && to != "" && own != to
}

// customer reads customer_created and customer_updated.
func (r *reader) customer() (string, error) {
	u := r.b.User
	if wire.First(u.V.ID, u.V.Email) == "" {
		return "", missing("user.id")
	}
	r.e.Kind, r.e.OccurredAt = event.ShopperUpdated, r.occurred(u.V.Updated)
	r.person(buyer{user: u, language: u.V.Language})
	return wire.ID(string(u.V.ID)), nil
}

// erasure reads that an account was deleted, by its owner or by staff: Saleor
// has no other way to forget a person, so what we hold goes too.
func (r *reader) erasure() (string, error) {
	u := r.b.User.V
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, u.ID)
	p.Email(u.Email)
	keys := p.Done().Keys
	if len(keys) == 0 {
		return "", missing("user.id")
	}
	r.e.Kind, r.e.OccurredAt = event.SubjectErase, r.occurred()
	r.e.Privacy = &event.Privacy{Keys: keys}
	return "", nil
}

// leaving reads app_deleted. It is told of every app: only our own is the shop's leave.
func (r *reader) leaving() (string, error) {
	app, us := wire.ID(string(r.b.App.V.ID)), wire.ID(string(r.b.Recipient.V.ID))
	r.e.OccurredAt = r.occurred()
	if app == "" || app != us {
		r.notes.Add("another app was deleted")
		return app, nil
	}
	r.e.Kind, r.e.Privacy = event.ShopUninstalled, &event.Privacy{}
	return app, nil
}
