package journey_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// zones have whole, half and three-quarter hours, and clocks that skip midnight.
var zones = []string{"UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns",
	"America/Santiago", "Asia/Kolkata", "Pacific/Kiritimati", "Africa/Cairo"}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// A quarter of an hour lies in one day of every zone, and a day is what lies
// between its beginning and the next one's.
func TestDaysAreMadeOfQuarters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		at := time.UnixMilli(rapid.Int64Range(time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()).Draw(t, "at"))
		day := journey.DayOf(at, z)
		if got := journey.DayOfQuarter(journey.Quarter(at), z); got != day {
			t.Fatalf("%s is on day %d, its quarter of an hour on day %d", at.In(z), day, got)
		}
		if from, to := day.Begins(z), (day + 1).Begins(z); at.Before(from) || !at.Before(to) {
			t.Fatalf("%s is on the day from %s to %s", at.In(z), from.In(z), to.In(z))
		}
		if want := at.In(z).Format(time.DateOnly); day.Date().Format(time.DateOnly) != want {
			t.Fatalf("day %d is %s, want %s", day, day.Date(), want)
		}
	})
}

func TestDaysOf(t *testing.T) {
	t.Parallel()
	paris := zone(t, "Europe/Paris")
	// Half past midnight on Sunday the first in Paris is still Saturday in UTC.
	now := time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct{ span, from, to, wantFrom, wantTo string }{
		{"", "", "", "2026-10-03", "2026-11-01"}, {"today", "", "", "2026-11-01", "2026-11-01"}, {"7d", "", "", "2026-10-26", "2026-11-01"},
		{"90d", "", "", "2026-08-04", "2026-11-01"}, {"month", "", "", "2026-11-01", "2026-11-01"},
		{"today", "2026-01-05", "2026-01-09", "2026-01-05", "2026-01-09"}, {"", "2026-10-30", "", "2026-10-30", "2026-11-01"},
		{"", "", "2026-01-09", "2026-01-09", "2026-01-09"},
	} {
		d, err := journey.DaysOf(c.span, c.from, c.to, now, paris)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if got := d.From.Date().Format(time.DateOnly) + d.To.Date().Format(time.DateOnly); got != c.wantFrom+c.wantTo {
			t.Errorf("%+v: got %s", c, got)
		}
		if b := d.Before(); b.Len() != d.Len() || b.To+1 != d.From {
			t.Errorf("%+v: before it is %+v", d, b)
		}
	}
	for _, c := range [][3]string{{"week", "", ""}, {"", "2026-1-1", ""}, {"", "", "never"}, {"", "2026-02-01", "2026-01-01"}, {"", "2020-01-01", "2026-01-01"},
		{"", "0001-01-01", "0001-01-01"}, {"", "9999-01-01", "9999-01-02"}} {
		if _, err := journey.DaysOf(c[0], c[1], c[2], now, paris); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", c, err)
		}
	}
}
