package delivery_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func verdict(o delivery.Outcome) delivery.Verdict { return delivery.Verdict{Outcome: o, Code: "x"} }

func TestBreakerOpens(t *testing.T) {
	t.Parallel()
	limited := delivery.Verdict{Outcome: delivery.Later, After: 40 * time.Second}
	for _, tc := range []struct {
		name  string
		said  []delivery.Verdict
		pause time.Duration
	}{
		{"four failures", repeat(verdict(delivery.Unsure), 4), 0},
		{"five failures", repeat(verdict(delivery.Later), 5), 15 * time.Second},
		{"hanging", repeat(verdict(delivery.Unsure), 5), 15 * time.Second},
		{"a success between", append(repeat(verdict(delivery.Later), 4), verdict(delivery.OK), verdict(delivery.Later)), 0},
		{"a refused address is a success", append(repeat(verdict(delivery.Later), 4), verdict(delivery.Refused), verdict(delivery.Later)), 0},
		{"a rate limit", []delivery.Verdict{limited}, 40 * time.Second},
		{"wrong credentials", repeat(verdict(delivery.Broken), 1), 2 * time.Minute},
		{"those under way when it opened", repeat(verdict(delivery.Later), 40), 15 * time.Second},
		{"a success of one under way", append(repeat(limited, 1), verdict(delivery.OK)), 40 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var b delivery.Breaker
			for _, v := range tc.said {
				b = b.After(v, noon, false, 0)
			}
			until, open := b.Open(noon)
			if open != (tc.pause > 0) || open && until.Sub(noon) != tc.pause {
				t.Errorf("open %v until %v, want a pause of %v", open, until, tc.pause)
			}
		})
	}
}

func repeat(v delivery.Verdict, n int) (out []delivery.Verdict) {
	for range n {
		out = append(out, v)
	}
	return out
}

// An open breaker's trials fail with pauses that double to a bound, and the
// first that succeeds closes it.
func TestBreakerTrials(t *testing.T) {
	t.Parallel()
	b, now := delivery.Breaker{}, noon
	for range 5 {
		b = b.After(verdict(delivery.Later), now, false, 0)
	}
	var pauses []time.Duration
	for range 9 {
		now = b.Until
		if _, open := b.Open(now); open {
			t.Fatal("no trial when its time had come")
		}
		b = b.Try(now, time.Minute)
		if _, open := b.Open(now.Add(59 * time.Second)); !open {
			t.Fatal("a second message beside the trial")
		}
		b = b.After(verdict(delivery.Unsure), now, true, 0)
		pauses = append(pauses, b.Until.Sub(now))
	}
	for i, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		if pauses[i] != want {
			t.Errorf("pause %d is %v, want %v", i+1, pauses[i], want)
		}
	}
	if b = b.After(verdict(delivery.OK), now, true, 0); b != (delivery.Breaker{}) {
		t.Errorf("after a success: %+v", b)
	}
}

// Whatever is said in whatever order, a breaker that is open has a time at
// which it will try again, within a day and a half.
func TestBreakerAlwaysTriesAgain(t *testing.T) {
	t.Parallel()
	outcomes := []delivery.Outcome{delivery.OK, delivery.Later, delivery.Refused, delivery.Broken, delivery.Unsure}
	rapid.Check(t, func(t *rapid.T) {
		b := delivery.Breaker{}
		for range rapid.IntRange(1, 60).Draw(t, "verdicts") {
			v := verdict(rapid.SampledFrom(outcomes).Draw(t, "outcome"))
			if v.Outcome == delivery.Later {
				v.After = time.Duration(rapid.IntRange(0, 86_400).Draw(t, "after")) * time.Second
			}
			b = b.After(v, noon, rapid.Bool().Draw(t, "trial"), rapid.Float64Range(0, 0.999).Draw(t, "share"))
			if until, open := b.Open(noon); open && until.Sub(noon) > 36*time.Hour {
				t.Fatalf("%+v pauses for %v", b, until.Sub(noon))
			}
			if b.Closed() != b.OpenedAt.IsZero() {
				t.Fatalf("neither open nor closed: %+v", b)
			}
		}
	})
}
