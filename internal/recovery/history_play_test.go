package recovery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// play is one playing of a script on a stage.
type play struct {
	*stage
	f       failer
	script  script
	shop    shop.Shop
	engine  *recovery.Engine
	witness *witness
	log     *complaints

	mu    sync.Mutex
	calls []call
	// acks are the things that were acknowledged, in order.
	acks []ack
	// pending are events to tell after the next reservation.
	pending []int
	// played counts lines; draining is the time after the last.
	played   int
	draining bool
	problems []string
	// held is how much was acknowledged when a message was reserved, by its id.
	held map[string]int
	// strict holds known classes of breaks against their promises too.
	strict bool
	// said are the words on who is who that were taken.
	said []saidOf
	// offers are what messages were seen to offer, in the order of their calls.
	offers []offerSeen
	// over: a broken promise was told, and f did not end the test.
	over bool
}

// ack is one thing that the engine took over responsibility for: an event, or
// what it heard of an address.
type ack struct {
	event *event.Event
	// to is an address that was banned for a reason, or freed by a start.
	channel event.Channel
	to      string
	reason  string
	start   bool
	at      time.Time
}

func (s *stage) play(f failer, sc script) *play {
	s.empty(f)
	p := &play{stage: s, f: f, script: sc, shop: historyShops[sc.shop], log: &complaints{}, held: map[string]int{}}
	p.newProcess()
	return p
}

// newProcess makes another engine: what the last one had in memory is gone.
func (p *play) newProcess() {
	var inner historyStore = stored{p.store}
	if p.spoil != nil {
		inner = p.spoil(inner)
	}
	p.witness = &witness{Store: inner, known: p.acked, began: map[string]int{}, held: p.held, reserved: p.tellPending}
	p.engine = recovery.New(recovery.Options{
		Store: p.witness, Platforms: map[string]recovery.Platform{}, Collect: collectHistory,
		Providers: map[event.Channel]recovery.Provider{
			event.Email: pretender{p, event.Email}, event.SMS: pretender{p, event.SMS}, event.Messenger: pretender{p, event.Messenger},
		},
		Accounts: oneShop{p.shop.ID}, Alarms: noAlarms{}, Rules: p.rules, Packs: openPacks(), Renderer: historyRenderer(), Meter: unmetered{},
		Log: slog.New(p.log), Now: p.clock.Now, NewID: p.newID, PublicURL: publicURL, Secret: []byte("links"), Workers: 1,
	})
}

// noAlarms: the play asks the store itself what is due next, as the sweeper does.
type noAlarms struct{}

func (noAlarms) Arm(context.Context, recovery.AlarmKind, int, time.Time) error { return nil }

// collectHistory reads the body that tell writes.
func collectHistory(d event.Delivery) (items []recovery.Item, err error) {
	var events []event.Event
	if err := json.Unmarshal(d.Body, &events); err != nil {
		return nil, err
	}
	for _, e := range events {
		items = append(items, recovery.Item{Raw: d.Body, Event: e})
	}
	return items, nil
}

func (p *play) newID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ids++
	return fmt.Sprintf("0195d000-0000-7000-8000-%012x", p.ids)
}

func (p *play) acked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.acks)
}

func (p *play) ack(a ack) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a.at = p.clock.Now()
	p.acks = append(p.acks, a)
}

// fail notes a broken promise; the line that broke it fails when it ends.
func (p *play) fail(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// object ends the check when something was noted.
func (p *play) object() {
	p.log.mu.Lock()
	for _, text := range p.log.list {
		if !strings.HasPrefix(text, "channel is misconfigured") && !strings.Contains(text, errKilled.Error()) {
			p.problems = append(p.problems, "the engine complains: "+text)
		}
	}
	p.log.list = nil
	p.log.mu.Unlock()
	if len(p.problems) > 0 {
		p.f.Fatalf("%s\nafter line %d of:\n%s", strings.Join(p.problems, "\n"), p.played, p.script)
		p.over = true
	}
}

// run plays all lines, then lets everything come to its end.
func (p *play) run() {
	for _, l := range p.script.lines {
		p.line(l)
		p.played++
		p.afterLine()
		if p.object(); p.over {
			return
		}
	}
	p.revive()
	p.tellPending()
	p.draining = true
	p.pass(9 * 24 * time.Hour)
	p.afterLine()
	p.atTheEnd()
	p.object()
}

func (p *play) line(l scriptLine) {
	switch l.verb {
	case tells, repeats:
		p.tell(l.event)
	case meanwhile:
		p.pending = append(p.pending, l.event)
	case passes:
		p.pass(l.span)
	case jumps:
		p.clock.Add(l.span)
	case sleeps:
		p.clock.Add(l.span)
		p.pass(0)
	case reports:
		p.reportOf(l)
	case writes:
		in := delivery.Inbound{Dedupe: fmt.Sprintf("in%d", p.played), Channel: l.channel, From: l.from, To: "shop", Text: l.keyword, At: p.clock.Now(), Keyword: l.keyword}
		p.callback(l.channel, delivery.Batch{Inbounds: []delivery.Inbound{in}})
	case leaves:
		p.leave(l)
	case rules, unrules:
		p.rule(l)
		p.wordsHold()
	case dies:
		p.witness.fatal = l.state
	case restarts:
		if err := p.engine.Close(context.Background()); err != nil {
			p.fail("closing: %v", err)
		}
		p.newProcess()
	}
}

// tell hands an event in; it is acknowledged when no error comes back.
func (p *play) tell(i int) {
	e := p.script.events[i]
	body, err := json.Marshal([]event.Event{e})
	if err == nil {
		_, err = p.engine.Collect(context.Background(), p.shop.ID, body)
	}
	if err != nil {
		p.fail("%s was not taken: %v", e.DedupeKey, err)
		return
	}
	e.ReceivedAt = p.clock.Now()
	p.ack(ack{event: &e})
}

// tellPending tells what waited for a reservation; a dead process hears nothing.
func (p *play) tellPending() {
	if p.witness.isDead() {
		return
	}
	p.mu.Lock()
	pending := p.pending
	p.pending = nil
	p.mu.Unlock()
	for _, i := range pending {
		p.tell(i)
	}
}

// pass lets time pass: every alarm rings at its time.
func (p *play) pass(d time.Duration) {
	end := p.clock.Now().Add(d)
	for rung := 0; ; rung++ {
		kind, at := p.next()
		if at.IsZero() || at.After(end) {
			break
		}
		if rung > 500 {
			p.fail("the alarms never end: %s at %s", kind, since(at))
			return
		}
		if at.After(p.clock.Now()) {
			p.setClock(at)
		}
		p.ring(kind)
	}
	p.setClock(end)
}

// next gives the shard's next alarm.
func (p *play) next() (kind recovery.AlarmKind, first time.Time) {
	for _, k := range []recovery.AlarmKind{recovery.AlarmIdle, recovery.AlarmDue} {
		at, err := p.store.Next(context.Background(), k, shop.Shard(p.shop.ID))
		if err != nil {
			p.fail("the next alarm is not known: %v", err)
		}
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			kind, first = k, at
		}
	}
	return kind, first
}

// ring rings one alarm; a process that dies of it is followed by another.
func (p *play) ring(kind recovery.AlarmKind) {
	duty := p.engine.Due
	if kind == recovery.AlarmIdle {
		duty = p.engine.Idle
	}
	if _, err := duty(context.Background(), shop.Shard(p.shop.ID)); err != nil && !p.witness.isDead() {
		p.fail("%s: %v", kind, err)
	}
	p.engine.Rest()
	p.revive()
	p.tellPending()
}

func (p *play) revive() {
	if p.witness.isDead() {
		p.newProcess()
	}
	p.witness.fatal = ""
}

// nth gives the call so many before the last that its provider took.
func (p *play) nth(n int) (call, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range slices.Backward(p.calls) {
		if !c.took() {
			continue
		}
		if n == 0 {
			return c, true
		}
		n--
	}
	return call{}, false
}

func (p *play) reportOf(l scriptLine) {
	c, ok := p.nth(l.nth)
	if !ok {
		return
	}
	r := p.report(c, l.status)
	b := delivery.Batch{Reports: []delivery.Report{r}}
	if l.twice {
		b.Reports = append(b.Reports, r)
	}
	p.callback(c.Channel, b)
}

// leave uses the unsubscribe link of a message.
func (p *play) leave(l scriptLine) {
	c, ok := p.nth(l.nth)
	if !ok {
		return
	}
	token := c.UnsubscribeURL[strings.LastIndex(c.UnsubscribeURL, "/")+1:]
	if err := p.engine.Unsubscribe(context.Background(), token, l.everything); err != nil {
		p.fail("unsubscribing: %v", err)
		return
	}
	p.ack(ack{channel: c.Channel, to: c.To, reason: "opted_out"})
	if !l.everything {
		return
	}
	known := p.modelAt(len(p.acks))
	if p.spokenOf(known.persons(), []event.Key{{Kind: keyOf[c.Channel], Value: c.To}}) {
		return // which addresses are theirs is not for evidence alone to say
	}
	own := event.Key{Kind: keyOf[c.Channel], Value: c.To}
	for _, k := range nameOf(known.persons(), []event.Key{own}) {
		for ch, kind := range keyOf {
			if k.Kind == kind {
				p.ack(ack{channel: ch, to: k.Value, reason: "opted_out"})
			}
		}
	}
}

var keyOf = map[event.Channel]event.KeyKind{event.Email: event.KeyEmail, event.SMS: event.KeyPhone, event.Messenger: event.KeyMessenger}

// heard notes what an acknowledged callback says of addresses.
func (p *play) heard(c event.Channel, b delivery.Batch) {
	for _, r := range b.Reports {
		if r.Suppress != "" {
			p.ack(ack{channel: c, to: r.Address, reason: r.Suppress})
		}
	}
	for _, in := range b.Inbounds {
		switch in.Keyword {
		case "stop":
			p.ack(ack{channel: c, to: in.From, reason: "opted_out"})
		case "start":
			p.ack(ack{channel: c, to: in.From, start: true})
		}
	}
}

// modelAt gives what was known when so many things had been acknowledged.
func (p *play) modelAt(n int) model {
	var m model
	for _, a := range p.acks[:n] {
		if a.event != nil {
			m.learn(*a.event)
		}
	}
	return m
}
