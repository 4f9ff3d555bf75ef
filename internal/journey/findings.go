package journey

import (
	"slices"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
)

// findings lists what the account rests on: every decision, and the facts of
// cart, sequence, messages and order that no decision repeats.
func (r *reading) findings() []Finding {
	// At the same moment the cart's state comes before what was decided about it.
	out := append([]Finding{}, r.ofCart()...)
	for _, d := range r.decisions {
		out = append(out, Finding{
			At: d.At, DecisionID: d.ID, Outcome: d.Outcome, Rule: d.Rule, Said: sentence(r.clause(d)), Remedy: Mean(d.Rule).Remedy,
			Inputs: d.Inputs, SequenceKey: d.SequenceKey, SequenceVersion: d.SequenceVersion, Step: d.Step, DueAt: d.DueAt,
			Channel: d.Channel, MessageID: d.MessageID,
		})
	}
	out = append(out, r.ofSequences()...)
	out = append(out, r.ofMessages()...)
	slices.SortStableFunc(out, func(a, b Finding) int { return a.At.Compare(b.At) })
	return out
}

// fact makes a finding of something that is no decision.
func fact(at time.Time, rule string, in map[string]string) Finding {
	return Finding{At: at, Rule: rule, Said: Said(rule), Remedy: Mean(rule).Remedy, Inputs: in, Step: -1}
}

// ofCart tells what the cart's own state says.
func (r *reading) ofCart() []Finding {
	c, in := r.Cart, map[string]string{"last_activity": utc(r.Cart.LastActivity()), "abandon_after": r.terms.AbandonAfter.String()}
	var out []Finding
	if !c.AbandonedAt.IsZero() {
		out = append(out, fact(c.AbandonedAt, "cart.abandoned", in))
	}
	switch idle := c.IdleAt(r.terms.AbandonAfter); {
	case c.State == cart.Open && idle.After(r.now):
		out = append(out, fact(idle, "cart.idle", in))
	case c.State == cart.Open:
		out = append(out, fact(idle, "cart.idle_overdue", in))
	case c.State == cart.Emptied && c.Facts.DeletedAt > 0:
		out = append(out, fact(time.UnixMilli(c.Facts.DeletedAt), "cart.deleted", in))
	case c.State == cart.Emptied:
		out = append(out, fact(c.LastActivity(), "cart.emptied", in))
	}
	if c.State == cart.Open && c.ShopperID == "" {
		out = append(out, fact(c.LastActivity(), "cart.nobody_known", nil))
	}
	return append(out, r.ofOrder()...)
}

// ofOrder tells of the order that ended the cart.
func (r *reading) ofOrder() []Finding {
	if r.order == nil {
		return nil
	}
	rule := "order.stored"
	if !r.order.Creditable {
		rule = "order.not_counted"
	}
	return []Finding{fact(r.orderedAt(), rule, map[string]string{
		"order": first(r.order.Number, r.order.PlatformID), "matched_by": r.Cart.OrderedBy,
		"placed_at": utc(r.order.PlacedAt), "stored_at": utc(r.order.StoredAt),
	})}
}

// ofSequences tells which sequences the cart entered, how they ended and what is due.
func (r *reading) ofSequences() []Finding {
	var out []Finding
	add := func(e Enrollment, f Finding) {
		f.SequenceKey, f.SequenceVersion = e.SequenceKey, e.SequenceVersion
		out = append(out, f)
	}
	for _, e := range r.Enrollments {
		add(e, fact(e.CreatedAt, "sequence.entered", map[string]string{"persona": e.Persona, "held_out": strconv.FormatBool(e.Holdout)}))
		switch {
		case e.State != "waiting" && e.Reason != "":
			add(e, fact(e.DoneAt, "sequence.ended."+e.Reason, nil))
		case e.State == "waiting" && !e.DueAt.IsZero():
			f := fact(e.DueAt, "step.due", nil)
			if !e.DueAt.After(r.now) {
				f = fact(e.DueAt, "step.overdue", nil)
			}
			f.Step, f.DueAt = e.Step, e.DueAt
			add(e, f)
		}
	}
	return out
}

// ofMessages tells of messages that left and did not arrive.
func (r *reading) ofMessages() []Finding {
	var out []Finding
	for _, m := range r.messages {
		rule := trouble(m.State)
		if rule == "" {
			continue
		}
		f := fact(sentAt(m), rule, map[string]string{"code": m.Code, "reason": m.Reason})
		f.Step, f.DueAt, f.Channel, f.MessageID = m.Step, m.StepDueAt, m.Channel, m.ID
		out = append(out, f)
	}
	return out
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
