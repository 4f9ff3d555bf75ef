package message

import (
	"strings"
	"time"
)

// soon is how near an offer's end is when its hour is told with its day: a day
// alone would promise more than there is.
const soon = 48 * time.Hour

// ends writes when an offer is over. A far end is a day of the reader's own; a
// near one has its hour by the shop's clock, which is named where the reader's differs.
func ends(in Input) any {
	left := in.Offer.Expires.Sub(in.Now)
	if in.Offer.Expires.IsZero() || in.Now.IsZero() || left <= 0 || left > soon {
		return date(in.Offer.Expires, orUTC(in.Zone), in.Locale)
	}
	at := in.Offer.Expires.In(orUTC(in.ShopZone))
	said := formatMoment(at, in.Locale)
	if _, theirs := at.In(orUTC(in.Zone)).Zone(); theirs != offset(at) {
		said += " (" + zoneName(at) + ")"
	}
	return text(said)
}

func orUTC(z *time.Location) *time.Location {
	if z == nil {
		return time.UTC
	}
	return z
}

func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// zoneName names the clock of a moment. Zones without letters of their own are told from UTC.
func zoneName(t time.Time) string {
	name, _ := t.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + t.Format("-07:00")
	}
	return name
}

// clockForm is how a language puts the hour after a day; one stands before the
// hour 1 where that differs. The layout is Go's.
type clockForm struct{ before, one, layout string }

// clockForms gives the form of a language (or of one of its regions).
func clockForms(locale string) (clockForm, bool) {
	forms := map[string]clockForm{
		"en":    {" at ", "", "3:04\u00a0PM"},
		"en-GB": {" at ", "", "15:04"},
		"fr":    {" à ", "", "15\u00a0h\u00a004"},
		"de":    {", ", "", "15:04\u00a0Uhr"},
		"es":    {" a las ", " a la ", "15:04"},
		"it":    {" alle ore ", "", "15:04"},
		"nl":    {" om ", "", "15:04\u00a0uur"},
		"pt":    {" às ", " à ", "15:04"},
		"sv":    {" kl. ", "", "15:04"},
		"da":    {" kl. ", "", "15.04"},
		"nb":    {" kl. ", "", "15.04"},
		"fi":    {" klo ", "", "15.04"},
		"pl":    {", godz. ", "", "15:04"},
		"ja":    {"", "", "15:04"},
	}
	f, ok := forms[locale]
	return f, ok
}

// formatMoment writes a day with its hour as the locale does; a language it
// does not know gets 2006-01-02 15:04.
func formatMoment(t time.Time, locale string) string {
	f, ok := clockForms(formOf(locale))
	if !ok {
		return t.Format("2006-01-02 15:04")
	}
	before := f.before
	if f.one != "" && t.Hour() == 1 {
		before = f.one
	}
	return formatDate(t, locale) + before + t.Format(f.layout)
}
