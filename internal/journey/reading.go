package journey

import (
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// reading is a cart's record, sorted for its account.
type reading struct {
	CartDetail
	terms     Terms
	now       time.Time
	zone      *time.Location
	decisions []Decision
	messages  []message.Message
	order     *cart.Purchase
}

func read(now time.Time, d CartDetail, t Terms) *reading {
	r := &reading{CartDetail: d, terms: t, now: now, zone: t.Zone}
	if r.zone == nil {
		r.zone = time.UTC
	}
	for _, e := range d.Timeline {
		switch {
		case e.Decision != nil:
			r.decisions = append(r.decisions, *e.Decision)
		case e.Message != nil:
			r.messages = append(r.messages, *e.Message)
		case e.Order != nil:
			r.order = e.Order
		}
	}
	return r
}

// waiting gives the enrollment that goes on, if any.
func (r *reading) waiting() *Enrollment {
	at := slices.IndexFunc(r.Enrollments, func(e Enrollment) bool { return e.State == "waiting" })
	if at < 0 {
		return nil
	}
	return &r.Enrollments[at]
}

// left gives the messages that reached their provider, or may have.
func (r *reading) left() []message.Message {
	var out []message.Message
	for _, m := range r.messages {
		if m.State.Left() {
			out = append(out, m)
		}
	}
	return out
}

// barred gives the final decisions that sent nothing, but for those that only
// say that the cart was over, in the order they fell.
func (r *reading) barred() []Decision {
	var out []Decision
	for _, d := range r.decisions {
		if (d.Outcome == Skipped || d.Outcome == Failed) && !ending(d.Rule) {
			out = append(out, d)
		}
	}
	return out
}

// last gives the newest decision of an outcome, if any; step -1 is any step.
func (r *reading) last(o Outcome, step int) *Decision {
	for i := range slices.Backward(r.decisions) {
		if d := &r.decisions[i]; d.Outcome == o && (step < 0 || d.Step == step) {
			return d
		}
	}
	return nil
}

// plan gives the version of the sequence an enrollment went into, if it is known.
func (r *reading) plan(e Enrollment) (sequence.Sequence, bool) {
	at := slices.IndexFunc(r.Plans, func(s sequence.Sequence) bool {
		return s.Key == e.SequenceKey && s.Version == e.SequenceVersion
	})
	if at < 0 {
		return sequence.Sequence{}, false
	}
	return r.Plans[at], true
}

// firstDue gives when the cart's first message was due by its last activity;
// zero when it never went into a sequence.
func (r *reading) firstDue() time.Time {
	var due time.Time
	for _, e := range r.Enrollments {
		if s, ok := r.plan(e); ok && len(s.Steps) > 0 {
			due = sooner(due, sequence.DueAt(s.Steps[0], r.Cart.LastActivity()))
		}
	}
	for _, d := range r.decisions {
		if d.Step == 0 && d.Rule != "cart.active" && due.IsZero() {
			due = d.DueAt
		}
	}
	return due
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
