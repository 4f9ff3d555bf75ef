package sequence

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/persona"
)

// DueAt is when a step is due: its time after the cart's last activity.
func DueAt(step Step, lastActivity time.Time) time.Time { return lastActivity.Add(step.After) }

// Late says how late a step is at now (0 when it is not) and whether that is
// too late to send it. Exactly the maximum lateness is still in time.
func Late(step Step, due, now time.Time) (late time.Duration, tooLate bool) {
	late = max(now.Sub(due), 0)
	return late, late > step.Lateness()
}

// Lateness is how late the step may be sent: MaxLate, or DefaultMaxLate where
// it names none.
func (s Step) Lateness() time.Duration {
	if s.MaxLate <= 0 {
		return DefaultMaxLate
	}
	return s.MaxLate
}

// Next gives the index of the step after stepIndex; ok is false after the last.
// From -1 it gives the first.
func Next(s Sequence, stepIndex int) (next int, ok bool) {
	next = max(stepIndex, -1) + 1
	if next >= len(s.Steps) {
		return 0, false
	}
	return next, true
}

// Condition answers a step's condition for a cart; a step without one is
// always wanted. The errors are those of persona.Rules and quote no facts.
func Condition(ctx context.Context, rules *persona.Rules, step Step, f persona.Facts) (bool, error) {
	if step.When == "" {
		return true, nil
	}
	program, err := rules.Compile(step.When)
	if err != nil {
		return false, err
	}
	return program.Match(ctx, f)
}
