package sylius_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/sylius"
)

// TestCompanion reads what the bundle posted when it was run, with Sylius pretended.
func TestCompanion(t *testing.T) {
	t.Parallel()
	c := platformtest.Companion{Adapter: sylius.New(), Secret: "a & b <c>", Folder: "companion", Recorded: "testdata/companion.jsonl"}
	for run, events := range c.Tells(t) {
		want := []event.Kind{event.CheckoutUpdated, event.PaymentFailed, event.OrderPlaced, event.OrderCancelled, event.ConsentChanged, event.CartDeleted, event.SubjectErase}
		if diff := cmp.Diff(want, platformtest.Kinds(events)); diff != "" {
			t.Fatalf("%s: %s", run, diff)
		}
		first, paid := events[0], events[2]
		if it := first.Contents.Items[0]; it.Variant != "Blue" || it.Category != "Mugs" || it.Quantity != 3 || it.Price != (money.Money{Minor: 2000, Currency: "EUR"}) ||
			*it.Stock != 7 || it.URL != "https://shop.example.com/sylius_shop_product_show/mug/fr_FR" {
			t.Errorf("%s: a line is %+v", run, it)
		}
		if len(first.Person.Keys) != 3 || first.Person.Locale != "fr-FR" || len(first.Consents) != 1 || first.Consents[0].Answer != event.Yes {
			t.Errorf("%s: %+v, %+v", run, first.Person, first.Consents)
		}
		if o := paid.Order; o.Total.Minor != 6000 || o.Number != "000000001" || !o.Creditable || paid.Links[0] != first.Links[0] {
			t.Errorf("%s: bought, it is %+v with %+v", run, o, paid.Links)
		}
		if events[4].Consents[0].Answer != event.No {
			t.Errorf("%s: the newsletter is %+v", run, events[4].Consents)
		}
	}
}
