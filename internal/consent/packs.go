package consent

import (
	"errors"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Packs are all policy packs, checked. The zero value allows nothing.
type Packs struct {
	packs     []Pack
	calendars []Calendar
	// at finds a pack by its channel and a country, "" for the default.
	at map[packKey]int
}

type packKey struct {
	channel event.Channel
	country string
}

// NewPacks checks the entries and puts them together. Every fault is told, the
// field being a path such as "packs[2].reviewed".
func NewPacks(entries []Pack, calendars []Calendar) (Packs, error) {
	p := Packs{packs: slices.Clone(entries), calendars: slices.Clone(calendars), at: map[packKey]int{}}
	var found []error
	for i, c := range p.calendars {
		found = append(found, c.check(entry("calendars", i)))
	}
	for i := range p.packs {
		path := entry("packs", i)
		found = append(found, p.packs[i].check(path), p.closes(i, path), p.index(i, path))
	}
	for _, c := range channels {
		if _, ok := p.at[packKey{channel: c}]; !ok {
			found = append(found, fault.New(fault.Unprocessable, "there is no default for %s", c).
				In("packs").Try("add a pack of that channel without countries"))
		}
	}
	if err := errors.Join(found...); err != nil {
		return Packs{}, err
	}
	return p, nil
}

// channels are those that need a default.
var channels = []event.Channel{event.Email, event.SMS, event.Messenger}

// closes finds the calendar that a pack names.
func (p *Packs) closes(i int, path string) error {
	name := p.packs[i].Holidays
	if name == "" {
		return nil
	}
	for _, c := range p.calendars {
		if c.Key == name {
			p.packs[i].closed = c
			return nil
		}
	}
	return fault.New(fault.Unprocessable, "there is no calendar %q", name).
		In(path + ".holidays").Try("name one of the calendars of the file")
}

// index enters a pack under each of its countries, or as the default.
func (p *Packs) index(i int, path string) error {
	countries := p.packs[i].Countries
	if len(countries) == 0 {
		countries = []string{""}
	}
	var found []error
	for _, c := range countries {
		here := packKey{p.packs[i].Channel, c}
		if _, twice := p.at[here]; twice {
			found = append(found, fault.New(fault.Unprocessable, "%s has two packs for %q", here.channel, c).
				In(path+".countries").Try("keep one of them"))
		}
		p.at[here] = i
	}
	return errors.Join(found...)
}

// For gives the pack of a channel in a country (ISO 3166-1 alpha-2), or the
// channel's default where the country has none or is not known. For SMS it is
// the phone number's country that decides, see Governs.
func (p Packs) For(c event.Channel, country string) Pack {
	i, ok := p.at[packKey{c, strings.ToUpper(strings.TrimSpace(country))}]
	if !ok {
		i, ok = p.at[packKey{channel: c}]
	}
	if !ok {
		return Pack{Channel: c, Express: true} // its week is closed
	}
	return p.packs[i]
}

// All gives every pack in the order of the file, for pages that show them.
func (p Packs) All() []Pack { return slices.Clone(p.packs) }

// Calendars gives every calendar in the order of the file.
func (p Packs) Calendars() []Calendar { return slices.Clone(p.calendars) }
