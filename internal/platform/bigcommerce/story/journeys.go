package story

import (
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

func journeys() []conformance.Story {
	return []conformance.Story{
		{Trait: conformance.Bought, Tell: bought, Want: boughtEnd, Late: forgotten},
		{Trait: conformance.Left, Tell: left, Want: leftEnd},
		{Trait: conformance.Emptied, Tell: emptied, Want: emptiedEnd, Late: forgotten},
		{Trait: conformance.Failed, Tell: failed, Want: failedEnd},
		{Trait: conformance.Cancelled, Tell: cancelled, Want: cancelledEnd},
		{Trait: conformance.Refunded, Tell: refunded, Want: refundedEnd},
	}
}

// forgotten blanks what the API no longer tells of a cart that is gone. That it
// was ordered, and by what, must be known in any case.
func forgotten(w conformance.Want) conformance.Want {
	carts := []conformance.Cart{}
	for _, c := range w.Carts {
		carts = append(carts, conformance.Cart{State: c.State, Order: c.Order, Items: []conformance.Item{}})
	}
	w.Carts = carts
	return w
}

func mugs(n int) line {
	return line{sku: "MUG-BLUE", title: "Mug", size: "Large", price: "12.5", total: fmt.Sprintf("%.2f", 12.5*float64(n)), quantity: n}
}

func poster() line {
	return line{sku: "POSTER", title: "Poster", price: "11.499999999", total: "11.5", quantity: 1}
}

func (b bag) buyer(r conformance.Run) bag {
	b.email, b.first, b.last, b.phone = r.Email(), "Kim", "Doe", r.Phone()
	return b
}

func basket(r conformance.Run, minute int, total string, lines ...line) bag {
	return bag{id: r.UUID(1), currency: "EUR", created: r.At(0), updated: r.At(minute), total: total, lines: lines}
}

var (
	mugItem    = conformance.Item{Title: "Mug", Variant: "Large", SKU: "MUG-BLUE", Quantity: 2, Price: conformance.Amount(1250, "EUR")}
	posterItem = conformance.Item{Title: "Poster", SKU: "POSTER", Quantity: 1, Price: conformance.Amount(1150, "EUR")}
)

func order(r conformance.Run, status, minute int) sale {
	return sale{id: r.Text(2), cart: r.UUID(1), email: r.Email(), total: "36.5000", refunded: "0.0000", payment: "captured",
		source: "www", status: status, created: r.At(12), modified: r.At(minute)}
}

// bought: the guest's address comes with the checkout, the order begins
// incomplete, and with the conversion the cart is gone.
func bought(r conformance.Run) []conformance.Delivery {
	id, o := r.UUID(1), r.Text(2)
	full := basket(r, 10, "36.5", mugs(2), poster()).buyer(r)
	begun := order(r, 0, 12)
	begun.payment = ""
	return []conformance.Delivery{
		notice(r, 1, 0, "store/cart/created", cartData(id), basket(r, 0, "12.5", mugs(1)).pages()),
		notice(r, 2, 5, "store/cart/lineItem/created", fmt.Sprintf(`{"type":"cart_line_item","id":"%s","cartId":"%s"}`, r.UUID(3), id),
			basket(r, 5, "36.5", mugs(2), poster()).pages()),
		notice(r, 3, 10, "store/cart/updated", cartData(id), full.pages()),
		notice(r, 4, 12, "store/order/created", orderData(o), begun.page()),
		notice(r, 5, 15, "store/cart/converted", fmt.Sprintf(`{"type":"cart","id":"%s","orderId":%s}`, id, o),
			with(gone(id), order(r, 11, 15).page())),
		notice(r, 6, 15, "store/order/statusUpdated",
			fmt.Sprintf(`{"type":"order","id":%s,"status":{"previous_status_id":0,"new_status_id":11}}`, o), nil),
		notice(r, 7, 15, "store/cart/deleted", cartData(id), nil),
	}
}

func boughtEnd(r conformance.Run) conformance.Want {
	total := conformance.Amount(3650, "EUR")
	return conformance.Want{
		Carts: []conformance.Cart{{State: cart.Ordered, Items: []conformance.Item{mugItem, posterItem}, Total: total,
			Email: r.Email(), Phone: r.Phone(), Order: r.Text(2)}},
		Orders: []conformance.Order{{ID: r.Text(2), Total: total, Creditable: true}, {ID: "checkout:" + r.UUID(1)}},
	}
}

// left: BigCommerce's own verdict comes an hour later and is no activity.
func left(r conformance.Run) []conformance.Delivery {
	id := r.UUID(1)
	return []conformance.Delivery{
		notice(r, 1, 0, "store/cart/created", cartData(id), basket(r, 0, "25", mugs(2)).pages()),
		notice(r, 2, 4, "store/cart/updated", cartData(id), basket(r, 4, "25", mugs(2)).buyer(r).pages()),
		notice(r, 3, 64, "store/cart/abandoned", fmt.Sprintf(`{"type":"cart","id":"%s","token":"%s"}`, id, r.Token(4)), nil),
	}
}

func leftEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Items: []conformance.Item{mugItem},
		Total: conformance.Amount(2500, "EUR"), Email: r.Email(), Phone: r.Phone()}}}
}

func emptied(r conformance.Run) []conformance.Delivery {
	id := r.UUID(1)
	return []conformance.Delivery{
		notice(r, 1, 0, "store/cart/created", cartData(id), basket(r, 0, "25", mugs(2)).buyer(r).pages()),
		notice(r, 2, 3, "store/cart/updated", cartData(id), gone(id)),
		notice(r, 3, 3, "store/cart/deleted", cartData(id), nil),
	}
}

func emptiedEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Emptied, Items: []conformance.Item{mugItem},
		Total: conformance.Amount(2500, "EUR"), Email: r.Email(), Phone: r.Phone()}}}
}

// failed: the card is declined, the order stays incomplete and the cart is there.
func failed(r conformance.Run) []conformance.Delivery {
	try := order(r, 0, 12)
	try.payment = "declined"
	return []conformance.Delivery{
		notice(r, 1, 10, "store/cart/updated", cartData(r.UUID(1)), basket(r, 10, "25", mugs(2)).buyer(r).pages()),
		notice(r, 2, 12, "store/order/created", orderData(r.Text(2)), try.page()),
	}
}

func failedEnd(r conformance.Run) conformance.Want { return leftEnd(r) }

func cancelled(r conformance.Run) []conformance.Delivery {
	return []conformance.Delivery{
		notice(r, 1, 15, "store/order/created", orderData(r.Text(2)), order(r, 11, 15).page()),
		notice(r, 2, 60, "store/order/statusUpdated",
			fmt.Sprintf(`{"type":"order","id":%s,"status":{"previous_status_id":11,"new_status_id":5}}`, r.Text(2)), order(r, 5, 60).page()),
	}
}

func cancelledEnd(r conformance.Run) conformance.Want {
	total := conformance.Amount(3650, "EUR")
	return conformance.Want{Orders: []conformance.Order{{ID: r.Text(2), Total: total, Lost: total, Creditable: true}}}
}

func refunded(r conformance.Run) []conformance.Delivery {
	back := order(r, 14, 70)
	back.refunded, back.payment = "11.5000", "partially refunded"
	return []conformance.Delivery{
		notice(r, 1, 15, "store/order/created", orderData(r.Text(2)), order(r, 11, 15).page()),
		notice(r, 2, 70, "store/order/refund/created",
			fmt.Sprintf(`{"type":"order","id":%s,"refund":{"refund_id":3}}`, r.Text(2)), back.page()),
	}
}

func refundedEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Orders: []conformance.Order{{ID: r.Text(2), Total: conformance.Amount(3650, "EUR"),
		Lost: conformance.Amount(1150, "EUR"), Creditable: true}}}
}
