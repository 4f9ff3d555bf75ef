package wix

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// buyer is what carts, checkouts and orders tell about the person.
type buyer struct {
	Info wire.Object[struct {
		Visitor wire.Text `json:"visitorId"`
		Member  wire.Text `json:"memberId"`
		Contact wire.Text `json:"contactId"`
		Email   wire.Text `json:"email"`
		Phone   wire.Text `json:"phone"`
		First   wire.Text `json:"firstName"`
		Last    wire.Text `json:"lastName"`
	}] `json:"buyerInfo"`
	Language wire.Text                 `json:"buyerLanguage"`
	Contact  wire.Object[contactInfo]  `json:"contactInfo"`
	Details  wire.Object[details]      `json:"contactDetails"`
	Billing  wire.Object[contactInfo]  `json:"billingInfo"`
	Shipping wire.Object[shippingInfo] `json:"shippingInfo"`
}

// contactInfo is an address with who lives there.
type contactInfo struct {
	Address wire.Object[address] `json:"address"`
	Details wire.Object[details] `json:"contactDetails"`
}

// details are a person's name and phone.
type details struct {
	First wire.Text `json:"firstName"`
	Last  wire.Text `json:"lastName"`
	Phone wire.Text `json:"phone"`
	Email wire.Text `json:"email"`
}

// address is a postal address.
type address struct {
	Country wire.Text `json:"country"`
	Region  wire.Text `json:"subdivision"`
}

// shippingInfo holds where the parcel goes. The phone there may be of somebody
// else, who must hear nothing of this cart: only its country is read.
type shippingInfo struct {
	Destination wire.Object[contactInfo] `json:"shippingDestination"`
	Logistics   wire.Object[struct {
		Destination wire.Object[contactInfo] `json:"shippingDestination"`
	}] `json:"logistics"`
}

func (r *reader) person(b buyer) {
	p := wire.Person{Notes: &r.notes}
	i := b.Info.V
	p.Key(event.KeyCustomer, i.Contact, i.Member)
	p.Key(event.KeyAnonymous, i.Visitor)
	p.Email(i.Email, b.Details.V.Email, b.Billing.V.Details.V.Email, b.Contact.V.Details.V.Email)
	p.Name(i.First, i.Last)
	for _, d := range []details{b.Details.V, b.Billing.V.Details.V, b.Contact.V.Details.V} {
		p.Name(d.First, d.Last)
	}
	for _, a := range []contactInfo{b.Billing.V, b.Contact.V, b.Shipping.V.Destination.V, b.Shipping.V.Logistics.V.Destination.V} {
		p.Place(a.Address.V.Country, a.Address.V.Region)
	}
	for _, n := range []wire.Text{i.Phone, b.Details.V.Phone, b.Billing.V.Details.V.Phone, b.Contact.V.Details.V.Phone} {
		p.Phone(n, p.Is.Country, r.d.Country)
	}
	p.Is.Locale = wire.Locale(string(b.Language))
	r.e.Person = p.Done()
}

// contactBody is one of the site's contacts.
type contactBody struct {
	ID      wire.Text `json:"id"`
	Created wire.Time `json:"createdDate"`
	Updated wire.Time `json:"updatedDate"`
	Email   wire.Object[struct {
		Email  wire.Text `json:"email"`
		Status wire.Text `json:"subscriptionStatus"`
	}] `json:"primaryEmail"`
	Phone wire.Object[struct {
		E164   wire.Text `json:"e164Phone"`
		Phone  wire.Text `json:"phone"`
		Status wire.Text `json:"subscriptionStatus"`
	}] `json:"primaryPhone"`
	Info wire.Object[struct {
		Name wire.Object[struct {
			First wire.Text `json:"first"`
			Last  wire.Text `json:"last"`
		}] `json:"name"`
		Locale wire.Text `json:"locale"`
	}] `json:"info"`
}

// contact reads a contact. One that is deleted because somebody asked to be
// forgotten is a request to us, too; any other deletion is the merchant's tidying.
func (r *reader) contact(slug string, m message) error {
	var b contactBody
	if len(m.body) > 0 {
		if err := wire.Decode(m.body, &b); err != nil {
			return err
		}
	}
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID, m.EntityID)
	if slug == "deleted" {
		if keys := p.Done().Keys; m.Anonymized.Value && len(keys) > 0 {
			r.e.Kind, r.e.Privacy = event.SubjectErase, &event.Privacy{Keys: keys}
		}
		return nil
	}
	p.Email(b.Email.V.Email)
	p.Phone(wire.Text(wire.First(b.Phone.V.E164, b.Phone.V.Phone)), r.d.Country)
	p.Name(b.Info.V.Name.V.First, b.Info.V.Name.V.Last)
	p.Is.Locale = wire.Locale(string(b.Info.V.Locale))
	if r.e.Person = p.Done(); len(r.e.Person.Keys) == 0 {
		return missing("id")
	}
	r.e.Kind, r.e.OccurredAt = event.ShopperUpdated, r.occurred(b.Updated)
	r.wish(event.Email, b.Email.V.Status, b, p.Has(event.KeyEmail))
	r.wish(event.SMS, b.Phone.V.Status, b, p.Has(event.KeyPhone))
	return nil
}

// wish reads a subscription. Wix tells its state with every change of the
// contact and never since when it holds. So a yes is dated when the contact was
// made: it must not outdo a no that was said since. A no is dated now.
func (r *reader) wish(c event.Channel, status wire.Text, b contactBody, known bool) {
	answer, at := event.No, r.e.OccurredAt
	switch {
	case !known:
		return
	case status == "SUBSCRIBED" && (b.Created.IsZero() || b.Created.After(r.d.ReceivedAt.Add(24*time.Hour))):
		r.notes.Add("a subscription of a contact without the time when it was made is no consent")
		return
	case status == "SUBSCRIBED":
		answer, at = event.Yes, b.Created.Time
	case status != "UNSUBSCRIBED":
		return
	}
	if at.IsZero() || at.After(r.d.ReceivedAt.Add(24*time.Hour)) {
		at = r.d.ReceivedAt.UTC()
	}
	r.e.Kind = event.ConsentChanged
	r.e.Consents = append(r.e.Consents, event.Consent{Channel: c, Answer: answer, Source: "wix contact", At: at})
}
