package magento

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// price is what a piece costs now, where that is certain: the catalog tells
// prices as they were entered, with tax or without, and neither the rules that
// change them nor the prices of single groups of customers. What the shopper
// saw shows which of it holds for them. Only if that was the product's price or
// its special price, to the cent, is the one of the two told that is asked now.
// A bundle's special price is a percentage.
func (b productBody) price(seen money.Money, now time.Time) money.Money {
	regular, ok := b.money(b.Price, seen.Currency)
	if !ok || b.Type == "bundle" {
		return money.Money{}
	}
	special, has := b.money(wire.Amount(b.attribute("special_price")), seen.Currency)
	if has = has && special.Minor > 0 && special.Minor < regular.Minor; seen != regular && !(has && seen == special) {
		return money.Money{}
	}
	if !has {
		return regular
	}
	switch on, certain := b.onSale(now); {
	case !certain:
		return money.Money{}
	case on:
		return special
	}
	return regular
}

func (b productBody) money(a wire.Amount, currency string) (money.Money, bool) {
	if !a.Set() {
		return money.Money{}, false
	}
	var noise wire.Notes
	m, err := a.Positive(currency, "price", &noise)
	return m, err == nil
}

// The earliest and the latest time of day that it is anywhere, from UTC.
const (
	westmost = -12 * time.Hour
	eastmost = 14 * time.Hour
)

// onSale reports whether the special price is asked now: from the first day to
// the end of the last, by the clock of the shop. Where that is nobody tells, so
// around midnight of these days it is not certain.
func (b productBody) onSale(now time.Time) (on, certain bool) {
	from, fromSet, ok := day(b.attribute("special_from_date"))
	to, toSet, ok2 := day(b.attribute("special_to_date"))
	if !ok || !ok2 || now.IsZero() {
		return false, false
	}
	to = to.AddDate(0, 0, 1)
	early, late := now.Add(westmost), now.Add(eastmost)
	switch {
	case fromSet && late.Before(from), toSet && !early.Before(to):
		return false, true
	case fromSet && early.Before(from), toSet && !late.Before(to):
		return false, false
	}
	return true, true
}

// day reads a date; ok is false for a text that is none.
func day(text string) (at time.Time, set, ok bool) {
	if text == "" {
		return at, false, true
	}
	at, ok = wire.ParseTime(text)
	return at.Truncate(24 * time.Hour), ok, ok
}
