package torture

import (
	"fmt"
	"time"
)

// Violation is a broken promise with what is needed to follow it up.
type Violation struct {
	// Promise names the promise, as the table does.
	Promise string `json:"promise"`
	// Text has the ids and what was found.
	Text string `json:"text"`
}

// Finding is the comparison of what was seen with what is stored.
type Finding struct {
	Violations []Violation
	// Sent is how many messages the providers took.
	Sent int
	// Duplicates, AfterPurchase, Lost, Unsettled and Undecided count violations.
	Duplicates, AfterPurchase, Lost, Unsettled, Undecided, Stale int
	// InFlightAtPurchase are messages that left before their order was stored and arrived after its answer.
	InFlightAtPurchase int
	// Unknown are the messages whose outcome was unknown at some time,
	// Unexplained those among them that no fault explains.
	Unknown, Unexplained int
	// NeverArrived are unknown for ever since no provider took them,
	// NeverCalledBack since their provider keeps silent on purpose.
	NeverArrived, NeverCalledBack int
	// TooLate are steps skipped since they were due too long ago.
	TooLate int
	// Late is how long after its step was due each message arrived, CalmLate the same for those due in calm spans.
	Late, CalmLate []time.Duration
}

// Rules are what a comparison needs to know about the run.
type Rules struct {
	// Steps is how many steps the sequence has.
	Steps int
	// Tolerance is by how much an order's timestamp may precede its commit.
	Tolerance time.Duration
}

// judgement is a comparison under way.
type judgement struct {
	Rules
	seen     Seen
	stored   Stored
	messages map[string]Message
	finals   map[spot]Decision
	count    map[spot]int
	Finding
}

// spot is one step of one enrollment.
type spot struct {
	enrollment string
	step       int
}

// Judge compares what was seen from outside with what the database says.
func Judge(seen Seen, stored Stored, r Rules) Finding {
	j := &judgement{Rules: r, seen: seen, stored: stored, messages: map[string]Message{}, finals: map[spot]Decision{}, count: map[spot]int{}}
	for _, m := range stored.Messages {
		j.messages[m.ID] = m
	}
	for _, d := range stored.Decisions {
		if final(d.Outcome) {
			at := spot{d.Enrollment, d.Step}
			j.finals[at] = d
			j.count[at]++
			if d.Rule == "step.too_late" {
				j.TooLate++
			}
		}
	}
	j.events()
	j.accepted()
	j.purchases()
	j.decisions()
	j.outcomes()
	return j.Finding
}

func final(outcome string) bool {
	return outcome == "sent" || outcome == "skipped" || outcome == "failed"
}

// breach notes a violation and counts it.
func (j *judgement) breach(count *int, promise, format string, args ...any) {
	*count++
	j.Violations = append(j.Violations, Violation{promise, fmt.Sprintf(format, args...)})
}

// events looks for what was acknowledged and is not there.
func (j *judgement) events() {
	for _, e := range j.seen.Events {
		switch status, ok := j.stored.Events[e]; {
		case !ok:
			j.breach(&j.Lost, "lost", "shop %s: event %s was answered 200 and is not stored", e.shop, e.name)
		case status == "quarantined":
			j.breach(&j.Lost, "lost", "shop %s: event %s is quarantined", e.shop, e.name)
		}
	}
	for _, c := range j.seen.Carts {
		if _, ok := j.stored.Carts[ref{c.Shop, c.Link}]; !ok {
			j.breach(&j.Lost, "lost", "shop %s: the events of cart %s were answered 200 and there is no such cart", c.Shop, c.Link)
		}
	}
}

// accepted looks for messages that providers took twice, or that nobody knows of.
func (j *judgement) accepted() {
	by, steps := map[string]int{}, map[spot]string{}
	for _, a := range j.seen.Accepted {
		j.Sent++
		by[a.Message]++
		m, ok := j.messages[a.Message]
		if !ok {
			j.breach(&j.Lost, "lost", "shop %s: provider message %s (%s) is not in the database as %q", a.Shop, a.Provider, a.Channel, a.Message)
			continue
		}
		at := spot{m.Enrollment, m.Step}
		switch other, twice := steps[at]; {
		case by[a.Message] > 1:
			j.breach(&j.Duplicates, "duplicate", "shop %s: message %s arrived %d times, the last as %s", a.Shop, a.Message, by[a.Message], a.Provider)
		case twice:
			j.breach(&j.Duplicates, "duplicate", "shop %s: messages %s and %s are both of enrollment %s, step %d", a.Shop, other, a.Message, m.Enrollment, m.Step)
		}
		steps[at] = a.Message
		j.late(a, m)
	}
}

// late notes how late a message was. Where the clock was moved while it was on
// its way, when its call began tells more than when it arrived.
func (j *judgement) late(a Accepted, m Message) {
	if m.SentAt.After(m.Expires) {
		j.breach(&j.Stale, "stale", "shop %s: message %s was sent at %s and expired at %s", a.Shop, a.Message, stamp(m.SentAt), stamp(m.Expires))
	}
	at := a.At.Add(a.Skew)
	if moved := at.Sub(m.SentAt); moved.Abs() > time.Minute {
		at = m.SentAt
	}
	d := at.Sub(m.StepDue)
	j.Late = append(j.Late, d)
	for _, s := range j.seen.Calm {
		if a.Skew == 0 && s.holds(m.StepDue) {
			j.CalmLate = append(j.CalmLate, d)
		}
	}
}

func stamp(t time.Time) string { return t.UTC().Format("15:04:05.000") }
