package storefront

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// flat gives every text of a language by its name: "StopLead.sms".
func flat(t texts) map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(t)
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Name, v.Field(i)
		switch field.Kind() {
		case reflect.String:
			out[name] = field.String()
		case reflect.Map:
			for _, k := range field.MapKeys() {
				out[name+"."+k.String()] = field.MapIndex(k).String()
			}
		}
	}
	return out
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// holes gives the words in braces that a text has, sorted and each once.
func holes(text string) string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}

// Every language has every text, for every channel and rule, with the same
// words to fill in, and no brace that nothing fills.
func TestLanguagesAreWhole(t *testing.T) {
	t.Parallel()
	want := flat(english)
	for _, l := range languages {
		have := flat(l.words)
		for name, text := range want {
			switch got := have[name]; {
			case name == "First":
			case got == "":
				t.Errorf("%s lacks %s: %q", l.tag, name, text)
			case holes(got) != holes(text):
				t.Errorf("%s: %s fills in %q, English %q", l.tag, name, holes(got), holes(text))
			case strings.ContainsAny(placeholder.ReplaceAllString(got, ""), "{}%"):
				t.Errorf("%s: %s has a brace or verb that nothing fills: %q", l.tag, name, got)
			}
		}
		for name := range have {
			if _, ok := want[name]; !ok {
				t.Errorf("%s has %s, which English lacks", l.tag, name)
			}
		}
		for _, by := range []perChannel{l.words.Channels, l.words.StopLead, l.words.DoneChannel, l.words.DoneAllowed, l.words.WhyStep, l.words.WhyAsked, l.words.LawOf, l.words.Agree, l.words.ConfirmLead, l.words.ConfirmedLead} {
			if diff := cmp.Diff([]event.Channel{event.Email, event.Messenger, event.SMS}, slices.Sorted(maps.Keys(by))); diff != "" {
				t.Errorf("%s: channels %s", l.tag, diff)
			}
		}
		if n, d := len(strings.Fields(l.words.Months)), len(strings.Fields(l.words.Days)); n != 12 || d != 7 {
			t.Errorf("%s: %d months, %d days", l.tag, n, d)
		}
	}
}

// A language that was copied and not translated is no language.
func TestLanguagesDiffer(t *testing.T) {
	t.Parallel()
	// The same word in two languages, or no word at all.
	same := []string{
		"Dir", "Hour", "Span", "DaySpan", "Apart", "Moment", "Day", "CartTotal", "KnownName", "First", "Channels.messenger", "Channels.sms", "Devices.tablet", "Devices.desktop",
	}
	for i, a := range languages {
		for _, b := range languages[i+1:] {
			mine, theirs := flat(a.words), flat(b.words)
			for name, text := range mine {
				if text == theirs[name] && !slices.Contains(same, name) {
					t.Errorf("%s and %s say the same for %s: %q", a.tag, b.tag, name, text)
				}
			}
		}
	}
}

// Every rule that shoppers are told of has its sentence in every language, and
// a rule without one is told in English, or by its name.
func TestRulesForShoppersFallBackToEnglish(t *testing.T) {
	t.Parallel()
	for rule, words := range journey.ForShoppers() {
		for _, l := range languages {
			if l.words.Permissions[rule] == "" {
				t.Errorf("%s does not explain %s (%q)", l.tag, rule, words)
			}
		}
	}
	permissions := func(t texts) map[string]string { return t.Permissions }
	lacking := french
	lacking.Permissions = map[string]string{}
	if got, want := said(lacking, permissions, "consent.yes"), journey.ForShoppers()["consent.yes"]; got != want || want == "" {
		t.Errorf("consent.yes without a French sentence: %q, want %q", got, want)
	}
	if got := said(french, permissions, "consent.yes"); got != french.Permissions["consent.yes"] {
		t.Errorf("consent.yes: %q", got)
	}
	if got := said(french, permissions, "no.such_rule"); got != "no.such_rule" {
		t.Errorf("a rule without words: %q", got)
	}
}

func TestLanguageIsTheMessagesOrElseTheBrowsers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ locale, accept, lang, amounts string }{
		{"en-GB", "fr", "en", "en-GB"}, {"EN_us", "", "en", "en-US"}, {"fr", "de", "fr", "fr"}, {"fr_CA", "", "fr", "fr-CA"},
		{"de-AT", "", "de", "de-AT"}, {"es-419", "", "es", "es-419"}, {"xx", "", "en", "en"}, {"", "", "en", "en"},
		{"nl", "de-CH, en;q=0.5", "de", "de-CH"}, {"", "pt-BR, es;q=0.8, en;q=0.5", "es", "es"}, {"ca", "it", "en", "en"},
		{"gsw", "", "en", "en"}, {"lb", "fr;q=0.3,en;q=0.2", "fr", "fr"}, {"'; DROP", ";;;", "en", "en"}, {"zh-Hant", strings.Repeat("a,", 9000), "en", "en"},
	} {
		_, lang, amounts := textsFor(c.locale, c.accept)
		if lang != c.lang || amounts != c.amounts {
			t.Errorf("%q, %q: %s with amounts in %s, want %s and %s", c.locale, c.accept, lang, amounts, c.lang, c.amounts)
		}
	}
}

func TestDatesAndHoursByLanguage(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	first, late := time.Date(2026, 3, 1, 8, 5, 0, 0, paris), time.Date(2026, 12, 24, 17, 30, 0, 0, time.UTC)
	week := consent.Daily(consent.Span{From: 8 * 60, To: 22 * 60})
	week[time.Sunday], week[time.Saturday] = consent.Span{}, consent.Span{From: 10 * 60, To: 24 * 60}
	for lang, want := range map[string][]string{
		"en": {"1 March 2026 at 08:05 CET", "24 December 2026", "Monday to Friday 08:00 to 22:00; Saturday 10:00 to 24:00"},
		"fr": {"1er mars 2026 à 8\u00a0h\u00a005 CET", "24 décembre 2026", "du lundi au vendredi de 8\u00a0h\u00a000 à 22\u00a0h\u00a000\u202f; samedi de 10\u00a0h\u00a000 à 24\u00a0h\u00a000"},
		"de": {"1. März 2026 um 08:05 Uhr CET", "24. Dezember 2026", "Montag bis Freitag 08:00 bis 22:00 Uhr; Samstag 10:00 bis 24:00 Uhr"},
		"es": {"1 de marzo de 2026 (08:05 CET)", "24 de diciembre de 2026", "de lunes a viernes de 08:00 a 22:00; sábado de 10:00 a 24:00"},
	} {
		words, _, _ := textsFor(lang, "")
		got := []string{words.moment(first), words.day(late), words.hours(week)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
	if got := english.hours(consent.Daily(consent.Span{From: 540, To: 1200})); got != "09:00 to 20:00" {
		t.Errorf("every day alike: %q", got)
	}
}

// What fills a text is never read as a text.
func TestFillReadsOnce(t *testing.T) {
	t.Parallel()
	v := newView(journey.LinkPage{ShopName: "{address} & {date}", Address: "{shop}", Channel: event.Email}, "t", "")
	if got, want := v.On(event.Email, english.StopLead), "Press the button, and {address} & {date} will send no more emails to {shop} about carts."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The wording of a yes is recorded with its version, language and words.
func TestWordingIsWhatWasShown(t *testing.T) {
	t.Parallel()
	for _, l := range languages {
		v := newView(journey.LinkPage{ShopName: "S", Locale: l.tag.String(), Channel: event.SMS, Address: "•"}, "t", "")
		want := fmt.Sprintf("%s, %s: %s", wordingVersion, l.tag, strings.ReplaceAll(l.words.Agree[event.SMS], "{shop}", "S"))
		if got := v.wording(event.SMS); got != want || len([]rune(got)) > 500 {
			t.Errorf("%q (%d), want %q", got, len([]rune(got)), want)
		}
	}
}
