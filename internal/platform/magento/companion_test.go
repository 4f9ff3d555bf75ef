package magento_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/magento"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

// TestCompanion reads what the module posted when it was run, with Magento pretended.
func TestCompanion(t *testing.T) {
	t.Parallel()
	c := platformtest.Companion{Adapter: magento.New(), Secret: "a & b <c>", Folder: "companion", Recorded: "testdata/companion.jsonl"}
	for run, events := range c.Tells(t) {
		want := []event.Kind{event.CheckoutUpdated, event.CheckoutUpdated, event.PaymentFailed, event.CartUpdated, event.OrderUpdated, event.OrderPlaced,
			event.OrderRefunded, event.OrderRefunded, event.ConsentChanged, event.SubjectErase}
		kinds := platformtest.Kinds(events)
		if len(kinds) > 5 && kinds[4] == event.OrderPlaced { // The order and its closed cart wait for the same second.
			kinds[4], kinds[5] = kinds[5], kinds[4]
			events[4], events[5] = events[5], events[4]
		}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Fatalf("%s: %s", run, diff)
		}
		first, back, bought := events[0], events[3], events[4]
		if it := first.Contents.Items; len(it) != 1 || it[0].Variant != "Blue, M" || it[0].Price != (money.Money{Minor: 1200, Currency: "EUR"}) ||
			it[0].ImageURL != "https://shop.example.com/media/catalog/product/m/u/mug.jpg" {
			t.Errorf("%s: the lines are %+v", run, it)
		}
		if len(first.Person.Keys) != 2 || first.Person.Locale != "fr-FR" || first.RestoreURL == "" {
			t.Errorf("%s: %+v, %s", run, first.Person, first.RestoreURL)
		}
		if back.Links[1] != first.Links[0] || back.Contents.Coupons[0] != "SUN" {
			t.Errorf("%s: brought back, it is %+v", run, back)
		}
		if o := bought.Order; o.ID != "000000617" || !o.Creditable || bought.Links[0] != back.Links[0] || bought.Links[1] != first.Links[0] {
			t.Errorf("%s: bought, it is %+v with %+v", run, o, bought.Links)
		}
		if thin := events[5].Order; thin.ID != "quote:731" || thin.Creditable || events[7].Order.Creditable || events[8].Consents[0].Answer != event.No {
			t.Errorf("%s: %+v, %+v, %+v", run, thin, events[7].Order, events[8].Consents)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{
		"https://shop.example/cartograph/restore/index/cart/7/key/ff": "https://shop.example/cartograph/restore/index/cart/7/key/ff?coupon=A+B",
		"https://shop.example/checkout/cart":                          "https://shop.example/checkout/cart",
		"":                                                            "",
	} {
		if got, err := magento.New().Open(t.Context(), platform.API{}, platform.Closed{RestoreURL: told, Coupon: "A B"}); err != nil || got != want {
			t.Errorf("%s: %s, %v", told, got, err)
		}
	}
}
