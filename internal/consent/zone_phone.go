package consent

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// number is what a phone number says about where it is.
type number struct {
	// country is ISO 3166-1 alpha-2, "" for satellite and worldwide toll-free numbers.
	country string
	// area are the zones of its area code; none where it has none or too many.
	area []string
	// moves is true for a number that its owner may have taken to another zone
	// of the country.
	moves bool
}

// placeless are the countries of several zones whose mobile numbers have no
// area code at all; the library names the capital's zone for them.
var placeless = []string{"AU", "ID", "RU"}

// dial reads a number in E.164; the zero value is given for one that is none.
func dial(phone string) number {
	n, err := phonenumbers.Parse(phone, "")
	if err != nil {
		return number{}
	}
	kind := phonenumbers.GetNumberType(n)
	out := number{country: countryOf(n), moves: kind != phonenumbers.FIXED_LINE}
	area, err := phonenumbers.GetTimezonesForNumber(n)
	switch {
	case err != nil || !phonenumbers.IsValidNumber(n) || len(area) > maxPhoneZones:
	case slices.Contains(area, phonenumbers.UNKNOWN_TIMEZONE):
	case kind == phonenumbers.MOBILE && slices.Contains(placeless, out.country):
	default:
		out.area = area
	}
	return out
}

// countryOf gives a number's country; for one that is not valid, the main
// country of its calling code.
func countryOf(n *phonenumbers.PhoneNumber) string {
	region := phonenumbers.GetRegionCodeForNumber(n)
	if len(region) != 2 || region == "ZZ" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if len(region) != 2 || region == "ZZ" {
		return ""
	}
	return region
}

// alone is what the number says if nothing else is known. People keep their
// number when they move, so in a country of several zones it may be anywhere.
func (n number) alone() clue {
	whole := strings.Fields(countryZones[n.country])
	switch {
	case len(n.area) == 0:
		return clue{FromCountry, whole}
	case n.moves && len(regionZones[n.country]) > 0:
		return clue{FromCountry, whole}
	}
	return clue{FromPhone, n.area}
}

// PhoneCountry gives the country of a number in E.164 (ISO 3166-1 alpha-2), ""
// for one that belongs to none.
func PhoneCountry(phone string) string { return dial(phone).country }

// Place is where a recipient is, as far as the law asks.
type Place struct {
	// Country is ISO 3166-1 alpha-2; "" is not known, and gets the default pack.
	Country string
	// Region is the state's code; "" is not known, and gets the careful hours.
	Region string
}

// Governs gives the place whose law counts, for Packs.For and Pack.Next. For
// SMS it is the phone's country, and the address's state only if the address
// is in that country and the area code does not point to another zone. For
// other channels it is the address, or else the phone's country.
func Governs(c event.Channel, phone string, address Place) Place {
	address = Place{strings.ToUpper(strings.TrimSpace(address.Country)), regionCode(address.Region)}
	n := dial(phone)
	switch {
	case n.country == "", c != event.SMS && address.Country != "":
		return address
	case n.country != address.Country:
		return Place{Country: n.country}
	case len(n.area) > 0 && len(overlap(addressZones(address.Country, address.Region), n.area)) == 0:
		return Place{Country: n.country}
	}
	return address
}
