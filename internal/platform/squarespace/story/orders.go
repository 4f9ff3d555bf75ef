package story

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

func stories() []conformance.Story {
	return []conformance.Story{
		{Trait: conformance.Bought, Tell: bought, Want: boughtEnd},
		{Trait: conformance.Cancelled, Tell: cancelled, Want: cancelledEnd},
		{Trait: conformance.Refunded, Tell: refunded, Want: refundedEnd},
		{Trait: conformance.Huge, Tell: huge, Want: hugeEnd},
		{Trait: conformance.NoDecimals, Tell: yen, Want: yenEnd},
		{Trait: conformance.ThreeDecimals, Tell: dinars, Want: dinarsEnd},
		{Trait: conformance.Unicode, Tell: unicode, Want: boughtEnd},
		{Trait: conformance.Admin, Tell: notOnline, Want: notOnlineEnd},
		{Trait: conformance.Uninstalled, Tell: uninstalled, Want: uninstalledEnd},
	}
}

// quoted writes a text as JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// notice is notification n of a story. Its time is without seconds.
func notice(r conformance.Run, n, minute int, topic, data string, then map[string]string) conformance.Delivery {
	return conformance.Delivery{
		Name:   topic,
		Header: map[string]string{"Content-Type": "application/json", "User-Agent": "Squarespace/1.0"},
		Body: fmt.Sprintf(`{"id":"%s","websiteId":"5f3c3d55ac435e1a051f77b3","subscriptionId":"5f3c2155d947844beedda991","topic":"%s","createdOn":"%s","data":%s}`,
			r.Token(800 + n)[:24], topic, r.At(minute).Format("2006-01-02T15:04-07:00"), data),
		Then: then,
	}
}

func pointer(id, update string) string {
	return fmt.Sprintf(`{"orderId":"%s","update":"%s"}`, id, update)
}

// sale is an order as the API tells it; amounts are texts.
type sale struct {
	id, email, phone, currency, total, back, status, channel, title string
	test                                                            bool
	lines                                                           int
	created, modified                                               time.Time
}

func order(r conformance.Run, n, minute int) sale {
	return sale{id: r.Token(n)[:24], email: r.Email(), phone: r.Phone(), currency: "EUR", total: "57.70", back: "0.00", status: "PENDING",
		channel: "web", title: "Mug", lines: 1, created: r.At(15), modified: r.At(minute)}
}

func (s sale) money(value string) string {
	return fmt.Sprintf(`{"currency":"%s","value":"%s"}`, s.currency, value)
}

func (s sale) page() map[string]string {
	var lines []string
	for i := range s.lines {
		lines = append(lines, fmt.Sprintf(`{"id":"585d4975dee9f31a60%06d","variantId":"88c16ee4-547b-445e-a392-%012d","sku":"SQ%07d","weight":1.0,`+
			`"productId":"565c8f3da7c8a3cf71%06d","productName":%s,"quantity":2,"unitPricePaid":%s,"variantOptions":[{"value":"Large","optionName":"Size"}],`+
			`"customizations":null,"imageUrl":"https://images.squarespace-cdn.com/content/mug.jpg?format=300w","lineItemType":"PHYSICAL_PRODUCT"}`,
			i, i, i, i, quoted(s.title), s.money("28.85")))
	}
	address := fmt.Sprintf(`{"firstName":"Kim","lastName":"Doe","address1":"1 Rue de Test","address2":null,"city":"Paris","state":"","countryCode":"FR","postalCode":"75001","phone":%s}`, quoted(s.phone))
	const moment = "2006-01-02T15:04:05.000Z"
	return map[string]string{ordersPath + "/" + s.id: fmt.Sprintf(`{"id":"%s","orderNumber":"3","createdOn":"%s","modifiedOn":"%s","channel":"%s","testmode":%t,`+
		`"customerEmail":%s,"billingAddress":%s,"shippingAddress":%s,"fulfillmentStatus":"%s","lineItems":[%s],"internalNotes":[],"shippingLines":[],`+
		`"discountLines":[{"description":"Fall Sale","name":"Fall Sale","amount":%s,"promoCode":"FALLSALE"}],"formSubmission":null,"fulfillments":[],`+
		`"subtotal":%s,"refundedTotal":%s,"grandTotal":%s,"channelName":"Squarespace","externalOrderReference":null,"fulfilledOn":null,"priceTaxInterpretation":"EXCLUSIVE"}`,
		s.id, s.created.Format(moment), s.modified.Format(moment), s.channel, s.test, quoted(s.email), address, address, s.status, strings.Join(lines, ","),
		s.money("1.00"), s.money(s.total), s.money(s.back), s.money(s.total))}
}

// bought: that the order was fulfilled is found in a list, its notification was lost.
func bought(r conformance.Run) []conformance.Delivery {
	sent := order(r, 1, 60)
	sent.status = "FULFILLED"
	return []conformance.Delivery{
		notice(r, 1, 15, "order.create", pointer(sent.id, "CREATED"), order(r, 1, 15).page()),
		{Name: "fulfilled, found in a list", Listed: true, Then: sent.page()},
	}
}

func boughtEnd(r conformance.Run) conformance.Want {
	return conformance.Want{Orders: []conformance.Order{{ID: r.Token(1)[:24], Total: conformance.Amount(5770, "EUR"), Creditable: true}}}
}

func cancelled(r conformance.Run) []conformance.Delivery {
	off := order(r, 1, 60)
	off.status = "CANCELED"
	return []conformance.Delivery{
		notice(r, 1, 15, "order.create", pointer(off.id, "CREATED"), order(r, 1, 15).page()),
		notice(r, 2, 60, "order.update", pointer(off.id, "CANCELED"), off.page()),
	}
}

func cancelledEnd(r conformance.Run) conformance.Want {
	w := boughtEnd(r)
	w.Orders[0].Lost = w.Orders[0].Total
	return w
}

func refunded(r conformance.Run) []conformance.Delivery {
	back := order(r, 1, 60)
	back.back = "7.70"
	return []conformance.Delivery{
		notice(r, 1, 15, "order.create", pointer(back.id, "CREATED"), order(r, 1, 15).page()),
		notice(r, 2, 60, "order.update", pointer(back.id, "REFUNDED"), back.page()),
	}
}

func refundedEnd(r conformance.Run) conformance.Want {
	w := boughtEnd(r)
	w.Orders[0].Lost = conformance.Amount(770, "EUR")
	return w
}

// told is one order, named by its notification.
func told(r conformance.Run, s sale) []conformance.Delivery {
	return []conformance.Delivery{notice(r, 1, 15, "order.create", pointer(s.id, "CREATED"), s.page())}
}

// huge is an order: there are no carts. Its lines cost no purchase.
func huge(r conformance.Run) []conformance.Delivery {
	s := order(r, 1, 15)
	s.lines, s.total = 500, "28850.00"
	return told(r, s)
}

func hugeEnd(r conformance.Run) conformance.Want { return inCurrencyEnd(r, "EUR", 2885000) }

func inCurrency(r conformance.Run, currency, total string) []conformance.Delivery {
	s := order(r, 1, 15)
	s.currency, s.total, s.back = currency, total, "0"
	return told(r, s)
}

func inCurrencyEnd(r conformance.Run, currency string, minor int64) conformance.Want {
	return conformance.Want{Orders: []conformance.Order{{ID: r.Token(1)[:24], Total: conformance.Amount(minor, currency), Creditable: true}}}
}

func yen(r conformance.Run) []conformance.Delivery { return inCurrency(r, "JPY", "1280") }

func yenEnd(r conformance.Run) conformance.Want { return inCurrencyEnd(r, "JPY", 1280) }

func dinars(r conformance.Run) []conformance.Delivery { return inCurrency(r, "KWD", "4.125") }

func dinarsEnd(r conformance.Run) conformance.Want { return inCurrencyEnd(r, "KWD", 4125) }

func unicode(r conformance.Run) []conformance.Delivery {
	s := order(r, 1, 15)
	s.title = "Ärmellos – 「茶」 & \"Œuvre\" 🧵 <b>"
	return told(r, s)
}

// notOnline: one at the till, one in test mode.
func notOnline(r conformance.Run) []conformance.Delivery {
	till, test := order(r, 1, 15), order(r, 2, 15)
	till.channel, test.test = "pos", true
	return append(told(r, till), notice(r, 2, 15, "order.create", pointer(test.id, "CREATED"), test.page()))
}

func notOnlineEnd(r conformance.Run) conformance.Want {
	total := conformance.Amount(5770, "EUR")
	return conformance.Want{Orders: []conformance.Order{{ID: r.Token(1)[:24], Total: total}, {ID: r.Token(2)[:24], Total: total}}}
}

func uninstalled(r conformance.Run) []conformance.Delivery {
	return []conformance.Delivery{notice(r, 1, 100, "extension.uninstall", `{}`, nil)}
}

func uninstalledEnd(conformance.Run) conformance.Want {
	return conformance.Want{Asked: []string{"shop_uninstalled"}}
}
