package torture

import "slices"

// purchases looks for messages that arrived after an order of their cart was
// acknowledged. One that was on its way already when the order was stored is
// none: nobody can call it back.
func (j *judgement) purchases() {
	bought := map[ref][]Purchase{}
	for _, p := range j.seen.Purchases {
		if id, ok := j.stored.Carts[ref{p.Shop, p.Cart}]; ok {
			at := ref{p.Shop, id}
			bought[at] = append(bought[at], p)
		}
		if _, ok := j.stored.Orders[ref{p.Shop, p.Order}]; !ok {
			j.breach(&j.Lost, "lost", "shop %s: order %s was answered 200 and is not stored", p.Shop, p.Order)
		}
	}
	for _, a := range j.seen.Accepted {
		m := j.messages[a.Message]
		for _, p := range bought[ref{m.Shop, m.Cart}] {
			if !a.At.After(p.At) {
				continue
			}
			stored := j.stored.Orders[ref{p.Shop, p.Order}]
			if !m.SentAt.After(stored.Add(j.Tolerance)) {
				j.InFlightAtPurchase++
				continue
			}
			j.breach(&j.AfterPurchase, "after_purchase",
				"shop %s: message %s (cart %s, step %d) began at %s and arrived at %s; order %s was stored at %s and answered at %s",
				a.Shop, a.Message, m.Cart, m.Step, stamp(m.SentAt), stamp(a.At), p.Order, stamp(stored), stamp(p.At))
		}
	}
}

// decisions looks for steps that came due and have no final decision, or several.
func (j *judgement) decisions() {
	for at, n := range j.count {
		if n > 1 {
			j.breach(&j.Undecided, "decisions", "enrollment %s: step %d has %d final decisions", at.enrollment, at.step, n)
		}
	}
	enrolled := map[ref]bool{}
	for _, e := range j.stored.Enrollments {
		enrolled[ref{e.Shop, e.Cart}] = true
		j.enrollment(e)
	}
	for _, c := range j.seen.Carts {
		id, ok := j.stored.Carts[ref{c.Shop, c.Link}]
		if ok && !c.Buys && !enrolled[ref{c.Shop, id}] {
			j.breach(&j.Lost, "lost", "shop %s: cart %s (%s) was left behind and never enrolled; the last decision about it says %q", c.Shop, id, c.Link, j.stored.Unenrolled[ref{c.Shop, id}])
		}
	}
	for _, m := range j.stored.Messages {
		if d, ok := j.finals[spot{m.Enrollment, m.Step}]; !ok && m.State != "cancelled" && m.State != "rejected" {
			j.breach(&j.Undecided, "decisions", "message %s (%s) of enrollment %s, step %d has no final decision", m.ID, m.State, m.Enrollment, m.Step)
		} else if ok && d.Outcome == "sent" && d.Message == "" {
			j.breach(&j.Undecided, "decisions", "enrollment %s: step %d is sent without a message", m.Enrollment, m.Step)
		}
	}
}

// enrollment asks that every step it has passed is decided: all of them when it
// was completed, those before its place when it ended otherwise.
func (j *judgement) enrollment(e Enrollment) {
	passed := e.Step
	switch {
	case e.State != "done":
		j.breach(&j.Undecided, "decisions", "shop %s: enrollment %s is still %s at step %d after all was quiet", e.Shop, e.ID, e.State, e.Step)
	case e.Reason == "completed":
		passed = j.Steps
	}
	for step := range passed {
		if _, ok := j.finals[spot{e.ID, step}]; !ok {
			j.breach(&j.Undecided, "decisions", "shop %s: enrollment %s (%s) has no final decision for step %d", e.Shop, e.ID, e.Reason, step)
		}
	}
}

// outcomes looks for messages whose outcome is, or was, not known, and for
// messages that are called sent and never arrived.
func (j *judgement) outcomes() {
	arrived := map[string]bool{}
	for _, a := range j.seen.Accepted {
		arrived[a.Message] = true
	}
	for _, d := range j.finals {
		if d.Rule != "provider.unknown" {
			continue
		}
		j.Unknown++
		if !j.seen.Uncertain[d.Message] && !j.crossed(d.Message) {
			j.breach(&j.Unexplained, "unknown", "message %s of enrollment %s, step %d became unknown, and no call of it was in flight at a fault or answered badly", d.Message, d.Enrollment, d.Step)
		}
	}
	for _, m := range j.stored.Messages {
		switch {
		case m.State == "unknown":
			j.unsettled(m, arrived[m.ID])
		case (m.State == "accepted" || m.State == "delivered") && !arrived[m.ID]:
			j.breach(&j.Lost, "lost", "shop %s: message %s is %s and no provider took it", m.Shop, m.ID, m.State)
		case m.State == "reserved" || m.State == "sending":
			j.breach(&j.Lost, "lost", "shop %s: message %s is still %s after all was quiet", m.Shop, m.ID, m.State)
		}
	}
}

// crossed reports whether a message's call was in flight when the clock was
// moved: its lease then seems to be over.
func (j *judgement) crossed(message string) bool {
	return slices.ContainsFunc(j.seen.Jumps, func(jump Jump) bool { return jump.crossed(j.messages[message].SentAt) })
}

// unsettled judges a message that ended unknown.
func (j *judgement) unsettled(m Message, arrived bool) {
	switch {
	case !arrived:
		j.NeverArrived++
	case j.seen.Silent[m.ID]:
		j.NeverCalledBack++
	default:
		j.breach(&j.Unsettled, "unsettled", "shop %s: message %s is still unknown after its provider called back", m.Shop, m.ID)
	}
}
