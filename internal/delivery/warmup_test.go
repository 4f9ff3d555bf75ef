package delivery_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

func TestWarmUpLimit(t *testing.T) {
	t.Parallel()
	w := delivery.DefaultWarmUp()
	late := time.Date(2026, 11, 22, 23, 59, 59, 0, time.UTC)
	auckland := time.FixedZone("Auckland", 13*3600)
	for _, tc := range []struct {
		name       string
		first, now time.Time
		want       int
	}{
		{"never sent", time.Time{}, noon, 50},
		{"the first day", noon, noon.Add(11 * time.Hour), 50},
		{"a first email from the future", noon.Add(90 * time.Hour), noon, 50},
		{"the second day, a second later", late, late.Add(time.Second), 100},
		{"the day is UTC's", noon.In(auckland), noon.Add(time.Hour).In(auckland), 50},
		{"the third day", noon, noon.Add(48 * time.Hour), 200},
		{"the last day", noon, noon.Add(20 * 24 * time.Hour), 200_000},
		{"after three weeks", noon, noon.Add(21*24*time.Hour - 12*time.Hour), delivery.Unlimited},
		{"years later", time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC), noon, delivery.Unlimited},
	} {
		if got := w.Limit(tc.first, tc.now); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	if w.Off = true; w.Limit(noon, noon) != delivery.Unlimited {
		t.Error("a limit where it is switched off")
	}
	if got := (delivery.WarmUp{}).Limit(noon, noon); got != delivery.Unlimited {
		t.Errorf("a limit of %d without days", got)
	}
}

// Every day allows more than the one before, at most twice as much, and from a
// thousand on clearly less than twice.
func TestWarmUpGrowsSlowly(t *testing.T) {
	t.Parallel()
	days := delivery.DefaultWarmUp().Days
	for i := 1; i < len(days); i++ {
		before, now := days[i-1], days[i]
		if now <= before || now > 2*before || before >= 1000 && now > before*3/2 {
			t.Errorf("day %d allows %d after %d", i+1, now, before)
		}
	}
}

func TestWarmUpNext(t *testing.T) {
	t.Parallel()
	w := delivery.DefaultWarmUp()
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name  string
		w     delivery.WarmUp
		first time.Time
		sent  int
		want  time.Time
	}{
		{"nothing sent", w, time.Time{}, 0, noon},
		{"room for one", w, noon, 49, noon},
		{"full", w, noon, 50, midnight},
		{"full and no first email", w, time.Time{}, 50, midnight},
		{"over full", w, noon, 5000, midnight},
		{"full on a later day", w, noon.Add(-24 * time.Hour), 100, midnight},
		{"over", w, noon.Add(-30 * 24 * time.Hour), 1 << 40, noon},
		{"off", delivery.WarmUp{Off: true, Days: []int{1}}, noon, 5, noon},
		{"days of rest", delivery.WarmUp{Days: []int{1, 0, 0, 2}}, noon, 1, midnight.Add(48 * time.Hour)},
		{"nothing but rest", delivery.WarmUp{Days: []int{0, 0}}, time.Time{}, 0, midnight.Add(24 * time.Hour)},
	} {
		if got := tc.w.Next(tc.first, noon, tc.sent); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// At the instant that Next gives one more email may go, and at none before it.
func TestWarmUpNextIsTheFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := delivery.WarmUp{Days: rapid.SliceOfN(rapid.IntRange(0, 3), 0, 6).Draw(t, "days")}
		first := noon.Add(time.Duration(rapid.IntRange(-200, 20).Draw(t, "first")) * time.Hour)
		sent := rapid.IntRange(0, 4).Draw(t, "sent")
		next := w.Next(first, noon, sent)
		if next.Before(noon) {
			t.Fatalf("it lies in the past: %v", next)
		}
		if first.After(noon) {
			first = noon
		}
		for at := noon; !at.After(next); at = at.Add(time.Hour) {
			today := sent
			if at.UTC().YearDay() != noon.YearDay() {
				today = 0
			}
			if free := today < w.Limit(first, at); free != at.Equal(next) {
				t.Fatalf("at %v there is room: %v; Next says %v", at, free, next)
			}
		}
	})
}
