package conformance

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// outcome folds events as a shop's store does, by the path's own rules: carts
// by the links they share, orders by their id, and which order ended which cart.
func outcome(events []event.Event) Want {
	seen := map[string]bool{}
	var carts []*cart.Cart
	orders := map[string]*cart.Purchase{}
	var w Want
	for _, e := range events {
		if seen[e.DedupeKey] {
			continue
		}
		seen[e.DedupeKey] = true
		w.consents(e)
		switch {
		case e.Privacy != nil || e.Kind == event.ShopUninstalled || e.Kind == event.ShopErase:
			w.Asked = append(w.Asked, string(e.Kind))
		case e.Order != nil:
			if orders[e.Order.ID] == nil {
				orders[e.Order.ID] = &cart.Purchase{ID: e.Order.ID, PlatformID: e.Order.ID}
			}
			orders[e.Order.ID].Fold(e)
		case cart.Touches(e.Kind) && len(e.Links) > 0:
			carts = touched(carts, e)
		}
	}
	return w.filled(carts, orders)
}

// touched folds an event into the cart it shares a link with; carts that turn
// out to be one become one.
func touched(carts []*cart.Cart, e event.Event) []*cart.Cart {
	c := &cart.Cart{State: cart.Open}
	c.Facts.Fold(e)
	rest := carts[:0:0]
	for _, o := range carts {
		if !slices.ContainsFunc(o.Facts.Links, func(l event.Link) bool { return slices.Contains(e.Links, l) }) {
			rest = append(rest, o)
			continue
		}
		c.Facts.Absorb(o.Facts)
	}
	return append(rest, c)
}

func (w *Want) consents(e event.Event) {
	for _, c := range e.Consents {
		kind := event.KeyEmail
		if c.Channel == event.SMS {
			kind = event.KeyPhone
		}
		who := "?"
		for _, k := range e.Person.Keys {
			if k.Kind == kind {
				who = k.Value
			}
		}
		w.Consents = append(w.Consents, string(c.Channel)+" "+string(c.Answer)+" "+who)
	}
}

func (w *Want) filled(carts []*cart.Cart, orders map[string]*cart.Purchase) Want {
	var all []cart.Order
	for _, p := range orders {
		if p.Bought {
			all = append(all, p.Order())
		}
	}
	for _, c := range carts {
		end := Cart{State: c.Settle(), Total: written(c.Total()), Email: c.Facts.Email.Value, Phone: c.Facts.Phone.Value,
			WayBack: c.Facts.RestoreURL.Value != "", Items: []Item{}}
		if o, _, ok := c.Facts.Best(all); ok {
			end.State, end.Order = cart.Ordered, o.PlatformID
		}
		for _, i := range c.Items() {
			end.Items = append(end.Items, Item{Title: i.Title, Variant: i.Variant, SKU: i.SKU, Quantity: i.Quantity, Price: written(i.Price)})
		}
		w.Carts = append(w.Carts, end)
	}
	for _, p := range orders {
		lost := Money("")
		if l := p.Lost(); l.Minor != 0 {
			lost = written(l)
		}
		w.Orders = append(w.Orders, Order{ID: p.PlatformID, Total: written(p.Total), Lost: lost, Creditable: p.Creditable && p.Bought})
	}
	return w.sorted()
}

// sorted brings a state into the one order and spelling in which it is compared:
// a cart without items reads the same whether a story left them out or not.
func (w Want) sorted() Want {
	w.Carts = slices.Clone(w.Carts)
	for i := range w.Carts {
		if w.Carts[i].Items == nil {
			w.Carts[i].Items = []Item{}
		}
	}
	slices.SortFunc(w.Carts, func(a, b Cart) int { return strings.Compare(text(a), text(b)) })
	slices.SortFunc(w.Orders, func(a, b Order) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(w.Consents)
	slices.Sort(w.Asked)
	w.Consents, w.Asked = slices.Compact(w.Consents), slices.Compact(w.Asked)
	return w
}

func text(v any) string {
	b, _ := json.MarshalIndent(v, "", " ")
	return string(b)
}
