package story

import (
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

func journeys() []conformance.Story {
	return []conformance.Story{
		{Trait: conformance.Bought, Tell: bought, Want: boughtEnd},
		{Trait: conformance.Left, Tell: left, Want: leftEnd},
		{Trait: conformance.Emptied, Tell: emptied, Want: emptiedEnd},
		{Trait: conformance.Cancelled, Tell: cancelled, Want: cancelledEnd},
		{Trait: conformance.Refunded, Tell: refunded, Want: refundedEnd},
	}
}

func mugs(n int) line {
	return line{sku: "MUG-BLUE", title: "Mug", quantity: n, price: 1250, total: 1250 * int64(n)}
}

func basket(r conformance.Run, version, minute int, lines ...line) bag {
	b := bag{id: r.UUID(1), version: version, currency: "EUR", digits: 2, created: r.At(0), modified: r.At(minute), lines: lines,
		origin: "Customer", state: "Active"}
	for _, l := range lines {
		b.total += l.total
	}
	return b
}

func (b bag) buyer(r conformance.Run) bag {
	b.email, b.phone, b.first = r.Email(), r.Phone(), "Kim"
	return b
}

var (
	poster     = line{sku: "POSTER", title: "Poster", quantity: 1, price: 1150, total: 1150}
	mugItem    = conformance.Item{Title: "Mug", SKU: "MUG-BLUE", Quantity: 2, Price: conformance.Amount(1250, "EUR")}
	posterItem = conformance.Item{Title: "Poster", SKU: "POSTER", Quantity: 1, Price: conformance.Amount(1150, "EUR")}
)

func order(r conformance.Run, version, minute int, state string) bag {
	o := basket(r, version, minute, mugs(2), poster).buyer(r)
	o.id, o.cart, o.state, o.created = r.UUID(2), r.UUID(1), "", r.At(15)
	o.more = `,"orderNumber":"` + r.Text(2) + `","orderState":"` + state + `","syncInfo":[],"refusedGifts":[]`
	return o
}

// bought: the cart's creation is posted, its changes are found by listing, and
// the order's message is too large to tell the order.
func bought(r conformance.Run) []conformance.Delivery {
	ordered := basket(r, 6, 15, mugs(2), poster).buyer(r)
	ordered.state = "Ordered"
	notIncluded := message(r, 1, "order", r.UUID(2), "OrderCreated", r.At(15),
		`,"payloadNotIncluded":{"reason":"Payload too large.","payloadType":"OrderCreated"}`)
	return []conformance.Delivery{
		posted("cart created, by Pub/Sub", pubsub, created("cart", r.UUID(1), r.At(0)), basket(r, 1, 0, mugs(1)).cartPage()),
		found("two mugs and a poster", basket(r, 3, 5, mugs(2), poster).cartPage()),
		found("an address", basket(r, 5, 10, mugs(2), poster).buyer(r).cartPage()),
		posted("order created, as a CloudEvent by SNS", sns,
			cloudEvent(r.UUID(701), "order", "message.OrderCreated", r.UUID(2), stamp(r.At(15)), notIncluded),
			with(ordered.cartPage(), order(r, 1, 15, "Open").orderPage())),
		found("the ordered cart", nil),
	}
}

func boughtEnd(r conformance.Run) conformance.Want {
	total := conformance.Amount(3650, "EUR")
	return conformance.Want{
		Carts: []conformance.Cart{{State: cart.Ordered, Items: []conformance.Item{mugItem, posterItem}, Total: total,
			Email: r.Email(), Phone: r.Phone(), Order: r.UUID(2)}},
		Orders: []conformance.Order{{ID: r.UUID(2), Total: total, Creditable: true}, {ID: "checkout:" + r.UUID(1)}},
	}
}

func left(r conformance.Run) []conformance.Delivery {
	return []conformance.Delivery{
		posted("cart created, by EventBridge", eventBridge, created("cart", r.UUID(1), r.At(0)), basket(r, 1, 0, mugs(1)).cartPage()),
		found("two mugs and an address", basket(r, 4, 4, mugs(2)).buyer(r).cartPage()),
	}
}

func leftEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Open, Items: []conformance.Item{mugItem},
		Total: conformance.Amount(2500, "EUR"), Email: r.Email(), Phone: r.Phone()}}}
}

func emptied(r conformance.Run) []conformance.Delivery {
	return []conformance.Delivery{
		posted("cart created", bare, created("cart", r.UUID(1), r.At(0)), basket(r, 1, 0, mugs(2)).buyer(r).cartPage()),
		found("nothing in it", basket(r, 4, 4).buyer(r).cartPage()),
	}
}

func emptiedEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Carts: []conformance.Cart{{State: cart.Emptied, Items: []conformance.Item{},
		Total: conformance.Amount(0, "EUR"), Email: r.Email(), Phone: r.Phone()}}}
}

func placed(r conformance.Run) conformance.Delivery {
	o := order(r, 1, 15, "Open")
	return posted("order created, told whole", pubsub, message(r, 1, "order", o.id, "OrderCreated", r.At(15), `,"order":`+o.body()), o.orderPage())
}

func cancelled(r conformance.Run) []conformance.Delivery {
	return []conformance.Delivery{
		placed(r),
		posted("order cancelled", bare, message(r, 2, "order", r.UUID(2), "OrderStateChanged", r.At(60),
			fmt.Sprintf(`,"orderId":"%s","orderState":"Cancelled","oldOrderState":"Open"`, r.UUID(2))), order(r, 2, 60, "Cancelled").orderPage()),
	}
}

func cancelledEnd(r conformance.Run) conformance.Want {
	total := conformance.Amount(3650, "EUR")
	return conformance.Want{Orders: []conformance.Order{{ID: r.UUID(2), Total: total, Lost: total, Creditable: true}}}
}

// refunded: the payment tells of it, and the order's version stays.
func refunded(r conformance.Run) []conformance.Delivery {
	back := order(r, 2, 20, "Open")
	back.more += fmt.Sprintf(`,"paymentInfo":{"payments":[{"typeId":"payment","id":"%s","obj":{"id":"%s","version":4,"transactions":[`+
		`{"id":"t1","type":"Charge","state":"Success","amount":%s},{"id":"t2","type":"Refund","state":"Success","amount":%s},`+
		`{"id":"t3","type":"Refund","state":"Pending","amount":%s}]}}]}`,
		r.UUID(3), r.UUID(3), cents(3650, "EUR", 2), cents(1150, "EUR", 2), cents(500, "EUR", 2))
	return []conformance.Delivery{
		placed(r),
		posted("money given back", pubsub, message(r, 5, "payment", r.UUID(3), "PaymentTransactionStateChanged", r.At(70),
			`,"transactionId":"t2","state":"Success"`), back.orderPage()),
	}
}

func refundedEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Orders: []conformance.Order{{ID: r.UUID(2), Total: conformance.Amount(3650, "EUR"),
		Lost: conformance.Amount(1150, "EUR"), Creditable: true}}}
}
