package recovery_test

import (
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/playbook"
)

// historySteps are the waits of the book's sequences, by key.
var historySteps = func() map[string][]time.Duration {
	b, err := playbook.Parse([]byte(historyBook), "history.yaml")
	if err != nil {
		panic(err) // the tests' own values
	}
	out := map[string][]time.Duration{}
	for _, s := range b.Sequences {
		for _, st := range s.Steps {
			out[s.Key] = append(out[s.Key], st.After)
		}
	}
	return out
}()

// messageRow is a message as the database has it.
type messageRow struct {
	id, enrollment, cart, sequence string
	step                           int
	// links are the platform ids of its cart.
	links []event.Link
	// created is when its enrollment was made, in unix milliseconds.
	created int64
}

// afterLine holds the calls that one line led to against the promises.
func (p *play) afterLine() {
	p.mu.Lock()
	calls := slices.Clone(p.calls)
	p.mu.Unlock()
	first := slices.IndexFunc(calls, func(c call) bool { return c.line >= p.played-1 && !c.checked })
	if first < 0 {
		return
	}
	for i := first; i < len(calls); i++ {
		if calls[i].checked {
			continue
		}
		p.calls[i].checked = true
		p.checkCall(calls[:i], calls[i])
	}
	for _, c := range calls[first:] {
		if c.fate == badAddress && !c.lost {
			p.ack(ack{channel: c.Channel, to: c.To, reason: "invalid_address"})
		}
	}
}

// checkCall holds one call against the promises, given those before it.
func (p *play) checkCall(before []call, c call) {
	m, ok := p.messageRow(c.MessageID)
	if !ok {
		p.fail("a provider got a message that is not stored")
		return
	}
	known := p.modelAt(c.known)
	p.neverTwice(before, c, m)
	mine, ok := p.cartOf(known, m)
	if !ok {
		p.fail("a message of a cart of which nothing is known: %s at %s, known %d of %d, links %v", c.MessageID, since(c.at), c.known, len(p.acks), m.links)
		return
	}
	p.neverAfterPurchase(known, c, mine)
	p.neverWithoutRight(known, c)
	p.neverTooEarly(known, c, m)
	p.neverSuperseded(known, c, m, mine)
	p.honestOffer(c, m)
}

func (p *play) cartOf(known model, m messageRow) (cartKnown, bool) {
	for _, k := range known.carts() {
		if meets(k.links, m.links) {
			return k, true
		}
	}
	return cartKnown{}, false
}

// neverTwice: one message of a step is taken at most once; a message is called
// again only when the provider said that it had not taken it.
func (p *play) neverTwice(before []call, c call, m messageRow) {
	for _, o := range before {
		again := o.fate == later || o.fate == soon
		if o.MessageID == c.MessageID && !again {
			p.fail("the message to %s was called twice, after %q", c.To, o.fate)
		}
		if r, ok := p.messageRow(o.MessageID); ok && r.enrollment == m.enrollment && r.step == m.step && o.MessageID != c.MessageID {
			if o.took() || o.fate == dropped {
				p.fail("step %d of %s was sent to %s after %q to %s", m.step, m.sequence, c.To, o.fate, o.To)
			}
		}
	}
}

// neverAfterPurchase: no order that was known is the cart's.
func (p *play) neverAfterPurchase(known model, c call, mine cartKnown) {
	groups := known.persons()
	for _, o := range known.orders() {
		if buys(groups, o, mine) {
			p.fail("a message to %s at %s for the cart %v, which the order %s had bought", c.To, since(c.at), mine.links, o.id)
		}
	}
}

// neverWithoutRight: nobody said no, stop or the like for the address.
func (p *play) neverWithoutRight(known model, c call) {
	reason := ""
	for _, a := range p.acks[:c.known] {
		switch {
		case a.event != nil || a.channel != c.Channel || a.to != c.To:
		case a.start && reason == "opted_out":
			reason = ""
		case !a.start && reason == "":
			reason = a.reason
		}
	}
	if reason != "" {
		p.fail("a message to %s by %s at %s, which is suppressed: %s", c.To, c.Channel, since(c.at), reason)
	}
	if p.refuses(known, c) {
		p.fail("a message to %s by %s at %s, whose newest answer is no", c.To, c.Channel, since(c.at))
	}
}

// refuses reports that the newest answer said for an address is no, and that
// nobody who may be the same person said yes since.
func (p *play) refuses(known model, c call) bool {
	own := event.Key{Kind: keyOf[c.Channel], Value: c.To}
	var no, yes time.Time
	var said bool
	group := []event.Key{own}
	for _, g := range known.persons() {
		if slices.Contains(g, own) {
			group = g
		}
	}
	for _, e := range known.events {
		for _, a := range e.Consents {
			if a.Channel != c.Channel {
				continue
			}
			if a.Answer == event.No && slices.Contains(e.Person.Keys, own) && !moment(e).Before(no) {
				no, said = moment(e), true
			}
			if a.Answer == event.Yes && meets(e.Person.Keys, group) && moment(e).After(yes) {
				yes = moment(e)
			}
		}
	}
	for _, a := range p.acks[:c.known] {
		if a.start && a.channel == c.Channel && slices.Contains(group, event.Key{Kind: keyOf[c.Channel], Value: a.to}) && a.at.After(yes) {
			yes = a.at
		}
	}
	return said && !yes.After(no)
}

// neverTooEarly: a step's time counts from the cart's last activity.
func (p *play) neverTooEarly(known model, c call, m messageRow) {
	mine, _ := p.cartOf(known, m)
	if due := mine.active.Add(historySteps[m.sequence][m.step]); c.at.Before(due) {
		p.fail("too early: step %d of %s was sent at %s, due at %s", m.step, m.sequence, since(c.at), since(due))
	}
}

// neverSuperseded: no other cart of the same person that was active later had
// been enrolled.
func (p *play) neverSuperseded(known model, c call, m messageRow, mine cartKnown) {
	groups := known.persons()
	names := nameOf(groups, mine.keys)
	for _, o := range known.carts() {
		if meets(o.links, mine.links) || !o.active.After(mine.active) || !meets(names, o.keys) || !allClear(groups, o.keys, mine.keys) || p.spokenOf(groups, o.keys, mine.keys) {
			continue
		}
		if held, known := o.items(); known && len(held) == 0 || o.deleted() {
			continue
		}
		if p.enrolledBefore(o, m, c.at) {
			p.fail("a message to %s at %s for the cart %v, though the newer %v is enrolled", c.To, since(c.at), mine.links, o.links)
		}
	}
}

func allClear(groups [][]event.Key, sets ...[]event.Key) bool {
	for _, g := range groups {
		for _, s := range sets {
			if meets(g, s) && !onePerson(g) {
				return false
			}
		}
	}
	return true
}
