package story

import (
	"encoding/json"
	"maps"
	"strconv"
	"time"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// GA4 is a server container of Google Tag Manager that passes its events on,
// with the person that the shop's own tags told it.
func GA4() kit.Platform {
	p := Platform()
	p.Title = "GA4 and server-side Google Tag Manager"
	p.Unsigned = "a container's tags can set headers and cannot sign: they show the secret over HTTPS"
	p.Sign = func(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
		header["X-Cartograph-Token"] = []string{signing}
		return body
	}
	p.Stories = []kit.Story{
		{Trait: kit.Bought, Tell: tagBought, Want: tagBoughtEnd},
		{Trait: kit.Left, Tell: tagLeft, Want: tagLeftEnd},
		{Trait: kit.Emptied, Tell: tagEmptied, Want: tagEmptiedEnd},
		{Trait: kit.Refunded, Tell: tagRefunded, Want: tagRefundedEnd},
		{Trait: kit.NoEmail, Tell: tagNoEmail, Want: tagNoEmailEnd},
	}
	p.Cannot = map[kit.Trait]string{
		kit.Failed: noFailure, kit.Cancelled: noFailure, kit.Draft: noFailure, kit.Admin: noFailure, kit.Subscription: noFailure,
		kit.Consented: noConsent, kit.Uninstalled: noPrivacy,
		kit.Huge:          "GA4 takes 200 items in an event and leaves out the rest",
		kit.NoDecimals:    "told by the generic sender: amounts are read alike",
		kit.ThreeDecimals: "told by the generic sender: amounts are read alike",
		kit.Unicode:       "told by the generic sender: texts are read alike",
		kit.PhoneOnly:     "told by the generic sender: addresses are read alike",
	}
	p.Untold = []string{"ids of carts and checkouts: what one visitor does in one day is one cart", "a recovery address",
		"addresses, unless the shop's own tags add user_data"}
	return p
}

// tagged is one event as the container holds it.
func tagged(r kit.Run, step, minutes int, name string, more object) kit.Delivery {
	e := object{"event_name": name, "client_id": r.Text(1) + ".1777700000", "ga_session_id": r.Text(2), "currency": "EUR",
		"page_location": "https://shop.example/" + name, "language": "fr-fr", "x-ga-measurement_id": "G-ABC123", "x-ga-request_count": step,
		"timestamp": strconv.FormatInt(r.At(minutes).UnixMilli(), 10), "user_data": object{"email_address": r.Email()}}
	maps.Copy(e, more)
	text, _ := json.Marshal(e)
	return kit.Delivery{Name: name, Body: string(text), Header: map[string]string{"Content-Type": "application/json"}}
}

// tees are so many of GA4's line.
func tees(quantity int) object {
	return object{"value": json.Number(strconv.Itoa(quantity * 10)), "items": []any{object{"item_id": "TEE", "item_name": "Tee", "item_variant": "green",
		"item_category": "Apparel", "price": 10, "quantity": quantity}}}
}

// tagCart is a cart's end with so many of them.
func tagCart(r kit.Run, state core.State, quantity int) kit.Cart {
	return kit.Cart{State: state, Total: kit.Amount(int64(quantity)*1000, "EUR"), Email: r.Email(),
		Items: []kit.Item{{Title: "Tee", Variant: "green", Quantity: quantity, Price: "10.00 EUR"}}}
}

func tagBought(r kit.Run) []kit.Delivery {
	paid := tees(3)
	paid["transaction_id"] = r.Text(9)
	return []kit.Delivery{
		tagged(r, 1, 50, "view_item", tees(1)),
		tagged(r, 2, 51, "add_to_cart", tees(2)),
		tagged(r, 3, 52, "add_to_cart", tees(1)),
		tagged(r, 4, 53, "begin_checkout", tees(3)),
		tagged(r, 5, 54, "add_payment_info", object{}),
		tagged(r, 6, 55, "purchase", paid),
	}
}

func tagBoughtEnd(r kit.Run) kit.Want {
	c := tagCart(r, core.Ordered, 3)
	c.Order = r.Text(9)
	return kit.Want{Carts: []kit.Cart{c}, Orders: []kit.Order{{ID: r.Text(9), Total: "30.00 EUR", Creditable: true}}}
}

func tagLeft(r kit.Run) []kit.Delivery { return tagBought(r)[:3] }

func tagLeftEnd(r kit.Run) kit.Want { return kit.Want{Carts: []kit.Cart{tagCart(r, core.Open, 3)}} }

func tagEmptied(r kit.Run) []kit.Delivery {
	return []kit.Delivery{tagged(r, 1, 51, "add_to_cart", tees(2)), tagged(r, 2, 52, "remove_from_cart", tees(2))}
}

func tagEmptiedEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Emptied, Total: "0.00 EUR", Email: r.Email()}}}
}

func tagRefunded(r kit.Run) []kit.Delivery {
	back := object{"transaction_id": r.Text(9), "value": 10}
	return append(tagBought(r), tagged(r, 7, 90, "refund", back))
}

// tagRefundedEnd: GA4's refund tells its own amount and no total. It is the
// newest saying of the order, whose total it does not know.
func tagRefundedEnd(r kit.Run) kit.Want {
	w := tagBoughtEnd(r)
	w.Orders[0].Lost = "10.00 EUR"
	return w
}

// tagNoEmail is the Measurement Protocol's own envelope, where Google forbids
// to name anybody.
func tagNoEmail(r kit.Run) []kit.Delivery {
	e := object{"client_id": r.Text(1) + ".1777700000", "timestamp_micros": strconv.FormatInt(r.At(51).UnixMicro(), 10),
		"events": []any{object{"name": "add_to_cart", "params": tees(2)}, object{"name": "begin_checkout", "params": tees(2)}}}
	e["events"].([]any)[0].(object)["params"].(object)["currency"] = "EUR"
	text, _ := json.Marshal(e)
	return []kit.Delivery{{Name: "an envelope of two", Body: string(text), Header: map[string]string{"Content-Type": "application/json"}}}
}

func tagNoEmailEnd(r kit.Run) kit.Want {
	c := tagCart(r, core.Open, 2)
	c.Email = ""
	return kit.Want{Carts: []kit.Cart{c}}
}
