package recovery_test

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// TestHistoriesPure folds random histories by the path packages alone, in every
// order when they are short and in some when they are long.
func TestHistoriesPure(t *testing.T) {
	seed := historySeed(t)
	t.Parallel()
	n, least := 0, reducer{}
	defer func() { fmt.Printf("histories: count=%d engine=pure seed=%d\n", n, seed) }()
	rapid.Check(t, func(rt *rapid.T) {
		for range perCheck(40) {
			n++
			sc := drawTale(rt)
			orders := [][]int{drawMix(rt, len(sc.events)), drawMix(rt, len(sc.events))}
			if len(sc.events) <= 5 {
				orders = slices.Collect(permutations(len(sc.events)))
			}
			judge := func(sc script) (string, bool) { return foldAlike(sc, orders) }
			if told, bad := judge(sc); bad {
				rt.Fatal(least.of(sc, told, judge))
			}
		}
	})
}

// foldAlike folds a script's events as written and in other orders.
func foldAlike(sc script, orders [][]int) (told string, bad bool) {
	var present []int
	for _, l := range sc.lines {
		if l.verb == tells {
			present = append(present, l.event)
		}
	}
	known := modelOf(sc, present)
	want := foldShop(sc, present)
	if diff := want.against(known); diff != "" {
		return "folded otherwise than said: " + diff + "\n" + sc.String(), true
	}
	for _, order := range orders {
		order = slices.DeleteFunc(slices.Clone(order), func(i int) bool { return !slices.Contains(present, i) })
		// The first half is told once more.
		order = append(order, order[:len(order)/2]...)
		got := foldShop(sc, order)
		if reflect.DeepEqual(want, got) {
			continue // much faster than a difference
		}
		if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			return fmt.Sprintf("told in the order %v it ends otherwise (-want +got):\n%s\n%s", order, diff, sc), true
		}
	}
	return "", false
}

// pureShop is a shop folded without an engine: carts by link, orders by id,
// persons by the evidence of their names.
type pureShop struct {
	Carts  []pureCart
	Orders []cart.Purchase
	People []shopper.Shopper
	// told is what each name said, pairs who was named together.
	told  map[event.Key]shopper.Shopper
	pairs []shopper.Pair
	// rulings are what people said of who is who.
	rulings []shopper.Ruling
}

type pureCart struct {
	Facts cart.Facts
	State cart.State
	Items string
	Total string
	Order string
}

// foldShop folds events in an order, all received at the script's end.
func foldShop(sc script, order []int) pureShop {
	s := pureShop{rulings: pureRulings(sc)}
	seen := map[string]bool{}
	for _, i := range order {
		e := sc.events[i]
		e.ReceivedAt = sc.end()
		if !seen[e.DedupeKey] {
			s.person(e)
			seen[e.DedupeKey] = true
		}
		// Carts and orders are folded again by a repetition: it must not matter.
		if e.Order != nil {
			s.order(e)
		} else if cart.Touches(e.Kind) && len(e.Links) > 0 {
			s.cart(e)
		}
	}
	s.settle()
	return s
}

func (s *pureShop) cart(e event.Event) {
	var c pureCart
	c.Facts.Fold(e)
	rest := s.Carts[:0:0]
	for i, o := range s.Carts {
		switch {
		case !meets(o.Facts.Links, c.Facts.Links):
			rest = append(rest, o)
		case i%2 == 0:
			o.Facts.Absorb(c.Facts)
			c = o
		default:
			c.Facts.Absorb(o.Facts)
		}
	}
	s.Carts = append(rest, c)
}

func (s *pureShop) order(e event.Event) {
	i := slices.IndexFunc(s.Orders, func(p cart.Purchase) bool { return p.PlatformID == e.Order.ID })
	if i < 0 {
		i = len(s.Orders)
		s.Orders = append(s.Orders, cart.Purchase{ID: e.Order.ID, PlatformID: e.Order.ID})
	}
	s.Orders[i].Fold(e)
}

// person keeps what an event says by its strongest name, and who its names say is who.
func (s *pureShop) person(e event.Event) {
	keys := shopper.Union(e.Person.Keys, nil)
	if len(keys) == 0 {
		return
	}
	if s.told == nil {
		s.told = map[event.Key]shopper.Shopper{}
	}
	var named []shopper.Named
	for _, k := range keys {
		named = append(named, shopper.Named{Key: k, At: cart.When(e).UnixMilli()})
		if _, known := s.told[k]; !known {
			s.told[k] = shopper.Shopper{}
		}
	}
	if e.Order != nil || !cart.Touches(e.Kind) || len(e.Links) == 0 {
		s.pairs = append(s.pairs, shopper.Pairs(named)...)
	}
	one := s.told[keys[0]]
	one.Fold(e, cart.When(e))
	one.Keys = nil
	s.told[keys[0]] = one
}

// people finds out who is who.
func (s *pureShop) people() {
	for _, c := range s.Carts {
		s.pairs = append(s.pairs, shopper.Pairs(c.Facts.Names())...)
	}
	for _, group := range shopper.Group(slices.Collect(maps.Keys(s.told)), latest(s.pairs), s.rulings) {
		var one shopper.Shopper
		for _, k := range group {
			one.Absorb(s.told[k])
		}
		one.Keys = group
		s.People = append(s.People, one)
	}
	s.told, s.pairs, s.rulings = nil, nil, nil
}

// latest keeps of each pair the latest: that is the store's part.
func latest(pairs []shopper.Pair) []shopper.Pair {
	at := map[[2]event.Key]int64{}
	for _, p := range pairs {
		at[[2]event.Key{p.A, p.B}] = max(at[[2]event.Key{p.A, p.B}], p.At)
	}
	var out []shopper.Pair
	for k, t := range at {
		out = append(out, shopper.Pair{A: k[0], B: k[1], At: t})
	}
	return out
}

// settle gives carts their orders and states, and everything one order.
func (s *pureShop) settle() {
	var orders []cart.Order
	for _, p := range s.Orders {
		if p.Bought {
			orders = append(orders, p.Order())
		}
	}
	for i := range s.Carts {
		c := &s.Carts[i]
		full := cart.Cart{State: cart.Open, Facts: c.Facts}
		c.State, c.Items, c.Total = full.Settle(), lines(full.Items()), cash(full.Total())
		if o, _, ok := c.Facts.Best(orders); ok {
			c.State, c.Order = cart.Ordered, o.ID
		}
	}
	s.people()
	slices.SortFunc(s.Carts, func(a, b pureCart) int { return strings.Compare(fmt.Sprint(a.Facts.Links), fmt.Sprint(b.Facts.Links)) })
	slices.SortFunc(s.Orders, func(a, b cart.Purchase) int { return strings.Compare(a.PlatformID, b.PlatformID) })
	slices.SortFunc(s.People, func(a, b shopper.Shopper) int { return strings.Compare(fmt.Sprint(a.Keys), fmt.Sprint(b.Keys)) })
}

func modelOf(sc script, order []int) model {
	var m model
	for _, i := range order {
		e := sc.events[i]
		e.ReceivedAt = sc.end()
		m.learn(e)
	}
	return m
}

// against holds a folded shop against what the script says.
func (s pureShop) against(m model) string {
	carts, orders := m.carts(), m.orders()
	if len(carts) != len(s.Carts) || len(orders) != len(s.Orders) {
		return fmt.Sprintf("%d carts and %d orders, not %d and %d", len(s.Carts), len(s.Orders), len(carts), len(orders))
	}
	for _, c := range s.Carts {
		i := slices.IndexFunc(carts, func(k cartKnown) bool { return meets(k.links, c.Facts.Links) })
		if i < 0 {
			return fmt.Sprintf("the cart %v is not said", c.Facts.Links)
		}
		if diff := c.against(carts[i], orders); diff != "" {
			return diff
		}
	}
	return ""
}

func (c pureCart) against(k cartKnown, orders []orderKnown) string {
	held, _ := k.items()
	got := map[string]int{}
	for _, it := range (cart.Cart{Facts: c.Facts}).Items() {
		got[it.SKU] = it.Quantity
	}
	active := time.UnixMilli(c.Facts.LastActivity).UTC()
	if k.active.IsZero() {
		active = k.active
	}
	bought := ""
	if o, ok := bestOf(k, orders); ok {
		bought = o.id
	}
	want := []any{held, k.active, k.started, bought, len(k.links), len(k.keys)}
	have := []any{got, active, time.UnixMilli(c.Facts.StartedAt).UTC(), c.Order, len(c.Facts.Links), len(c.Facts.Keys)}
	if reflect.DeepEqual(want, have) {
		return ""
	}
	return gocmp.Diff(want, have)
}

// bestOf gives a cart's order: of a shared platform id first, then a creditable
// one, then the first placed, then by its id.
func bestOf(c cartKnown, orders []orderKnown) (best orderKnown, ok bool) {
	mine := slices.DeleteFunc(slices.Clone(orders), func(o orderKnown) bool { return !buys(nil, o, c) })
	if len(mine) == 0 {
		return best, false
	}
	rank := func(b bool) int {
		if b {
			return 0
		}
		return 1
	}
	return slices.MinFunc(mine, func(a, b orderKnown) int {
		return cmp.Or(rank(meets(a.links, c.links))-rank(meets(b.links, c.links)), rank(a.real)-rank(b.real),
			a.placed.Compare(b.placed), strings.Compare(a.id, b.id))
	}), true
}
