package consent_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestMay(t *testing.T) {
	t.Parallel()
	const unknown = event.Answer("")
	for _, c := range []struct {
		mode  consent.Mode
		known consent.Known
		rule  string
		may   bool
	}{
		{consent.OptIn, consent.Known{Channel: event.Email, Answer: event.Yes}, "consent.yes", true},
		{consent.OptIn, consent.Known{Channel: event.Email, Answer: unknown}, "consent.unknown", false},
		{consent.OptIn, consent.Known{Channel: event.Email, Answer: unknown, Customer: true}, "consent.unknown", false},
		{consent.SoftOptIn, consent.Known{Channel: event.Email, Answer: unknown, Customer: true}, "consent.soft_opt_in", true},
		{consent.SoftOptIn, consent.Known{Channel: event.Email, Answer: unknown}, "consent.unknown", false},
		{consent.SoftOptIn, consent.Known{Channel: event.SMS, Answer: unknown, Customer: true}, "consent.unknown", false},
		{consent.Off, consent.Known{Channel: event.SMS, Answer: unknown}, "consent.off", true},
		{consent.Off, consent.Known{Channel: event.Email, Answer: event.No}, "consent.no", false},
		{consent.Off, consent.Known{Channel: event.Email, Suppressed: "bounced"}, "suppressed.bounced", false},
		{consent.OptIn, consent.Known{Channel: event.Email, Answer: event.Yes, Suppressed: "opted_out"}, "suppressed.opted_out", false},
		{"", consent.Known{Channel: event.Email, Answer: unknown, Customer: true}, "consent.unknown", false},
	} {
		if got := consent.May(c.mode, c.known); got.Allowed != c.may || got.Rule != c.rule {
			t.Errorf("%s %+v: %+v, want %v by %s", c.mode, c.known, got, c.may, c.rule)
		}
	}
}

func TestParseQuiet(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"off": "off", "": "off", "21:00-08:00": "21:00-08:00", " 9 - 17:30 ": "09:00-17:30", "22:15-24:00": "22:15-00:00",
	} {
		q, err := consent.ParseQuiet(text)
		if err != nil || q.String() != want {
			t.Errorf("%q is %v (%v), want %s", text, q, err, want)
		}
	}
	for _, text := range []string{"21:00", "25:00-08:00", "8:00-8:00", "a-b", "08:60-09:00", "-1:00-2:00"} {
		if _, err := consent.ParseQuiet(text); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%q was taken: %v", text, err)
		}
	}
}

func TestQuietNext(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	q := consent.Quiet{From: 21 * 60, To: 8 * 60}
	day := consent.Quiet{From: 9 * 60, To: 17 * 60}
	at := func(d, h, m int) time.Time { return time.Date(2026, 5, d, h, m, 0, 0, paris) }
	for _, c := range []struct {
		name     string
		q        consent.Quiet
		at, want time.Time
	}{
		{"by day", q, at(2, 12, 0), at(2, 12, 0)},
		{"in the evening", q, at(2, 22, 30), at(3, 8, 0)},
		{"after midnight", q, at(3, 1, 0), at(3, 8, 0)},
		{"the first quiet minute", q, at(2, 21, 0), at(3, 8, 0)},
		{"the first minute that is not", q, at(3, 8, 0), at(3, 8, 0)},
		{"a window within a day", day, at(2, 12, 0), at(2, 17, 0)},
		{"no window", consent.Quiet{}, at(2, 3, 0), at(2, 3, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.q.Next(c.at, paris); !got.Equal(c.want) {
				t.Errorf("next %v, want %v", got, c.want)
			}
		})
	}
}

// TestQuietNextEverywhere: in any zone and at any time, the instant given is
// not earlier, not quiet, and within a day and a bit.
func TestQuietNextEverywhere(t *testing.T) {
	t.Parallel()
	zones := []string{
		"UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Honolulu",
		"Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Apia", "America/Sao_Paulo",
	}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		q := consent.Quiet{From: rapid.IntRange(0, 1439).Draw(t, "from"), To: rapid.IntRange(0, 1439).Draw(t, "to")}
		if q.From == q.To {
			t.Skip("no window")
		}
		at := time.Unix(rapid.Int64Range(1704067200, 2019686400).Draw(t, "at"), 0)
		next := q.Next(at, zone)
		if next.Before(at) || next.Sub(at) > 27*time.Hour {
			t.Fatalf("%v after %v", next, at)
		}
		local := next.In(zone)
		m := local.Hour()*60 + local.Minute()
		quiet := m >= q.From && m < q.To
		if q.From > q.To {
			quiet = m >= q.From || m < q.To
		}
		if quiet {
			t.Fatalf("%v is in the window %v", local, q)
		}
	})
}
