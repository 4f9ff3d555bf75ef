package message

import (
	"testing"
	"time"
)

// A near end has its hour by the shop's clock, in the reader's language; a far
// one, and one that is over, is a day.
func TestOfferTellsTheHourOfANearEnd(t *testing.T) {
	t.Parallel()
	paris, tokyo := location(t, "Europe/Paris"), location(t, "Asia/Tokyo")
	sao := location(t, "America/Sao_Paulo")
	now := time.Date(2026, time.March, 12, 17, 5, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		locale     string
		shop, zone *time.Location
		after      time.Duration
		want       string
	}{
		"American":           {"en", paris, paris, 24 * time.Hour, "March 13, 2026 at 6:05\u00a0PM"},
		"British":            {"en-GB", paris, paris, 24 * time.Hour, "13 March 2026 at 18:05"},
		"French":             {"fr", paris, paris, 24 * time.Hour, "13 mars 2026 à 18\u00a0h\u00a005"},
		"German, of Austria": {"de-AT", paris, paris, 24 * time.Hour, "13. März 2026, 18:05\u00a0Uhr"},
		"Spanish":            {"es", paris, paris, 24 * time.Hour, "13 de marzo de 2026 a las 18:05"},
		"Spanish at one":     {"es", paris, paris, 31 * time.Hour, "14 de marzo de 2026 a la 01:05"},
		"Arabic":             {"ar", paris, paris, 24 * time.Hour, "2026-03-13 18:05"},
		"another clock":      {"en", paris, tokyo, 24 * time.Hour, "March 13, 2026 at 6:05\u00a0PM (CET)"},
		"a clock by numbers": {"de", sao, paris, 24 * time.Hour, "13. März 2026, 14:05\u00a0Uhr (UTC-03:00)"},
		"two days, just":     {"en", paris, paris, 48 * time.Hour, "March 14, 2026 at 6:05\u00a0PM"},
		"more than two days": {"en", paris, tokyo, 48*time.Hour + time.Minute, "March 15, 2026"},
		"over":               {"en", paris, paris, -time.Minute, "March 12, 2026"},
		"without zones":      {"en", nil, nil, time.Hour, "March 12, 2026 at 6:05\u00a0PM"},
	} {
		in := Input{Locale: c.locale, Zone: c.zone, ShopZone: c.shop, Now: now, Offer: Offer{Expires: now.Add(c.after)}}
		if got := ends(in); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	// Every language with a form for days has one for hours.
	for _, locale := range []string{"en", "en-GB", "fr", "de", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "ja"} {
		_, day := dateForms(locale)
		if _, hour := clockForms(locale); !day || !hour {
			t.Errorf("%s: has a form for days: %v, for hours: %v", locale, day, hour)
		}
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}
