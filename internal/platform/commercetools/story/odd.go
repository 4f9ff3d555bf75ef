package story

import (
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

func odd() []conformance.Story {
	return []conformance.Story{
		{Trait: conformance.Huge, Tell: huge, Want: hugeEnd},
		{Trait: conformance.NoDecimals, Tell: yen, Want: yenEnd},
		{Trait: conformance.ThreeDecimals, Tell: dinars, Want: dinarsEnd},
		{Trait: conformance.Unicode, Tell: unicode, Want: unicodeEnd},
		{Trait: conformance.NoEmail, Tell: noEmail, Want: noEmailEnd},
		{Trait: conformance.PhoneOnly, Tell: phoneOnly, Want: phoneOnlyEnd},
		{Trait: conformance.Draft, Tell: draft, Want: draftEnd},
		{Trait: conformance.Admin, Tell: byStaff, Want: byOthersEnd},
		{Trait: conformance.Subscription, Tell: renewal, Want: byOthersEnd},
		{Trait: conformance.Uninstalled, Tell: erased, Want: erasedEnd},
	}
}

// told is a cart that one notification names.
func told(r conformance.Run, b bag) []conformance.Delivery {
	return []conformance.Delivery{posted("cart created", pubsub, created("cart", b.id, r.At(0)), b.cartPage())}
}

func things() (lines []line, items []conformance.Item) {
	for i := range 500 {
		n := fmt.Sprintf("%03d", i)
		lines = append(lines, line{sku: "S-" + n, title: "Thing " + n, price: 125, total: 250, quantity: 2})
		items = append(items, conformance.Item{Title: "Thing " + n, SKU: "S-" + n, Quantity: 2, Price: conformance.Amount(125, "EUR")})
	}
	return lines, items
}

func huge(r conformance.Run) []conformance.Delivery {
	lines, _ := things()
	return told(r, basket(r, 1, 0, lines...).buyer(r))
}

func hugeEnd(r conformance.Run) conformance.Want {
	_, items := things()
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Items: items, Total: conformance.Amount(125000, "EUR"),
		Email: r.Email(), Phone: r.Phone()}}}
}

func inCurrency(r conformance.Run, currency string, digits int, price int64) []conformance.Delivery {
	b := basket(r, 1, 0, line{sku: "CUP", title: "Cup", price: price, total: 2 * price, quantity: 2})
	b.currency, b.digits = currency, digits
	return told(r, b)
}

func inCurrencyEnd(currency string, price int64) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Total: conformance.Amount(2*price, currency),
		Items: []conformance.Item{{Title: "Cup", SKU: "CUP", Quantity: 2, Price: conformance.Amount(price, currency)}}}}}
}

func yen(r conformance.Run) []conformance.Delivery { return inCurrency(r, "JPY", 0, 1280) }

func yenEnd(conformance.Run) conformance.Want { return inCurrencyEnd("JPY", 1280) }

func dinars(r conformance.Run) []conformance.Delivery { return inCurrency(r, "KWD", 3, 4125) }

func dinarsEnd(conformance.Run) conformance.Want { return inCurrencyEnd("KWD", 4125) }

const bunting = "Ärmellos – 「茶」 & \"Œuvre\" 🧵 <b>"

func unicode(r conformance.Run) []conformance.Delivery {
	b := basket(r, 1, 0, line{sku: "ТЕСТ-1", title: bunting, price: 500, total: 500, quantity: 1}).buyer(r)
	b.first = "Żaneta 王"
	return told(r, b)
}

func unicodeEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Total: conformance.Amount(500, "EUR"), Email: r.Email(), Phone: r.Phone(),
		Items: []conformance.Item{{Title: bunting, SKU: "ТЕСТ-1", Quantity: 1, Price: conformance.Amount(500, "EUR")}}}}}
}

func noEmail(r conformance.Run) []conformance.Delivery { return told(r, basket(r, 1, 0, mugs(2))) }

func noEmailEnd(conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Items: []conformance.Item{mugItem}, Total: conformance.Amount(2500, "EUR")}}}
}

func phoneOnly(r conformance.Run) []conformance.Delivery {
	b := basket(r, 1, 0, mugs(2)).buyer(r)
	b.email = ""
	return told(r, b)
}

func phoneOnlyEnd(r conformance.Run) conformance.Want {
	w := leftEnd(r)
	w.Carts[0].Email = ""
	return w
}

// draft: staff fill a cart in the Merchant Center, and a quote makes another.
func draft(r conformance.Run) []conformance.Delivery {
	staff, quote := basket(r, 1, 0, mugs(2)).buyer(r), basket(r, 1, 0, mugs(1))
	staff.origin, quote.origin, quote.id = "Merchant", "Quote", r.UUID(4)
	return append(told(r, staff), posted("a quote's cart", bare, created("cart", quote.id, r.At(0)), quote.cartPage()))
}

func draftEnd(conformance.Run) conformance.Want { return conformance.Want{} }

func byStaff(r conformance.Run) []conformance.Delivery {
	o := order(r, 1, 15, "Open")
	o.origin = "Merchant"
	return []conformance.Delivery{posted("order created", bare, message(r, 1, "order", o.id, "OrderCreated", r.At(15), `,"order":`+o.body()), nil)}
}

func renewal(r conformance.Run) []conformance.Delivery {
	o := order(r, 1, 15, "Open")
	o.origin = "RecurringOrder"
	return []conformance.Delivery{posted("order of a schedule", bare, message(r, 1, "order", o.id, "OrderCreatedFromRecurringOrder", r.At(15),
		`,"order":`+o.body()+`,"recurringOrderRef":{"typeId":"recurring-order","id":"`+r.UUID(5)+`"}`), nil)}
}

func byOthersEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Orders: []conformance.Order{{ID: r.UUID(2), Total: conformance.Amount(3650, "EUR")}}}
}

// erased: a shop cannot leave, and a customer can be deleted with their data.
func erased(r conformance.Run) []conformance.Delivery {
	return []conformance.Delivery{posted("customer deleted with their data", bare, fmt.Sprintf(`{"notificationType":"ResourceDeleted","projectKey":"%s",`+
		`"resource":{"typeId":"customer","id":"%s"},"resourceUserProvidedIdentifiers":{},"version":3,"modifiedAt":"%s","dataErasure":true}`,
		project, r.UUID(6), stamp(r.At(90))), nil)}
}

func erasedEnd(conformance.Run) conformance.Want {
	return conformance.Want{Asked: []string{"subject_erase"}}
}
