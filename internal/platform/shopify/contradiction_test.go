package shopify_test

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

const (
	boughtBody = `{"id":77,"token":"ordertoken","checkout_token":"co1","cart_token":"c1?key=abc","order_number":1001,"financial_status":"paid",` +
		`"source_name":"web","currency":"EUR","total_price":"10.00","email":"ann@example.com","line_items":[],"created_at":"2026-05-02T09:00:00Z","updated_at":"2026-05-02T09:00:00Z"}`
	openBody = `{"id":78,"token":"co1","cart_token":"c1","abandoned_checkout_url":"https://shop.example/co1/recover?key=k","source_name":"SOURCE",` +
		`"currency":"EUR","total_price":"10.00","email":"ann@example.com","line_items":[],"created_at":"2026-05-02T09:00:00Z","updated_at":"2026-05-02T09:00:00Z"COMPLETED}`
)

func opened(source, completed string) string {
	return strings.NewReplacer("SOURCE", source, "COMPLETED", completed).Replace(openBody)
}

// Nobody signs the topic: where the body contradicts it, the body counts.
func TestATopicAgainstTheBody(t *testing.T) {
	t.Parallel()
	for _, topic := range []string{"checkouts/create", "checkouts/update"} {
		e := parse(t, deliver(topic, boughtBody))
		if e.Order == nil || e.Order.ID != "77" || e.Kind != event.OrderUpdated || e.RestoreURL != "" || len(e.Notes) == 0 {
			t.Errorf("an order under %s is %s %+v", topic, e.Kind, e.Order)
		}
	}
	for _, topic := range []string{"orders/create", "orders/updated"} {
		e := parse(t, deliver(topic, opened("web", "")))
		if e.Order != nil || e.Kind != event.CheckoutUpdated || len(e.Notes) == 0 {
			t.Errorf("a checkout under %s is %s %+v", topic, e.Kind, e.Order)
		}
	}
}

// Storefronts write a key behind a cart's token that orders do not have.
func TestACartsTokenIsWithoutItsKey(t *testing.T) {
	t.Parallel()
	for topic, body := range map[string]string{
		"orders/create": boughtBody, "checkouts/update": opened("web", ""),
		"carts/update": `{"id":"c1?key=abc","token":"c1?key=abc","line_items":[]}`,
	} {
		found := 0
		for _, l := range parse(t, deliver(topic, body)).Links {
			if l.Kind == event.LinkCart {
				if found++; l.Value != "c1" {
					t.Errorf("%s: the cart is %q", topic, l.Value)
				}
			}
		}
		if found != 1 {
			t.Errorf("%s names %d carts", topic, found)
		}
	}
}

// Who pays at the till must not be reminded of it: such an order names neither
// its checkout nor its cart.
func TestATillsCheckoutIsNoCart(t *testing.T) {
	t.Parallel()
	for source, cart := range map[string]bool{
		"web": true, "580111": true, "3890849": true, "": true,
		"pos": false, "iphone": false, "android": false, "shopify_draft_order": false, "subscription_contract": false, "subscription_contract_checkout_one": false,
	} {
		e := parse(t, deliver("checkouts/update", opened(source, "")))
		if got := e.Kind == event.CheckoutUpdated && len(e.Links) > 0 && e.Contents != nil && e.RestoreURL != ""; got != cart {
			t.Errorf("%q: a cart %v, want %v", source, got, cart)
		}
		if !cart && (e.Kind != event.ShopperUpdated || len(e.Links) > 0 || e.Contents != nil || e.RestoreURL != "") {
			t.Errorf("%q left %+v", source, e)
		}
		if done := parse(t, deliver("checkouts/update", opened(source, `,"completed_at":"2026-05-02T09:05:00Z"`))); done.Kind != event.OrderPlaced || len(done.Links) == 0 {
			t.Errorf("%q: completed, it is %s", source, done.Kind)
		}
	}
}

// A box that staff or a program filled in is no consent of the shopper's.
func TestABoxIsAYesOnlyAtTheCheckout(t *testing.T) {
	t.Parallel()
	for source, yes := range map[string]int{"web": 1, "pos": 0, "shopify_draft_order": 0, "subscription_contract": 0, "4711": 0} {
		order := strings.NewReplacer(`"source_name":"web"`, `"source_name":"`+source+`","buyer_accepts_marketing":true`).Replace(boughtBody)
		if e := parse(t, deliver("orders/create", order)); len(e.Consents) != yes {
			t.Errorf("an order of %s: %v", source, e.Consents)
		}
	}
	for source, yes := range map[string]int{"web": 1, "4711": 1, "pos": 0} {
		body := opened(source, `,"buyer_accepts_marketing":true`)
		if e := parse(t, deliver("checkouts/update", body)); len(e.Consents) != yes {
			t.Errorf("a checkout of %s: %v", source, e.Consents)
		}
	}
}
