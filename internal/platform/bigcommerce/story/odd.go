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
		{Trait: conformance.Draft, Tell: draft, Want: draftEnd},
		{Trait: conformance.Admin, Tell: byStaff, Want: byOthersEnd},
		{Trait: conformance.Subscription, Tell: renewal, Want: byOthersEnd},
		{Trait: conformance.Consented, Tell: consented, Want: consentedEnd},
		{Trait: conformance.Uninstalled, Tell: uninstalled, Want: uninstalledEnd},
	}
}

// told is a cart that one webhook names.
func told(r conformance.Run, b bag) []conformance.Delivery {
	return []conformance.Delivery{notice(r, 1, 0, "store/cart/created", cartData(b.id), b.pages())}
}

// lines500 are two pieces each of 500 things, with and without options.
func lines500() (lines []line, items []conformance.Item) {
	for i := range 500 {
		n := fmt.Sprintf("%03d", i)
		lines = append(lines, line{sku: "S-" + n, title: "Thing " + n, price: "1.25", total: "2.5", quantity: 2})
		items = append(items, conformance.Item{Title: "Thing " + n, SKU: "S-" + n, Quantity: 2, Price: conformance.Amount(125, "EUR")})
	}
	return lines, items
}

func huge(r conformance.Run) []conformance.Delivery {
	lines, _ := lines500()
	return told(r, basket(r, 0, "1250", lines...).buyer(r))
}

func hugeEnd(r conformance.Run) conformance.Want {
	_, items := lines500()
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Items: items, Total: conformance.Amount(125000, "EUR"),
		Email: r.Email(), Phone: r.Phone()}}}
}

func inCurrency(r conformance.Run, currency, price, total string) []conformance.Delivery {
	b := basket(r, 0, total, line{sku: "CUP", title: "Cup", price: price, total: total, quantity: 2})
	b.currency = currency
	return told(r, b)
}

func inCurrencyEnd(currency string, price int64) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Total: conformance.Amount(2*price, currency),
		Items: []conformance.Item{{Title: "Cup", SKU: "CUP", Quantity: 2, Price: conformance.Amount(price, currency)}}}}}
}

func yen(r conformance.Run) []conformance.Delivery { return inCurrency(r, "JPY", "1280", "2560.0") }

func yenEnd(conformance.Run) conformance.Want { return inCurrencyEnd("JPY", 1280) }

func dinars(r conformance.Run) []conformance.Delivery { return inCurrency(r, "KWD", "4.125", "8.25") }

func dinarsEnd(conformance.Run) conformance.Want { return inCurrencyEnd("KWD", 4125) }

const (
	bunting = "Ärmellos – 「茶」 & \"Œuvre\" 🧵 <b>"
	size    = "größe XL / 大"
)

func unicode(r conformance.Run) []conformance.Delivery {
	b := basket(r, 0, "5", line{sku: "ТЕСТ-1", title: bunting, size: size, price: "5", total: "5", quantity: 1}).buyer(r)
	b.first, b.last = "Żaneta", "Åström 王"
	return told(r, b)
}

func unicodeEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Total: conformance.Amount(500, "EUR"), Email: r.Email(), Phone: r.Phone(),
		Items: []conformance.Item{{Title: bunting, Variant: size, SKU: "ТЕСТ-1", Quantity: 1, Price: conformance.Amount(500, "EUR")}}}}}
}

func noEmail(r conformance.Run) []conformance.Delivery { return told(r, basket(r, 0, "25", mugs(2))) }

func noEmailEnd(conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Items: []conformance.Item{mugItem}, Total: conformance.Amount(2500, "EUR")}}}
}

// draft: staff begin an order in the control panel, and leave it unfinished.
func draft(r conformance.Run) []conformance.Delivery {
	o := order(r, 1, 15)
	o.source, o.cart, o.payment = "manual", "", ""
	return []conformance.Delivery{notice(r, 1, 15, "store/order/created", orderData(o.id), o.page())}
}

func draftEnd(conformance.Run) conformance.Want { return conformance.Want{} }

func byStaff(r conformance.Run) []conformance.Delivery {
	o := order(r, 11, 15)
	o.source = "manual"
	return []conformance.Delivery{notice(r, 1, 15, "store/order/created", orderData(o.id), o.page())}
}

// renewal: BigCommerce has no subscriptions of its own; apps make the orders by the API.
func renewal(r conformance.Run) []conformance.Delivery {
	o := order(r, 11, 15)
	o.source, o.external, o.cart = "external", "Recurring orders", ""
	return []conformance.Delivery{notice(r, 1, 15, "store/order/created", orderData(o.id), o.page())}
}

func byOthersEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Orders: []conformance.Order{{ID: r.Text(2), Total: conformance.Amount(3650, "EUR")}}}
}

// consented: by the footer's form, and by the box of the checkout.
func consented(r conformance.Run) []conformance.Delivery {
	o := order(r, 11, 15)
	o.email, o.optIn = "lee."+r.Email(), true
	id := "5"
	return []conformance.Delivery{
		notice(r, 1, 2, "store/subscriber/created", `{"type":"subscriber","id":`+id+`}`, map[string]string{
			page("v3/customers/subscribers/"+id, ""): fmt.Sprintf(`{"data":{"id":%s,"email":%s,"first_name":"Kim","last_name":"","source":"storefront",`+
				`"order_id":null,"channel_id":1,"date_modified":"%s","date_created":"%s"},"meta":{}}`, id, quoted(r.Email()), r.RFC3339(2), r.RFC3339(2))}),
		notice(r, 2, 15, "store/order/created", orderData(o.id), o.page()),
	}
}

func consentedEnd(r conformance.Run) conformance.Want {
	w := conformance.Want{Consents: []string{"email yes " + r.Email(), "email yes lee." + r.Email()}}
	w.Orders = []conformance.Order{{ID: r.Text(2), Total: conformance.Amount(3650, "EUR"), Creditable: true}}
	return w
}

func uninstalled(r conformance.Run) []conformance.Delivery {
	return []conformance.Delivery{notice(r, 1, 100, "store/app/uninstalled", `{"type":"store"}`, nil)}
}

func uninstalledEnd(conformance.Run) conformance.Want {
	return conformance.Want{Asked: []string{"shop_uninstalled"}}
}
