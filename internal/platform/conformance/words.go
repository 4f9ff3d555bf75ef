package conformance

import (
	"slices"

	"github.com/cartograph-dev/cartograph/internal/cart"
)

// Words are a platform's words for the stories that every platform tells alike:
// carts with all they hold, and orders with all they mean. A platform whose
// bodies are fat needs no more; what is its own it tells in stories beside these.
type Words struct {
	// Fill tells that a cart is now so, Sell that an order is.
	Fill func(r Run, b Basket) []Delivery
	Sell func(r Run, s Sale) []Delivery
	// OrderID is the platform's id of a story's order.
	OrderID func(r Run) string
	// WayBack says that carts tell an address at which they are taken up again.
	WayBack bool
	// Item changes what is expected of a line, where the platform tells less of it. May be nil.
	Item func(i Item) Item
	// Unable are the traits that these words cannot tell.
	Unable []Trait
}

// Stories tells the common traits.
func (w Words) Stories() []Story {
	all := []Story{
		{Trait: Bought, Tell: w.bought, Want: w.sold(Paid, "", 0)},
		{Trait: Left, Tell: w.left, Want: w.kept(left)},
		{Trait: Emptied, Tell: w.emptied, Want: w.emptiedEnd},
		{Trait: Failed, Tell: w.fated(Denied, ""), Want: w.kept(two)},
		{Trait: Cancelled, Tell: w.fated(Void, ""), Want: w.sold(Void, "", 0)},
		{Trait: Refunded, Tell: w.fated(Back, ""), Want: w.sold(Back, "", 450)},
		{Trait: Admin, Tell: w.fated(Paid, "staff"), Want: w.sold(Paid, "staff", 0)},
		{Trait: Subscription, Tell: w.fated(Paid, "subscription"), Want: w.sold(Paid, "subscription", 0)},
		{Trait: Consented, Tell: w.filled(agreed), Want: w.agreedEnd},
	}
	for trait, b := range map[Trait]func(Run) Basket{Huge: huge, NoDecimals: yen, ThreeDecimals: dinars, Unicode: scripts, NoEmail: nobody, PhoneOnly: phoneOnly} {
		all = append(all, Story{Trait: trait, Tell: w.filled(b), Want: w.kept(b)})
	}
	return slices.DeleteFunc(all, func(s Story) bool { return slices.Contains(w.Unable, s.Trait) })
}

// filled tells one basket.
func (w Words) filled(b func(Run) Basket) func(Run) []Delivery {
	return func(r Run) []Delivery { return w.Fill(r, b(r)) }
}

func (w Words) bought(r Run) []Delivery {
	known := two(r)
	known.Checkout = false
	checkout := two(r)
	checkout.Minute = 7
	return slices.Concat(w.Fill(r, one(r)), w.Fill(r, known), w.Fill(r, checkout), w.fated(Paid, "")(r)[len(w.Fill(r, two(r))):])
}

func (w Words) left(r Run) []Delivery { return slices.Concat(w.Fill(r, one(r)), w.Fill(r, left(r))) }

func (w Words) emptied(r Run) []Delivery {
	return slices.Concat(w.Fill(r, one(r)), w.Fill(r, Basket{Minute: 5, Currency: "EUR"}))
}

// fated tells a cart, its order and what became of that.
func (w Words) fated(f Fate, by string) func(r Run) []Delivery {
	return func(r Run) []Delivery {
		sale := Sale{Basket: two(r), Placed: 15, Fate: Paid, By: by}
		sale.Minute = 16
		told := w.Fill(r, two(r))
		if f == Paid || f == Void || f == Back {
			told = append(told, w.Sell(r, sale)...)
		}
		if f == Paid {
			return told
		}
		if sale.Fate, sale.Minute = f, 40; f == Back {
			sale.Given = 450
		}
		return append(told, w.Sell(r, sale)...)
	}
}

// end is a basket's cart.
func (w Words) end(b Basket) Cart {
	c := Cart{State: cart.Open, Items: []Item{}, Total: Amount(b.Total(), b.Currency), Email: b.Email, Phone: b.Phone, WayBack: w.WayBack}
	for _, l := range b.Lines {
		i := Item{Title: l.Title, Variant: l.Variant, SKU: l.SKU, Quantity: l.Quantity, Price: Amount(l.Minor, b.Currency)}
		if w.Item != nil {
			i = w.Item(i)
		}
		c.Items = append(c.Items, i)
	}
	return c
}

func (w Words) kept(b func(Run) Basket) func(Run) Want {
	return func(r Run) Want { return Want{Carts: []Cart{w.end(b(r))}} }
}

func (w Words) emptiedEnd(Run) Want {
	c := w.end(Basket{Currency: "EUR"})
	c.State = cart.Emptied
	return Want{Carts: []Cart{c}}
}

func (w Words) agreedEnd(r Run) Want {
	return Want{Carts: []Cart{w.end(agreed(r))}, Consents: []string{"email yes " + r.Email()}}
}

func (w Words) sold(f Fate, by string, given int64) func(Run) Want {
	return func(r Run) Want {
		b := two(r)
		c := w.end(b)
		c.State, c.Order = cart.Ordered, w.OrderID(r)
		o := Order{ID: c.Order, Total: Amount(b.Total(), b.Currency), Creditable: by == ""}
		switch {
		case f == Void:
			o.Lost = o.Total
		case given > 0:
			o.Lost = Amount(given, b.Currency)
		}
		return Want{Carts: []Cart{c}, Orders: []Order{o}}
	}
}
