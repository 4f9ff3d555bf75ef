package prestashop_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/prestashop"
)

// TestCompanion reads what the module posted when it was run, with PrestaShop pretended.
func TestCompanion(t *testing.T) {
	t.Parallel()
	c := platformtest.Companion{Adapter: prestashop.New(), Secret: "a & b <c>", Folder: "companion", Recorded: "testdata/companion.jsonl"}
	for run, events := range c.Tells(t) {
		want := []event.Kind{event.CheckoutUpdated, event.ConsentChanged, event.CheckoutUpdated, event.PaymentFailed, event.CartUpdated, event.OrderPlaced,
			event.OrderRefunded, event.OrderCancelled, event.OrderPlaced, event.ConsentChanged, event.SubjectErase, event.SubjectExport, event.ShopUninstalled}
		if diff := cmp.Diff(want, platformtest.Kinds(events)); diff != "" {
			t.Fatalf("%s: %s", run, diff)
		}
		first, bought := events[0], events[5]
		if it := first.Contents.Items[0]; it.Variant != "40x60cm" || it.Price != eur(1270) || it.LineTotal != eur(2540) || *it.Stock != 300 ||
			it.ImageURL != "https://shop.example.com/3-4-home_default/affiche.jpg" {
			t.Errorf("%s: a line is %+v", run, it)
		}
		if len(first.Person.Keys) != 3 || first.Person.Locale != "fr-FR" || len(first.Consents) != 1 {
			t.Errorf("%s: %+v, %+v", run, first.Person, first.Consents)
		}
		if o := bought.Order; o.Total != eur(5080) || !o.Creditable || len(bought.Links) != 3 || bought.Links[2] != first.Links[0] {
			t.Errorf("%s: bought, it is %+v with %+v", run, o, bought.Links)
		}
		if events[8].Order.Creditable || events[9].Consents[0].Answer != event.No {
			t.Errorf("%s: staff's order %+v, the taken back newsletter %+v", run, events[8].Order, events[9].Consents)
		}
	}
}
