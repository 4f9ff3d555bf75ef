package shopify

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// buyer is what checkouts and orders both tell about the person.
type buyer struct {
	Email        wire.Text                 `json:"email"`
	ContactEmail wire.Text                 `json:"contact_email"`
	Phone        wire.Text                 `json:"phone"`
	SMSPhone     wire.Text                 `json:"sms_marketing_phone"`
	EmailTicked  wire.Bool                 `json:"buyer_accepts_marketing"`
	SMSTicked    wire.Bool                 `json:"buyer_accepts_sms_marketing"`
	Locale       wire.Text                 `json:"customer_locale"`
	Customer     wire.Object[customerBody] `json:"customer"`
	Billing      wire.Object[addressBody]  `json:"billing_address"`
	Shipping     wire.Object[addressBody]  `json:"shipping_address"`
	Client       wire.Object[clientBody]   `json:"client_details"`
}

// customerBody is the shop's customer. Tags and the two consents are gone from
// API version 2025-01 on and read where older subscriptions still send them.
type customerBody struct {
	ID           wire.Text                `json:"id"`
	Email        wire.Text                `json:"email"`
	Phone        wire.Text                `json:"phone"`
	First        wire.Text                `json:"first_name"`
	Last         wire.Text                `json:"last_name"`
	Tags         wire.Text                `json:"tags"`
	Default      wire.Object[addressBody] `json:"default_address"`
	EmailConsent wire.Object[consentBody] `json:"email_marketing_consent"`
	SMSConsent   wire.Object[consentBody] `json:"sms_marketing_consent"`
}

// addressBody is a postal address; an unknown one is sent as [].
type addressBody struct {
	First   wire.Text `json:"first_name"`
	Last    wire.Text `json:"last_name"`
	Phone   wire.Text `json:"phone"`
	Country wire.Text `json:"country_code"`
	Region  wire.Text `json:"province_code"`
}

// clientBody is the browser an order was made with.
type clientBody struct {
	UserAgent wire.Text `json:"user_agent"`
}

// person reads who bought. The address typed into the checkout wins over the
// customer account's.
func (r *reader) person(b buyer) {
	p := wire.Person{Notes: &r.notes}
	c, bill, ship, home := b.Customer.V, b.Billing.V, b.Shipping.V, b.Customer.V.Default.V
	p.Key(event.KeyCustomer, c.ID)
	p.Email(b.Email, b.ContactEmail, c.Email)
	r.phones(&p, b)
	p.Name(c.First, c.Last)
	p.Name(bill.First, bill.Last)
	p.Name(ship.First, ship.Last)
	for _, a := range []addressBody{bill, ship, home} {
		p.Place(a.Country, a.Region)
	}
	p.Is.Locale = wire.Locale(string(b.Locale))
	p.Is.Device = wire.Device(string(b.Client.V.UserAgent))
	for _, tag := range strings.Split(string(c.Tags), ",") {
		if tag = event.Clean(tag, 60); tag != "" && len(p.Is.Tags) < 50 {
			p.Is.Tags = append(p.Is.Tags, tag)
		}
	}
	r.e.Person = p.Done()
}

// phones tries the fields in the order of how surely the number is the buyer's.
// A national number is read in its address's country, else the shop's.
func (r *reader) phones(p *wire.Person, b buyer) {
	bill, ship, home := b.Billing.V, b.Shipping.V, b.Customer.V.Default.V
	here := wire.First(bill.Country, ship.Country, home.Country)
	if b.SMSTicked.Value {
		p.Phone(b.SMSPhone, here, r.d.Country)
	}
	p.Phone(b.Phone, here, r.d.Country)
	p.Phone(b.SMSPhone, here, r.d.Country)
	p.Phone(b.Customer.V.Phone, here, r.d.Country)
	p.Phone(bill.Phone, string(bill.Country), r.d.Country)
	p.Phone(home.Phone, string(home.Country), r.d.Country)
	if !b.gift() {
		p.Phone(ship.Phone, string(ship.Country), r.d.Country)
	}
}

// gift reports that the parcel goes to somebody else, whose phone must hear
// nothing of this cart.
func (b buyer) gift() bool {
	name := func(first, last wire.Text) string {
		return strings.ToLower(strings.TrimSpace(string(first) + " " + string(last)))
	}
	buyer := name(b.Billing.V.First, b.Billing.V.Last)
	if buyer == "" {
		buyer = name(b.Customer.V.First, b.Customer.V.Last)
	}
	to := name(b.Shipping.V.First, b.Shipping.V.Last)
	return buyer != "" && to != "" && buyer != to
}
