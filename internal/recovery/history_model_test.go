package recovery_test

import (
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// model is what the script's own words say about a shop: computed from the
// events that were acknowledged, without any of the engine's code.
type model struct{ events []event.Event }

// learn takes in an acknowledged event; a repeated one says nothing new.
func (m *model) learn(e event.Event) {
	if !slices.ContainsFunc(m.events, func(o event.Event) bool { return o.DedupeKey == e.DedupeKey }) {
		m.events = append(m.events, e)
	}
}

// moment is when an event counts: by the platform's clock, never after we got it.
func moment(e event.Event) time.Time {
	if e.OccurredAt.IsZero() || e.OccurredAt.After(e.ReceivedAt) {
		return e.ReceivedAt
	}
	return e.OccurredAt
}

// cartKnown is one cart by the script: the events that share platform ids.
type cartKnown struct {
	links   []event.Link
	keys    []event.Key
	events  []event.Event
	started time.Time
	active  time.Time
}

// orderKnown is one order by the script.
type orderKnown struct {
	id    string
	links []event.Link
	keys  []event.Key
	// placed is the earliest, last the latest time said for its placing.
	placed, last time.Time
	// bought is false while all that was said is that it was never paid.
	bought bool
	real   bool
}

// ofCart reports whether an event is about a cart.
func ofCart(e event.Event) bool {
	switch e.Kind {
	case event.CartUpdated, event.CheckoutUpdated, event.CheckoutStep, event.PaymentFailed, event.CartDeleted,
		event.CartViewed, event.ItemAdded, event.ItemRemoved:
		return len(e.Links) > 0
	}
	return false
}

// carts gives the carts: events that share a link, also through others, are one.
func (m model) carts() []cartKnown {
	var out []cartKnown
	for _, e := range m.events {
		if !ofCart(e) {
			continue
		}
		c := cartKnown{events: []event.Event{e}, links: slices.Clone(e.Links), keys: slices.Clone(e.Person.Keys), started: moment(e)}
		if e.Kind != event.CartDeleted {
			c.active = moment(e)
		}
		rest := out[:0:0]
		for _, o := range out {
			if !meets(o.links, c.links) {
				rest = append(rest, o)
				continue
			}
			c = c.joined(o)
		}
		out = append(rest, c)
	}
	return out
}

func (c cartKnown) joined(o cartKnown) cartKnown {
	c.events, c.links, c.keys = append(c.events, o.events...), join(c.links, o.links), join(c.keys, o.keys)
	if o.started.Before(c.started) {
		c.started = o.started
	}
	if o.active.After(c.active) {
		c.active = o.active
	}
	return c
}

// orders gives the orders.
func (m model) orders() []orderKnown {
	var out []orderKnown
	for _, e := range m.events {
		if e.Order == nil {
			continue
		}
		i := slices.IndexFunc(out, func(o orderKnown) bool { return o.id == e.Order.ID })
		if i < 0 {
			i = len(out)
			out = append(out, orderKnown{id: e.Order.ID, real: true})
		}
		o := &out[i]
		o.links, o.keys = join(o.links, e.Links), join(o.keys, e.Person.Keys)
		o.bought, o.real = o.bought || !e.Order.Unpaid, o.real && e.Order.Creditable
		placed := e.Order.PlacedAt
		if placed.IsZero() || placed.After(e.ReceivedAt) {
			placed = moment(e)
		}
		if o.placed.IsZero() || placed.Before(o.placed) {
			o.placed = placed
		}
		if placed.After(o.last) {
			o.last = placed
		}
	}
	return out
}

// persons gives groups of names that are one person's: said together in one
// event, or of one cart, also through others.
func (m model) persons() [][]event.Key {
	var out [][]event.Key
	add := func(keys []event.Key) {
		if len(keys) == 0 {
			return
		}
		rest := out[:0:0]
		all := slices.Clone(keys)
		for _, g := range out {
			if meets(g, all) {
				all = join(all, g)
			} else {
				rest = append(rest, g)
			}
		}
		out = append(rest, all)
	}
	for _, e := range m.events {
		add(e.Person.Keys)
	}
	for _, c := range m.carts() {
		add(c.keys)
	}
	return out
}

// onePerson reports that nothing contradicts a group's being one person: it has one
// customer id and one email at most.
func onePerson(group []event.Key) bool {
	n := map[event.KeyKind]int{}
	for _, k := range group {
		n[k.Kind]++
	}
	return n[event.KeyCustomer] <= 1 && n[event.KeyEmail] <= 1
}

// nameOf gives all that is surely one person's of whom some names are known:
// the names themselves, and the rest of their group where it is clear.
func nameOf(groups [][]event.Key, keys []event.Key) []event.Key {
	out := slices.Clone(keys)
	for _, g := range groups {
		if meets(g, keys) && onePerson(g) {
			out = join(out, g)
		}
	}
	return out
}

// buys reports whether an order is surely a cart's: they share a platform id, or
// a person and the order lies between five minutes before the cart began and
// thirty days after it was last used, by the outermost times said.
func buys(groups [][]event.Key, o orderKnown, c cartKnown) bool {
	if !o.bought {
		return false
	}
	if meets(o.links, c.links) {
		return true
	}
	return !o.last.Before(c.started.Add(-5*time.Minute)) && !o.placed.After(c.active.Add(30*24*time.Hour)) && meets(nameOf(groups, c.keys), o.keys)
}

func meets[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

func join[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// deleted reports that the last that was said of a cart's contents is that the
// platform threw it away: such a cart takes nobody's place.
func (c cartKnown) deleted() bool {
	var last, gone time.Time
	for _, e := range c.events {
		switch {
		case e.Kind == event.CartDeleted && moment(e).After(gone):
			gone = moment(e)
		case (e.Contents != nil || len(e.Deltas) > 0) && moment(e).After(last):
			last = moment(e)
		}
	}
	return !gone.IsZero() && !gone.Before(last)
}

// items gives what a cart holds, by replaying its events in the platform's
// order; known is false when nothing was said of it.
func (c cartKnown) items() (held map[string]int, known bool) {
	events := slices.Clone(c.events)
	slices.SortFunc(events, func(a, b event.Event) int {
		if d := moment(a).Compare(moment(b)); d != 0 {
			return d
		}
		// At the same moment a full state has the last word.
		if (a.Contents != nil) != (b.Contents != nil) {
			if a.Contents != nil {
				return 1
			}
			return -1
		}
		return strings.Compare(a.DedupeKey, b.DedupeKey)
	})
	held = map[string]int{}
	for _, e := range events {
		if e.Contents != nil {
			clear(held)
			known = true
			for _, it := range e.Contents.Items {
				held[it.SKU] += it.Quantity
			}
		}
		for _, d := range e.Deltas {
			known = true
			if held[d.Item.SKU] += d.Quantity; held[d.Item.SKU] <= 0 {
				delete(held, d.Item.SKU)
			}
		}
	}
	return held, known
}
