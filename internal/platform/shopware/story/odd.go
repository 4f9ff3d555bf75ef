package story

import (
	"encoding/json"
	"fmt"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

func huge(r kit.Run) []kit.Delivery {
	lines, _ := beads()
	return []kit.Delivery{
		posted(r, 1, 0, "cartograph.cart.saved", cart(r, 1, 0, "1", customer(r), lines[0])),
		posted(r, 2, 3, "cartograph.cart.saved", cart(r, 1, 3, "500", customer(r), lines...)),
	}
}

func hugeEnd(r kit.Run) kit.Want {
	_, items := beads()
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Items: items, Total: "500.00 EUR", Email: r.Email(), WayBack: true}}}
}

// beads are 500 different lines of 1.00 each.
func beads() (lines []object, items []kit.Item) {
	for i := range 500 {
		sku := fmt.Sprintf("BEAD-%d", i)
		lines = append(lines, line("Bead", "Red", sku, "1", "1", 1))
		items = append(items, kit.Item{Title: "Bead", Variant: "Red", SKU: sku, Quantity: 1, Price: "1.00 EUR"})
	}
	return lines, items
}

// one is a cart of one line in a currency, and its end.
func one(r kit.Run, currency string, total json.Number, l object) []kit.Delivery {
	c := cart(r, 1, 0, total, customer(r), l)
	c["context"].(object)["currency"] = currency
	return []kit.Delivery{posted(r, 1, 0, "cartograph.cart.saved", c)}
}

func oneEnd(r kit.Run, i kit.Item, total kit.Money) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Items: []kit.Item{i}, Total: total, Email: r.Email(), WayBack: true}}}
}

func yen(r kit.Run) []kit.Delivery {
	return one(r, "JPY", "12800", line("茶碗", "藍", "CHAWAN", "6400.0", "12800.0", 2))
}

func yenEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: "茶碗", Variant: "藍", SKU: "CHAWAN", Quantity: 2, Price: "6400 JPY"}, "12800 JPY")
}

// dinars: floating point leaves its noise behind.
func dinars(r kit.Run) []kit.Delivery {
	return one(r, "KWD", "12.375", line("Oud", "12 ml", "OUD-12", "4.125000000000001", "12.375", 3))
}

func dinarsEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: "Oud", Variant: "12 ml", SKU: "OUD-12", Quantity: 3, Price: "4.125 KWD"}, "12.375 KWD")
}

// manyScripts is a title as merchants write it.
const manyScripts = `Ёлка "große" 🎄 & <Ñandú> 日本 شجرة`

func unicode(r kit.Run) []kit.Delivery {
	return one(r, "EUR", "9.99", line(manyScripts, "Μπλε ’s", "ÅÄÖ-1", "9.99", "9.99", 1))
}

func unicodeEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: manyScripts, Variant: "Μπλε ’s", SKU: "ÅÄÖ-1", Quantity: 1, Price: "9.99 EUR"}, "9.99 EUR")
}

func noEmail(r kit.Run) []kit.Delivery {
	return []kit.Delivery{posted(r, 1, 0, "cartograph.cart.saved", cart(r, 1, 0, "25", nil, mugs(2)))}
}

func noEmailEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 2, "25.00 EUR")
	c.Email = ""
	return kit.Want{Carts: []kit.Cart{c}}
}

func phoneOnly(r kit.Run) []kit.Delivery {
	who := with(customer(r), object{"email": "", "phoneNumber": "0" + r.Phone()[3:]})
	return []kit.Delivery{posted(r, 1, 0, "cartograph.cart.saved", cart(r, 1, 0, "12.5", who, mugs(1)))}
}

func phoneOnlyEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 1, "12.50 EUR")
	c.Email, c.Phone = "", r.Phone()
	return kit.Want{Carts: []kit.Cart{c}}
}

// consented: registering is a wish to be asked, confirming the answer.
func consented(r kit.Run) []kit.Delivery {
	recipient := func(email, status string, minutes int) object {
		return object{"newsletterRecipient": object{"id": uuid(r, 33), "email": email, "firstName": "Kim", "status": status,
			"createdAt": r.RFC3339(0), "updatedAt": r.RFC3339(minutes), "confirmedAt": nil}}
	}
	other := "b." + r.Email()
	return []kit.Delivery{
		posted(r, 1, 0, "newsletter.register", recipient(r.Email(), "notSet", 0)),
		posted(r, 2, 5, "newsletter.confirm", recipient(r.Email(), "optIn", 5)),
		posted(r, 3, 6, "newsletter.register", recipient("c."+r.Email(), "notSet", 6)),
		posted(r, 4, 9, "newsletter.unsubscribe", recipient(other, "optOut", 9)),
	}
}

func consentedEnd(r kit.Run) kit.Want {
	return kit.Want{Consents: []string{"email no b." + r.Email(), "email yes " + r.Email()}}
}

func uninstalled(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		posted(r, 1, 0, "customer.deleted", []any{object{"entity": "customer", "operation": "delete", "primaryKey": uuid(r, 30), "updatedFields": []any{}}}),
		posted(r, 2, 10, "app.deleted", []any{}),
	}
}

func uninstalledEnd(kit.Run) kit.Want {
	return kit.Want{Asked: []string{"shop_uninstalled", "subject_erase"}}
}
