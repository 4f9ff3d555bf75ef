package recovery_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// What people say of who is who, drawn among the events.
const (
	// rules: somebody says of two names whether they are the same person's. unrules takes one of the last such words back.
	rules   verb = "rule"
	unrules verb = "take back"
)

// heardNames are those that people say something of: mostly of the first person, and what is shared.
var heardNames = func() (out []event.Key) {
	for k, often := range map[event.Key]int{
		{Kind: event.KeyEmail, Value: "p0@x"}: 4, {Kind: event.KeyPhone, Value: "+3310"}: 3, {Kind: event.KeyCustomer, Value: "cu0"}: 2,
		{Kind: event.KeyAnonymous, Value: "d0"}: 2, {Kind: event.KeyEmail, Value: "p1@x"}: 2, {Kind: event.KeyPhone, Value: "+3311"}: 1,
		{Kind: event.KeyCustomer, Value: "cu1"}: 1, {Kind: event.KeyPhone, Value: "+3300"}: 1, {Kind: event.KeyAnonymous, Value: "d-family"}: 1,
		{Kind: event.KeyEmail, Value: "new0@x"}: 1,
	} {
		for range often {
			out = append(out, k)
		}
	}
	// The same seed draws the same.
	slices.SortFunc(out, func(a, b event.Key) int { return strings.Compare(a.Value, b.Value) })
	return out
}()

func drawRule(t *rapid.T, l *scriptLine) {
	two := rapid.SliceOfNDistinct(rapid.SampledFrom(heardNames), 2, 2, rapid.ID[event.Key]).Draw(t, "two")
	l.a, l.b, l.same = two[0], two[1], rapid.Bool().Draw(t, "same")
}

func (l scriptLine) word() string {
	if l.verb == unrules {
		return fmt.Sprintf("take back the word -%d", l.nth)
	}
	return fmt.Sprintf("rule %s:%s and %s:%s same=%t", l.a.Kind, l.a.Value, l.b.Kind, l.b.Value, l.same)
}

// saidOf is a word that was taken, in the order in which they were.
type saidOf struct {
	id   string
	a, b event.Key
	same bool
	// ended is true once it was taken back.
	ended bool
}

// rule says what a line says; words that cannot be said, of names that are not
// known or that contradict what is known, are nobody's fault.
func (p *play) rule(l scriptLine) bool {
	if l.verb == unrules {
		return p.unrule(l.nth)
	}
	ids := []string{p.idOf(l.a), p.idOf(l.b)}
	if ids[0] == "" || ids[1] == "" {
		return false
	}
	w, err := p.engine.Rule(context.Background(), p.shop.ID, "", journey.Saying{Name: ids[0], Other: ids[1], Same: l.same})
	if fault.Is(err, fault.Unprocessable) || fault.Is(err, fault.Conflict) {
		return false
	}
	if err != nil {
		p.fail("%s: %v", l.word(), err)
		return false
	}
	p.spoken(saidOf{id: w.ID, a: w.A, b: w.B, same: w.Same})
	return true
}

// spoken keeps a word, which ends the one before it on the same names.
func (p *play) spoken(w saidOf) {
	for i, o := range p.said {
		if o.a == w.a && o.b == w.b {
			p.said[i].ended = true
		}
	}
	p.said = append(p.said, w)
}

func (p *play) unrule(nth int) bool {
	if nth >= len(p.said) {
		return false
	}
	i := len(p.said) - 1 - nth
	_, err := p.engine.Unrule(context.Background(), p.shop.ID, "", p.said[i].id)
	if err != nil && !(p.said[i].ended && fault.Is(err, fault.Conflict)) {
		p.fail("taking back the word -%d: %v", nth, err)
		return false
	}
	p.said[i].ended = true
	return true
}

func (p *play) idOf(k event.Key) string {
	found, err := textsOf(p.raw, `SELECT id FROM shopper_keys WHERE shop_id = $1 AND kind = $2 AND value = $3`, p.shop.ID, string(k.Kind), k.Value)
	if err != nil || len(found) == 0 {
		return ""
	}
	return found[0]
}

// wordsHold: names that somebody said are two people's are two people's, and
// nobody has two customer ids, or two addresses that nobody joined.
func (p *play) wordsHold() {
	for _, w := range p.said {
		if w.same || w.ended {
			continue
		}
		owners, err := p.store.Owners(context.Background(), p.shop.ID, []event.Key{w.a, w.b})
		if err != nil || len(owners) != 2 || owners[0] == owners[1] {
			p.fail("%v and %v are one person against somebody's word: %v %v", w.a, w.b, owners, err)
		}
	}
	found, err := textsOf(p.raw, `SELECT shopper_id FROM shopper_keys WHERE kind = 'customer' GROUP BY shop_id, shopper_id HAVING count(*) > 1`)
	if err != nil || len(found) > 0 {
		p.fail("somebody has two customer ids: %v %v", found, err)
	}
}

// spokenOf reports whether somebody said something of any of the people that
// some names are of: what evidence alone says of them is not all there is.
func (p *play) spokenOf(groups [][]event.Key, sets ...[]event.Key) bool {
	for _, w := range p.said {
		for _, s := range sets {
			if meets(s, []event.Key{w.a, w.b}) {
				return true
			}
			for _, g := range groups {
				if meets(g, s) && meets(g, []event.Key{w.a, w.b}) {
					return true
				}
			}
		}
	}
	return false
}

// ruledLine is a word of a script with the place that its clock gives it.
type ruledLine struct {
	scriptLine
	tick int
}

// wordsOf gives the words of a script, each with its tick.
func wordsOf(sc script) (out []ruledLine) {
	for _, l := range sc.lines {
		if l.verb == rules {
			out = append(out, ruledLine{l, len(out) + 1})
		}
	}
	return out
}

// speak says a word at its own time, between two events.
func (p *play) speak(end time.Time, l ruledLine) bool {
	p.setClock(end.Add(time.Duration(l.tick) * time.Millisecond))
	defer p.setClock(end)
	return p.rule(l.scriptLine)
}

// asWritten tells events in their order and says each word at its place, or as
// soon after it as it can be said. It gives the words that were taken.
func (p *play) asWritten(sc script) (taken []ruledLine) {
	end, waiting, tick := sc.end(), []ruledLine(nil), 0
	try := func() {
		waiting = slices.DeleteFunc(waiting, func(l ruledLine) bool {
			n := len(p.said)
			if !p.speak(end, l) {
				return false
			}
			// It may have been taken of other names than were meant.
			l.a, l.b = p.said[n].a, p.said[n].b
			taken = append(taken, l)
			return true
		})
	}
	for _, l := range sc.lines {
		switch l.verb {
		case tells, meanwhile:
			p.tell(l.event)
		case rules:
			tick++
			waiting = append(waiting, ruledLine{l, tick})
		default:
			continue
		}
		try()
	}
	// Some are taken back when all has been said.
	for _, l := range sc.lines {
		if l.verb == unrules {
			p.unrule(l.nth)
		}
	}
	return taken
}

// otherwise tells events in another order and says the words that were taken,
// in their own order, each as soon as it can be said. It reports whether the
// same words stand in the end: a word may be impossible for what was told first.
func (p *play) otherwise(sc script, order []int, taken []ruledLine) bool {
	end, next := sc.end(), 0
	for _, i := range order {
		p.tell(i)
		for next < len(taken) && p.speak(end, taken[next]) {
			next++
		}
	}
	for _, l := range sc.lines {
		if l.verb == unrules {
			p.unrule(l.nth)
		}
	}
	return next == len(taken) && slices.EqualFunc(taken, p.said, func(l ruledLine, w saidOf) bool {
		return l.a == w.a && l.b == w.b && l.same == w.same
	})
}

// pureRulings are the words of a script as they would be kept, if all could be said.
func pureRulings(sc script) (out []shopper.Ruling) {
	for _, l := range wordsOf(sc) {
		r := shopper.Rule(l.a, l.b, l.same, int64(l.tick))
		for i, o := range out {
			out[i].Ended = o.Ended || o.A == r.A && o.B == r.B
		}
		out = append(out, r)
	}
	return out
}

// forgetsWords is a store that does not know what people said.
type forgetsWords struct{ recovery.Tx }

func (forgetsWords) Words(context.Context, string, string, int) ([]shopper.Word, error) {
	return nil, nil
}
