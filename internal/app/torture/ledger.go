package torture

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// ref names something of one shop.
type ref struct{ shop, name string }

// Seen is what the harness knows from outside, without asking the database:
// what it was answered and what arrived at the providers.
type Seen struct {
	// Events are the deliveries that were answered 200, by their dedupe key.
	Events []ref
	// Carts are the carts whose events were all answered.
	Carts []Cart
	// Purchases are the orders that were answered 200.
	Purchases []Purchase
	// Accepted are the messages that providers really took.
	Accepted []Accepted
	// Uncertain are the ids of messages whose outcome could not be known to the
	// sender: their call was in flight when something was killed, or was answered badly.
	Uncertain map[string]bool
	// Silent are the ids of messages whose callbacks are never sent.
	Silent map[string]bool
	// Jumps are when the clock was moved.
	Jumps []Jump
	// Calm are the spans without any fault.
	Calm []Span
}

// Jump is one move of the engine's clock.
type Jump struct {
	// At is when, on the machine's clock.
	At time.Time
	// From and To are by how much the engine's clock was ahead before and after.
	From, To time.Duration
}

// around is how far from a jump a call is counted as in flight at it: processes
// hear of it one after the other, and calls take their time.
const around = 3 * time.Second

// crossed reports whether a call that began at t on the engine's clock may have
// been in flight at the jump.
func (j Jump) crossed(t time.Time) bool {
	return t.Sub(j.At.Add(j.From)).Abs() < around || t.Sub(j.At.Add(j.To)).Abs() < around
}

// Span is a stretch of time on the machine's clock.
type Span struct{ From, To time.Time }

func (s Span) holds(t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

// Cart is a cart as its shopper knows it.
type Cart struct {
	Shop string
	// Link is the platform's id of the cart.
	Link string
	// Buys says that an order of its shopper was posted.
	Buys bool
}

// Purchase is an order that was acknowledged.
type Purchase struct {
	Shop string
	// Order is the platform's id of the order.
	Order string
	// Cart is the link of the cart that it ends, by whatever name it matches.
	Cart string
	// At is when the answer 200 had been read, on the machine's clock.
	At time.Time
}

// Accepted is a message that a provider took.
type Accepted struct {
	Shop    string
	Channel event.Channel
	// Message is our own id, Provider the provider's.
	Message, Provider string
	// At is when the request arrived, on the machine's clock.
	At time.Time
	// Skew is by how much the engine's clock was ahead of it then.
	Skew time.Duration
}

// ledger collects what is seen. It is safe for concurrent use.
type ledger struct {
	mu   sync.Mutex
	seen Seen
	// faults counts the faults by kind, problems are what must not happen and was seen at once.
	faults   map[string]int
	problems []Violation
}

func newLedger() *ledger {
	return &ledger{faults: map[string]int{}, seen: Seen{Uncertain: map[string]bool{}, Silent: map[string]bool{}}}
}

func (l *ledger) do(f func(*Seen)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.seen)
}

func (l *ledger) fault(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults[kind]++
}

func (l *ledger) problem(promise, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems = append(l.problems, Violation{promise, text})
}

func (l *ledger) acknowledged(shop, key string) {
	l.do(func(s *Seen) { s.Events = append(s.Events, ref{shop, key}) })
}

func (l *ledger) uncertain(ids ...string) {
	l.do(func(s *Seen) {
		for _, id := range ids {
			s.Uncertain[id] = true
		}
	})
}

// snapshot gives a copy of all that was seen.
func (l *ledger) snapshot() (Seen, map[string]int, []Violation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seen
	s.Events, s.Carts, s.Purchases = slices.Clone(s.Events), slices.Clone(s.Carts), slices.Clone(s.Purchases)
	s.Accepted, s.Calm, s.Jumps = slices.Clone(s.Accepted), slices.Clone(s.Calm), slices.Clone(s.Jumps)
	s.Uncertain, s.Silent = maps.Clone(s.Uncertain), maps.Clone(s.Silent)
	return s, maps.Clone(l.faults), slices.Clone(l.problems)
}
