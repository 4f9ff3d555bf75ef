package generic

import (
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// consentBody is the shopper's answer by channel: true, false, "yes", "no", or
// the states other tools use.
type consentBody struct {
	Email     wire.Text `json:"email"`
	SMS       wire.Text `json:"sms"`
	Messenger wire.Text `json:"messenger"`
}

// person reads who did it: the event's properties first, then the traits.
func (r *reader) person() {
	p := wire.Person{Notes: &r.notes}
	said := []traits{r.p.traits, r.t.Traits.V, r.t.Context.V.Traits.V, r.t.serverTag.traits()}
	p.Key(event.KeyCustomer, r.t.UserID, r.t.UserID2)
	p.Key(event.KeyAnonymous, r.t.AnonymousID, r.t.AnonymousID2, r.t.ClientID)
	var locale, zone, device []wire.Text
	for _, s := range said {
		p.Key(event.KeyCustomer, s.CustomerID)
		p.Key(event.KeyMessenger, s.Messenger)
		p.Email(s.Email)
		p.Place(s.Country, s.Region)
		p.Name(wire.Text(wire.First(s.First, s.First2)), wire.Text(wire.First(s.Last, s.Last2)))
		locale, zone, device = append(locale, s.Locale), append(zone, s.TimeZone), append(device, s.Device)
		if len(p.Is.Tags) == 0 {
			p.Is.Tags = s.Tags
		}
	}
	for _, s := range said {
		p.Phone(s.Phone, p.Is.Country, r.d.Country)
	}
	c := r.t.Context.V
	p.Is.Locale = wire.Locale(wire.First(append(locale, c.Locale)...))
	p.Is.TimeZone = wire.Zone(wire.First(append(zone, c.TimeZone)...))
	p.Is.Device = wire.Device(wire.First(append(device, c.Device.V.Type, c.UserAgent)...))
	r.e.Person = p.Done()
}

// consents reads stated answers; nothing said is no answer.
func (r *reader) consents() {
	t := r.p.traits
	if !t.Consent.Set {
		t = r.t.Traits.V
	}
	source := event.Clean(string(t.Source), 100)
	if source == "" {
		source = "generic event"
	}
	for _, c := range []struct {
		channel event.Channel
		said    wire.Text
	}{{event.Email, t.Consent.V.Email}, {event.SMS, t.Consent.V.SMS}, {event.Messenger, t.Consent.V.Messenger}} {
		answer, known := answerOf(string(c.said))
		if !known {
			if c.said != "" {
				r.notes.Add("consent.%s is neither yes nor no and was left out", c.channel)
			}
			continue
		}
		r.e.Consents = append(r.e.Consents, event.Consent{Channel: c.channel, Answer: answer,
			Source: source, Wording: event.Clean(string(t.Wording), 500), At: r.moment(),
			Confirmed: answer == event.Yes && t.Confirmed.Value, Names: t.Names})
	}
}

func answerOf(s string) (event.Answer, bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "subscribed", "granted", "opted_in":
		return event.Yes, true
	case "unsubscribed", "denied", "opted_out":
		return event.No, true
	}
	b := wire.ParseBool(s)
	if b.Value {
		return event.Yes, true
	}
	return event.No, b.Set
}

// tagList is a list of labels, or one text with commas.
type tagList []string

// UnmarshalJSON reads both forms; anything else is no tags.
func (l *tagList) UnmarshalJSON(b []byte) error {
	var list []wire.Text
	if json.Unmarshal(b, &list) != nil {
		var one wire.Text
		_ = one.UnmarshalJSON(b) // reads anything
		for _, s := range strings.Split(string(one), ",") {
			list = append(list, wire.Text(s))
		}
	}
	*l = nil
	for _, t := range list {
		if s := event.Clean(string(t), 60); s != "" && len(*l) < 50 {
			*l = append(*l, s)
		}
	}
	return nil
}
