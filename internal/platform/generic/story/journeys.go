package story

import (
	"encoding/json"
	"fmt"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// blue is the mug.
func blue(quantity int) kit.Item {
	return kit.Item{Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: quantity, Price: "12.50 EUR"}
}

// basket is a cart's end with so many mugs.
func basket(r kit.Run, state core.State, quantity int, total kit.Money) kit.Cart {
	return kit.Cart{State: state, Items: []kit.Item{blue(quantity)}, Total: total, Email: r.Email(), WayBack: true}
}

func bought(r kit.Run) []kit.Delivery {
	checkout := cart(2, "29.90")
	checkout["checkout_id"] = r.Token(2)
	return []kit.Delivery{
		tracked(r, 1, 0, "Cart Updated", cart(1, "12.50")),
		tracked(r, 2, 3, "Product Added", mugs(1)),
		tracked(r, 3, 6, "Checkout Started", checkout),
		tracked(r, 4, 7, "Payment Info Entered", object{"checkout_id": r.Token(2), "step": 3}),
		tracked(r, 5, 10, "Order Completed", order(r, object{"total": json.Number("29.90"), "cart_id": nil})),
	}
}

func boughtEnd(r kit.Run) kit.Want {
	c := basket(r, core.Ordered, 2, "29.90 EUR")
	c.Order = r.Text(9)
	return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{{ID: r.Text(9), Total: "29.90 EUR", Creditable: true}}}
}

func left(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		tracked(r, 1, 0, "Cart Updated", cart(1, "12.50")),
		tracked(r, 2, 3, "Cart Updated", cart(3, "37.50")),
		tracked(r, 3, 4, "Cart Viewed", object{}),
	}
}

func leftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{basket(r, core.Open, 3, "37.50 EUR")}}
}

// emptied: the last mug is taken out; another cart is thrown away.
func emptied(r kit.Run) []kit.Delivery {
	other := object{"cart_id": r.Token(3)}
	filled := cart(2, "25.00")
	filled["cart_id"] = r.Token(3)
	return []kit.Delivery{
		tracked(r, 1, 0, "Cart Updated", cart(1, "12.50")),
		tracked(r, 2, 3, "Product Removed", mugs(1)),
		tracked(r, 3, 4, "Cart Updated", filled),
		tracked(r, 4, 9, "Cart Deleted", other),
	}
}

func emptiedEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{
		{State: core.Emptied, Total: "0.00 EUR", Email: r.Email(), WayBack: true},
		basket(r, core.Emptied, 2, "25.00 EUR"),
	}}
}

func failed(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		tracked(r, 1, 0, "Checkout Started", cart(2, "25.00")),
		tracked(r, 2, 5, "Payment Failed", object{"reason": "card_declined"}),
	}
}

func failedEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{basket(r, core.Open, 2, "25.00 EUR")}}
}

func cancelled(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		tracked(r, 1, 0, "Checkout Started", cart(2, "25.00")),
		tracked(r, 2, 10, "Order Completed", order(r, nil)),
		tracked(r, 3, 60, "Order Cancelled", order(r, nil)),
	}
}

// refunded: `refunded` is the sum given back so far.
func refunded(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		tracked(r, 1, 0, "Checkout Started", cart(2, "25.00")),
		tracked(r, 2, 10, "Order Completed", order(r, nil)),
		tracked(r, 3, 60, "Order Refunded", order(r, object{"refunded": 12.5})),
	}
}

// takenBackEnd is the end of an order of 25 euros of which so much was given back.
func takenBackEnd(lost kit.Money) func(kit.Run) kit.Want {
	return func(r kit.Run) kit.Want {
		c := basket(r, core.Ordered, 2, "25.00 EUR")
		c.Order = r.Text(9)
		return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{{ID: r.Text(9), Total: "25.00 EUR", Lost: lost, Creditable: true}}}
	}
}

// madeBy is an order of the same shopper that somebody else made for them.
func madeBy(source string) func(kit.Run) []kit.Delivery {
	return func(r kit.Run) []kit.Delivery {
		return []kit.Delivery{
			tracked(r, 1, 0, "Cart Updated", cart(2, "25.00")),
			tracked(r, 2, 10, "Order Completed", order(r, object{"source": source, "cart_id": nil})),
		}
	}
}

func byOthersEnd(r kit.Run) kit.Want {
	w := takenBackEnd("")(r)
	w.Orders[0].Creditable = false
	return w
}

func draft(r kit.Run) []kit.Delivery {
	return []kit.Delivery{tracked(r, 1, 0, "Order Created", order(r, object{"status": "draft"}))}
}

func draftEnd(kit.Run) kit.Want { return kit.Want{} }

func consented(r kit.Run) []kit.Delivery {
	filled := cart(1, "12.50")
	filled["consent"], filled["consent_source"] = object{"email": true}, "newsletter box"
	return []kit.Delivery{
		tracked(r, 1, 0, "Cart Updated", filled),
		posted(object{"type": "identify", "messageId": r.UUID(102), "userId": r.Text(5), "timestamp": r.RFC3339(4),
			"traits": object{"phone": r.Phone(), "consent": object{"sms": "unsubscribed"}}}),
	}
}

func consentedEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{basket(r, core.Open, 1, "12.50 EUR")},
		Consents: []string{"email yes " + r.Email(), "sms no " + r.Phone()}}
}

func huge(r kit.Run) []kit.Delivery {
	lines, _ := beads()
	return []kit.Delivery{
		tracked(r, 1, 0, "Cart Updated", object{"products": lines[:1], "total": 1}),
		tracked(r, 2, 3, "Cart Updated", object{"products": lines, "total": 500}),
	}
}

func hugeEnd(r kit.Run) kit.Want {
	_, items := beads()
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Items: items, Total: "500.00 EUR", Email: r.Email()}}}
}

// beads are 500 different lines of 1.00 each.
func beads() (lines []any, items []kit.Item) {
	for i := range 500 {
		sku := fmt.Sprintf("BEAD-%d", i)
		lines = append(lines, object{"sku": sku, "name": "Bead", "price": 1, "quantity": 1})
		items = append(items, kit.Item{Title: "Bead", SKU: sku, Quantity: 1, Price: "1.00 EUR"})
	}
	return lines, items
}
