package story

import (
	"fmt"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// lines500 are 500 different lines of 1.00 each.
func lines500() (lines []line, items []kit.Item) {
	for i := range 500 {
		l := line{fmt.Sprintf("Bead %d", i), "Glass", fmt.Sprintf("BEAD-%d", i), "1.00", "EUR", 1, "1.00"}
		lines = append(lines, l)
		items = append(items, kit.Item{Title: l.title, Variant: l.variant, SKU: l.sku, Quantity: 1, Price: "1.00 EUR"})
	}
	return lines, items
}

func huge(r kit.Run) []kit.Delivery {
	lines, _ := lines500()
	return []kit.Delivery{
		posted(r, 1, 5, "checkouts/create", "one bead", checkout(r, 1, 5, "1.00", lines[0])),
		posted(r, 2, 9, "checkouts/update", "500 beads", checkout(r, 1, 9, "500.00", lines...)),
	}
}

func hugeEnd(r kit.Run) kit.Want {
	_, items := lines500()
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Items: items, Total: "500.00 EUR", Email: r.Email(), WayBack: true}}}
}

func yen(r kit.Run) []kit.Delivery {
	l := line{"茶碗", "藍", "CHAWAN", "6400", "JPY", 2, "12800"}
	return []kit.Delivery{
		posted(r, 1, 0, "carts/create", "two bowls", cart(r, 1, 0, l)),
		posted(r, 2, 5, "checkouts/create", "with shipping, zeros behind the point", checkout(r, 1, 5, "13450.00", l)),
	}
}

func yenEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Total: "13450 JPY", Email: r.Email(), WayBack: true,
		Items: []kit.Item{{Title: "茶碗", Variant: "藍", SKU: "CHAWAN", Quantity: 2, Price: "6400 JPY"}}}}}
}

func dinars(r kit.Run) []kit.Delivery {
	l := line{"Oud", "12 ml", "OUD-12", "4.125", "KWD", 3, "12.375"}
	return []kit.Delivery{posted(r, 1, 5, "checkouts/create", "three bottles", checkout(r, 1, 5, "12.375", l))}
}

func dinarsEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Total: "12.375 KWD", Email: r.Email(), WayBack: true,
		Items: []kit.Item{{Title: "Oud", Variant: "12 ml", SKU: "OUD-12", Quantity: 3, Price: "4.125 KWD"}}}}}
}

// Names as shoppers and merchants write them. Shopify posts < and & as \u003c and \u0026.
const (
	manyScripts = `Ёлка "große" 🎄 & <Ñandú> 日本 شجرة`
	inGreek     = "Μπλε ’s"
)

func unicode(r kit.Run) []kit.Delivery {
	l := line{manyScripts, inGreek, "ÅÄÖ-1", "9.99", "EUR", 1, "9.99"}
	named := with(checkout(r, 1, 5, "9.99", l), object{"customer": object{"id": r.ID(5), "first_name": "Zoë", "last_name": "O’Нил 🌲"}})
	return []kit.Delivery{posted(r, 1, 5, "checkouts/create", "many scripts", named)}
}

func unicodeEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Total: "9.99 EUR", Email: r.Email(), WayBack: true,
		Items: []kit.Item{{Title: manyScripts, Variant: inGreek, SKU: "ÅÄÖ-1", Quantity: 1, Price: "9.99 EUR"}}}}}
}

// noEmail: a cart tells no person at all, and its titles hold the variant.
func noEmail(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		posted(r, 1, 0, "carts/create", "a mug", cart(r, 1, 0, mugs(1))),
		posted(r, 2, 4, "carts/update", "two mugs", cart(r, 1, 4, mugs(2))),
	}
}

func noEmailEnd(kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Total: "25.00 EUR",
		Items: []kit.Item{{Title: "Stoneware Mug - Blue", SKU: "MUG-BLUE", Quantity: 2, Price: "12.50 EUR"}}}}}
}

func phoneOnly(r kit.Run) []kit.Delivery {
	// Typed as people in France write it: 06 1…
	national := "0" + r.Phone()[3:]
	return []kit.Delivery{posted(r, 1, 5, "checkouts/create", "a phone and no email",
		with(checkout(r, 1, 5, "12.50", mugs(1)), object{"email": "", "phone": national}))}
}

func phoneOnlyEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 1, "12.50 EUR")
	c.Email, c.Phone = "", r.Phone()
	return kit.Want{Carts: []kit.Cart{c}}
}

// consented: both boxes of the checkout are ticked; later the shopper takes the
// texts back. The two consent topics name their fields differently.
func consented(r kit.Run) []kit.Delivery {
	ticked := with(checkout(r, 1, 5, "12.50", mugs(1)), object{"buyer_accepts_marketing": true,
		"buyer_accepts_sms_marketing": true, "sms_marketing_phone": r.Phone()})
	confirmed := object{"customer_id": r.ID(5), "email_address": r.Email(),
		"email_marketing_consent": object{"state": "subscribed", "opt_in_level": "confirmed_opt_in", "consent_updated_at": r.RFC3339(20)}}
	stopped := object{"id": r.ID(5), "phone": r.Phone(), "sms_marketing_consent": object{"state": "unsubscribed",
		"opt_in_level": "single_opt_in", "consent_updated_at": r.RFC3339(30), "consent_collected_from": "SHOPIFY"}}
	return []kit.Delivery{
		posted(r, 1, 5, "checkouts/create", "both boxes ticked", ticked),
		posted(r, 2, 20, "customers_email_marketing_consent/update", "confirmed", confirmed),
		posted(r, 3, 30, "customers_marketing_consent/update", "no texts", stopped),
	}
}

func consentedEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 1, "12.50 EUR")
	c.Phone = r.Phone()
	return kit.Want{Carts: []kit.Cart{c}, Consents: []string{
		"email yes " + r.Email(), "sms yes " + r.Phone(), "sms no " + r.Phone()}}
}

func uninstalled(r kit.Run) []kit.Delivery {
	who := object{"id": r.ID(5), "email": r.Email(), "phone": r.Phone()}
	shop := object{"shop_id": 954889, "shop_domain": domain}
	return []kit.Delivery{
		posted(r, 1, 0, "customers/data_request", "what is held", with(shop, object{"customer": who,
			"orders_requested": []any{r.ID(1)}, "data_request": object{"id": r.ID(2)}})),
		posted(r, 2, 10, "customers/redact", "forget them", with(shop, object{"customer": who, "orders_to_redact": []any{r.ID(1)}})),
		posted(r, 3, 20, "app/uninstalled", "the shop leaves", object{"id": 548380009, "name": "Studio", "domain": nil, "currency": "EUR"}),
		posted(r, 4, 119, "shop/redact", "forget everybody", shop),
	}
}

func uninstalledEnd(kit.Run) kit.Want {
	return kit.Want{Asked: []string{"subject_export", "subject_erase", "shop_uninstalled", "shop_erase"}}
}
