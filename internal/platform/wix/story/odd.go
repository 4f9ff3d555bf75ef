package story

import (
	"fmt"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

func huge(r kit.Run) []kit.Delivery {
	lines, _ := beads()
	return []kit.Delivery{
		posted(r, 1, 5, "checkout", "created", r.UUID(21), created(checkout(r, 1, 5, "1.00", lines[0]))),
		posted(r, 2, 9, "checkout", "updated", r.UUID(21), updated(checkout(r, 1, 9, "500.00", lines...))),
	}
}

func hugeEnd(r kit.Run) kit.Want {
	_, items := beads()
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Items: items, Total: "500.00 EUR", Email: r.Email()}}}
}

// beads are 500 different lines of 1.00 each.
func beads() (lines []object, items []kit.Item) {
	for i := range 500 {
		sku := fmt.Sprintf("BEAD-%d", i)
		lines = append(lines, line("Bead", "Red", sku, "1.00", 1))
		items = append(items, kit.Item{Title: "Bead", Variant: "Red", SKU: sku, Quantity: 1, Price: "1.00 EUR"})
	}
	return lines, items
}

// one is a checkout of one line in a currency, and its end.
func one(r kit.Run, currency, total string, l object) []kit.Delivery {
	c := with(checkout(r, 1, 5, total, l), object{"currency": currency, "conversionCurrency": "USD"})
	return []kit.Delivery{posted(r, 1, 5, "checkout", "created", r.UUID(21), created(c))}
}

func oneEnd(r kit.Run, i kit.Item, total kit.Money) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Items: []kit.Item{i}, Total: total, Email: r.Email()}}}
}

func yen(r kit.Run) []kit.Delivery {
	return one(r, "JPY", "12800", line("茶碗", "藍", "CHAWAN", "6400.00", 2))
}

func yenEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: "茶碗", Variant: "藍", SKU: "CHAWAN", Quantity: 2, Price: "6400 JPY"}, "12800 JPY")
}

func dinars(r kit.Run) []kit.Delivery {
	return one(r, "KWD", "12.375", line("Oud", "12 ml", "OUD-12", "4.125", 3))
}

func dinarsEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: "Oud", Variant: "12 ml", SKU: "OUD-12", Quantity: 3, Price: "4.125 KWD"}, "12.375 KWD")
}

// manyScripts is a title as merchants write it; it survives being encoded twice.
const manyScripts = `Ёлка "große" 🎄 \ & <Ñandú> 日本 شجرة`

func unicode(r kit.Run) []kit.Delivery {
	return one(r, "EUR", "9.99", line(manyScripts, "Μπλε ’s", "ÅÄÖ-1", "9.99", 1))
}

func unicodeEnd(r kit.Run) kit.Want {
	return oneEnd(r, kit.Item{Title: manyScripts, Variant: "Μπλε ’s", SKU: "ÅÄÖ-1", Quantity: 1, Price: "9.99 EUR"}, "9.99 EUR")
}

func noEmail(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		posted(r, 1, 0, "cart", "created", r.UUID(1), created(cart(r, 1, 0, mugs(1)))),
		posted(r, 2, 3, "cart", "updated", r.UUID(1), updated(cart(r, 1, 3, mugs(2)))),
	}
}

func noEmailEnd(kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Total: "25.00 EUR", Items: []kit.Item{blue(2)}}}}
}

func phoneOnly(r kit.Run) []kit.Delivery {
	c := with(checkout(r, 1, 5, "12.50", mugs(1)), object{"buyerInfo": object{"visitorId": r.UUID(11)},
		"billingInfo": object{"address": object{"country": "FR", "subdivision": "FR-IDF"}, "contactDetails": object{"firstName": "Kim", "phone": "0" + r.Phone()[3:]}}})
	return []kit.Delivery{posted(r, 1, 5, "checkout", "created", r.UUID(21), created(c))}
}

func phoneOnlyEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 1, "12.50 EUR")
	c.Email, c.Phone = "", r.Phone()
	return kit.Want{Carts: []kit.Cart{c}}
}

func consented(r kit.Run) []kit.Delivery {
	who := object{"id": r.UUID(31), "createdDate": r.RFC3339(0), "updatedDate": r.RFC3339(0),
		"info":         object{"name": object{"first": "Kim", "last": "Lee"}},
		"primaryEmail": object{"email": r.Email(), "subscriptionStatus": "SUBSCRIBED", "deliverabilityStatus": "NO_ISSUES"},
		"primaryPhone": object{"e164Phone": r.Phone(), "subscriptionStatus": "NO_SUBSCRIPTION_STATUS"}}
	stopped := with(who, object{"updatedDate": r.RFC3339(30), "primaryPhone": object{"e164Phone": r.Phone(), "subscriptionStatus": "UNSUBSCRIBED"}})
	return []kit.Delivery{
		posted(r, 1, 0, "contact", "created", r.UUID(31), created(who)),
		posted(r, 2, 30, "contact", "updated", r.UUID(31), updated(stopped)),
	}
}

func consentedEnd(r kit.Run) kit.Want {
	return kit.Want{Consents: []string{"email yes " + r.Email(), "sms no " + r.Phone()}}
}

func uninstalled(r kit.Run) []kit.Delivery {
	forgotten := object{"deletedEvent": object{}, "triggeredByAnonymizeRequest": true}
	return []kit.Delivery{
		posted(r, 1, 10, "contact", "deleted", r.UUID(31), forgotten),
		enveloped("AppRemoved", text(object{"appId": "a1b2c3d4-0000-4000-8000-00000000000a", "reason": "OTHER"})),
	}
}

func uninstalledEnd(kit.Run) kit.Want {
	return kit.Want{Asked: []string{"shop_uninstalled", "subject_erase"}}
}
