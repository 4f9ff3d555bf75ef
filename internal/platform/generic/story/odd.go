package story

import (
	"encoding/json"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// one is a story of one line, and its end.
func one(r kit.Run, currency string, l object, total string) []kit.Delivery {
	return []kit.Delivery{tracked(r, 1, 0, "Cart Updated", object{"currency": currency, "products": []any{l}, "total": json.Number(total)})}
}

func oneEnd(r kit.Run, i kit.Item, total kit.Money) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Items: []kit.Item{i}, Total: total, Email: r.Email()}}}
}

func yen(r kit.Run) []kit.Delivery {
	return one(r, "JPY", object{"sku": "CHAWAN", "name": "茶碗", "price": 6400, "quantity": 2}, "12800.00")
}

func yenEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: "茶碗", SKU: "CHAWAN", Quantity: 2, Price: "6400 JPY"}, "12800 JPY")
}

func dinars(r kit.Run) []kit.Delivery {
	return one(r, "KWD", object{"sku": "OUD", "name": "Oud", "price": "4.125", "quantity": 3}, "12.375")
}

func dinarsEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: "Oud", SKU: "OUD", Quantity: 3, Price: "4.125 KWD"}, "12.375 KWD")
}

// manyScripts is a title as merchants write it.
const manyScripts = `Ёлка "große" 🎄 & <Ñandú> 日本 شجرة`

func unicode(r kit.Run) []kit.Delivery {
	return one(r, "EUR", object{"sku": "ÅÄÖ-1", "name": manyScripts, "price": 9.99, "quantity": 1}, "9.99")
}

func unicodeEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: manyScripts, SKU: "ÅÄÖ-1", Quantity: 1, Price: "9.99 EUR"}, "9.99 EUR")
}

func noEmail(r kit.Run) []kit.Delivery {
	filled := cart(2, "25.00")
	filled["email"] = nil
	return []kit.Delivery{
		tracked(r, 1, 0, "Product Viewed", object{"email": nil, "product_id": "mug"}),
		tracked(r, 2, 1, "Cart Updated", filled),
	}
}

func noEmailEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 2, "25.00 EUR")
	c.Email = ""
	return kit.Want{Carts: []kit.Cart{c}}
}

func phoneOnly(r kit.Run) []kit.Delivery {
	filled := cart(1, "12.50")
	filled["email"], filled["phone"] = "", r.Phone()
	return []kit.Delivery{tracked(r, 1, 0, "Cart Updated", filled)}
}

func phoneOnlyEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 1, "12.50 EUR")
	c.Email, c.Phone = "", r.Phone()
	return kit.Want{Carts: []kit.Cart{c}}
}
