package torture

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
)

var noon = time.Date(2026, time.May, 2, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time {
	return noon.Add(time.Duration(seconds * float64(time.Second)))
}

// kept is a small world in which every promise is kept: one shopper who leaves
// and gets two messages, one who buys after the first.
func keptWorld() (Seen, Stored) {
	seen := Seen{
		Events: []ref{{"s", "e1"}, {"s", "e2"}, {"s", "e3"}},
		Carts:  []Cart{{Shop: "s", Link: "left"}, {Shop: "s", Link: "bought", Buys: true}},
		Purchases: []Purchase{
			{Shop: "s", Order: "o1", Cart: "bought", At: at(5)},
		},
		Accepted: []Accepted{
			{Shop: "s", Channel: event.Email, Message: "m1", Provider: "p1", At: at(1.2)},
			{Shop: "s", Channel: event.Email, Message: "m2", Provider: "p2", At: at(3.5)},
			{Shop: "s", Channel: event.SMS, Message: "m3", Provider: "p3", At: at(2)},
		},
		Uncertain: map[string]bool{}, Silent: map[string]bool{},
		Calm: []Span{{at(0), at(2)}},
	}
	stored := Stored{
		Events: map[ref]string{{"s", "e1"}: "folded", {"s", "e2"}: "folded", {"s", "e3"}: "folded"},
		Carts:  map[ref]string{{"s", "left"}: "c1", {"s", "bought"}: "c2"},
		Orders: map[ref]time.Time{{"s", "o1"}: at(4)},
		Enrollments: []Enrollment{
			{Shop: "s", ID: "n1", Cart: "c1", State: "done", Reason: "completed", Step: 1},
			{Shop: "s", ID: "n2", Cart: "c2", State: "done", Reason: "ordered", Step: 1},
		},
		Decisions: []Decision{
			{Shop: "s", Enrollment: "n1", Message: "m1", Step: 0, Outcome: "sent", Rule: "consent.yes"},
			{Shop: "s", Enrollment: "n1", Message: "m2", Step: 1, Outcome: "deferred", Rule: "provider.later"},
			{Shop: "s", Enrollment: "n1", Message: "m2", Step: 1, Outcome: "sent", Rule: "consent.yes"},
			{Shop: "s", Enrollment: "n2", Message: "m3", Step: 0, Outcome: "sent", Rule: "consent.yes"},
		},
		Messages: []Message{
			{Shop: "s", ID: "m1", Enrollment: "n1", Cart: "c1", State: "delivered", Step: 0, SentAt: at(1.1), StepDue: at(1), Expires: at(600)},
			{Shop: "s", ID: "m2", Enrollment: "n1", Cart: "c1", State: "accepted", Step: 1, SentAt: at(3.4), StepDue: at(3), Expires: at(600)},
			{Shop: "s", ID: "m3", Enrollment: "n2", Cart: "c2", State: "delivered", Step: 0, SentAt: at(1.9), StepDue: at(1), Expires: at(600)},
		},
	}
	return seen, stored
}

var rules = Rules{Steps: 2, Tolerance: 250 * time.Millisecond}

func TestKeptPromises(t *testing.T) {
	t.Parallel()
	seen, stored := keptWorld()
	want := Finding{
		Sent: 3, Late: []time.Duration{200 * time.Millisecond, 500 * time.Millisecond, time.Second},
		CalmLate: []time.Duration{200 * time.Millisecond, time.Second},
	}
	if diff := cmp.Diff(want, Judge(seen, stored, rules)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every kind of breach is objected to, once, and named.
func TestBrokenPromises(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil   func(*Seen, *Stored)
		promise string
		names   string
	}{
		"an event is not stored":  {func(_ *Seen, d *Stored) { delete(d.Events, ref{"s", "e2"}) }, "lost", "e2"},
		"an event is quarantined": {func(_ *Seen, d *Stored) { d.Events[ref{"s", "e2"}] = "quarantined" }, "lost", "e2"},
		"an event is in another shop": {func(_ *Seen, d *Stored) {
			delete(d.Events, ref{"s", "e2"})
			d.Events[ref{"t", "e2"}] = "folded"
		}, "lost", "e2"},
		"an order is not stored": {func(s *Seen, d *Stored) {
			delete(d.Orders, ref{"s", "o1"})
		}, "lost", "o1"},
		"a cart was never enrolled": {func(s *Seen, d *Stored) {
			s.Carts = append(s.Carts, Cart{Shop: "s", Link: "alone"})
			d.Carts[ref{"s", "alone"}] = "c3"
		}, "lost", "alone"},
		"a cart is not there": {func(s *Seen, _ *Stored) { s.Carts = append(s.Carts, Cart{Shop: "s", Link: "gone", Buys: true}) }, "lost", "gone"},
		"a message nobody knows": {func(s *Seen, _ *Stored) {
			s.Accepted = append(s.Accepted, Accepted{Shop: "s", Channel: event.SMS, Message: "m9", Provider: "p9", At: at(1)})
		}, "lost", "m9"},
		"a message that never arrived": {func(s *Seen, _ *Stored) { s.Accepted = s.Accepted[:2] }, "lost", "m3"},
		"a message still waits":        {func(_ *Seen, d *Stored) { d.Messages[2].State = "sending" }, "lost", "m3"},
		"the same message twice": {func(s *Seen, _ *Stored) {
			s.Accepted = append(s.Accepted, Accepted{Shop: "s", Message: "m1", Provider: "p4", At: at(1.3)})
		}, "duplicate", "m1"},
		"two messages of a step": {func(s *Seen, d *Stored) {
			m := d.Messages[0]
			m.ID = "m4"
			d.Messages = append(d.Messages, m)
			s.Accepted = append(s.Accepted, Accepted{Shop: "s", Message: "m4", Provider: "p4", At: at(1.3)})
		}, "duplicate", "m4"},
		"after the purchase": {func(s *Seen, d *Stored) {
			s.Accepted[2].At, d.Messages[2].SentAt = at(5.5), at(5.4)
		}, "after_purchase", "o1"},
		"after an order that is not stored": {func(s *Seen, d *Stored) {
			s.Accepted[2].At, d.Messages[2].SentAt = at(5.5), at(4.3)
		}, "after_purchase", "m3"},
		"a stale message": {func(_ *Seen, d *Stored) { d.Messages[1].Expires = at(3.3) }, "stale", "m2"},
		"a step without a decision": {func(_ *Seen, d *Stored) {
			d.Enrollments[1].Step = 2
		}, "decisions", "n2"},
		"a step with two decisions": {func(_ *Seen, d *Stored) {
			d.Decisions = append(d.Decisions, Decision{Shop: "s", Enrollment: "n1", Step: 0, Outcome: "skipped", Rule: "step.too_late"})
		}, "decisions", "n1"},
		"an enrollment that does not end": {func(_ *Seen, d *Stored) { d.Enrollments[1].State = "waiting" }, "decisions", "n2"},
		"unknown for no reason":           {func(_ *Seen, d *Stored) { d.Decisions[0].Rule = "provider.unknown" }, "unknown", "m1"},
		"unknown long after a jump": {func(s *Seen, d *Stored) {
			s.Jumps = []Jump{{At: at(-30), To: ahead}}
			d.Decisions[0].Rule = "provider.unknown"
		}, "unknown", "m1"},
		"unknown after the callbacks": {func(s *Seen, d *Stored) {
			s.Uncertain["m1"], d.Decisions[0].Rule, d.Messages[0].State = true, "provider.unknown", "unknown"
		}, "unsettled", "m1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen, stored := keptWorld()
			c.spoil(&seen, &stored)
			got := Judge(seen, stored, rules).Violations
			if len(got) != 1 || got[0].Promise != c.promise || !strings.Contains(got[0].Text, c.names) {
				t.Errorf("got %+v, want one %q that names %s", got, c.promise, c.names)
			}
		})
	}
}

// What is allowed is counted apart and is no breach.
func TestAllowedExceptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*Seen, *Stored)
		count func(Finding) int
	}{
		"in flight when the order was stored": {func(s *Seen, d *Stored) {
			s.Accepted[2].At, d.Messages[2].SentAt = at(5.5), at(4.2)
		}, func(f Finding) int { return f.InFlightAtPurchase }},
		"settled by a callback": {func(s *Seen, d *Stored) {
			s.Uncertain["m1"], d.Decisions[0].Rule = true, "provider.unknown"
		}, func(f Finding) int { return f.Unknown }},
		"in flight when the clock was moved": {func(s *Seen, d *Stored) {
			s.Jumps = []Jump{{At: at(0), To: ahead}}
			d.Decisions[0].Rule = "provider.unknown"
		}, func(f Finding) int { return f.Unknown }},
		"never called back": {func(s *Seen, d *Stored) {
			s.Silent["m1"], d.Messages[0].State = true, "unknown"
		}, func(f Finding) int { return f.NeverCalledBack }},
		"never arrived": {func(s *Seen, d *Stored) {
			s.Accepted, d.Messages[0].State = s.Accepted[1:], "unknown"
		}, func(f Finding) int { return f.NeverArrived }},
		"too late": {func(_ *Seen, d *Stored) {
			d.Enrollments[1].Step = 2
			d.Decisions = append(d.Decisions, Decision{Shop: "s", Enrollment: "n2", Step: 1, Outcome: "skipped", Rule: "step.too_late"})
		}, func(f Finding) int { return f.TooLate }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen, stored := keptWorld()
			c.spoil(&seen, &stored)
			f := Judge(seen, stored, rules)
			if len(f.Violations) != 0 || c.count(f) != 1 {
				t.Errorf("violations %+v, counted %d", f.Violations, c.count(f))
			}
		})
	}
}

// A clock that was moved while a message was on its way does not make it late.
func TestLatenessUnderAMovedClock(t *testing.T) {
	t.Parallel()
	seen, stored := keptWorld()
	seen.Accepted[0].Skew = ahead
	f := Judge(seen, stored, rules)
	if f.Late[0] != 100*time.Millisecond || len(f.CalmLate) != 1 {
		t.Errorf("late %v, calm %v", f.Late, f.CalmLate)
	}
}
