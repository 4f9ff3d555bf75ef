package story

import (
	"encoding/json"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"

	core "github.com/cartograph-dev/cartograph/internal/cart"
)

// blue is the mug as a checkout tells it.
func blue(quantity int) kit.Item {
	return kit.Item{Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: quantity, Price: "12.50 EUR"}
}

// basket is a cart's end with so many mugs.
func basket(r kit.Run, state core.State, quantity int, total kit.Money) kit.Cart {
	return kit.Cart{State: state, Items: []kit.Item{blue(quantity)}, Total: total, Email: r.Email(), WayBack: true}
}

func bought(r kit.Run) []kit.Delivery {
	completed := with(checkout(r, 1, 60, "29.90", mugs(2)), object{"completed_at": r.RFC3339(60)})
	return []kit.Delivery{
		posted(r, 1, 0, "carts/create", "a mug", cart(r, 1, 0, mugs(1))),
		posted(r, 2, 3, "carts/update", "a second one", cart(r, 1, 3, mugs(2))),
		posted(r, 3, 5, "checkouts/create", "nobody known yet", with(checkout(r, 1, 5, "25.00", mugs(2)), object{"email": nil})),
		posted(r, 4, 8, "checkouts/update", "address and shipping", checkout(r, 1, 8, "29.90", mugs(2))),
		posted(r, 5, 60, "checkouts/update", "completed", completed),
		posted(r, 6, 60, "orders/create", "paid", order(r, 1, 60, "29.90", mugs(2))),
	}
}

// boughtEnd: the completed checkout stops messages under an id of its own and
// is not credited; the order is.
func boughtEnd(r kit.Run) kit.Want {
	c := basket(r, core.Ordered, 2, "29.90 EUR")
	c.Order = r.Text(81)
	return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{
		{ID: r.Text(81), Total: "29.90 EUR", Creditable: true},
		{ID: "checkout:" + r.Token(51), Total: "29.90 EUR"},
	}}
}

func left(r kit.Run) []kit.Delivery {
	return []kit.Delivery{
		posted(r, 1, 0, "carts/create", "a mug", cart(r, 1, 0, mugs(1))),
		posted(r, 2, 5, "checkouts/create", "email typed", checkout(r, 1, 5, "12.50", mugs(1))),
		posted(r, 3, 9, "checkouts/update", "three mugs", checkout(r, 1, 9, "37.50", mugs(3))),
	}
}

func leftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{basket(r, core.Open, 3, "37.50 EUR")}}
}

// emptied: one cart loses its lines, the checkout of another is deleted.
func emptied(r kit.Run) []kit.Delivery {
	gone := object{"id": r.ID(9), "token": r.Token(52), "cart_token": r.Token(2), "presentment_currency": "EUR",
		"buyer_accepts_sms_marketing": false, "sms_marketing_phone": nil}
	return []kit.Delivery{
		posted(r, 1, 0, "carts/create", "a mug", cart(r, 1, 0, mugs(1))),
		posted(r, 2, 4, "carts/update", "nothing left", cart(r, 1, 4)),
		posted(r, 3, 5, "checkouts/create", "another cart", checkout(r, 2, 5, "25.00", mugs(2))),
		posted(r, 4, 30, "checkouts/delete", "thrown away", gone),
	}
}

func emptiedEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{
		{State: core.Emptied, Total: "0.00 EUR"},
		basket(r, core.Emptied, 2, "25.00 EUR"),
	}}
}

// cancelled: the webhook that tells of it is lost, and the API lists the order.
func cancelled(r kit.Run) []kit.Delivery {
	void := with(order(r, 1, 90, "25.00", mugs(2)), object{"cancelled_at": r.RFC3339(90), "cancel_reason": "customer", "financial_status": "voided"})
	listed, _ := json.Marshal(object{"orders": []any{void}})
	return []kit.Delivery{
		posted(r, 1, 5, "checkouts/create", "two mugs", checkout(r, 1, 5, "25.00", mugs(2))),
		posted(r, 2, 60, "orders/create", "paid", order(r, 1, 60, "25.00", mugs(2))),
		{Name: "listed: taken back", Listed: true, Then: map[string]string{ordersPage: string(listed)}},
	}
}

func cancelledEnd(r kit.Run) kit.Want { return takenBack(r, "25.00 EUR") }

func refunded(r kit.Run) []kit.Delivery {
	back := object{"id": r.ID(3), "transactions": []any{object{"id": r.ID(4), "kind": "refund", "status": "success", "amount": "12.50", "currency": "EUR"}}}
	part := with(order(r, 1, 90, "25.00", mugs(2)), object{"financial_status": "partially_refunded", "current_total_price": "12.50", "refunds": []any{back}})
	return []kit.Delivery{
		posted(r, 1, 5, "checkouts/create", "two mugs", checkout(r, 1, 5, "25.00", mugs(2))),
		posted(r, 2, 60, "orders/create", "paid", order(r, 1, 60, "25.00", mugs(2))),
		posted(r, 3, 90, "orders/updated", "one mug sent back", part),
	}
}

func refundedEnd(r kit.Run) kit.Want { return takenBack(r, "12.50 EUR") }

// takenBack is the end of an order of 25 euros of which so much was given back.
func takenBack(r kit.Run, lost kit.Money) kit.Want {
	c := basket(r, core.Ordered, 2, "25.00 EUR")
	c.Order = r.Text(81)
	return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{{ID: r.Text(81), Total: "25.00 EUR", Lost: lost, Creditable: true}}}
}

// admin: staff finish the shopper's checkout as a draft order.
func admin(r kit.Run) []kit.Delivery {
	made := with(order(r, 1, 60, "25.00", mugs(2)), object{"source_name": "shopify_draft_order", "app_id": 1354745, "cart_token": nil})
	return []kit.Delivery{
		posted(r, 1, 5, "checkouts/create", "two mugs", checkout(r, 1, 5, "25.00", mugs(2))),
		posted(r, 2, 60, "orders/create", "made by staff", made),
	}
}

// subscription: a renewal of the same shopper names no checkout at all.
func subscription(r kit.Run) []kit.Delivery {
	renewal := with(order(r, 1, 60, "25.00", mugs(2)), object{"source_name": "subscription_contract_checkout_one",
		"app_id": 4383523, "cart_token": nil, "checkout_token": nil})
	return []kit.Delivery{
		posted(r, 1, 5, "checkouts/create", "two mugs", checkout(r, 1, 5, "25.00", mugs(2))),
		posted(r, 2, 60, "orders/create", "a renewal", renewal),
	}
}

func byOthersEnd(r kit.Run) kit.Want {
	w := takenBack(r, "")
	w.Orders[0].Creditable = false
	return w
}

func draft(r kit.Run) []kit.Delivery {
	prepared := object{"id": r.ID(7), "name": "#D12", "status": "open", "email": r.Email(), "currency": "EUR",
		"total_price": "25.00", "line_items": []any{mugs(2).inCheckout(0)}, "created_at": r.RFC3339(0), "updated_at": r.RFC3339(0),
		"invoice_url": "https://" + domain + "/548380009/invoices/" + r.Token(7)}
	return []kit.Delivery{posted(r, 1, 0, "draft_orders/create", "prepared by staff", prepared)}
}

func draftEnd(kit.Run) kit.Want { return kit.Want{} }
