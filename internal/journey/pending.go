package journey

import (
	"fmt"
	"strings"
)

// open answers for a cart that is not abandoned, or not any more.
func (r *reading) open() answer {
	idle := r.Cart.IdleAt(r.terms.AbandonAfter)
	quiet := Span(max(r.now.Sub(r.Cart.LastActivity()), 0))
	a := notYet("cart.idle", fmt.Sprintf("the cart has been quiet for %s; it counts as abandoned %s, unless the shopper comes back", quiet, r.moment(idle)))
	if !idle.After(r.now) {
		a = notYet("cart.idle_overdue", fmt.Sprintf("the cart has been quiet for %s and counts as abandoned since %s, but the engine has not come to it yet", quiet, r.bare(idle)))
	}
	if r.Cart.ShopperID == "" {
		a.text += ". So far " + Mean("cart.nobody_known").Clause
		a.remedy = Mean("cart.nobody_known").Remedy
	}
	if w := r.waiting(); w != nil && !w.DueAt.IsZero() {
		a.text += fmt.Sprintf(". It came back to life within its sequence; message %d is then due by the new activity", w.Step+1)
	}
	return a
}

// abandoned answers for a cart that was left and got nothing so far.
func (r *reading) abandoned() answer {
	if w := r.waiting(); w != nil {
		return r.pending(*w)
	}
	if by := r.barred(); len(by) > 0 {
		return r.because(by)
	}
	if d := r.last(NotEnrolled, -1); d != nil {
		return r.because([]Decision{*d})
	}
	for _, d := range r.decisions {
		if ending(d.Rule) && d.Outcome == Skipped {
			return nothing(d.Rule, r.clause(d))
		}
	}
	for _, e := range r.Enrollments {
		if e.Reason == "superseded" {
			return nothing("cart.superseded", Mean("cart.superseded").Clause+" before the first message was due")
		}
	}
	for _, e := range r.Enrollments {
		return nothing("sequence.ended."+e.Reason, Mean("sequence.ended."+e.Reason).Clause)
	}
	return nothing("cart.no_decision", Mean("cart.no_decision").Clause)
}

// pending answers for a cart whose sequence goes on.
func (r *reading) pending(w Enrollment) answer {
	a := notYet("step.due", fmt.Sprintf("message %d is due %s", w.Step+1, r.moment(w.DueAt)))
	switch {
	case w.Holdout:
		return answer{fate: FateNothing, rule: "holdout", text: "nothing is sent: " + Mean("holdout").Clause}
	case w.DueAt.IsZero():
		a = notYet("step.in_flight", Mean("step.in_flight").Clause)
	case !w.DueAt.After(r.now):
		a = notYet("step.overdue", fmt.Sprintf("message %d is due since %s, and the engine has not come to it yet", w.Step+1, r.bare(w.DueAt)))
	}
	if d := r.last(Deferred, w.Step); d != nil && d.Rule != "cart.active" {
		if a.rule != "step.overdue" {
			a.rule = d.Rule
		}
		a.text += "; " + r.clause(*d)
	}
	if by := r.barred(); len(by) > 0 {
		a.text += ". Before: " + strings.TrimPrefix(r.because(by).text, "nothing was sent: ")
	}
	return a
}

// because answers by decisions that sent nothing: their common reason, or each one's.
func (r *reading) because(by []Decision) answer {
	same := true
	for _, d := range by {
		same = same && d.Rule == by[0].Rule
	}
	if same {
		return nothing(by[0].Rule, r.clause(by[0]))
	}
	var each []string
	for _, d := range by {
		each = append(each, fmt.Sprintf("message %d: %s", d.Step+1, r.clause(d)))
	}
	return nothing(by[0].Rule, strings.Join(each, "; "))
}
