package recovery_test

import (
	"slices"
	"strings"
	"time"
)

func cut(s string) (string, string) { return cutAt(s, "=") }

func cutAt(s, at string) (string, string) {
	before, after, _ := strings.Cut(s, at)
	return before, after
}

// atTheEnd holds the whole database against the promises when nothing is due any more.
func (p *play) atTheEnd() {
	for _, q := range promises {
		if strings.HasPrefix(q.what, "a message that left or was given up") {
			continue // a message taken back because its shopper returned may end with its enrollment: see everyStepDecided
		}
		found, err := textsOf(p.raw, q.query)
		if err != nil {
			p.fail("%s: %v", q.what, err)
		}
		for _, row := range found {
			p.fail("%s: %s", q.what, row)
		}
	}
	p.everyStepDecided()
	p.wordsHold()
	p.nothingLost()
	p.nothingWaits()
}

// nothingLost: every acknowledged event is stored and folded.
func (p *play) nothingLost() {
	found, err := textsOf(p.raw, `SELECT dedupe_key || '=' || status FROM events`)
	if err != nil {
		p.fail("events: %v", err)
	}
	for _, e := range p.modelAt(len(p.acks)).events {
		want := e.DedupeKey + "=folded"
		if len(e.Person.Keys)+len(e.Links) == 0 {
			want = e.DedupeKey + "=ignored"
		}
		if !slices.Contains(found, want) {
			p.fail("%s was acknowledged and is not stored and folded: %q", e.DedupeKey, found)
		}
	}
}

// nothingWaits: nine days after the last line every step has been decided.
func (p *play) nothingWaits() {
	found, err := textsOf(p.raw, `SELECT 'enrollment of ' || sequence_key FROM enrollments WHERE state = 'waiting'
		UNION ALL SELECT 'message ' || state FROM messages WHERE state IN ('reserved', 'sending')`)
	if err != nil {
		p.fail("waiting: %v", err)
	}
	for _, row := range found {
		p.fail("nine days after the last line still waits: %s", row)
	}
}

// stepRow is the step at which an enrollment ended.
type stepRow struct {
	sequence, reason, cart string
	step, finals           int
	done                   int64
}

// everyStepDecided: the step at which an enrollment ended before its sequence
// did has a final decision when it had come due, and only then. The audit's
// promises say the same of the steps before.
func (p *play) everyStepDecided() {
	rows, err := p.raw.Query(`SELECT e.sequence_key, e.reason, e.cart_id, e.step, e.done_at, (SELECT count(*) FROM decisions d
		WHERE d.enrollment_id = e.id AND d.step = e.step AND d.outcome IN ('sent', 'skipped', 'failed'))
		FROM enrollments e WHERE e.state = 'done' AND e.reason <> 'completed'`)
	if err != nil {
		p.fail("enrollments: %v", err)
		return
	}
	var found []stepRow
	for rows.Next() {
		var r stepRow
		if err := rows.Scan(&r.sequence, &r.reason, &r.cart, &r.step, &r.done, &r.finals); err != nil {
			p.fail("enrollments: %v", err)
		}
		found = append(found, r)
	}
	rows.Close()
	for _, r := range found {
		p.stepDecided(r)
	}
}

func (p *play) stepDecided(r stepRow) {
	done := time.UnixMilli(r.done).UTC()
	n := 0
	for n < len(p.acks) && !p.acks[n].at.After(done) {
		n++
	}
	// Events that came later may have joined several carts of then: which of them
	// the enrollment was of is not told, so that the step had been due for all.
	links, due, ok := p.linksOf(r.cart), true, false
	for _, c := range p.modelAt(n).carts() {
		if meets(c.links, links) {
			ok, due = true, due && !c.active.Add(historySteps[r.sequence][r.step]).After(done)
		}
	}
	if !ok {
		return // it was merged into another
	}
	if due && r.finals == 0 {
		p.fail("undecided: step %d of %s had been due when it ended %s at %s", r.step, r.sequence, r.reason, since(done))
	}
}
