package story

import (
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
	return []kit.Delivery{
		posted(r, 1, 0, "cartograph.cart.saved", cart(r, 1, 0, "12.5", nil, mugs(1))),
		posted(r, 2, 3, "cartograph.cart.saved", cart(r, 1, 3, "25.0", nil, mugs(2))),
		posted(r, 3, 8, "cartograph.checkout.started", cart(r, 1, 8, "29.900000000000002", customer(r), mugs(2))),
		posted(r, 4, 60, "checkout.order.placed", telling(order(r, 1, 60, "29.900000000000002", mugs(2)))),
		posted(r, 5, 60, "cartograph.cart.deleted", cart(r, 1, 60, "0", customer(r))),
		posted(r, 6, 61, "state_enter.order_transaction.state.paid", telling(order(r, 1, 61, "29.9", mugs(2)))),
	}
}

func boughtEnd(r kit.Run) kit.Want {
	c := basket(r, core.Ordered, 2, "29.90 EUR")
	c.Order = uuid(r, 51)
	return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{{ID: uuid(r, 51), Total: "29.90 EUR", Creditable: true}}}
}

// left: a promotion stands among the lines and is none.
func left(r kit.Run) []kit.Delivery {
	less := object{"id": "SPRING", "type": "promotion", "label": "Spring", "quantity": 1,
		"price": object{"unitPrice": -3.75, "totalPrice": -3.75}, "payload": object{"code": "SPRING"}}
	return []kit.Delivery{
		posted(r, 1, 0, "cartograph.cart.saved", cart(r, 1, 0, "12.5", customer(r), mugs(1))),
		posted(r, 2, 3, "cartograph.cart.saved", cart(r, 1, 3, "33.75", customer(r), mugs(3), less)),
	}
}

func leftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{basket(r, core.Open, 3, "33.75 EUR")}}
}

func emptied(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		posted(r, 1, 0, "cartograph.cart.saved", cart(r, 1, 0, "12.5", customer(r), mugs(1))),
		posted(r, 2, 3, "cartograph.cart.saved", cart(r, 1, 3, "0", customer(r))),
		posted(r, 3, 4, "cartograph.cart.saved", cart(r, 2, 4, "25", customer(r), mugs(2))),
		posted(r, 4, 9, "cartograph.cart.deleted", cart(r, 2, 9, "0", customer(r))),
	}
}

func emptiedEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{
		{State: core.Emptied, Total: "0.00 EUR", Email: r.Email(), WayBack: true},
		basket(r, core.Emptied, 2, "25.00 EUR"),
	}}
}

func cancelled(r kit.Run) []kit.Delivery {
	void := with(order(r, 1, 90, "25", mugs(2)), object{"stateMachineState": object{"technicalName": "cancelled"}})
	return []kit.Delivery{
		posted(r, 1, 5, "cartograph.cart.saved", cart(r, 1, 5, "25", customer(r), mugs(2))),
		posted(r, 2, 60, "checkout.order.placed", telling(order(r, 1, 60, "25", mugs(2)))),
		posted(r, 3, 90, "state_enter.order.state.cancelled", telling(void)),
	}
}

// refunded: the event does not say how much, and the order is asked for; that
// something of it was written is told as well, without any facts.
func refunded(r kit.Run) []kit.Delivery {
	state := object{"stateMachineState": object{"technicalName": "refunded_partially"}}
	part := with(order(r, 1, 90, "25", mugs(2)), object{"transactions": []any{with(state, object{
		"captures": []any{object{"refunds": []any{object{"stateMachineState": object{"technicalName": "completed"}, "amount": object{"totalPrice": 12.5}}}}}})}})
	told := posted(r, 3, 90, "state_enter.order_transaction.state.refunded_partially", telling(with(part, object{"transactions": []any{state}})))
	told.Then = map[string]string{orderPage: text(part)}
	return []kit.Delivery{
		posted(r, 1, 5, "cartograph.cart.saved", cart(r, 1, 5, "25", customer(r), mugs(2))),
		func() kit.Delivery {
			d := posted(r, 2, 60, "order.written", []any{object{"entity": "order", "operation": "insert",
				"primaryKey": object{"id": uuid(r, 51), "versionId": live}, "updatedFields": []any{"orderNumber"}}})
			d.Then = map[string]string{orderPage: text(order(r, 1, 60, "25", mugs(2)))}
			return d
		}(),
		told,
	}
}

// takenBackEnd is the end of an order of 25 euros of which so much was given back.
func takenBackEnd(lost kit.Money) func(kit.Run) kit.Want {
	return func(r kit.Run) kit.Want {
		c := basket(r, core.Ordered, 2, "25.00 EUR")
		c.Order = uuid(r, 51)
		return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{{ID: uuid(r, 51), Total: "25.00 EUR", Lost: lost, Creditable: true}}}
	}
}

// draft: staff edit an order in a version of its own.
func draft(r kit.Run) []kit.Delivery {
	const version = "11111111111111111111111111111111"
	return []kit.Delivery{
		posted(r, 1, 5, "order.written", []any{object{"entity": "order", "operation": "insert",
			"primaryKey": object{"id": uuid(r, 51), "versionId": version}, "updatedFields": []any{}}}),
		posted(r, 2, 6, "state_enter.order.state.open", telling(with(order(r, 1, 6, "25", mugs(2)), object{"versionId": version}))),
	}
}

func draftEnd(kit.Run) kit.Want { return kit.Want{} }

// admin: staff make the order; it belongs to no cart of the storefront.
func admin(r kit.Run) []kit.Delivery {
	return madeBy(r, object{"createdById": uuid(r, 80), "customFields": nil})
}

func subscription(r kit.Run) []kit.Delivery {
	return madeBy(r, object{"extensions": object{"subscription": object{"id": uuid(r, 81)}}, "customFields": nil})
}

func madeBy(r kit.Run, more object) []kit.Delivery {
	return []kit.Delivery{
		posted(r, 1, 5, "cartograph.cart.saved", cart(r, 1, 5, "25", customer(r), mugs(2))),
		posted(r, 2, 60, "checkout.order.placed", telling(with(order(r, 1, 60, "25", mugs(2)), more))),
	}
}

func byOthersEnd(r kit.Run) kit.Want {
	w := takenBackEnd("")(r)
	w.Orders[0].Creditable = false
	return w
}
