package cart

import (
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// items applies the deltas to the last full state. A line that falls to
// nothing disappears; removing what is not there changes nothing.
func (f Facts) items() []event.Item {
	items := slices.Clone(f.Contents.Items)
	for _, d := range f.Deltas {
		items = apply(items, d.Delta)
	}
	return items
}

func apply(items []event.Item, d event.Delta) []event.Item {
	i := slices.IndexFunc(items, func(it event.Item) bool { return it.Same() == d.Item.Same() })
	if i < 0 {
		if d.Quantity <= 0 {
			return items
		}
		it := d.Item
		it.Quantity, it.LineTotal = d.Quantity, it.Price.Times(d.Quantity)
		return append(items, it)
	}
	it := items[i]
	it.Quantity += d.Quantity
	if it.Quantity <= 0 {
		return slices.Delete(items, i, i+1)
	}
	it.LineTotal = it.Price.Times(it.Quantity)
	items[i] = it
	return items
}

func (f Facts) total() money.Money {
	items := f.items()
	if len(f.Deltas) == 0 && f.Contents.At != 0 {
		return f.Contents.Total
	}
	sum := money.Money{Currency: f.Contents.Total.Currency}
	if sum.Currency == "" && len(f.Deltas) > 0 {
		sum.Currency = f.Deltas[0].Item.Price.Currency
	}
	for _, it := range items {
		// Currencies are never added together: a line of another one is left out.
		if it.LineTotal.Currency == sum.Currency {
			sum.Minor += it.LineTotal.Minor
		}
	}
	return sum
}

// Coupons gives the codes applied in the last full state.
func (c Cart) Coupons() []string { return c.Facts.Contents.Coupons }

// Empty reports whether nothing is left to come back for: the contents are
// known and empty, or the platform deleted the cart after its last activity.
func (c Cart) Empty() bool {
	f := c.Facts
	if f.DeletedAt != 0 && f.DeletedAt >= f.LastActivity {
		return true
	}
	known := f.Contents.At != 0 || len(f.Deltas) > 0
	return known && len(f.items()) == 0
}
