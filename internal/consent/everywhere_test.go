package consent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// lines reads a list of testdata, without its comments.
func lines(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}

// french are the holidays of a date, reckoned apart from the code under test:
// moving ones by a table of Easter Sundays.
func french(local time.Time) bool {
	switch local.Format("01-02") {
	case "01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25":
		return true
	}
	for _, sunday := range easters {
		at, _ := time.Parse(time.DateOnly, sunday)
		for _, days := range []int{1, 39, 50} {
			if at.AddDate(0, 0, days).Format(time.DateOnly) == local.Format(time.DateOnly) {
				return true
			}
		}
	}
	return false
}

// rules are one way to ask Next, with what it should say of an instant.
type rules struct {
	pack   consent.Pack
	region string
	quiet  consent.Quiet
}

// allows reads a wall clock, as a person would.
func (r rules) allows(at time.Time, zones ...*time.Location) bool {
	for _, zone := range zones {
		local := at.In(zone)
		minute := local.Hour()*60 + local.Minute()
		span := r.pack.In(r.region).Week[local.Weekday()]
		quiet := r.quiet.From < r.quiet.To && minute >= r.quiet.From && minute < r.quiet.To ||
			r.quiet.From > r.quiet.To && (minute >= r.quiet.From || minute < r.quiet.To)
		if minute < span.From || minute >= span.To || quiet || r.pack.Holidays == "FR" && french(local) {
			return false
		}
	}
	return true
}

// check asks Next about one instant. With every it also goes through all
// minutes before the answer.
func (r rules) check(t interface{ Fatalf(string, ...any) }, at time.Time, every bool, zones ...*time.Location) {
	next, rule := r.pack.Next(at, zones, r.region, r.quiet)
	if r.allows(at, zones...) != (rule == "") || (rule == "") != next.Equal(at) {
		t.Fatalf("%v in %v: next %v by %q", at.In(zones[0]), zones, next, rule)
	}
	end := next
	if next.IsZero() {
		end = at.Add(8 * 24 * time.Hour)
	} else if next.Before(at) || !r.allows(next, zones...) {
		t.Fatalf("%v in %v: next %v is early or not allowed", at.In(zones[0]), zones, next.In(zones[0]))
	}
	if !every {
		return
	}
	for m := at.Truncate(time.Minute).Add(time.Minute); m.Before(end); m = m.Add(time.Minute) {
		if r.allows(m, zones...) {
			t.Fatalf("%v in %v: next %v, but %v is allowed", at.In(zones[0]), zones, next.In(zones[0]), m.In(zones[0]))
		}
	}
}

// everyRules are the ways of asking, from the shipped packs and from hours that
// clock changes skip or repeat.
func everyRules(t testing.TB) []rules {
	packs := shipped(t)
	us, fr := packs.For(event.SMS, "US"), packs.For(event.SMS, "FR")
	night := func(from, to int) consent.Pack {
		return consent.Pack{Week: consent.Daily(consent.Span{From: from, To: to})}
	}
	return []rules{
		{pack: us},
		{pack: us, region: "TX"},
		{pack: fr},
		{pack: fr, quiet: consent.Quiet{From: 19 * 60, To: 10*60 + 30}},
		{pack: packs.For(event.Email, ""), quiet: consent.Quiet{From: 21 * 60, To: 8 * 60}},
		{pack: packs.For(event.Email, ""), quiet: consent.Quiet{From: 60, To: 3 * 60}},
		{pack: night(2*60, 3*60)},       // the hour that is skipped in New York and Paris
		{pack: night(0, 60)},            // the one that is skipped in Beirut and the Azores
		{pack: night(60, 2*60)},         // the one that New York has twice
		{pack: night(23*60+45, 24*60)},  // up to midnight
		{pack: night(2*60+15, 2*60+16)}, // one minute
		{pack: night(0, 24*60), quiet: consent.Quiet{From: 10, To: 5}},
	}
}

// TestNextEverywhere: in every zone there is, around each of its clock changes
// in ten years, the answer is allowed, and no earlier minute is.
func TestNextEverywhere(t *testing.T) {
	t.Parallel()
	ways := everyRules(t)
	from, until := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC)
	names := lines(t, "zones.txt")
	if len(names) < 590 {
		t.Fatalf("only %d zones", len(names))
	}
	var asked, changes int
	for _, name := range names {
		where := zone(t, name)
		_, change := from.In(where).ZoneBounds()
		if change.IsZero() || change.After(until) {
			change = from.Add(100 * 24 * time.Hour)
		}
		for change.Before(until) {
			changes++
			for _, off := range around {
				for _, r := range ways {
					asked++
					r.check(t, change.Add(off), asked%61 == 0, where)
				}
			}
			_, next := change.In(where).ZoneBounds()
			if next.IsZero() {
				break
			}
			change = next
		}
	}
	if changes < 3000 {
		t.Errorf("only %d clock changes were visited", changes)
	}
}

// around are the instants looked at, by their distance from a clock change.
var around = []time.Duration{
	-26 * time.Hour, -150 * time.Minute, -61 * time.Minute, -time.Minute, -time.Second,
	0, time.Second, 30*time.Minute + 30*time.Second, 61 * time.Minute, 25 * time.Hour,
}

// TestNextInAllZonesAtOnce: any few zones at any time, by every minute.
func TestNextInAllZonesAtOnce(t *testing.T) {
	t.Parallel()
	ways, names := everyRules(t), lines(t, "zones.txt")
	rapid.Check(t, func(rt *rapid.T) {
		r := rapid.SampledFrom(ways).Draw(rt, "rules")
		r.quiet = consent.Quiet{From: rapid.IntRange(0, 1439).Draw(rt, "from"), To: rapid.IntRange(0, 1439).Draw(rt, "to")}
		if r.quiet.From == r.quiet.To {
			r.quiet = consent.Quiet{}
		}
		var zones []*time.Location
		for range rapid.IntRange(1, 4).Draw(rt, "zones") {
			zones = append(zones, zone(t, rapid.SampledFrom(names).Draw(rt, "zone")))
		}
		at := time.Unix(rapid.Int64Range(1704067200, 2019686400).Draw(rt, "at"), rapid.Int64Range(0, 999_999_999).Draw(rt, "ns"))
		r.check(rt, at, true, zones...)
	})
}

// TestAShopIsNeverLooser: with quiet hours, the answer is never earlier than
// without, and without the law's leave nothing is sent.
func TestAShopIsNeverLooser(t *testing.T) {
	t.Parallel()
	ways, names := everyRules(t), lines(t, "zones.txt")
	rapid.Check(t, func(rt *rapid.T) {
		r := rapid.SampledFrom(ways).Draw(rt, "rules")
		zones := []*time.Location{zone(t, rapid.SampledFrom(names).Draw(rt, "zone"))}
		at := time.Unix(rapid.Int64Range(1704067200, 2019686400).Draw(rt, "at"), 0)
		quiet := consent.Quiet{From: rapid.IntRange(0, 1439).Draw(rt, "from"), To: rapid.IntRange(0, 1439).Draw(rt, "to")}
		law, _ := r.pack.Next(at, zones, r.region, consent.Quiet{})
		shop, _ := r.pack.Next(at, zones, r.region, quiet)
		if !shop.IsZero() && shop.Before(law) {
			rt.Fatalf("the law waits until %v, the shop until %v", law, shop)
		}
	})
}
