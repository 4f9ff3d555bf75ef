package shopify

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// consentBody is a customer's marketing consent for one channel.
type consentBody struct {
	State wire.Text `json:"state"`
	// Level is single_opt_in, confirmed_opt_in or unknown: whether the address itself confirmed.
	Level     wire.Text `json:"opt_in_level"`
	UpdatedAt wire.Time `json:"consent_updated_at"`
}

// consentTopicBody is the body of both consent topics, which name their fields
// differently.
type consentTopicBody struct {
	CustomerID wire.Text                `json:"customer_id"`
	ID         wire.Text                `json:"id"`
	Email      wire.Text                `json:"email_address"`
	Phone      wire.Text                `json:"phone"`
	ByEmail    wire.Object[consentBody] `json:"email_marketing_consent"`
	BySMS      wire.Object[consentBody] `json:"sms_marketing_consent"`
}

// ticked reads the checkout's boxes. A ticked one is a yes; an unticked one
// says nothing, since it is also what a shopper leaves who never saw it. The
// yes dates from when the checkout or order began: later updates of an old
// order repeat the box and must not outdo an unsubscribe that came after it.
//
// asked is whether the shopper went through the checkout: in orders of tills,
// drafts, imports and subscriptions a program or staff filled the box in.
func (r *reader) ticked(b buyer, began wire.Time, asked bool) {
	at := began.Time
	if at.IsZero() {
		at = r.e.OccurredAt
	}
	if at.IsZero() {
		at = r.d.ReceivedAt
	}
	if b.EmailTicked.Value && asked {
		r.consent(event.Email, event.Yes, "shopify checkout", at)
	}
	if b.SMSTicked.Value && asked {
		r.consent(event.SMS, event.Yes, "shopify checkout", at)
	}
	r.stated(event.Email, b.Customer.V.EmailConsent, at)
	r.stated(event.SMS, b.Customer.V.SMSConsent, at)
}

// stated reads a consent object: subscribed and unsubscribed are answers,
// not_subscribed, pending, redacted and null are none.
func (r *reader) stated(c event.Channel, b wire.Object[consentBody], at time.Time) {
	if t := b.V.UpdatedAt.Time; !t.IsZero() {
		at = wire.Occurred(r.d.ReceivedAt, &r.notes, t)
	}
	switch b.V.State {
	case "subscribed", "SUBSCRIBED":
		r.consent(c, event.Yes, "shopify customer", at)
		r.e.Consents[len(r.e.Consents)-1].Confirmed = strings.EqualFold(string(b.V.Level), "confirmed_opt_in")
	case "unsubscribed", "UNSUBSCRIBED":
		r.consent(c, event.No, "shopify customer", at)
	}
}

func (r *reader) consent(c event.Channel, a event.Answer, source string, at time.Time) {
	r.e.Consents = append(r.e.Consents, event.Consent{Channel: c, Answer: a, Source: source, At: at})
}

func (r *reader) consentTopic(c event.Channel) (string, error) {
	var b consentTopicBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return "", err
	}
	state := b.ByEmail
	if c == event.SMS {
		state = b.BySMS
	}
	r.e.Kind = event.ConsentChanged
	r.e.OccurredAt = r.occurred(state.V.UpdatedAt)
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.CustomerID, b.ID)
	p.Email(b.Email)
	p.Phone(b.Phone, r.d.Country)
	r.e.Person = p.Done()
	if len(r.e.Person.Keys) == 0 {
		return "", missing("customer_id")
	}
	r.stated(c, state, r.e.OccurredAt)
	return wire.First(b.CustomerID, b.ID), nil
}
