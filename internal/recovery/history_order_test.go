package recovery_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// drawMix draws another order of a history's events, some of them twice.
func drawMix(t *rapid.T, n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	if n < 2 {
		return all
	}
	return append(rapid.Permutation(all).Draw(t, "order"), rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 3).Draw(t, "again")...)
}

// compare tells a script's events in their order and in another one, with no
// time between them, and gives how the ends differ.
func (s *stage) compare(sc script, mix []int) (told string, bad bool) {
	var n notes
	var present []int
	for _, l := range sc.lines {
		if l.verb == tells || l.verb == meanwhile {
			present = append(present, l.event)
		}
	}
	mix = slices.DeleteFunc(slices.Clone(mix), func(i int) bool { return !slices.Contains(present, i) })
	want, taken := s.toldAsWritten(&n, sc)
	got, alike := s.toldOtherwise(&n, sc, mix, taken)
	if alike && len(taken) > 0 {
		s.ruled++
	}
	if n == "" && alike {
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			var b strings.Builder
			for _, i := range mix {
				b.WriteString("tell " + tale(sc.events[i]) + "\n")
			}
			n.Fatalf("another end (-as written +otherwise):\n%s\ntold in the order\n%sinstead of\n%s", diff, &b, sc)
		}
	}
	return string(n), n != ""
}

func (s *stage) toldAsWritten(f failer, sc script) (shopEnd, []ruledLine) {
	p := s.play(f, sc)
	s.setClock(sc.end())
	taken := p.asWritten(sc)
	p.wordsHold()
	p.object()
	return p.ended(), taken
}

// toldOtherwise tells the same in another order; alike is false where a word could not be said so.
func (s *stage) toldOtherwise(f failer, sc script, order []int, taken []ruledLine) (end shopEnd, alike bool) {
	p := s.play(f, sc)
	s.setClock(sc.end())
	alike = p.otherwise(sc, order, taken)
	p.object()
	return p.ended(), alike
}

// shopEnd is how a history ended, without what differs by accident: ids, our
// own times, and the rule by which an order was found to be a cart's.
type shopEnd struct {
	Carts  []cartEnd
	Orders []cart.Purchase
	People []string
}

func (p *play) ended() shopEnd {
	ctx, e := context.Background(), shopEnd{}
	page, err := p.store.Orders(ctx, p.shop.ID, journey.Query{Limit: 200})
	if err != nil {
		p.f.Fatalf("%v", err)
	}
	platform := map[string]string{}
	for _, o := range page.Items {
		platform[o.ID] = o.PlatformID
		o.ID, o.ShopID, o.NameID, o.ShopperID, o.StoredAt = "", "", "", p.namesOf(o.ShopperID), time.Time{}
		e.Orders = append(e.Orders, o)
	}
	slices.SortFunc(e.Orders, func(a, b cart.Purchase) int { return strings.Compare(a.PlatformID, b.PlatformID) })
	e.Carts = p.cartEnds(platform)
	e.People = p.people()
	return e
}

func (p *play) cartEnds(platform map[string]string) (out []cartEnd) {
	page, err := p.store.Carts(context.Background(), p.shop.ID, journey.Query{Limit: 200})
	if err != nil {
		p.f.Fatalf("%v", err)
	}
	for _, row := range page.Items {
		d, err := p.store.Cart(context.Background(), p.shop.ID, row.ID)
		if err != nil {
			p.f.Fatalf("%v", err)
		}
		if d.Cart.State == cart.Merged {
			continue
		}
		out = append(out, cartEnd{
			Owner: p.namesOf(d.Cart.ShopperID),
			State: d.Cart.State, Facts: d.Cart.Facts, Items: lines(d.Cart.Items()), Total: cash(d.Cart.Total()), Order: platform[d.Cart.OrderID],
		})
	}
	slices.SortFunc(out, func(a, b cartEnd) int { return strings.Compare(fmt.Sprint(a.Facts.Links), fmt.Sprint(b.Facts.Links)) })
	return out
}

// namesOf gives a shopper's names.
func (p *play) namesOf(shopperID string) string {
	if shopperID == "" {
		return ""
	}
	who, _, err := p.store.Shopper(context.Background(), p.shop.ID, shopperID)
	if err != nil {
		p.f.Fatalf("%v", err)
	}
	return fmt.Sprint(who.Keys)
}

// people gives the keys of each shopper who has any.
func (p *play) people() []string {
	found, err := textsOf(p.raw, `SELECT shopper_id || '=' || kind || ':' || value FROM shopper_keys ORDER BY kind, value`)
	if err != nil {
		p.f.Fatalf("%v", err)
	}
	by := map[string][]string{}
	for _, row := range found {
		id, key := cut(row)
		by[id] = append(by[id], key)
	}
	var out []string
	for _, keys := range by {
		out = append(out, strings.Join(keys, " "))
	}
	slices.Sort(out)
	return out
}
