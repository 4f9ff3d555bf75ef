package delivery_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	const complaints, bounces = delivery.RuleComplaints, delivery.RuleBounces
	for _, tc := range []struct {
		name  string
		r     delivery.Reputation
		level delivery.Level
		rule  string
	}{
		{"nothing sent", delivery.Reputation{}, delivery.Fine, ""},
		{"a good day", delivery.Reputation{Sent: 5100, Delivered: 5000, Complaints: 2, HardBounces: 100}, delivery.Fine, ""},
		{"just below half", delivery.Reputation{Sent: 2001, Delivered: 2001, Complaints: 1}, delivery.Fine, ""},
		{"half", delivery.Reputation{Sent: 2000, Delivered: 2000, Complaints: 1}, delivery.Warn, complaints},
		{"just below the rate", delivery.Reputation{Sent: 5001, Delivered: 5001, Complaints: 5}, delivery.Warn, complaints},
		{"the rate", delivery.Reputation{Sent: 5000, Delivered: 5000, Complaints: 5}, delivery.Pause, complaints},
		{"the rate from a thousand on", delivery.Reputation{Sent: 1000, Delivered: 1000, Complaints: 1}, delivery.Pause, complaints},
		{"one of fewer", delivery.Reputation{Sent: 999, Delivered: 999, Complaints: 1}, delivery.Fine, ""},
		{"two of fewer", delivery.Reputation{Sent: 999, Delivered: 999, Complaints: 2}, delivery.Warn, complaints},
		{"three of fewer", delivery.Reputation{Sent: 999, Delivered: 999, Complaints: 3}, delivery.Pause, complaints},
		{"three of a hundred", delivery.Reputation{Sent: 100, Delivered: 100, Complaints: 3}, delivery.Pause, complaints},
		{"three of a few", delivery.Reputation{Sent: 99, Delivered: 99, Complaints: 3}, delivery.Warn, complaints},
		{"five of a few", delivery.Reputation{Sent: 20, Delivered: 20, Complaints: 5}, delivery.Pause, complaints},
		{"late ones", delivery.Reputation{Complaints: 5}, delivery.Pause, complaints},
		{"bounces of a few", delivery.Reputation{Sent: 99, HardBounces: 99}, delivery.Fine, ""},
		{"bounces below half", delivery.Reputation{Sent: 1000, Delivered: 976, HardBounces: 24}, delivery.Fine, ""},
		{"bounces at half", delivery.Reputation{Sent: 1000, Delivered: 975, HardBounces: 25}, delivery.Warn, bounces},
		{"bounces at the rate", delivery.Reputation{Sent: 100, Delivered: 95, HardBounces: 5}, delivery.Pause, bounces},
		{"both warn", delivery.Reputation{Sent: 2200, Delivered: 2000, Complaints: 1, HardBounces: 60}, delivery.Warn, complaints},
		{"both pause", delivery.Reputation{Sent: 2200, Delivered: 2000, Complaints: 9, HardBounces: 200}, delivery.Pause, complaints},
		{"bounces are graver", delivery.Reputation{Sent: 2200, Delivered: 2000, Complaints: 1, HardBounces: 200}, delivery.Pause, bounces},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			j := delivery.DefaultGuard().Judge(tc.r)
			if j.Level != tc.level || j.Rule != tc.rule || j.Counts != tc.r || (j.Reason == "") != (tc.level == delivery.Fine) {
				t.Errorf("got %+v", j)
			}
		})
	}
}

func TestJudgeReason(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]delivery.Reputation{
		"One person marked your email as spam within 24 hours, of 1000 delivered (0.10 %).": {Sent: 1000, Delivered: 1000, Complaints: 1},
		"6 people marked your email as spam within 24 hours, of 2 delivered (most of":       {Sent: 2, Delivered: 2, Complaints: 6},
		"50 of 400 emails within 24 hours went to addresses that do not exist (12.50 %).":   {Sent: 400, Delivered: 350, HardBounces: 50},
	} {
		j := delivery.DefaultGuard().Judge(r)
		if !strings.HasPrefix(j.Reason, want) || !strings.Contains(j.Reason, "is paused to protect") {
			t.Errorf("got %q, want %q", j.Reason, want)
		}
	}
}

// A pause holds until the rate is below half, however few messages that is of,
// or until the merchant lifts it, from when on it is counted afresh.
func TestFollow(t *testing.T) {
	t.Parallel()
	g := delivery.DefaultGuard()
	var s delivery.Standing
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	if got := s.Since(noon); got != at(-24) {
		t.Errorf("counted since %v", got)
	}
	for i, step := range []struct {
		r      delivery.Reputation
		paused bool
		rule   string
	}{
		{delivery.Reputation{Sent: 5000, Delivered: 5000, Complaints: 4}, false, ""},
		{delivery.Reputation{Sent: 5000, Delivered: 5000, Complaints: 5}, true, delivery.RuleComplaints},
		{delivery.Reputation{Sent: 5000, Delivered: 5000, Complaints: 3}, true, delivery.RuleComplaints},
		{delivery.Reputation{Sent: 90, Delivered: 90, Complaints: 1}, true, delivery.RuleComplaints},
		{delivery.Reputation{Sent: 0, Delivered: 0, Complaints: 1}, true, delivery.RuleComplaints},
		{delivery.Reputation{}, false, ""},
		{delivery.Reputation{Sent: 100, HardBounces: 8}, true, delivery.RuleBounces},
		{delivery.Reputation{Sent: 4000, Delivered: 3990, HardBounces: 100}, true, delivery.RuleBounces},
		{delivery.Reputation{Sent: 4000, Delivered: 3990, HardBounces: 99, Complaints: 4}, true, delivery.RuleComplaints},
		{delivery.Reputation{Sent: 4000, Delivered: 3990, HardBounces: 99, Complaints: 1}, false, ""},
	} {
		next, j := g.Follow(s, step.r, at(i))
		if next.Paused() != step.paused || next.Rule != step.rule || (j.Level == delivery.Pause) != step.paused || j.Counts != step.r {
			t.Fatalf("step %d: %+v, %+v", i, next, j)
		}
		if s.Paused() && next.Paused() && next.PausedAt != s.PausedAt {
			t.Fatalf("step %d: the pause began again", i)
		}
		s = next
	}
}

func TestLift(t *testing.T) {
	t.Parallel()
	g := delivery.DefaultGuard()
	bad := delivery.Reputation{Sent: 5000, Delivered: 5000, Complaints: 50}
	s, _ := g.Follow(delivery.Standing{}, bad, noon)
	if s.PausedAt != noon || s.Reason == "" {
		t.Fatalf("not paused: %+v", s)
	}
	s = s.Lift(noon.Add(time.Hour))
	if s.Paused() || s.Since(noon.Add(3*time.Hour)) != noon.Add(time.Hour) {
		t.Errorf("lifted: %+v", s)
	}
	if got := s.Since(noon.Add(26 * time.Hour)); got != noon.Add(2*time.Hour) {
		t.Errorf("a day later counted since %v", got)
	}
	if got := s.Since(noon); got != noon.Add(-24*time.Hour) {
		t.Errorf("before a lift from the future counted since %v", got)
	}
	again, j := g.Follow(s, bad, noon.Add(4*time.Hour))
	if !again.Paused() || j.Level != delivery.Pause || again.LiftedAt != s.LiftedAt {
		t.Errorf("new complaints after a lift: %+v", again)
	}
}

// More complaints or bounces never make it better, and what is judged Fine
// never pauses.
func TestJudgeIsMonotonic(t *testing.T) {
	t.Parallel()
	order := map[delivery.Level]int{delivery.Fine: 0, delivery.Warn: 1, delivery.Pause: 2}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20_000)
		r := delivery.Reputation{Sent: n.Draw(t, "sent"), Delivered: n.Draw(t, "delivered"), Complaints: n.Draw(t, "complaints"), HardBounces: n.Draw(t, "bounces")}
		g := delivery.DefaultGuard()
		worse := r
		worse.Complaints += rapid.IntRange(0, 50).Draw(t, "more complaints")
		worse.HardBounces += rapid.IntRange(0, 50).Draw(t, "more bounces")
		if order[g.Judge(worse).Level] < order[g.Judge(r).Level] {
			t.Fatalf("%+v is judged milder than %+v", worse, r)
		}
		if s, j := g.Follow(delivery.Standing{}, r, noon); s.Paused() != (j.Level == delivery.Pause) || j != g.Judge(r) {
			t.Fatalf("%+v: %+v, %+v", r, s, j)
		}
		if s, _ := g.Follow(delivery.Standing{PausedAt: noon, Rule: delivery.RuleBounces}, delivery.Reputation{}, noon.Add(delivery.Window)); s.Paused() {
			t.Fatal("a pause outlives its window")
		}
	})
}
