package consent_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestFrequency(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC)
	at := func(h int) time.Time { return now.Add(time.Duration(h) * time.Hour) }
	sent := func(hours ...int) (out []consent.Sent) {
		for _, h := range hours {
			out = append(out, consent.Sent{At: at(h), Channel: event.Email})
		}
		return out
	}
	weekly := consent.Caps{Max: 3, Per: 7 * 24 * time.Hour, Rest: 48 * time.Hour}
	for _, c := range []struct {
		name  string
		caps  consent.Caps
		sent  []consent.Sent
		order time.Time
		want  time.Time
		rule  string
	}{
		{"no caps", consent.Caps{}, sent(-1, -2, -3, -4), at(-1), now, ""},
		{"none sent", weekly, nil, time.Time{}, now, ""},
		{"room for one", weekly, sent(-1, -2), time.Time{}, now, ""},
		{"full, in any order", weekly, sent(-2, -100, -1), time.Time{}, at(-100 + 168), "frequency.cap"},
		{"overfull", weekly, sent(-2, -100, -1, -3), time.Time{}, at(-3 + 168), "frequency.cap"},
		{"the oldest has just left", weekly, sent(-168, -1, -2), time.Time{}, now, ""},
		{"sent by a fast clock", weekly, sent(-1, 1, 2), time.Time{}, at(-1 + 168), "frequency.cap"},
		{"after an order", weekly, nil, at(-1), at(47), "frequency.rest"},
		{"long after an order", weekly, nil, at(-48), now, ""},
		{"both, the cap longer", weekly, sent(-1, -1, -1), at(-1), at(167), "frequency.cap"},
		{"both, the rest longer", weekly, sent(-160, -160, -160), at(-1), at(47), "frequency.rest"},
	} {
		if got, rule := c.caps.Next(now, c.sent, c.order); !got.Equal(c.want) || rule != c.rule {
			t.Errorf("%s: %v by %q, want %v by %q", c.name, got, rule, c.want, c.rule)
		}
	}
	for _, bad := range []consent.Caps{{Max: -1}, {Max: 1}, {Rest: -1}, {Max: 1, Per: -1}} {
		if err := bad.Check(); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%+v was taken: %v", bad, err)
		}
	}
	if err := weekly.Check(); err != nil {
		t.Error(err)
	}
}

// TestFrequencyHoldsAlways: whoever waits as told never exceeds the cap in any
// window, and never waits longer than needed.
func TestFrequencyHoldsAlways(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		caps := consent.Caps{Max: rapid.IntRange(1, 4).Draw(t, "max"), Per: time.Duration(rapid.IntRange(1, 50).Draw(t, "per")) * time.Hour}
		now := time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC)
		var sent []consent.Sent
		for range rapid.IntRange(1, 20).Draw(t, "messages") {
			now = now.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "wait")) * time.Minute)
			next, rule := caps.Next(now, sent, time.Time{})
			if full := within(sent, now, caps.Per) >= caps.Max; full != (rule == "frequency.cap") || full != next.After(now) {
				t.Fatalf("%d sent in the window, and next is %v after %v by %q", within(sent, now, caps.Per), next, now, rule)
			}
			if within(sent, next, caps.Per) >= caps.Max || next.After(now) && within(sent, next.Add(-1), caps.Per) < caps.Max {
				t.Fatalf("%v is too early or too late", next)
			}
			now = next
			sent = append(sent, consent.Sent{At: now})
		}
	})
}

func within(sent []consent.Sent, now time.Time, per time.Duration) (n int) {
	for _, s := range sent {
		if s.At.After(now.Add(-per)) {
			n++
		}
	}
	return n
}

func TestRoomByLaw(t *testing.T) {
	t.Parallel()
	p := shipped(t).For(event.SMS, "US")
	now := time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC)
	sent := []consent.Sent{{now.Add(-20 * time.Hour), event.SMS}, {now.Add(-time.Hour), event.Email}, {now.Add(-2 * time.Hour), event.SMS}}
	if at, rule := p.Room(now, sent, "FL"); rule != "" || !at.Equal(now) {
		t.Errorf("an email took the room of a text: %v by %q", at, rule)
	}
	sent = append(sent, consent.Sent{At: now, Channel: event.SMS})
	for region, want := range map[string]time.Time{"FL": now.Add(4 * time.Hour), "": now.Add(4 * time.Hour), "NY": now} {
		if at, rule := p.Room(now, sent, region); !at.Equal(want) || (rule == consent.RuleDayCap) != want.After(now) {
			t.Errorf("%q: %v by %q, want %v", region, at, rule, want)
		}
	}
}
