package shopper

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Say folds one saying into another: the later wins, an empty one never does.
func (s Said) Say(value string, at time.Time) Said {
	return s.With(Said{Value: value, At: at.UnixMilli()})
}

// With folds two sayings; it commutes.
func (s Said) With(o Said) Said {
	if o.Value == "" || (s.Value != "" && (o.At < s.At || (o.At == s.At && o.Value <= s.Value))) {
		return s
	}
	return o
}

// Fold takes in what an event says of the person. It commutes and repeats
// without effect.
func (s *Shopper) Fold(e event.Event, at time.Time) {
	p := e.Person
	s.Keys = Union(s.Keys, p.Keys)
	t := &s.Traits
	t.FirstName = t.FirstName.Say(p.FirstName, at)
	t.LastName = t.LastName.Say(p.LastName, at)
	t.Country = t.Country.Say(p.Country, at)
	t.Region = t.Region.Say(p.Region, at)
	t.Locale = t.Locale.Say(p.Locale, at)
	t.TimeZone = t.TimeZone.Say(p.TimeZone, at)
	t.Device = t.Device.Say(p.Device, at)
	t.Tags = t.Tags.Say(strings.Join(p.Tags, ","), at)
	for _, k := range p.Keys {
		switch k.Kind {
		case event.KeyEmail:
			t.Email = t.Email.Say(k.Value, at)
		case event.KeyPhone:
			t.Phone = t.Phone.Say(k.Value, at)
		case event.KeyMessenger:
			t.Messenger = t.Messenger.Say(k.Value, at)
		}
	}
	s.see(at)
}

func (s *Shopper) see(at time.Time) {
	if s.FirstSeen.IsZero() || at.Before(s.FirstSeen) {
		s.FirstSeen = at
	}
	if at.After(s.LastSeen) {
		s.LastSeen = at
	}
}

// Absorb takes over another shopper who turned out to be the same person.
func (s *Shopper) Absorb(o Shopper) {
	s.Keys = Union(s.Keys, o.Keys)
	a, b := &s.Traits, o.Traits
	a.FirstName, a.LastName = a.FirstName.With(b.FirstName), a.LastName.With(b.LastName)
	a.Country, a.Region = a.Country.With(b.Country), a.Region.With(b.Region)
	a.Locale, a.TimeZone = a.Locale.With(b.Locale), a.TimeZone.With(b.TimeZone)
	a.Device, a.Tags = a.Device.With(b.Device), a.Tags.With(b.Tags)
	a.Email, a.Phone, a.Messenger = a.Email.With(b.Email), a.Phone.With(b.Phone), a.Messenger.With(b.Messenger)
	if !o.FirstSeen.IsZero() {
		s.see(o.FirstSeen)
	}
	if !o.LastSeen.IsZero() {
		s.see(o.LastSeen)
	}
}
