package woocommerce_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
)

// cutoff is the body of wcap_cart.cutoff, as the plugin's own code builds it.
const cutoff = `{"webhook_id":7,"webhook_action":"cutoff","webhook_resource":"wcap_cart","webhook_resource_id":41,"id":"41","user_id":"63000009",
	"product_details":[{"product_id":22,"variation_id":0,"product_name":"Poster &#8211; Large","line_subtotal":20},
	{"product_id":30,"variation_id":31,"product_name":"Tee - Blue","line_subtotal":9.5}],"total":29.5,"total_tax":5.9,"timestamp":"1777723200",
	"billing_first_name":"Ann","billing_last_name":"O'Neil","billing_country":"FR","billing_zipcode":"75001","email_id":"Ann@Example.com",
	"phone":"06 12 34 56 78","user_type":"GUEST","coupon_code":"SPRING,SUN","checkout_link":"https:\/\/shop.example\/?wacp_action=checkout_link&validate=abc"}`

func TestTycheCutoff(t *testing.T) {
	t.Parallel()
	want := event.Event{
		ShopID: "shop-1", Platform: "woocommerce", Topic: "wcap_cart.cutoff", Kind: event.CheckoutUpdated, ReceivedAt: received,
		Links: []event.Link{{Kind: event.LinkCart, Value: "wcap:41"}},
		Person: event.Person{FirstName: "Ann", LastName: "O'Neil", Country: "FR", Keys: []event.Key{
			{Kind: event.KeyEmail, Value: "ann@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"}}},
		Contents: &event.Contents{Total: eur(3540), Coupons: []string{"SPRING", "SUN"}, Items: []event.Item{
			{ProductID: "22", Title: "Poster – Large", Quantity: 1, Price: eur(2000), LineTotal: eur(2000)},
			{ProductID: "30", VariantID: "31", Title: "Tee - Blue", Quantity: 1, Price: eur(950), LineTotal: eur(950)}}},
		RestoreURL: "https://shop.example/?wacp_action=checkout_link&validate=abc",
	}
	got := parse(t, "wcap_cart.cutoff", cutoff)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey")); diff != "" {
		t.Error(diff)
	}
	registered := strings.NewReplacer("GUEST", "REGISTERED", "63000009", "31").Replace(cutoff)
	if k := parse(t, "wcap_cart.cutoff", registered).Person.Keys[0]; k != (event.Key{Kind: event.KeyCustomer, Value: "31"}) {
		t.Errorf("a registered shopper is %+v", k)
	}
	if e := parse(t, "wcap_cart.cutoff", `{"id":41,"product_details":[]}`); e.Contents != nil {
		t.Error("a cart whose products were not told looks emptied")
	}
}

// What the plugin calls recovered stops messages at once; which order is
// credited, only that order itself says.
func TestTycheRecovered(t *testing.T) {
	t.Parallel()
	e := parse(t, "wcap_cart.recovered", `{"webhook_id":8,"webhook_action":"recovered","id":"41","order_id":727,"total":"35.40","tax_total":"5.90",
		"email_id":"ann@example.com","user_type":"GUEST","product_details":[{"product_id":22,"variation_id":0,"product_name":"Poster","line_subtotal":20}]}`)
	if e.Kind != event.OrderPlaced || e.Order == nil || e.Order.ID != "wcap:41" || e.Order.Creditable || e.Order.Total != eur(3540) {
		t.Errorf("%s, %+v", e.Kind, e.Order)
	}
	if diff := cmp.Diff([]event.Reference{{Kind: event.LinkOrder, ID: "727"}}, e.Fetch); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]event.Link{{Kind: event.LinkCart, Value: "wcap:41"}, {Kind: event.LinkOrder, Value: "727"}}, e.Links); diff != "" {
		t.Error(diff)
	}
}

func TestTycheBadBodies(t *testing.T) {
	t.Parallel()
	for body, field := range map[string]string{
		`{"product_details":[]}`:               "id",
		`{"id":0}`:                             "id",
		`{"id":1,"product_details":"nothing"}`: "product_details",
	} {
		_, err := woocommerce.New().Parse(deliver("wcap_cart.cutoff", body))
		if f, ok := err.(*fault.Error); !ok || f.Code != fault.Unprocessable || f.Field != field {
			t.Errorf("%s: %v, want unprocessable in %s", body, err, field)
		}
	}
}
