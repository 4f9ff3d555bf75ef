package consent_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

const (
	wholeUS = "America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Adak Pacific/Honolulu"
	wholeAU = "Australia/Sydney Australia/Brisbane Australia/Adelaide Australia/Darwin Australia/Perth Australia/Eucla Australia/Lord_Howe"
)

func TestZones(t *testing.T) {
	t.Parallel()
	type evidence = consent.ZoneEvidence
	for _, c := range []struct {
		name         string
		e            evidence
		zones, where string
	}{
		{"the shopper's word beats all", evidence{Channel: event.SMS, Declared: "Europe/Rome", Country: "US", Region: "NY", Browser: "Asia/Tokyo", Phone: "+33612345678", Shop: "Asia/Seoul"}, "Europe/Rome", "shopper"},
		{"a word that is no place", evidence{Declared: "Local", Country: "FR"}, "Europe/Paris", "address"},
		{"a word that is no zone", evidence{Declared: "Europe/Atlantis", Country: "FR"}, "Europe/Paris", "address"},
		{"a country of one zone", evidence{Country: "fr", Browser: "Asia/Tokyo", Phone: "+12125550123"}, "Europe/Paris", "address"},
		{"a state", evidence{Country: "US", Region: "CA", Browser: "America/New_York"}, "America/Los_Angeles", "address"},
		{"a state as ISO writes it", evidence{Country: "US", Region: "us-hi"}, "Pacific/Honolulu", "address"},
		{"a state of two zones", evidence{Country: "US", Region: "TN"}, "America/New_York America/Chicago", "address"},
		{"a state of two zones, and a device", evidence{Country: "US", Region: "TN", Browser: "US/Central"}, "America/Chicago", "address+browser"},
		{"a state of two zones, and a device elsewhere", evidence{Country: "US", Region: "TN", Browser: "Europe/Paris"}, "America/New_York America/Chicago", "address"},
		{"a state of two zones, and a phone", evidence{Channel: event.Email, Country: "US", Region: "TN", Phone: "+12125550123"}, "America/New_York", "address+phone"},
		{"a state that is not known", evidence{Country: "US", Region: "??"}, wholeUS, "address"},
		{"a country without its state", evidence{Country: "AU"}, wholeAU, "address"},
		{"a country without its state, and a device", evidence{Country: "AU", Browser: "Australia/Perth"}, "Australia/Perth", "address+browser"},
		{"a country that is not known", evidence{Country: "ZZ", Browser: "Asia/Tokyo"}, "Asia/Tokyo", "browser"},
		{"a device that hides its place", evidence{Browser: "UTC", Shop: "Europe/Paris"}, "Europe/Paris", "shop"},
		{"a device that hides its place otherwise", evidence{Browser: "Etc/GMT+5", Shop: "Europe/Paris"}, "Europe/Paris", "shop"},
		{"Shopify's Quintana Roo", evidence{Country: "MX", Region: "Q ROO"}, "America/Cancun", "address"},
		{"WooCommerce's Sonora", evidence{Country: "MX", Region: "SO"}, "America/Mazatlan", "address"},
		{"a phone of one zone", evidence{Channel: event.SMS, Phone: "+33612345678"}, "Europe/Paris", "phone"},
		{"a phone of three names", evidence{Channel: event.SMS, Phone: "+447400123456"}, "Europe/Guernsey Europe/Isle_of_Man Europe/London", "phone"},
		{"a phone of two zones", evidence{Channel: event.SMS, Phone: "+351912345678"}, "Atlantic/Azores Europe/Lisbon", "phone"},
		{"an area code may have moved", evidence{Channel: event.SMS, Phone: "+12125550123"}, wholeUS, "country"},
		{"a mobile without an area", evidence{Channel: event.SMS, Phone: "+61412345678"}, wholeAU, "country"},
		{"a line in the ground", evidence{Channel: event.Email, Phone: "+74951234567"}, "Europe/Moscow", "phone"},
		{"toll-free", evidence{Channel: event.SMS, Phone: "+18005550123"}, wholeUS, "country"},
		{"toll-free everywhere", evidence{Channel: event.SMS, Phone: "+80012345678", Shop: "Pacific/Auckland"}, "Pacific/Auckland", "shop"},
		{"not a number of its country", evidence{Channel: event.SMS, Phone: "+15", Shop: "Pacific/Auckland"}, "Pacific/Auckland", "shop"},
		{"not a valid number", evidence{Channel: event.SMS, Phone: "+10000000000"}, wholeUS, "country"},
		{"SMS: address and area agree", evidence{Channel: event.SMS, Country: "US", Region: "NY", Phone: "+12125550123"}, "America/New_York", "address"},
		{"SMS: address and area contradict", evidence{Channel: event.SMS, Country: "US", Region: "CA", Phone: "+12125550123"}, "America/Los_Angeles America/New_York", "address+phone"},
		{"SMS: the area does not narrow", evidence{Channel: event.SMS, Country: "US", Region: "TN", Phone: "+12125550123"}, "America/New_York America/Chicago", "address+phone"},
		{"SMS: device and area contradict", evidence{Channel: event.SMS, Browser: "America/Denver", Phone: "+12125550123"}, "America/Denver America/New_York", "browser+phone"},
		{"SMS: abroad", evidence{Channel: event.SMS, Country: "NZ", Region: "AUK", Browser: "Pacific/Auckland", Phone: "+18085550123"}, "Pacific/Auckland Pacific/Honolulu", "address+browser+phone"},
		{"SMS: a toll-free number adds nothing", evidence{Channel: event.SMS, Country: "US", Region: "CA", Phone: "+18005550123"}, "America/Los_Angeles", "address"},
		{"SMS: an Australian mobile adds nothing", evidence{Channel: event.SMS, Country: "AU", Region: "WA", Browser: "Australia/Perth", Phone: "+61412345678"}, "Australia/Perth", "address+browser"},
		{"email: the address decides alone", evidence{Channel: event.Email, Country: "US", Region: "CA", Phone: "+12125550123"}, "America/Los_Angeles", "address"},
		{"a shop in Auckland, a shopper in Honolulu", evidence{Channel: event.Email, Country: "US", Region: "HI", Shop: "Pacific/Auckland"}, "Pacific/Honolulu", "address"},
		{"a shop in Auckland, a shopper anywhere", evidence{Shop: "Pacific/Auckland"}, "Pacific/Auckland", "shop"},
		{"nothing", evidence{}, "UTC", "unknown"},
		{"a shop without a zone", evidence{Shop: "Local"}, "UTC", "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			zones, source := consent.Zones(c.e)
			var names []string
			for _, z := range zones {
				names = append(names, z.String())
			}
			want := strings.Fields(c.zones)
			if !slices.Equal(names, want) || source != c.where {
				t.Errorf("zones %v from %s, want %v from %s", names, source, want, c.where)
			}
		})
	}
}

// TestEveryCountryHasItsZones compares the tables with the zone database: in
// ten years, every place's clock is that of one of its country's zones.
func TestEveryCountryHasItsZones(t *testing.T) {
	t.Parallel()
	places := 0
	for _, line := range lines(t, "zone.tab") {
		row := strings.Split(line, "\t")
		country, place := row[0], zone(t, row[2])
		if country == "AQ" || place.String() == "Europe/Simferopol" {
			continue
		}
		places++
		zones, source := consent.Zones(consent.ZoneEvidence{Country: country})
		if source != consent.FromAddress {
			t.Errorf("%s has no zones", country)
		}
		for at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC); at.Year() < 2036; at = at.AddDate(0, 0, 5) {
			if !slices.ContainsFunc(zones, func(z *time.Location) bool { return offset(at, z) == offset(at, place) }) {
				t.Errorf("nobody in %s has the time of %s on %v: %v", country, place, at, zones)
				break
			}
		}
	}
	if places < 400 {
		t.Errorf("only %d places", places)
	}
}

func offset(at time.Time, z *time.Location) int {
	_, seconds := at.In(z).Zone()
	return seconds
}

// TestEveryStateHasItsZones: each of the states' zones exists and is one of
// the country's clocks, territories apart.
func TestEveryStateHasItsZones(t *testing.T) {
	t.Parallel()
	for country, states := range map[string]string{
		"US": "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY",
		"CA": "AB BC MB NB NL NS NT NU ON PE QC SK YT",
		"AU": "ACT NSW NT QLD SA TAS VIC WA",
		"BR": "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO",
		"MX": "AGU BCN BCS CAM CHH CHP CMX COA COL DUR GRO GUA HID JAL MEX MIC MOR NAY NLE OAX PUE QUE ROO SIN SLP SON TAB TAM TLA VER YUC ZAC",
		"RU": "AD AL ALT AMU ARK AST BA BEL BRY BU CE CHE CHU CU DA IN IRK IVA KAM KB KC KDA KEM KGD KGN KHA KHM KIR KK KL KLU KO KOS KR KRS KYA LEN LIP MAG ME MO MOS MOW MUR NEN NGR NIZ NVS OMS ORE ORL PER PNZ PRI PSK ROS RYA SA SAK SAM SAR SE SMO SPE STA SVE TA TAM TOM TUL TVE TY TYU UD ULY VGG VLA VLG VOR YAN YAR YEV ZAB",
		"ID": "AC BA BB BE BT GO JA JB JI JK JT KB KI KR KS KT KU LA MA MU NB NT PA PB PD PE PP PS PT RI SA SB SG SN SR SS ST SU YO",
	} {
		whole, _ := consent.Zones(consent.ZoneEvidence{Country: country})
		for state := range strings.FieldsSeq(states) {
			zones, source := consent.Zones(consent.ZoneEvidence{Country: country, Region: state})
			if source != consent.FromAddress || len(zones) >= len(whole) {
				t.Errorf("%s-%s leaves the whole country open: %v from %s", country, state, zones, source)
			}
			for _, z := range zones {
				at := time.Date(2027, 7, 1, 12, 0, 0, 0, time.UTC)
				if !slices.ContainsFunc(whole, func(w *time.Location) bool { return offset(at, w) == offset(at, z) }) {
					t.Errorf("%s-%s: %s is no time of the country", country, state, z)
				}
			}
		}
	}
}

func TestGoverns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		channel event.Channel
		phone   string
		address consent.Place
		want    consent.Place
	}{
		{"SMS within a state", event.SMS, "+13055550123", consent.Place{Country: "us", Region: "fl"}, consent.Place{Country: "US", Region: "FL"}},
		{"SMS, the number from another coast", event.SMS, "+12125550123", consent.Place{Country: "US", Region: "CA"}, consent.Place{Country: "US"}},
		{"SMS, toll-free", event.SMS, "+18005550123", consent.Place{Country: "US", Region: "CA"}, consent.Place{Country: "US", Region: "CA"}},
		{"SMS, a French number in New York", event.SMS, "+33612345678", consent.Place{Country: "US", Region: "NY"}, consent.Place{Country: "FR"}},
		{"SMS, Puerto Rico", event.SMS, "+17875550123", consent.Place{Country: "US", Region: "PR"}, consent.Place{Country: "PR"}},
		{"SMS, no address", event.SMS, "+12125550123", consent.Place{}, consent.Place{Country: "US"}},
		{"SMS, a number of no country", event.SMS, "+80012345678", consent.Place{Country: "FR"}, consent.Place{Country: "FR"}},
		{"SMS, no number", event.SMS, "", consent.Place{Country: "FR"}, consent.Place{Country: "FR"}},
		{"email by address", event.Email, "+33612345678", consent.Place{Country: "US", Region: "US-NY"}, consent.Place{Country: "US", Region: "NY"}},
		{"email without one", event.Email, "+33612345678", consent.Place{}, consent.Place{Country: "FR"}},
		{"nothing", event.Email, "", consent.Place{}, consent.Place{}},
	} {
		if got := consent.Governs(c.channel, c.phone, c.address); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if got := consent.PhoneCountry("+14165550123"); got != "CA" {
		t.Errorf("Toronto is in %q", got)
	}
}
