package message

import (
	"strconv"
	"strings"
	"time"
)

// dateForm is how a language writes a date: D, M and Y stand for day, month's
// name and year.
type dateForm struct{ pattern, months string }

// dateForms gives the form of a language (or of one of its regions).
func dateForms(locale string) (dateForm, bool) {
	forms := map[string]dateForm{
		"en":    {"M D, Y", "January February March April May June July August September October November December"},
		"en-GB": {"D M Y", "January February March April May June July August September October November December"},
		"fr":    {"D M Y", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"},
		"de":    {"D. M Y", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"},
		"es":    {"D de M de Y", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"},
		"it":    {"D M Y", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"},
		"nl":    {"D M Y", "januari februari maart april mei juni juli augustus september oktober november december"},
		"pt":    {"D de M de Y", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"},
		"sv":    {"D M Y", "januari februari mars april maj juni juli augusti september oktober november december"},
		"da":    {"D. M Y", "januar februar marts april maj juni juli august september oktober november december"},
		"nb":    {"D. M Y", "januar februar mars april mai juni juli august september oktober november desember"},
		"fi":    {"D. M Y", "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta"},
		"pl":    {"D M Y", "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"},
		"ja":    {"Y年M月D日", "1 2 3 4 5 6 7 8 9 10 11 12"},
	}
	f, ok := forms[locale]
	return f, ok
}

// formatDate writes a date as the locale does; a language it does not know
// gets the form every language reads, 2006-01-02.
func formatDate(t time.Time, locale string) string {
	lang := formOf(locale)
	f, ok := dateForms(lang)
	if !ok {
		return t.Format(time.DateOnly)
	}
	day := strconv.Itoa(t.Day())
	if lang == "fr" && t.Day() == 1 {
		day = "1er"
	}
	month := strings.Fields(f.months)[t.Month()-1]
	// One pass: a month's name may hold the letters that stand for the parts.
	return strings.NewReplacer("D", day, "M", month, "Y", strconv.Itoa(t.Year())).Replace(f.pattern)
}

// formOf is the name under which the forms of a locale's dates and hours are kept.
func formOf(locale string) string {
	lang, region, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	lang = strings.ToLower(lang)
	switch {
	case lang == "no" || lang == "nn":
		return "nb"
	case lang == "en" && region != "" && !strings.EqualFold(region, "US"):
		return "en-GB"
	}
	return lang
}
