package cart

import (
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Now is what the shop sells now in the place of one line.
type Now struct {
	// Item has the line's Same(); what is not known of it is zero.
	Item event.Item
	// Gone says that it cannot be bought any more.
	Gone bool
}

// Selling are a shop's rules for what changed since the shopper chose it.
type Selling struct {
	// SoldOut is what becomes of lines that cannot be bought: LeaveOut, ShowAll or SkipStep.
	SoldOut SellingRule
	// Prices is what becomes of prices that changed: ShowNow, KeepOld or SkipDearer.
	Prices SellingRule
}

// SellingRule is one answer to such a change.
type SellingRule string

// The rules.
const (
	// LeaveOut writes about what can still be bought only; ShowAll about everything;
	// SkipStep writes nothing as long as anything is sold out.
	LeaveOut SellingRule = "leave_out"
	ShowAll  SellingRule = "show"
	SkipStep SellingRule = "skip"
	// ShowNow writes today's prices; KeepOld those that the shopper saw; SkipDearer
	// today's, and nothing where one has risen.
	ShowNow    SellingRule = "current"
	KeepOld    SellingRule = "keep"
	SkipDearer SellingRule = "skip_dearer"
)

// News is what changed.
type News struct {
	// Gone and Repriced count lines.
	Gone, Repriced int
	// Skip is the rule by which nothing is to be written now, or "".
	Skip string
}

// The rules of decisions that AsSold may call for.
const (
	RuleSoldOut = "cart.sold_out"
	RuleDearer  = "cart.dearer"
)

// AsSold gives the cart as a message should show it: pictures, addresses, stock
// and prices of now, by the shop's rules. Nothing that is stored is changed. A
// line of which nothing is known stays as it is.
func (c Cart) AsSold(now []Now, rules Selling) (Cart, News) {
	var news News
	var lines []event.Item
	total, dearer := c.Total(), false
	for _, old := range c.Items() {
		at := slices.IndexFunc(now, func(n Now) bool { return n.Item.Same() == old.Same() })
		if at < 0 {
			lines = append(lines, old)
			continue
		}
		line := renewed(old, now[at].Item, rules.Prices)
		if line.Price != old.Price {
			news.Repriced++
			dearer = dearer || line.Price.Minor > old.Price.Minor
		}
		total.Minor += line.LineTotal.Minor - old.LineTotal.Minor
		if now[at].Gone {
			news.Gone++
			if rules.SoldOut != ShowAll {
				total.Minor -= line.LineTotal.Minor
				continue
			}
		}
		lines = append(lines, line)
	}
	switch {
	case news.Gone > 0 && (rules.SoldOut == SkipStep || len(lines) == 0):
		news.Skip = RuleSoldOut
	case dearer && rules.Prices == SkipDearer:
		news.Skip = RuleDearer
	}
	c.Facts.Contents.Items, c.Facts.Deltas, c.Facts.Contents.At = lines, nil, max(c.Facts.Contents.At, 1)
	c.Facts.Contents.Total = money.Money{Minor: max(total.Minor, 0), Currency: total.Currency}
	return c, news
}

// renewed is a line with what is known of its product now. What the line costs
// changes by the piece: a discount that it had stays.
func renewed(line, now event.Item, prices SellingRule) event.Item {
	if now.ImageURL != "" {
		line.ImageURL = now.ImageURL
	}
	if now.URL != "" {
		line.URL = now.URL
	}
	if now.Stock != nil {
		line.Stock = now.Stock
	}
	known := now.Price.Currency == line.Price.Currency && now.Price.Currency != "" && now.Price.Minor > 0
	if !known || prices == KeepOld || now.Price == line.Price {
		return line
	}
	line.Was = line.Price
	line.LineTotal.Minor = max(line.LineTotal.Minor+(now.Price.Minor-line.Price.Minor)*int64(line.Quantity), 0)
	line.Price = now.Price
	return line
}
