package duration

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"1s": time.Second, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "24h": 24 * time.Hour, "3d": 72 * time.Hour,
		"1w": 7 * day, "1w1d1h1m1s": 8*day + time.Hour + time.Minute + time.Second, "0s": 0, "00m": 0, "15250w": 15250 * week,
	} {
		if got, err := Parse(text); got != want || err != nil {
			t.Errorf("%q = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1", "1x", "h", "1.5h", "-1h", "+1h", " 1h", "1h ", "1h 30m", "30m1h", "1h1h", "1ms", "1H", "1d2w", "15251w", "99999999999999999999s", "１h"} {
		if got, err := Parse(text); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%q = %v, %v; want unprocessable", text, got, err)
		}
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0s": 0, "1s": time.Second, "1m30s": 90 * time.Second, "1h": time.Hour, "24h": day, "36h": 36 * time.Hour, "48h": 2 * day,
		"2d1s": 2*day + time.Second, "3d": 3 * day, "7d": week, "30d12h": 30*day + 12*time.Hour,
	} {
		if got := Format(d); got != want {
			t.Errorf("%v is written %q, want %q", d, got, want)
		}
	}
}

func TestDurationsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, int64(15250*week/time.Second)).Draw(t, "seconds")) * time.Second
		if got, err := Parse(Format(want)); got != want || err != nil {
			t.Errorf("%q is read as %v, %v; want %v", Format(want), got, err, want)
		}
	})
}
