package delivery

import "time"

// Standing is what is remembered about a shop's email between judgements. The
// zero value is a shop that was never paused.
//
//	sending ──the guard says pause──► paused
//	paused ──the rule's rate is below half of its threshold──► sending
//	paused ──the merchant lifts it──► sending, counted afresh from that moment
//
// A paused shop sends nothing, so its window empties: what made the pause is a
// day old after a day, and the pause ends by itself at the latest then, unless
// complaints keep coming.
type Standing struct {
	// PausedAt is when the pause began; zero while email goes out.
	PausedAt time.Time
	// Rule and Reason are the judgement's that paused it.
	Rule   string
	Reason string
	// LiftedAt is when a merchant last lifted a pause. What happened before it
	// does not count any more: the merchant has seen it.
	LiftedAt time.Time
}

// Paused reports whether no email may leave.
func (s Standing) Paused() bool { return !s.PausedAt.IsZero() }

// Since is where the window begins: 24 hours ago, or when a merchant lifted a
// pause, whichever is later. A lift from the future (a clock that was wrong)
// counts as none.
func (s Standing) Since(now time.Time) time.Time {
	since := now.Add(-Window)
	if s.LiftedAt.After(since) && !s.LiftedAt.After(now) {
		return s.LiftedAt
	}
	return since
}

// Lift ends a pause at a merchant's word. It also serves to count afresh when
// nothing is paused.
func (s Standing) Lift(now time.Time) Standing { return Standing{LiftedAt: now} }

// Follow judges a reputation counted from s.Since(now), and gives the standing
// after it. The judgement of a pause that goes on is Pause, with its rule and
// reason and the counts of now.
func (g Guard) Follow(s Standing, r Reputation, now time.Time) (Standing, Judgement) {
	j := g.Judge(r)
	switch {
	case s.Paused() && !g.calm(s.Rule, r):
		if j.Level == Pause && j.Rule == s.Rule {
			s.Reason = j.Reason
		}
		return s, Judgement{Level: Pause, Rule: s.Rule, Reason: s.Reason, Counts: r}
	case j.Level != Pause:
		return Standing{LiftedAt: s.LiftedAt}, j
	case !s.Paused():
		s.PausedAt = now
	}
	s.Rule, s.Reason = j.Rule, j.Reason
	return s, j
}

// calm reports whether a rule's rate is below half of its threshold, however
// few messages it is of: a small number is reason enough to go on with a pause,
// though not to begin one.
func (g Guard) calm(rule string, r Reputation) bool {
	if rule == RuleBounces {
		return byRate(r.HardBounces, r.Sent, g.BounceRate) == Fine
	}
	return byRate(r.Complaints, r.Delivered, g.ComplaintRate) == Fine
}
