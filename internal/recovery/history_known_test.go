package recovery_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

type knownBreak struct {
	class  string
	events []event.Event
	lines  []scriptLine
	mix    []int
}

// knownBreaks are the smallest histories that broke a promise when they were
// found, each with the order of telling that ended otherwise; without one,
// playing it broke it.
var knownBreaks = []knownBreak{
	{"strangersShare: two addresses and one phone", []event.Event{
		says(0, event.ShopperUpdated, 0, nil, "phone:+1", "email:a@x"), says(1, event.ShopperUpdated, 0, nil, "phone:+1", "email:b@x"),
	}, nil, []int{1, 0}},
	{"strangersShare: a customer has a new address", []event.Event{
		says(0, event.ShopperUpdated, 0, nil, "customer:1", "email:a@x"), says(1, event.ShopperUpdated, 0, nil, "customer:1", "email:b@x"),
	}, nil, []int{1, 0}},
	{"joinedLater: the order names a phone, the cart an email, a third event both", []event.Event{
		says(0, event.CartUpdated, 0, hats, "email:a@x"), says(1, event.OrderPlaced, 0, bought(0, true), "phone:+1"),
		says(2, event.ShopperUpdated, 0, nil, "phone:+1", "email:a@x"),
	}, nil, []int{1, 2, 0}},
	{"ordersMove: an order's later event tells an earlier placing", []event.Event{
		says(0, event.CartUpdated, 0, hats, "email:a@x"), says(1, event.OrderUpdated, 0, bought(-300, true)),
		says(2, event.OrderPlaced, 0, bought(0, true), "email:a@x"),
	}, nil, []int{2, 0, 1}},
	{"ordersTie: two orders of one moment", []event.Event{
		says(0, event.CartUpdated, 0, hats, "email:a@x"), says(1, event.OrderPlaced, 0, bought(0, true), "email:a@x"),
		says(2, event.OrderPlaced, 0, another(bought(0, true)), "email:a@x"),
	}, nil, []int{0, 2, 1}},
	{"creditChanges: the first order turns out not to be creditable", []event.Event{
		says(0, event.CartUpdated, 0, hats, "email:a@x"), says(1, event.OrderPlaced, 0, bought(0, true), "email:a@x"),
		says(2, event.OrderPlaced, 1, another(bought(1, true)), "email:a@x"), says(3, event.OrderUpdated, 1, bought(0, false)),
	}, nil, []int{0, 1, 3, 2}},
	{"monthsOff: a cart turns out to be a month older", []event.Event{
		says(0, event.CartUpdated, 0, hats, "email:a@x"), says(1, event.OrderPlaced, 0, bought(0, true), "email:a@x"),
		says(2, event.CartViewed, -31*24*60, hats),
	}, nil, []int{0, 2, 1}},
	{"endedWhileDue: an outage, then the order", []event.Event{
		says(0, event.CartUpdated, 0, hats, "email:a@x"), says(1, event.OrderPlaced, 65, bought(65, true), "email:a@x"),
	}, []scriptLine{{verb: tells}, {verb: passes, span: 31 * time.Minute}, {verb: jumps, span: 34 * time.Minute}, {verb: tells, event: 1}}, nil},
}

// jumps: time passes and no alarm rings, not even at its end.
const jumps verb = "jump"

// TestHistoriesKnown keeps what was mended mended.
func TestHistoriesKnown(t *testing.T) {
	t.Parallel()
	s := newStage(t, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)})
	for _, k := range knownBreaks {
		sc := script{events: k.events, lines: k.lines}
		if sc.lines == nil {
			for i := range k.events {
				sc.lines = append(sc.lines, scriptLine{verb: tells, event: i})
			}
			sc.lines = append(sc.lines, scriptLine{verb: passes, span: 2 * time.Hour})
			if told, bad := s.compare(sc, k.mix); bad {
				t.Errorf("%s: %s", k.class, told)
			}
			continue
		}
		if s.undecided(sc) {
			t.Errorf("%s: is broken again", k.class)
		}
	}
}

// undecided plays a script and reports whether a step that was due ended without a decision.
func (s *stage) undecided(sc script) bool {
	var n notes
	p := s.play(&n, sc)
	p.strict = true
	p.run()
	return n != ""
}

// says makes an event that happened some minutes after the start.
func says(n int, k event.Kind, minute int, fill func(*event.Event), keys ...string) event.Event {
	e := saying{kind: k}.event(n, historyStart.Add(time.Duration(minute)*time.Minute))
	e.Person.Keys, e.Contents, e.Order, e.Links = nil, nil, nil, nil
	for _, name := range keys {
		kind, value := cutAt(name, ":")
		e.Person.Keys = append(e.Person.Keys, event.Key{Kind: event.KeyKind(kind), Value: value})
	}
	if fill != nil {
		fill(&e)
	}
	return e
}

func hats(e *event.Event) {
	e.Links = []event.Link{{Kind: event.LinkCart, Value: "c"}}
	if e.Kind == event.CartUpdated {
		e.Contents = full(contents[0])
	}
}

// bought fills in the order o, placed some minutes after the start.
func bought(minute int, creditable bool) func(*event.Event) {
	return func(e *event.Event) {
		e.Links = []event.Link{{Kind: event.LinkOrder, Value: "o"}}
		e.Order = &event.Order{ID: "o", Status: event.OrderOpen, Total: eur(1000), Refunded: eur(0), Creditable: creditable,
			PlacedAt: historyStart.Add(time.Duration(minute) * time.Minute)}
	}
}

// another makes it the order o2.
func another(fill func(*event.Event)) func(*event.Event) {
	return func(e *event.Event) {
		fill(e)
		e.Order.ID, e.Links[0].Value = "o2", "o2"
	}
}
