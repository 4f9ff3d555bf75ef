package generic_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
)

// flat is an event as a server container of Google Tag Manager holds it.
func flat(more string) string {
	return `{"event_name":"begin_checkout","client_id":"1234567890.1777700000","user_id":"42","ga_session_id":"1777712000",
		"page_location":"https://shop.example/checkout","language":"fr-fr","timestamp":1777712400000,
		"user_agent":"Mozilla/5.0 (Linux; Android 15) Mobile","x-ga-measurement_id":"G-1","x-ga-page_id":1777712000123,` + more + `
		"currency":"EUR","value":31.98,"coupon":"SUMMER","items":[{"item_id":"SKU_1","item_name":"Tee","item_variant":"green","price":9.99,"quantity":1},
		{"item_id":"SKU_2","item_name":"Grey Tee","price":21.99,"quantity":1}]}`
}

func TestServerTag(t *testing.T) {
	t.Parallel()
	got := parse(t, flat(`"cart_id":"c1","user_data":{"email_address":"Ann@Example.com","phone_number":["+33612345678"],
		"sha256_email_address":"b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514",
		"address":[{"first_name":"Ann","last_name":"Lee","country":"FR","region":"IDF"}]},`))
	want := event.Event{ShopID: "shop-1", Platform: "generic", Topic: "begin_checkout", Kind: event.CheckoutUpdated,
		OccurredAt: at(9, 0), Links: []event.Link{link(event.LinkCart, "c1")},
		Person: event.Person{Keys: []event.Key{{Kind: event.KeyCustomer, Value: "42"}, {Kind: event.KeyEmail, Value: "ann@example.com"},
			{Kind: event.KeyPhone, Value: "+33612345678"}, {Kind: event.KeyAnonymous, Value: "1234567890.1777700000"}},
			FirstName: "Ann", LastName: "Lee", Country: "FR", Region: "IDF", Locale: "fr-FR", Device: "mobile"},
		Contents: &event.Contents{Total: eur(3198), Coupons: []string{"SUMMER"}, Items: []event.Item{
			{ProductID: "SKU_1", VariantID: "SKU_1/green", Title: "Tee", Variant: "green", Quantity: 1, Price: eur(999), LineTotal: eur(999)},
			{ProductID: "SKU_2", Title: "Grey Tee", Quantity: 1, Price: eur(2199), LineTotal: eur(2199)}}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(event.Event{}, "DedupeKey", "ReceivedAt")); diff != "" {
		t.Error(diff)
	}
}

func TestServerTagsOddShapes(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{
		"one address":     `"user_data":{"email":"ann@example.com","address":{"first_name":"Ann"}},`,
		"empty lists":     `"user_data":{"email_address":[],"email":"ann@example.com","address":[]},`,
		"a list of lists": `"user_data":{"email_address":[["x"]],"email":"ann@example.com"},`,
	} {
		e := parse(t, flat(more))
		if e.Kind != event.CheckoutUpdated || len(e.Contents.Items) != 2 || e.Person.Keys[1] != (event.Key{Kind: event.KeyEmail, Value: "ann@example.com"}) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	hashed := parse(t, flat(`"user_data":{"sha256_email_address":"b4c9a289"},`))
	if len(hashed.Person.Keys) != 2 || len(hashed.Links) != 1 {
		t.Errorf("a hash is nobody's address: %+v", hashed.Person)
	}
	_, err := generic.New().Parse(deliver(`{"event_name":"begin_checkout","client_id":"a","items":"none"}`))
	if !fault.Is(err, fault.Unprocessable) {
		t.Errorf("items that are no list: %v", err)
	}
}

// TestTwoClicksOnOnePage are two things, though the page gave them one event_id.
func TestTwoClicksOnOnePage(t *testing.T) {
	t.Parallel()
	click := func(count string) string {
		return parse(t, `{"event_name":"add_to_cart","event_id":"page-1","client_id":"a","x-ga-request_count":`+count+`,"items":[{"item_id":"s","price":1}]}`).DedupeKey
	}
	first, again, second := click("1"), click("1"), click("2")
	if first == second || first != again {
		t.Error("clicks are told apart by what the container says of them, and by nothing else")
	}
}

func TestADraftIsNoPurchase(t *testing.T) {
	t.Parallel()
	e := parse(t, track("Order Updated", `"order_id":"o1","cart_id":"c1","status":"draft","total":5`))
	if e.Kind != event.Unknown || e.Order != nil || len(e.Links) != 0 || len(e.Notes) == 0 {
		t.Errorf("%+v", e)
	}
}
