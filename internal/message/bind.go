package message

import (
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

// Bounds on what templates see of a cart; what is over them is cut.
const (
	maxLines = 100
	maxField = 1_000
)

// bindings gives the variables for one input, all plain values: no Go method
// can be called from a template.
func bindings(t Template, in Input) map[string]any {
	zone := orUTC(in.Zone)
	currency := currencyOf(in)
	return map[string]any{
		"shopper": shopperVars(in, currency),
		"cart":    cartVars(in, currency, zone, in.link(LinkRestore)),
		"shop": object{
			"name": text(in.Shop.Name), "domain": text(in.Shop.Domain), "currency": text(in.Shop.Currency),
			"support_email": text(in.Shop.SupportEmail), "address": text(in.Shop.Address),
		},
		"offer": object{
			"code": text(in.Offer.Code), "value": text(in.Offer.Value), "expires": ends(in),
		},
		"message": object{"unsubscribe_url": in.link(LinkUnsubscribe), "why_url": in.link(LinkWhy), "confirm_url": confirmURL(t, in)},
		"blank":   newAbsent(),
	}
}

// confirmURL is there in requests to confirm alone: elsewhere it would lead nowhere.
func confirmURL(t Template, in Input) any {
	if t.Key != ConfirmKey {
		return newAbsent()
	}
	return in.link(LinkConfirm)
}

// link gives one of our own links, with a placeholder for its token.
func (in Input) link(l Link) string { return in.PublicURL + "/" + string(l) + "/" + l.Placeholder() }

// currencyOf gives the cart's currency, or the shop's while the cart has none.
func currencyOf(in Input) string {
	if c := in.Cart.Total().Currency; c != "" {
		return c
	}
	return in.Shop.Currency
}

func shopperVars(in Input, currency string) object {
	t := in.Shopper.Traits
	spent := money.Money{Currency: currency}
	for _, m := range in.History.Spent {
		if m.Currency == currency {
			spent.Minor += m.Minor
		}
	}
	var tags []string
	for tag := range strings.SplitSeq(t.Tags.Value, ",") {
		tags = append(tags, tag)
	}
	return object{
		"first_name": text(t.FirstName.Value), "last_name": text(t.LastName.Value),
		"email":   text(first(in.Cart.Facts.Email.Value, t.Email.Value)),
		"phone":   text(first(in.Cart.Facts.Phone.Value, t.Phone.Value)),
		"country": text(t.Country.Value), "locale": text(t.Locale.Value), "device": text(t.Device.Value),
		"orders": in.History.Orders, "visits": in.History.Visits,
		"spent": money.Format(spent, in.Locale), "spent_amount": spent.Major(),
		"tags": list(tags),
	}
}

func cartVars(in Input, currency string, zone *time.Location, restore string) object {
	c := in.Cart
	items, total := c.Items(), c.Total()
	unsaid := total.Currency == ""
	if unsaid {
		total.Currency = currency
	}
	count := 0
	lines := []any{}
	var categories []string
	for _, it := range items {
		count += it.Quantity
		categories = append(categories, it.Category)
		if len(lines) < maxLines {
			lines = append(lines, itemVars(it, in.Locale))
		}
	}
	slices.Sort(categories)
	stage := c.Facts.Stage
	if stage == "" {
		stage = cart.StageCart
	}
	o := object{
		"currency": text(currency), "items": lines, "item_count": count, "stage": string(stage),
		"has_coupon": len(c.Coupons()) > 0, "categories": list(slices.Compact(categories)),
		"abandon_reason": persona.AbandonReason(c), "restore_url": restore,
		"total": money.Format(total, in.Locale), "total_amount": total.Major(),
		"last_activity": newAbsent(),
	}
	if total.Minor == 0 && (len(items) == 0 || unsaid) {
		o["total"] = newAbsent() // contents or prices not known: never "€0.00"
	}
	if c.Facts.LastActivity != 0 {
		o["last_activity"] = date(c.LastActivity(), zone, in.Locale)
	}
	return o
}

func itemVars(it event.Item, locale string) object {
	o := object{
		"title": text(it.Title), "variant": text(it.Variant), "sku": text(it.SKU), "quantity": it.Quantity,
		"price": amount(it.Price, locale), "price_amount": it.Price.Major(),
		"line_total": amount(it.LineTotal, locale), "line_total_amount": it.LineTotal.Major(),
		"was": amount(it.Was, locale), "was_amount": it.Was.Major(),
		"image_url": address(it.ImageURL), "url": address(it.URL), "stock": newAbsent(),
	}
	if it.Stock != nil {
		o["stock"] = *it.Stock
	}
	return o
}

// amount writes money; one without a currency was never said.
func amount(m money.Money, locale string) any {
	if m.Currency == "" {
		return newAbsent()
	}
	return money.Format(m, locale)
}
