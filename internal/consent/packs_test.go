package consent_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// sound are the three defaults, with nothing wrong.
func sound() []consent.Pack {
	r := consent.Review{Source: "s", Reviewed: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Note: "n"}
	c := consent.Carries{Sender: true, OptOut: []consent.OptOut{consent.OptOutLink}}
	return []consent.Pack{
		{Channel: event.Email, Review: r, Week: consent.Always(), Carries: c},
		{Channel: event.SMS, Review: r, Week: consent.Always(), Carries: c},
		{Channel: event.Messenger, Review: r, Week: consent.Always(), Carries: c, Window: time.Hour},
	}
}

// TestNewPacksRefuses: every fault is found, at its field.
func TestNewPacksRefuses(t *testing.T) {
	t.Parallel()
	if _, err := consent.NewPacks(sound(), nil); err != nil {
		t.Fatal(err)
	}
	review := sound()[0].Review
	fl := consent.Region{Codes: []string{"FL"}, Review: review, Week: consent.Always()}
	for field, spoil := range map[string]func(p []consent.Pack){
		"packs[0].source":            func(p []consent.Pack) { p[0].Source = "" },
		"packs[0].note":              func(p []consent.Pack) { p[0].Note = "" },
		"packs[1].reviewed":          func(p []consent.Pack) { p[1].Reviewed = time.Time{} },
		"packs[0].hours":             func(p []consent.Pack) { p[0].Week = consent.Week{} },
		"packs[1].hours":             func(p []consent.Pack) { p[1].Week[2].To = 1441 },
		"packs[2].hours":             func(p []consent.Pack) { p[2].Week[2] = consent.Span{From: 9, To: 9} },
		"packs[0].carries.sender":    func(p []consent.Pack) { p[0].Carries.Sender = false },
		"packs[0].carries.opt_out":   func(p []consent.Pack) { p[0].Carries.OptOut = nil },
		"packs[1].carries.opt_out":   func(p []consent.Pack) { p[1].Carries.OptOut = []consent.OptOut{"shout"} },
		"packs[0].channel":           func(p []consent.Pack) { p[0].Channel = "fax" },
		"packs[0].countries":         func(p []consent.Pack) { p[0].Countries = []string{"usa"} },
		"packs[1].countries":         func(p []consent.Pack) { p[1].Channel = event.Email },
		"packs":                      func(p []consent.Pack) { p[1].Countries = []string{"FR"} },
		"packs[0].per_day":           func(p []consent.Pack) { p[0].MaxPerDay = -1 },
		"packs[0].per_cart":          func(p []consent.Pack) { p[0].MaxPerCart = -1 },
		"packs[0].within":            func(p []consent.Pack) { p[0].Within = -1 },
		"packs[2].window":            func(p []consent.Pack) { p[2].Window = 0 },
		"packs[0].window":            func(p []consent.Pack) { p[0].Margin = 1 },
		"packs[0].soft_opt_in":       func(p []consent.Pack) { p[0].Express, p[0].SoftOptIn = true, true },
		"packs[0].holidays":          func(p []consent.Pack) { p[0].Holidays = "FR" },
		"packs[0].regions[0].codes":  func(p []consent.Pack) { p[0].Regions = []consent.Region{{Review: review, Week: fl.Week}} },
		"packs[0].regions[1].codes":  func(p []consent.Pack) { p[0].Regions = []consent.Region{fl, fl} },
		"packs[0].regions[0].source": func(p []consent.Pack) { p[0].Regions = []consent.Region{{Codes: fl.Codes, Week: fl.Week}} },
	} {
		packs := sound()
		spoil(packs)
		refused(t, field, packs, nil)
	}
	for field, c := range map[string]consent.Calendar{
		"calendars[0]":         {Key: "FR", Review: review},
		"calendars[0].days[0]": {Key: "FR", Review: review, Days: []consent.Holiday{{Name: "no day", Month: time.February, Day: 30}}},
		"calendars[0].source":  {Key: "FR", Days: []consent.Holiday{{Name: "Easter"}}},
	} {
		refused(t, field, sound(), []consent.Calendar{c})
	}
}

// refused wants a fault at a field.
func refused(t *testing.T, field string, packs []consent.Pack, calendars []consent.Calendar) {
	t.Helper()
	_, err := consent.NewPacks(packs, calendars)
	if !fault.Is(err, fault.Unprocessable) || !strings.Contains("\n"+err.Error(), "\n"+field+": ") {
		t.Errorf("%v, want a fault at %s", err, field)
	}
}
