package consent

import (
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// ZoneEvidence is all that hints at the zone a shopper's clock runs in. What
// is not known, or is no zone, stays "".
type ZoneEvidence struct {
	// Channel is the one to be written on: SMS is stricter, see Zones.
	Channel event.Channel
	// Declared is the zone that the shopper, or their profile on the platform, states.
	Declared string
	// Country and Region are of the shopper's address: ISO 3166-1 alpha-2, and
	// a state's code as platforms send it ("NY", "US-NY").
	Country, Region string
	// Browser is the zone of the shopper's device.
	Browser string
	// Phone is in E.164.
	Phone string
	// Shop is the shop's own zone, the last resort.
	Shop string
}

// The names of where a zone came from. Zones joins them with "+" where two
// sources were used.
const (
	// FromShopper is the zone the shopper states, FromAddress that of country
	// and state, FromBrowser the device's, FromPhone the number's area.
	FromShopper = "shopper"
	FromAddress = "address"
	FromBrowser = "browser"
	FromPhone   = "phone"
	// FromCountry is every zone of the phone's country, since its area says too little.
	FromCountry = "country"
	// FromShop is the shop's own zone, for want of any evidence. The caller then
	// knows no region either, so the careful hours hold.
	FromShop = "shop"
	// FromNowhere is UTC, for want of a zone of the shop.
	FromNowhere = "unknown"
)

// maxPhoneZones is how many zones a number may have before they say nothing:
// +1 800 has some forty.
const maxPhoneZones = 6

// Zones gives the zones in which the shopper may be, all of which must allow
// an instant, and the source of that knowledge. It never gives none.
//
// The strongest source decides: what the shopper states, then the address,
// then the device, then the phone's area, then the shop. An address that
// leaves several zones open (a country without its state, a state with two
// zones) is narrowed by the device, or else by the phone, to those of its zones
// that keep the same clock; a clue that fits none of them is left aside.
//
// For SMS the law asks where the called party is, and courts have looked at
// both the address and the area code. So, unless the shopper states a zone,
// the phone's area narrows nothing: its zones are added to the others, and
// both must allow. Without other evidence, a number that may have moved, in a
// country of several zones, stands for the whole country.
func Zones(e ZoneEvidence) (zones []*time.Location, source string) {
	c := e.clue()
	if zones = load(c.zones); len(zones) > 0 {
		return zones, c.source
	}
	if zone, err := time.LoadLocation(e.Shop); err == nil && e.Shop != "" && e.Shop != "Local" {
		return []*time.Location{zone}, FromShop
	}
	return []*time.Location{time.UTC}, FromNowhere
}

// clue is what one source, or several, say: IANA names, none for nothing.
type clue struct {
	source string
	zones  []string
}

func (e ZoneEvidence) clue() clue {
	if isPlace(e.Declared) {
		return clue{FromShopper, []string{e.Declared}}
	}
	here, phone := e.whereabouts(), dial(e.Phone)
	switch {
	case len(here.zones) == 0:
		return phone.alone()
	case len(phone.area) == 0:
		return here
	case e.Channel == event.SMS:
		return here.and(clue{FromPhone, phone.area})
	}
	return here.narrowed(clue{FromPhone, phone.area})
}

// whereabouts is what address and device say.
func (e ZoneEvidence) whereabouts() clue {
	address := clue{FromAddress, addressZones(e.Country, e.Region)}
	if !isPlace(e.Browser) {
		return address
	}
	device := clue{FromBrowser, []string{e.Browser}}
	if len(address.zones) == 0 {
		return device
	}
	return address.narrowed(device)
}

// and adds another clue's zones.
func (c clue) and(other clue) clue {
	if len(overlap(c.zones, other.zones)) == len(c.zones) && len(overlap(other.zones, c.zones)) == len(other.zones) {
		return c // they say the same
	}
	return clue{c.source + "+" + other.source, slices.Concat(c.zones, other.zones)}
}

// narrowed keeps those of several zones that another clue points to.
func (c clue) narrowed(by clue) clue {
	if len(c.zones) < 2 {
		return c
	}
	kept := overlap(c.zones, by.zones)
	if len(kept) == 0 || len(kept) == len(c.zones) {
		return c
	}
	return clue{c.source + "+" + by.source, kept}
}

// overlap gives those of the first zones whose clock one of the second keeps too.
func overlap(first, second []string) []string {
	others := load(second)
	var kept []string
	for _, name := range first {
		zone, err := time.LoadLocation(name)
		if err == nil && slices.ContainsFunc(others, func(o *time.Location) bool { return sameClock(zone, o) }) {
			kept = append(kept, name)
		}
	}
	return kept
}

// sameClock reports whether two zones show the same time throughout a year. A
// place has many names (US/Pacific, America/Los_Angeles), so names are not compared.
func sameClock(a, b *time.Location) bool {
	if a.String() == b.String() {
		return true
	}
	for week := range 53 {
		t := time.Date(2026, 1, 1+7*week, 12, 0, 0, 0, time.UTC)
		_, x := t.In(a).Zone()
		_, y := t.In(b).Zone()
		if x != y {
			return false
		}
	}
	return true
}

// load gives the zones of the names, each once; none if one of them does not
// exist, since the others alone would promise too much.
func load(names []string) []*time.Location {
	var zones []*time.Location
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		zone, err := time.LoadLocation(name)
		if err != nil {
			return nil
		}
		zones = append(zones, zone)
	}
	return zones
}

// isPlace reports whether a name is the zone of a place. "UTC" and "Etc/GMT+5"
// are what servers and browsers that hide their place say; they are no evidence.
func isPlace(name string) bool {
	if !strings.Contains(name, "/") || strings.HasPrefix(name, "Etc/") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// addressZones gives the zones of a country's region; all of the country's
// where the region is not known, and none where the country is not.
func addressZones(country, region string) []string {
	country = strings.ToUpper(strings.TrimSpace(country))
	for _, group := range regionZones[country] {
		if slices.Contains(strings.Fields(group.codes), regionCode(region)) {
			return strings.Fields(group.zones)
		}
	}
	return strings.Fields(countryZones[country])
}
