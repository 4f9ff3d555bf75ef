package money

import "strings"

// nbsp stands between a number and its symbol, and between groups of digits
// where a language writes a space there, so that no line breaks inside an amount.
const nbsp = "\u00a0"

// style is how a language writes an amount.
type style struct {
	// decimal and group are the marks in a number.
	decimal, group string
	// after is true where the symbol follows the number.
	after bool
	// spaced is true where a space stands between symbol and number. After a
	// number there always is one, and letters ("CHF") are always set apart.
	spaced bool
	// minGroup is the number of digits from which whole numbers are grouped: 5
	// where four digits stay together (1234,50 €); 0 means 4.
	minGroup int
	// pairs groups the digits before the last three by two (1,23,456.00).
	pairs bool
}

// styles is CLDR's practice by language, with regions that differ from it.
func styles(locale string) (style, bool) {
	point := style{decimal: ".", group: ","}
	comma := style{decimal: ",", group: ".", after: true}
	space := style{decimal: ",", group: nbsp, after: true}
	space5 := style{decimal: ",", group: nbsp, after: true, minGroup: 5}
	switch locale {
	case "en", "ja", "zh", "ko", "th", "es-MX", "es-US":
		return point, true
	case "he":
		return style{decimal: ".", group: ",", after: true}, true
	case "en-IN", "hi":
		return style{decimal: ".", group: ",", pairs: true}, true
	case "de", "it", "da", "el", "ro", "hr", "sl", "id":
		return comma, true
	case "es":
		return style{decimal: ",", group: ".", after: true, minGroup: 5}, true
	case "fr", "sv", "nb", "no", "nn", "fi", "cs", "sk", "uk", "ru", "hu":
		return space, true
	case "pl", "pt-PT", "bg":
		return space5, true
	case "nl", "de-AT", "pt", "es-AR":
		return style{decimal: ",", group: ".", spaced: true}, true
	case "tr":
		return style{decimal: ",", group: "."}, true
	case "de-CH", "fr-CH", "it-CH":
		return style{decimal: ".", group: "’", spaced: true}, true
	}
	return style{}, false
}

// Format writes an amount as readers of a locale (BCP 47) expect it: €12.50 in
// English, 12,50 € with a no-break space in French. An unknown language is
// written as English is; an unknown currency with two decimals and its code.
func Format(m Money, locale string) string {
	lang, region := split2(locale)
	s, ok := styles(lang + "-" + region)
	if !ok {
		if s, ok = styles(lang); !ok {
			s, _ = styles("en")
		}
	}
	number, negative := strings.CutPrefix(m.Decimal(), "-")
	number = s.number(number)
	symbol := symbolOf(m.Currency, lang, region)
	sign := ""
	if negative {
		sign = "-"
	}
	switch {
	case symbol == "":
		return sign + number
	case s.after:
		return sign + number + nbsp + symbol
	case s.spaced || lettered(symbol):
		return sign + symbol + nbsp + number
	}
	return sign + symbol + number
}

// split2 gives a locale's language in lower and region in upper case.
func split2(locale string) (lang, region string) {
	parts := strings.Split(strings.ReplaceAll(locale, "_", "-"), "-")
	for _, p := range parts[1:] {
		if len(p) == 2 {
			region = strings.ToUpper(p)
			break
		}
	}
	return strings.ToLower(parts[0]), region
}

// number sets a style's marks into decimal text.
func (s style) number(decimal string) string {
	whole, frac, hasFrac := strings.Cut(decimal, ".")
	if len(whole) >= max(s.minGroup, 4) {
		whole = s.grouped(whole)
	}
	if hasFrac {
		return whole + s.decimal + frac
	}
	return whole
}

func (s style) grouped(whole string) string {
	size := 3
	out := ""
	for len(whole) > size {
		out = s.group + whole[len(whole)-size:] + out
		whole = whole[:len(whole)-size]
		if s.pairs {
			size = 2
		}
	}
	return whole + out
}

// lettered reports whether a symbol ends in a letter and so runs into a number
// behind it ("CHF12"; but "CA$12").
func lettered(symbol string) bool {
	c := symbol[len(symbol)-1]
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '.'
}

// symbolOf gives the sign a currency is known by, or its code. Signs that
// several currencies share stand alone only where they are the local one.
func symbolOf(currency, lang, region string) string {
	switch currency {
	case "EUR":
		return "€"
	case "GBP":
		return "£"
	case "JPY":
		return "¥"
	case "INR":
		return "₹"
	case "KRW":
		return "₩"
	case "ILS":
		return "₪"
	case "VND":
		return "₫"
	case "UAH":
		return "₴"
	case "PHP":
		return "₱"
	case "NGN":
		return "₦"
	case "TRY":
		return "₺"
	case "BRL":
		return "R$"
	case "CNY":
		if lang == "zh" {
			return "¥"
		}
		return "CN¥"
	}
	if s, ok := dollar(currency, region); ok {
		return s
	}
	return local(currency, lang)
}

// dollar writes the dollars (and pesos): a bare $ for the reader's own, and
// for the US dollar wherever the reader has no other.
func dollar(currency, region string) (string, bool) {
	home := map[string]string{
		"CA": "CAD", "AU": "AUD", "NZ": "NZD", "MX": "MXN", "SG": "SGD", "HK": "HKD", "AR": "ARS", "CL": "CLP", "CO": "COP",
	}[region]
	marks := map[string]string{
		"USD": "US$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "SGD": "S$", "HKD": "HK$", "TWD": "NT$",
	}
	switch {
	case currency == home && home != "":
		return "$", true
	case currency == "USD" && home == "":
		return "$", true
	}
	mark, ok := marks[currency]
	return mark, ok
}

// local gives the abbreviations that only their own languages use.
func local(currency, lang string) string {
	abbreviations := map[string]string{
		"sv SEK": "kr", "nb NOK": "kr", "no NOK": "kr", "nn NOK": "kr", "da DKK": "kr.", "pl PLN": "zł",
		"cs CZK": "Kč", "hu HUF": "Ft", "ro RON": "lei", "ru RUB": "₽", "bg BGN": "лв.", "id IDR": "Rp",
		"th THB": "฿",
	}
	if s, ok := abbreviations[lang+" "+currency]; ok {
		return s
	}
	return currency
}
