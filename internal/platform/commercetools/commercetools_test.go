package commercetools_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/commercetools"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

var received = time.Date(2022, 6, 17, 9, 0, 0, 0, time.UTC)

func deliver(body string, headers ...string) event.Delivery {
	d := event.Delivery{Header: map[string][]string{}, Body: []byte(body), ReceivedAt: received, ShopID: "shop-1",
		Domain: "shop.example", Currency: "EUR", Country: "FR", Locale: "fr"}
	for i := 0; i < len(headers); i += 2 {
		d.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	return d
}

func parse(t *testing.T, body string, headers ...string) []event.Event {
	t.Helper()
	events, err := commercetools.New().Parse(deliver(body, headers...))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		platformtest.Sound(t, e)
	}
	return events
}

func TestVerify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		d    event.Delivery
		ok   bool
	}{
		{"a token of ours", deliver("{}", "X-Cartograph-Token", "s1"), true},
		{"a bearer token", deliver("{}", "Authorization", "Bearer s1"), true},
		{"Pub/Sub's own credential beside it", deliver("{}", "Authorization", "Bearer eyJhbGciOi", "X-Cartograph-Token", "s1"), true},
		{"another", deliver("{}", "X-Cartograph-Token", "s2"), false},
		{"a signature in its place", deliver("{}", "X-Cartograph-Signature", "sha256=00"), false},
		{"none", deliver("{}"), false},
	} {
		err := commercetools.New().Verify(c.d, []string{"old", "s1"})
		if c.ok && err != nil || !c.ok && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// vendors is the vendor's own example of a CloudEvent.
const vendors = `{"id":"81ee6da8-5bc2-471b-9159-89bac735a45d","source":"/studio/products","specversion":"1.0","type":"com.commercetools.product.message.ProductPublished",` +
	`"subject":"b32d1013-cd25-4cb4-95ab-99c494531d73","time":"2022-06-17T08:41:58.066Z","sequence":"2","sequencetype":"Integer","data":{"notificationType":"Message",` +
	`"projectKey":"studio","id":"81ee6da8-5bc2-471b-9159-89bac735a45d","version":1,"sequenceNumber":2,"resource":{"typeId":"product","id":"b32d1013-cd25-4cb4-95ab-99c494531d73"},` +
	`"resourceVersion":2,"type":"ProductPublished","createdAt":"2022-06-17T08:41:58.066Z","lastModifiedAt":"2022-06-17T08:41:58.066Z"}}`

func note(kind, about, id, more string) string {
	return `{"notificationType":"` + kind + `","projectKey":"studio","resource":{"typeId":"` + about + `","id":"` + id + `"},"modifiedAt":"2022-06-17T08:00:00.123Z"` + more + `}`
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	ask := func(kind event.LinkKind, id string) []event.Reference { return []event.Reference{{Kind: kind, ID: id}} }
	for _, c := range []struct {
		body, topic string
		kind        event.Kind
		fetch       []event.Reference
	}{
		{vendors, "product.message.ProductPublished", event.Unknown, nil},
		{note("ResourceCreated", "cart", "c1", `,"version":1`), "cart.change.ResourceCreated", event.Unknown, ask(event.LinkCart, "c1")},
		{note("ResourceUpdated", "cart", "c1", `,"version":2`), "cart.change.ResourceUpdated", event.Unknown, ask(event.LinkCart, "c1")},
		{note("ResourceDeleted", "cart", "c1", `,"version":3`), "cart.change.ResourceDeleted", event.CartDeleted, nil},
		{note("Message", "cart", "c1", `,"id":"m1","type":"CartFrozen"`), "cart.message.CartFrozen", event.Unknown, ask(event.LinkCart, "c1")},
		{note("ResourceCreated", "order", "o1", `,"version":1`), "order.change.ResourceCreated", event.Unknown, ask(event.LinkOrder, "o1")},
		{note("Message", "order", "o1", `,"id":"m1","type":"OrderPaymentStateChanged","paymentState":"Paid"`), "order.message.OrderPaymentStateChanged", event.Unknown, ask(event.LinkOrder, "o1")},
		{note("Message", "order", "o1", `,"id":"m1","type":"OrderCreated","payloadNotIncluded":{"reason":"Payload too large."}`), "order.message.OrderCreated", event.Unknown, ask(event.LinkOrder, "o1")},
		{note("Message", "order", "o1", `,"id":"m1","type":"OrderDeleted","order":{"id":"o1"}`), "order.message.OrderDeleted", event.Unknown, nil},
		{note("ResourceDeleted", "order", "o1", `,"version":9`), "order.change.ResourceDeleted", event.Unknown, nil},
		{note("Message", "payment", "p1", `,"id":"m1","type":"PaymentTransactionAdded"`), "payment.message.PaymentTransactionAdded", event.Unknown, ask("payment", "p1")},
		{note("Message", "payment", "p1", `,"id":"m1","type":"PaymentCreated"`), "payment.message.PaymentCreated", event.Unknown, nil},
		{note("ResourceDeleted", "customer", "k1", `,"version":1`), "customer.change.ResourceDeleted", event.Unknown, nil},
		{note("ResourceDeleted", "customer", "k1", `,"version":1,"dataErasure":true`), "customer.change.ResourceDeleted", event.SubjectErase, nil},
		{note("ResourceCreated", "subscription", "s1", `,"version":1`), "subscription.change.ResourceCreated", event.Unknown, nil},
		{`{"id":"e1","notificationType":"Event","type":"ImportContainerCreated","resourceType":"import-api","data":{},"createdAt":"2025-03-26T17:28:20.397Z"}`,
			".event.ImportContainerCreated", event.Unknown, nil},
		{`{"Type":"SubscriptionConfirmation","Token":"t","SubscribeURL":"https://sns.example/","Message":"You have chosen…"}`, "sns.SubscriptionConfirmation", event.Unknown, nil},
		{`{"specversion":"1.0","id":"e2","type":"com.commercetools.order.message.OrderCreated"}`, "com.commercetools.order.message.OrderCreated", event.Unknown, nil},
		{`{"hello":"world"}`, "", event.Unknown, nil},
	} {
		events := parse(t, c.body)
		if len(events) != 1 {
			t.Fatalf("%s: %d events", c.body, len(events))
		}
		e := events[0]
		if diff := cmp.Diff(c.fetch, e.Fetch); e.Topic != c.topic || e.Kind != c.kind || diff != "" {
			t.Errorf("%s: topic %q, %s\n%s", c.body, e.Topic, e.Kind, diff)
		}
	}
}

func TestErasureNamesTheCustomerAndKeepsNoName(t *testing.T) {
	t.Parallel()
	e := parse(t, note("ResourceDeleted", "customer", "kim-of-studio", `,"version":1,"dataErasure":true`))[0]
	want := &event.Privacy{Keys: []event.Key{{Kind: event.KeyCustomer, Value: "kim-of-studio"}}}
	if diff := cmp.Diff(want, e.Privacy); diff != "" || strings.Contains(e.DedupeKey, "kim") || len(e.Person.Keys) != 0 {
		t.Errorf("%s\n%+v", diff, e)
	}
}

func pushed(inner string) string {
	return `{"message":{"data":"` + base64.StdEncoding.EncodeToString([]byte(inner)) + `","messageId":"1"},"subscription":"s"}`
}

func TestEnvelopes(t *testing.T) {
	t.Parallel()
	inner := note("ResourceCreated", "cart", "c1", `,"version":1`)
	want := parse(t, inner)
	cloud := `{"specversion":"1.0","id":"e1","type":"com.commercetools.cart.change.ResourceCreated","data":` + inner + `}`
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
	for name, body := range map[string]string{
		"a CloudEvent": cloud, "pushed by Pub/Sub": pushed(inner), "a CloudEvent pushed": pushed(cloud),
		"by SNS":         `{"Type":"Notification","MessageId":"1","Message":` + quote(inner) + `}`,
		"by EventBridge": `{"version":"0","detail-type":"x","source":"aws.partner/commercetools.com","detail":` + inner + `}`,
		"a batch of one": `[` + inner + `]`,
	} {
		if diff := cmp.Diff(want, parse(t, body)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if two := parse(t, `[`+inner+`,`+cloud+`,`+note("ResourceCreated", "cart", "c2", `,"version":1`)+`]`); len(two) != 3 || two[0].DedupeKey != two[1].DedupeKey || two[0].DedupeKey == two[2].DedupeKey {
		t.Errorf("%+v", two)
	}
	for body, code := range map[string]fault.Code{
		`{"notificationType":`:                 fault.Invalid,
		``:                                     fault.Invalid,
		`7`:                                    fault.Unprocessable,
		`[7]`:                                  fault.Unprocessable,
		pushed("not JSON"):                     fault.Unprocessable,
		`{"message":{"data":"%%"}}`:            fault.Unprocessable,
		`{"Type":"Notification","Message":""}`: fault.Unprocessable,
		pushed(pushed(pushed(pushed(pushed(inner))))):                fault.Unprocessable,
		note("ResourceCreated", "cart", "", ``):                      fault.Unprocessable,
		`[` + strings.Repeat(inner+",", 1000) + inner + `]`:          fault.Unprocessable,
		note("Message", "order", "", `,"id":"m","type":"OrderMade"`): fault.Unprocessable,
	} {
		events, err := commercetools.New().Parse(deliver(body))
		if fault.CodeOf(err) != code || events != nil {
			t.Errorf("%.80s: %v, %d events", body, err, len(events))
		}
	}
}

func TestRepeats(t *testing.T) {
	t.Parallel()
	of := func(body string) string { return parse(t, body)[0].DedupeKey }
	change, message := note("ResourceUpdated", "order", "o1", `,"version":2`), note("Message", "order", "o1", `,"id":"m1","type":"OrderStateChanged"`)
	for name, c := range map[string]struct {
		a, b  string
		equal bool
	}{
		"a change again":         {of(change), of(strings.Replace(change, "08:00:00.123Z", "08:00:00.124Z", 1)), true},
		"another version":        {of(change), of(strings.Replace(change, `"version":2`, `"version":3`, 1)), false},
		"another resource":       {of(change), of(strings.Replace(change, "o1", "o2", 1)), false},
		"another kind of change": {of(change), of(strings.Replace(change, "Updated", "Created", 1)), false},
		"a message again":        {of(message), of(pushed(message)), true},
		"another message":        {of(message), of(strings.Replace(message, "m1", "m2", 1)), false},
	} {
		if (c.a == c.b) != c.equal {
			t.Errorf("%s: %s and %s", name, c.a, c.b)
		}
	}
}

// aCart is the vendor's own example, shortened, with an address.
const aCart = `{"type":"Cart","id":"2a3baa00-44fa-4ab8-bec7-933c31e18dcc","version":5,"createdAt":"2015-09-22T15:36:17.510Z","lastModifiedAt":"2015-09-22T15:41:55.816Z",` +
	`"customerId":"2a3baa00-44fa-4ab8-bec7-933c31e18dcf","lineItems":[{"id":"b925a817","productId":"9f10dcfb-5cc9-4a18-843a-c07f7e22d01f","name":{"en":"SAPPHIRE"},` +
	`"variant":{"id":1,"sku":"sku_SAPPHIRE","images":[{"url":"https://www.commercetools.com/cli/data/252542005_1.jpg"}]},"price":{"value":{"type":"centPrecision",` +
	`"fractionDigits":2,"currencyCode":"EUR","centAmount":2800}},"quantity":2,"discountedPricePerQuantity":[],"totalPrice":{"type":"centPrecision","fractionDigits":2,` +
	`"currencyCode":"EUR","centAmount":5600}}],"cartState":"Active","totalPrice":{"type":"centPrecision","fractionDigits":2,"currencyCode":"EUR","centAmount":5600},` +
	`"customLineItems":[],"discountCodes":[],"origin":"Customer"}`

func cart(t *testing.T, old, replacement string) []event.Event {
	t.Helper()
	if !strings.Contains(aCart, old) {
		t.Fatalf("%s is not in the cart", old)
	}
	return parse(t, strings.Replace(aCart, old, replacement, 1), "X-Cartograph-Topic", "fetched/cart")
}

func eur(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }

func TestCart(t *testing.T) {
	t.Parallel()
	at := time.Date(2015, 9, 22, 15, 41, 55, 816e6, time.UTC)
	want := []event.Event{{
		ShopID: "shop-1", Platform: "commercetools", Topic: "fetched/cart", Kind: event.CartUpdated, OccurredAt: at, ReceivedAt: received,
		DedupeKey: "commercetools:cart:2a3baa00-44fa-4ab8-bec7-933c31e18dcc:5", StartedAt: time.Date(2015, 9, 22, 15, 36, 17, 510e6, time.UTC),
		Links:  []event.Link{{Kind: event.LinkCart, Value: "2a3baa00-44fa-4ab8-bec7-933c31e18dcc"}},
		Person: event.Person{Keys: []event.Key{{Kind: event.KeyCustomer, Value: "2a3baa00-44fa-4ab8-bec7-933c31e18dcf"}}},
		Contents: &event.Contents{Total: eur(5600), Items: []event.Item{{ProductID: "9f10dcfb-5cc9-4a18-843a-c07f7e22d01f", SKU: "sku_SAPPHIRE", Title: "SAPPHIRE",
			Quantity: 2, Price: eur(2800), LineTotal: eur(5600), ImageURL: "https://www.commercetools.com/cli/data/252542005_1.jpg"}}},
	}}
	if diff := cmp.Diff(want, cart(t, `"Active"`, `"Active"`)); diff != "" {
		t.Error(diff)
	}
}

func TestCartStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		old, replacement string
		kinds            []event.Kind
	}{
		{`"Active"`, `"Frozen"`, []event.Kind{event.CartUpdated}},
		{`"Active"`, `"Merged"`, []event.Kind{event.CartDeleted}},
		{`"Active"`, `"Ordered"`, []event.Kind{event.CartUpdated, event.OrderPlaced}},
		{`"Active"`, `"Active","shippingAddress":{"country":"FR"}`, []event.Kind{event.CheckoutUpdated}},
		{`"origin":"Customer"`, `"origin":"Merchant"`, []event.Kind{event.Unknown}},
		{`"Active","totalPrice"`, `"Ordered","origin":"Quote","totalPrice"`, []event.Kind{event.CartUpdated, event.OrderPlaced}}, // the later of two equal names counts
		{`"lineItems":`, `"x":`, []event.Kind{event.CartUpdated}},
	} {
		var kinds []event.Kind
		for _, e := range cart(t, c.old, c.replacement) {
			kinds = append(kinds, e.Kind)
		}
		if diff := cmp.Diff(c.kinds, kinds); diff != "" {
			t.Errorf("%s:\n%s", c.replacement, diff)
		}
	}
	if e := cart(t, `"lineItems":`, `"x":`)[0]; e.Contents != nil {
		t.Error("a cart without its lines looks emptied")
	}
	ordered := cart(t, `"Active"`, `"Ordered"`)
	if o := ordered[1].Order; o.Creditable || o.ID != "checkout:2a3baa00-44fa-4ab8-bec7-933c31e18dcc" || ordered[0].DedupeKey == ordered[1].DedupeKey {
		t.Errorf("%+v", ordered)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		money string
		want  money.Money
		code  fault.Code
	}{
		{`{"centAmount":5,"fractionDigits":2,"currencyCode":"EUR"}`, eur(5), ""},
		{`{"centAmount":"1205","fractionDigits":2,"currencyCode":"EUR"}`, eur(1205), ""},
		{`{"centAmount":1205,"currencyCode":"EUR"}`, eur(1205), ""},
		{`{"centAmount":1280,"fractionDigits":0,"currencyCode":"JPY"}`, money.Money{Minor: 1280, Currency: "JPY"}, ""},
		{`{"centAmount":4125,"fractionDigits":3,"currencyCode":"KWD"}`, money.Money{Minor: 4125, Currency: "KWD"}, ""},
		{`{"type":"highPrecision","centAmount":13,"preciseAmount":12345,"fractionDigits":5,"currencyCode":"EUR"}`, eur(13), ""},
		{`{"centAmount":128000,"fractionDigits":2,"currencyCode":"JPY"}`, money.Money{Minor: 1280, Currency: "JPY"}, ""},
		{`{"centAmount":9007199254740993,"fractionDigits":2,"currencyCode":"EUR"}`, eur(9007199254740993), ""},
		{`{"centAmount":-5,"fractionDigits":2,"currencyCode":"EUR"}`, money.Money{}, fault.Unprocessable},
		{`{"centAmount":1.5,"fractionDigits":2,"currencyCode":"EUR"}`, money.Money{}, fault.Unprocessable},
		{`{"centAmount":5,"fractionDigits":99,"currencyCode":"EUR"}`, money.Money{}, fault.Unprocessable},
		{`{"centAmount":5,"fractionDigits":2,"currencyCode":"XXXX"}`, money.Money{}, fault.Unprocessable},
	} {
		events, err := commercetools.New().Parse(deliver(`{"id":"c1","version":1,"lineItems":[],"totalPrice":`+c.money+`}`, "X-Cartograph-Topic", "fetched/cart"))
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.money, err)
		} else if err == nil && events[0].Contents.Total != c.want {
			t.Errorf("%s: %v", c.money, events[0].Contents.Total)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		old, replacement string
		want             func(i *event.Item)
	}{
		{`"price":{"value"`, `"price":{"discounted":{"value":{"centAmount":2500,"fractionDigits":2,"currencyCode":"EUR"}},"value"`, func(i *event.Item) { i.Price = eur(2500) }},
		{`"discountedPricePerQuantity":[]`, `"discountedPricePerQuantity":[{"quantity":1}]`, func(i *event.Item) { i.Price = eur(2800) }},
		{`"sku":"sku_SAPPHIRE",`, ``, func(i *event.Item) { i.SKU, i.VariantID = "", "9f10dcfb-5cc9-4a18-843a-c07f7e22d01f/1" }},
		{`{"en":"SAPPHIRE"}`, `{"en":"Sapphire","fr-FR":"Saphir","de":"Saphir!"}`, func(i *event.Item) { i.Title = "Saphir" }},
		{`{"en":"SAPPHIRE"}`, `{"de":"Saphir!","pl":"Szafir"}`, func(i *event.Item) { i.Title = "Saphir!" }},
		{`{"en":"SAPPHIRE"}`, `"Sapphire"`, func(i *event.Item) { i.Title = "Sapphire" }},
		{`{"en":"SAPPHIRE"}`, `[]`, func(i *event.Item) { i.Title = "" }},
		{`"images":[`, `"images":[],"x":[`, func(i *event.Item) { i.ImageURL = "" }},
	} {
		want := cart(t, `"Active"`, `"Active"`)[0].Contents.Items[0]
		c.want(&want)
		if diff := cmp.Diff(want, cart(t, c.old, c.replacement)[0].Contents.Items[0]); diff != "" {
			t.Errorf("%s:\n%s", c.replacement, diff)
		}
	}
}

// anOrder is made from the cart; its payments are told as asked for.
var anOrder = strings.NewReplacer(`"cartState":"Active"`, `"orderState":"Open","cart":{"typeId":"cart","id":"c1"},"orderNumber":"A-7"`,
	`"version":5`, `"version":1`).Replace(aCart)

func order(t *testing.T, more string) event.Event {
	t.Helper()
	return parse(t, strings.TrimSuffix(anOrder, "}")+more+"}", "X-Cartograph-Topic", "fetched/order")[0]
}

func payments(kind, state string, cents string) string {
	return `,"paymentInfo":{"payments":[{"typeId":"payment","id":"p1","obj":{"transactions":[{"type":"` + kind + `","state":"` + state +
		`","amount":{"centAmount":` + cents + `,"fractionDigits":2,"currencyCode":"EUR"}}]}}]}`
}

func TestOrders(t *testing.T) {
	t.Parallel()
	type end struct {
		kind       event.Kind
		status     event.OrderStatus
		lost       int64
		creditable bool
		unpaid     bool
	}
	for _, c := range []struct {
		more string
		want end
	}{
		{``, end{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{`,"version":4`, end{event.OrderUpdated, event.OrderOpen, 0, true, false}},
		{`,"orderState":"Cancelled"`, end{event.OrderCancelled, event.OrderVoid, 0, true, false}},
		{`,"paymentState":"Failed"`, end{event.OrderPlaced, event.OrderOpen, 0, true, true}},
		{`,"origin":"Merchant"`, end{event.OrderPlaced, event.OrderOpen, 0, false, false}},
		{`,"cart":null`, end{event.OrderPlaced, event.OrderOpen, 0, false, false}}, // imported
		{`,"quote":{"typeId":"quote","id":"q"}`, end{event.OrderPlaced, event.OrderOpen, 0, false, false}},
		{`,"recurringOrder":{"typeId":"recurring-order","id":"q"}`, end{event.OrderPlaced, event.OrderOpen, 0, false, false}},
		{payments("Refund", "Success", "600"), end{event.OrderRefunded, event.OrderOpen, 600, true, false}},
		{payments("Refund", "Success", "5600"), end{event.OrderRefunded, event.OrderVoid, 5600, true, false}},
		{payments("Chargeback", "Success", "9900"), end{event.OrderRefunded, event.OrderVoid, 5600, true, false}},
		{payments("Refund", "Pending", "600"), end{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{payments("Charge", "Success", "5600"), end{event.OrderPlaced, event.OrderOpen, 0, true, false}},
		{`,"paymentInfo":[]`, end{event.OrderPlaced, event.OrderOpen, 0, true, false}},
	} {
		e := order(t, c.more)
		got := end{e.Kind, e.Order.Status, e.Order.Refunded.Minor, e.Order.Creditable, e.Order.Unpaid}
		if got != c.want || e.Order.Total != eur(5600) || e.Order.Number != "A-7" {
			t.Errorf("%s: %+v, want %+v", c.more, got, c.want)
		}
	}
	if order(t, ``).DedupeKey == order(t, payments("Refund", "Success", "600")).DedupeKey {
		t.Error("a refund, which does not change the order's version, has the same key")
	}
	taxed := order(t, `,"taxedPrice":{"totalGross":{"centAmount":6664,"fractionDigits":2,"currencyCode":"EUR"}}`)
	if taxed.Order.Total != eur(6664) || taxed.Contents.Total != eur(6664) {
		t.Errorf("%+v", taxed.Order)
	}
}

func TestOrdersInMessages(t *testing.T) {
	t.Parallel()
	for kind, creditable := range map[string]bool{"OrderCreated": true, "OrderImported": false, "OrderCreatedFromRecurringOrder": false} {
		e := parse(t, note("Message", "order", "o1", `,"id":"m1","type":"`+kind+`","order":`+anOrder))[0]
		if e.Order == nil || e.Order.Creditable != creditable || e.DedupeKey != "commercetools:message:m1" {
			t.Errorf("%s: %+v", kind, e)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, body := range []string{vendors, aCart, anOrder, pushed(vendors), `[` + vendors + `]`,
		`{"Type":"Notification","Message":"{\"notificationType\":\"ResourceCreated\"}"}`, `{"detail-type":"x","detail":{"notificationType":"Message"}}`,
		note("Message", "order", "o1", `,"id":"m1","type":"OrderCreated","order":`+anOrder),
		note("ResourceDeleted", "customer", "k1", `,"version":1,"dataErasure":true`)} {
		for _, topic := range []string{"", "fetched/cart", "fetched/order"} {
			f.Add(topic, body)
		}
	}
	f.Fuzz(func(t *testing.T, topic, body string) {
		platformtest.Parses(t, commercetools.New(), deliver(body, "X-Cartograph-Topic", topic))
	})
}

// FuzzVerify: a token is a secret of the shop or nothing, whatever the body.
func FuzzVerify(f *testing.F) {
	f.Add("{}", "s1", "Bearer s1")
	f.Add("", "", "Basic czE6")
	f.Add("\xff", " s1", "bearer\ts1")
	f.Fuzz(func(t *testing.T, body, token, authorization string) {
		a, secrets := commercetools.New(), []string{"", "the secret of the shop"}
		if err := a.Verify(deliver(body, "X-Cartograph-Token", "the secret of the shop", "Authorization", authorization), secrets); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(token+authorization, "the secret of the shop") {
			return
		}
		if err := a.Verify(deliver(body, "X-Cartograph-Token", token, "Authorization", authorization), secrets); !fault.Is(err, fault.Unauthorized) {
			t.Fatalf("%q, %q: %v", token, authorization, err)
		}
	})
}
