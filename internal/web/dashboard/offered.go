package dashboard

import (
	"slices"
	"strings"
)

// offered are the codes that a field of settings offers beside their names,
// where people type one; any other code that the setting takes is taken too.
var offered = map[string][]pickable{
	"currency": {
		{"AUD", "Australian dollar"}, {"BRL", "Brazilian real"}, {"GBP", "British pound"}, {"BGN", "Bulgarian lev"}, {"CAD", "Canadian dollar"},
		{"CNY", "Chinese yuan"}, {"CZK", "Czech koruna"}, {"DKK", "Danish krone"}, {"EUR", "Euro"}, {"HKD", "Hong Kong dollar"},
		{"HUF", "Hungarian forint"}, {"INR", "Indian rupee"}, {"IDR", "Indonesian rupiah"}, {"ILS", "Israeli shekel"}, {"JPY", "Japanese yen"},
		{"MYR", "Malaysian ringgit"}, {"MXN", "Mexican peso"}, {"NZD", "New Zealand dollar"}, {"NOK", "Norwegian krone"}, {"PHP", "Philippine peso"},
		{"PLN", "Polish złoty"}, {"RON", "Romanian leu"}, {"SAR", "Saudi riyal"}, {"SGD", "Singapore dollar"}, {"ZAR", "South African rand"},
		{"KRW", "South Korean won"}, {"SEK", "Swedish krona"}, {"CHF", "Swiss franc"}, {"THB", "Thai baht"}, {"TRY", "Turkish lira"},
		{"AED", "UAE dirham"}, {"USD", "US dollar"},
	},
	"country": {
		{"AU", "Australia"}, {"AT", "Austria"}, {"BE", "Belgium"}, {"BR", "Brazil"}, {"BG", "Bulgaria"}, {"CA", "Canada"}, {"HR", "Croatia"}, {"CZ", "Czechia"},
		{"DK", "Denmark"}, {"EE", "Estonia"}, {"FI", "Finland"}, {"FR", "France"}, {"DE", "Germany"}, {"GR", "Greece"}, {"HU", "Hungary"}, {"IN", "India"},
		{"IE", "Ireland"}, {"IL", "Israel"}, {"IT", "Italy"}, {"JP", "Japan"}, {"LV", "Latvia"}, {"LT", "Lithuania"}, {"LU", "Luxembourg"}, {"MX", "Mexico"},
		{"NL", "Netherlands"}, {"NZ", "New Zealand"}, {"NO", "Norway"}, {"PL", "Poland"}, {"PT", "Portugal"}, {"RO", "Romania"}, {"SG", "Singapore"},
		{"SK", "Slovakia"}, {"SI", "Slovenia"}, {"ZA", "South Africa"}, {"KR", "South Korea"}, {"ES", "Spain"}, {"SE", "Sweden"}, {"CH", "Switzerland"},
		{"AE", "United Arab Emirates"}, {"GB", "United Kingdom"}, {"US", "United States"},
	},
	"locale": {
		{"da", "Danish"}, {"nl", "Dutch"}, {"en", "English"}, {"en-GB", "English, United Kingdom"}, {"en-US", "English, United States"}, {"fi", "Finnish"},
		{"fr", "French"}, {"fr-CA", "French, Canada"}, {"de", "German"}, {"de-AT", "German, Austria"}, {"de-CH", "German, Switzerland"}, {"it", "Italian"},
		{"ja", "Japanese"}, {"nb", "Norwegian"}, {"pl", "Polish"}, {"pt-BR", "Portuguese, Brazil"}, {"pt-PT", "Portuguese, Portugal"}, {"es", "Spanish"}, {"sv", "Swedish"},
	},
}

// Offered are a field's codes with their names; none for most fields.
func (f field) Offered() []pickable { return offered[f.Name] }

// OfferedName names the code that the field holds, "" where nobody has named it.
func (f field) OfferedName() string {
	at := slices.IndexFunc(f.Offered(), func(p pickable) bool { return strings.EqualFold(p.Value, f.Value) })
	if at < 0 {
		return ""
	}
	return f.Offered()[at].Label
}

// Allowed says which values are allowed, where that helps: not how long a text
// may be, which nobody comes near, nor how codes look that are offered.
func (f field) Allowed() string {
	if strings.HasSuffix(f.Range, "characters") || f.Offered() != nil || f.Name == "timezone" {
		return ""
	}
	return f.Range
}
