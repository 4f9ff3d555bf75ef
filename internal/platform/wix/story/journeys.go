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
	return kit.Cart{State: state, Items: []kit.Item{blue(quantity)}, Total: total, Email: r.Email()}
}

func bought(r kit.Run) []kit.Delivery {
	done := with(checkout(r, 1, 60, "29.90", mugs(2)), object{"completed": true})
	return []kit.Delivery{
		posted(r, 1, 0, "cart", "created", r.UUID(1), created(cart(r, 1, 0, mugs(1)))),
		posted(r, 2, 3, "cart", "updated", r.UUID(1), updated(cart(r, 1, 3, mugs(2)))),
		posted(r, 3, 5, "checkout", "created", r.UUID(21), created(with(checkout(r, 1, 5, "25.00", mugs(2)), object{"buyerInfo": object{"visitorId": r.UUID(11)}}))),
		posted(r, 4, 8, "checkout", "updated", r.UUID(21), updated(checkout(r, 1, 8, "29.90", mugs(2)))),
		posted(r, 5, 60, "checkout", "completed", r.UUID(21), acted("checkout", done)),
		posted(r, 6, 60, "order", "approved", r.UUID(51), acted("order", order(r, 1, 60, "29.90", mugs(2)))),
		posted(r, 7, 61, "cart", "deleted", r.UUID(1), object{"deletedEvent": object{}}),
	}
}

// boughtEnd: the completed checkout stops messages under an id of its own and
// is not credited; the order is.
func boughtEnd(r kit.Run) kit.Want {
	c := basket(r, core.Ordered, 2, "29.90 EUR")
	c.Order = r.UUID(51)
	return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{
		{ID: r.UUID(51), Total: "29.90 EUR", Creditable: true},
		{ID: "checkout:" + r.UUID(21), Total: "29.90 EUR"},
	}}
}

// left: the abandoned checkout tells no lines, and the API does.
func left(r kit.Run) []kit.Delivery {
	told := posted(r, 2, 70, "abandoned_checkout", "created", r.UUID(41), created(abandoned(r, 1, 70, "37.50")))
	told.Then = map[string]string{"/ecom/v1/checkouts/" + r.UUID(21): text(object{"checkout": checkout(r, 1, 9, "37.50", mugs(3))}),
		"/ecom/v1/orders/search": `{"orders":[],"metadata":{"cursors":{}}}`}
	return []kit.Delivery{posted(r, 1, 0, "cart", "created", r.UUID(1), created(cart(r, 1, 0, mugs(1)))), told}
}

func leftEnd(r kit.Run) kit.Want {
	c := basket(r, core.Open, 3, "37.50 EUR")
	c.WayBack = true
	return kit.Want{Carts: []kit.Cart{c}}
}

func emptied(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		posted(r, 1, 0, "cart", "created", r.UUID(1), created(cart(r, 1, 0, mugs(1)))),
		posted(r, 2, 3, "cart", "updated", r.UUID(1), updated(cart(r, 1, 3))),
		posted(r, 3, 4, "cart", "created", r.UUID(2), created(cart(r, 2, 4, mugs(2)))),
		posted(r, 4, 9, "cart", "deleted", r.UUID(2), object{"deletedEvent": object{}}),
	}
}

func emptiedEnd(kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{
		{State: core.Emptied, Total: "0.00 EUR"},
		{State: core.Emptied, Total: "25.00 EUR", Items: []kit.Item{blue(2)}},
	}}
}

// failed: Wix makes the order before it is paid, and refuses it with the payment.
func failed(r kit.Run) []kit.Delivery {
	tried := with(order(r, 1, 60, "25.00", mugs(2)), object{"status": "INITIALIZED", "paymentStatus": "NOT_PAID"})
	return []kit.Delivery{
		posted(r, 1, 5, "checkout", "created", r.UUID(21), created(checkout(r, 1, 5, "25.00", mugs(2)))),
		posted(r, 2, 60, "order", "created", r.UUID(51), created(tried)),
		posted(r, 3, 61, "order", "updated", r.UUID(51), updated(with(tried, object{"status": "REJECTED", "updatedDate": r.RFC3339(61)}))),
	}
}

func failedEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{basket(r, core.Open, 2, "25.00 EUR")}}
}

func cancelled(r kit.Run) []kit.Delivery {
	void := with(order(r, 1, 90, "25.00", mugs(2)), object{"status": "CANCELED"})
	return []kit.Delivery{
		posted(r, 1, 5, "checkout", "created", r.UUID(21), created(checkout(r, 1, 5, "25.00", mugs(2)))),
		posted(r, 2, 60, "order", "approved", r.UUID(51), acted("order", order(r, 1, 60, "25.00", mugs(2)))),
		posted(r, 3, 90, "order", "canceled", r.UUID(51), acted("order", void)),
	}
}

// refunded: the event names no currency, and the order is asked for.
func refunded(r kit.Run) []kit.Delivery {
	part := with(order(r, 1, 90, "25.00", mugs(2)), object{"paymentStatus": "PARTIALLY_REFUNDED",
		"balanceSummary": object{"paid": amount("25.00"), "refunded": amount("12.50")}})
	told := posted(r, 3, 90, "order_transactions", "refund_completed", r.UUID(51), acted("orderTransactions", object{"orderId": r.UUID(51),
		"payments": []any{object{"id": r.UUID(60), "amount": amount("25.00")}},
		"refunds":  []any{object{"id": r.UUID(61), "transactions": []any{object{"paymentId": r.UUID(60), "amount": amount("12.50"), "refundStatus": "SUCCEEDED"}}}}}))
	told.Then = map[string]string{"/ecom/v1/orders/" + r.UUID(51): text(object{"order": part})}
	return []kit.Delivery{
		posted(r, 1, 5, "checkout", "created", r.UUID(21), created(checkout(r, 1, 5, "25.00", mugs(2)))),
		posted(r, 2, 60, "order", "approved", r.UUID(51), acted("order", order(r, 1, 60, "25.00", mugs(2)))),
		told,
	}
}

// takenBackEnd is the end of an order of 25 euros of which so much was given back.
func takenBackEnd(lost kit.Money) func(kit.Run) kit.Want {
	return func(r kit.Run) kit.Want {
		c := basket(r, core.Ordered, 2, "25.00 EUR")
		c.Order = r.UUID(51)
		return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{{ID: r.UUID(51), Total: "25.00 EUR", Lost: lost, Creditable: true}}}
	}
}

// draft: staff prepare one order; another waits for its payment.
func draft(r kit.Run) []kit.Delivery {
	waits := with(order(r, 1, 60, "25.00", mugs(2)), object{"status": "INITIALIZED", "paymentStatus": "NOT_PAID"})
	return []kit.Delivery{
		posted(r, 1, 0, "draft_order", "created", r.UUID(70), created(object{"id": r.UUID(70), "lineItems": []object{mugs(1)}})),
		posted(r, 2, 60, "order", "created", r.UUID(51), created(waits)),
	}
}

func draftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{basket(r, core.Open, 2, "25.00 EUR")}}
}

// admin: staff finish the shopper's checkout in the dashboard.
func admin(r kit.Run) []kit.Delivery {
	made := with(order(r, 1, 60, "25.00", mugs(2)), object{"channelInfo": object{"type": "BACKOFFICE_MERCHANT"}, "createdBy": object{"userId": r.UUID(80)}})
	return []kit.Delivery{
		posted(r, 1, 5, "checkout", "created", r.UUID(21), created(checkout(r, 1, 5, "25.00", mugs(2)))),
		posted(r, 2, 60, "order", "approved", r.UUID(51), acted("order", made)),
	}
}

// subscription: a later cycle of the same shopper's subscription.
func subscription(r kit.Run) []kit.Delivery {
	cycle := with(mugs(2), object{"subscriptionInfo": object{"id": r.UUID(81), "cycleNumber": 2, "subscriptionOptionTitle": "Monthly"}})
	renewal := with(order(r, 1, 60, "25.00", cycle), object{"checkoutId": r.UUID(82)})
	return []kit.Delivery{
		posted(r, 1, 5, "checkout", "created", r.UUID(21), created(checkout(r, 1, 5, "25.00", mugs(2)))),
		posted(r, 2, 60, "order", "approved", r.UUID(51), acted("order", renewal)),
	}
}

func byOthersEnd(r kit.Run) kit.Want {
	w := takenBackEnd("")(r)
	w.Orders[0].Creditable = false
	return w
}
