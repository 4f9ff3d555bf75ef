package shopware_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/shopware"
)

const secret = "sw_app_shop_secret"

func deliver(body string) event.Delivery {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return event.Delivery{Header: map[string][]string{"Shopware-Shop-Signature": {hex.EncodeToString(h.Sum(nil))}}, Body: []byte(body),
		ReceivedAt: received, ShopID: "shop-1", Domain: "shop.example", Currency: "EUR", Country: "DE", Locale: "de"}
}

// posted is a webhook's body; the timestamp and so the signature differ by try.
func posted(name, payload, eventID string, sent time.Time) string {
	return `{"data":{"event":"` + name + `","payload":` + payload + `},"source":{"url":"https:\/\/shop.example","shopId":"s","eventId":"` + eventID +
		`"},"timestamp":` + sent.Format("20060102") + `}`
}

func parse(t *testing.T, body string) []event.Event {
	t.Helper()
	es, err := shopware.New().Parse(deliver(body))
	if err != nil || len(es) == 0 {
		t.Fatalf("%s: %d events, %v", body, len(es), err)
	}
	for _, e := range es {
		platformtest.Sound(t, e)
	}
	return es
}

// TestSample is a webhook of the vendor's documentation, with its signature.
func TestSample(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/product_written.json")
	if err != nil {
		t.Fatal(err)
	}
	d := deliver(strings.TrimSpace(string(body)))
	d.Header["Shopware-Shop-Signature"] = []string{"c9cdfd7b0b0d2c35ed7cf99d64bbbc28fe9284aafb36be93ca5ab1865cd2c498"}
	if err := shopware.New().Verify(d, []string{"sw_app_shop_secret_fixture"}); err != nil {
		t.Error(err)
	}
	es, err := shopware.New().Parse(d)
	if err != nil || len(es) != 1 || es[0].Kind != event.Unknown || es[0].Fetch != nil ||
		es[0].DedupeKey != "shopware:product.written:7b04ebe416db4ebc93de4d791325e1d9" {
		t.Errorf("%+v, %v", es, err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(d event.Delivery)
		secrets []string
		ok      bool
	}{
		"as signed":          {func(event.Delivery) {}, []string{"another", secret}, true},
		"by the companion":   {func(d event.Delivery) { move(d, "sha256=") }, []string{secret}, true},
		"without its prefix": {func(d event.Delivery) { move(d, "") }, []string{secret}, false},
		"a forged one beside": {func(d event.Delivery) {
			move(d, "sha256=")
			d.Header["Shopware-Shop-Signature"] = []string{strings.Repeat("0", 64)}
		}, []string{secret}, false},
		"not hex":   {func(d event.Delivery) { d.Header["Shopware-Shop-Signature"] = []string{"zz"} }, []string{secret}, false},
		"unsigned":  {func(d event.Delivery) { delete(d.Header, "Shopware-Shop-Signature") }, []string{secret}, false},
		"no secret": {func(event.Delivery) {}, nil, false},
	} {
		d := deliver(`{"data":{"event":"x"}}`)
		c.change(d)
		if err := shopware.New().Verify(d, c.secrets); c.ok != (err == nil) || err != nil && !fault.Is(err, fault.Unauthorized) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func move(d event.Delivery, prefix string) {
	d.Header["X-Cartograph-Signature"] = []string{prefix + d.Header["Shopware-Shop-Signature"][0]}
	delete(d.Header, "Shopware-Shop-Signature")
}

// TestARetryIsTheSameEvent though body and signature differ.
func TestARetryIsTheSameEvent(t *testing.T) {
	t.Parallel()
	key := func(id string, day int) string {
		return parse(t, posted("order.written", `[{"entity":"order","operation":"update","primaryKey":"o1"}]`, id, received.AddDate(0, 0, -day)))[0].DedupeKey
	}
	if key("e1", 1) != key("e1", 2) || key("e1", 1) == key("e2", 1) || key("", 1) != key("", 2) {
		t.Error("the event's id and nothing else tells webhooks apart; without one the payload does")
	}
}

func TestWritten(t *testing.T) {
	t.Parallel()
	const live = `"versionId":"0fa91ce3e96a4bc2be4bd9ce752c3425"`
	for _, c := range []struct {
		name, topic, payload string
		want                 []event.Kind
		fetch                []string
	}{
		{"orders", "order.written", `[{"entity":"order","operation":"insert","primaryKey":{"id":"o1",` + live + `}},{"entity":"order","operation":"update","primaryKey":"o2"}]`,
			[]event.Kind{event.Unknown}, []string{"o1", "o2"}},
		{"a draft", "order.written", `[{"entity":"order","operation":"insert","primaryKey":{"id":"o1","versionId":"f"}}]`, []event.Kind{event.Unknown}, nil},
		{"an id that is a path", "order.written", `[{"entity":"order","operation":"insert","primaryKey":"../../oauth/token"}]`, []event.Kind{event.Unknown}, nil},
		{"deleted ones", "order.deleted", `[{"entity":"order","operation":"delete","primaryKey":{"id":"o1",` + live + `}},{"entity":"order","operation":"delete","primaryKey":"o2"}]`,
			[]event.Kind{event.OrderCancelled, event.OrderCancelled}, nil},
		{"a deleted customer", "customer.deleted", `[{"entity":"customer","operation":"delete","primaryKey":"p1"}]`, []event.Kind{event.SubjectErase}, nil},
		{"a customer written", "customer.written", `[{"entity":"customer","operation":"update","primaryKey":"p1"}]`, []event.Kind{event.Unknown}, nil},
		{"an empty object", "app.deleted", `[]`, []event.Kind{event.ShopUninstalled}, nil},
	} {
		var kinds []event.Kind
		var fetch []string
		keys := map[string]bool{}
		for _, e := range parse(t, posted(c.topic, c.payload, "e1", received)) {
			kinds, keys[e.DedupeKey] = append(kinds, e.Kind), true
			for _, ref := range e.Fetch {
				fetch = append(fetch, ref.ID)
			}
		}
		if diff := cmp.Diff(c.want, kinds) + cmp.Diff(c.fetch, fetch); diff != "" || len(keys) != len(kinds) {
			t.Errorf("%s: %s (keys %v)", c.name, diff, keys)
		}
	}
}

func order(more string) string {
	return `{"order":{"id":"o1","orderNumber":"10001","orderDateTime":"2026-05-02T09:00:00.000+00:00","amountTotal":25.0,"currency":{"isoCode":"EUR"},` + more +
		`"orderCustomer":{"id":"oc","customerId":"p1","email":"ann@example.com"}}}`
}

func TestStates(t *testing.T) {
	t.Parallel()
	paid := func(states ...string) string {
		var all []string
		for _, s := range states {
			all = append(all, `{"stateMachineState":{"technicalName":"`+s+`"}}`)
		}
		return `"transactions":[` + strings.Join(all, ",") + `],`
	}
	for _, c := range []struct {
		topic, more string
		want        event.Kind
		status      event.OrderStatus
		unpaid      bool
	}{
		{"checkout.order.placed", "", event.OrderPlaced, event.OrderOpen, false},
		{"checkout.order.placed", paid("open"), event.OrderPlaced, event.OrderOpen, false},
		{"state_enter.order.state.in_progress", "", event.OrderUpdated, event.OrderOpen, false},
		{"state_enter.order.state.cancelled", "", event.OrderCancelled, event.OrderVoid, false},
		{"state_enter.order_transaction.state.paid", paid("open"), event.OrderUpdated, event.OrderOpen, false},
		{"state_enter.order_transaction.state.failed", "", event.OrderCancelled, event.OrderVoid, true},
		{"state_enter.order_transaction.state.refunded", "", event.OrderRefunded, event.OrderVoid, false},
		{"state_enter.order_delivery.state.shipped", paid("failed", "paid"), event.OrderUpdated, event.OrderOpen, false},
		{"state_enter.order_delivery.state.shipped", paid("failed", "open"), event.OrderUpdated, event.OrderOpen, false},
		{"state_enter.order_delivery.state.shipped", paid("paid", "failed"), event.OrderUpdated, event.OrderOpen, false},
	} {
		e := parse(t, posted(c.topic, order(c.more), "e1", received))[0]
		if e.Kind != c.want || e.Order.Status != c.status || e.Order.Unpaid != c.unpaid || e.Order.Total.Minor != 2500 {
			t.Errorf("%s %s: %s with %+v", c.topic, c.more, e.Kind, e.Order)
		}
		if e.Person.Keys[0] != (event.Key{Kind: event.KeyCustomer, Value: "p1"}) {
			t.Errorf("the customer is %+v", e.Person.Keys)
		}
	}
}

// TestTriesAtPaying: an order's own time stays when one of its payments changes,
// and that one of several was given up says nothing of the others.
func TestTriesAtPaying(t *testing.T) {
	t.Parallel()
	try := func(state, created, updated string) string {
		return `{"stateMachineState":{"technicalName":"` + state + `"},"createdAt":"2026-05-02T09:0` + created + `:00Z","updatedAt":"2026-05-02T09:0` + updated + `:00Z"}`
	}
	for _, c := range []struct {
		topic, tries string
		status       event.OrderStatus
		minute       int
	}{
		{"failed", try("failed", "1", "2"), event.OrderVoid, 2},
		{"paid", try("paid", "1", "4"), event.OrderOpen, 4},
		{"cancelled", try("cancelled", "1", "5") + "," + try("open", "4", "4"), event.OrderOpen, 5},
		{"cancelled", try("open", "4", "4") + "," + try("cancelled", "1", "5"), event.OrderOpen, 5},
		{"cancelled", try("paid", "1", "3") + "," + try("cancelled", "4", "5"), event.OrderOpen, 5},
		{"failed", try("cancelled", "1", "3") + "," + try("failed", "4", "5"), event.OrderVoid, 5},
	} {
		body := order(`"updatedAt":"2026-05-02T09:01:00Z","transactions":[` + c.tries + `],`)
		e := parse(t, posted("state_enter.order_transaction.state."+c.topic, body, "e1", received))[0]
		if e.Order.Status != c.status || e.OccurredAt.Minute() != c.minute {
			t.Errorf("%s of %s: %s at %v", c.topic, c.tries, e.Order.Status, e.OccurredAt)
		}
	}
}

// TestUnsubscribing: the recipient is told as they were before it, and a no must
// not be as old as the yes that it takes back.
func TestUnsubscribing(t *testing.T) {
	t.Parallel()
	told := `{"newsletterRecipient":{"email":"ann@example.com","status":"direct","createdAt":"2026-05-01T09:00:00Z"}}`
	yes := parse(t, posted("newsletter.register", told, "e1", received))[0].Consents[0]
	sent := `"timestamp":` + strconv.FormatInt(received.Unix(), 10) + `}`
	body, _, _ := strings.Cut(posted("newsletter.unsubscribe", told, "e2", received), `"timestamp"`)
	no := parse(t, body+sent)[0].Consents[0]
	if yes.Answer != event.Yes || no.Answer != event.No || !no.At.After(yes.At) {
		t.Errorf("yes %v, no %v", yes, no)
	}
}

func TestNonsense(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]fault.Code{
		``: fault.Invalid, `{"data"`: fault.Invalid, `[]`: fault.Unprocessable, `{"data":7}`: fault.Unprocessable,
		posted("checkout.order.placed", `{}`, "e", received):                                                              fault.Unprocessable,
		posted("checkout.order.placed", `{"order":{"id":"o1","currency":{"isoCode":"XXQ"}}}`, "e", received):              fault.Unprocessable,
		posted("order.written", `[7]`, "e", received):                                                                     fault.Unprocessable,
		posted("newsletter.confirm", `{"newsletterRecipient":{}}`, "e", received):                                         fault.Unprocessable,
		posted("cartograph.cart.saved", `{"cart":{"lineItems":[]}}`, "e", received):                                       fault.Unprocessable,
		posted("cartograph.cart.saved", `{"cart":{"token":"t","lineItems":"none"}}`, "e", received):                       fault.Unprocessable,
		posted("cartograph.cart.saved", `{"cart":{"token":"t","lineItems":[{"quantity":0,"label":"x"}]}}`, "e", received): fault.Unprocessable,
	} {
		if es, err := shopware.New().Parse(deliver(body)); !fault.Is(err, want) {
			t.Errorf("%s: %v, %v", body, es, err)
		}
	}
	if e := parse(t, posted("cartograph.cart.saved", `{"cart":{"token":"t"},"context":[]}`, "e", received))[0]; e.Contents != nil || e.Kind != event.CartUpdated {
		t.Errorf("a cart whose lines are not told looks like %+v", e.Contents)
	}
	if e := parse(t, posted("checkout.order.placed", order(`"lineItems":[{"quantity":0,"label":"odd"},{"quantity":1,"label":"Mug","unitPrice":5}],`), "e", received))[0]; len(e.Contents.Items) != 1 || len(e.Notes) == 0 {
		t.Errorf("an odd line must not lose the order: %+v", e)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("", posted("checkout.order.placed", order(`"lineItems":[{"type":"product","quantity":1,"unitPrice":12.500000000000002,"payload":{"options":[{"option":"Blue"}]}}],`), "e", received))
	f.Add("", posted("cartograph.cart.saved", `{"cart":{"token":"t","price":{"totalPrice":5},"lineItems":[{"quantity":1,"price":{"unitPrice":5},"label":"x"}]},"context":{"currency":"JPY","customer":{"email":"a@b.example"}},"at":"2026-05-02T09:00:00Z"}`, "e", received))
	f.Add("", posted("order.written", `[{"entity":"order","operation":"delete","primaryKey":{"id":"o1"}}]`, "e", received))
	f.Add("", posted("newsletter.unsubscribe", `{"newsletterRecipient":{"email":"a@b.example","status":"optOut"}}`, "e", received))
	f.Add("fetched/order", `{"id":"o1","amountTotal":5,"currency":{"isoCode":"EUR"},"transactions":[{"captures":[{"refunds":[{"amount":{"totalPrice":1}}]}]}]}`)
	f.Fuzz(func(t *testing.T, topic, body string) {
		d := deliver(body)
		if topic != "" {
			d.Header["X-Cartograph-Topic"] = []string{topic}
		}
		platformtest.Parses(t, shopware.New(), d)
	})
}

// FuzzVerify: no delivery passes but the one that was signed, in either way.
func FuzzVerify(f *testing.F) {
	f.Add(`{"data":{}}`, uint(3), byte(1))
	f.Add("", uint(63), byte(0x40))
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		if mask == 0x20 { // hexadecimal digits say the same in both cases
			mask = 1
		}
		platformtest.Unforgeable(t, shopware.New(), deliver(body), "Shopware-Shop-Signature", secret, at, mask)
		d := deliver(body)
		move(d, "sha256=")
		platformtest.Unforgeable(t, shopware.New(), d, "X-Cartograph-Signature", secret, at, mask)
	})
}
