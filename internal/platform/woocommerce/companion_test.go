package woocommerce_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
)

// TestCompanion reads what the plugin posted when it was run, with WordPress
// and WooCommerce pretended.
func TestCompanion(t *testing.T) {
	t.Parallel()
	c := platformtest.Companion{Adapter: woocommerce.New(), Secret: secret, Folder: "companion", Recorded: "testdata/companion.jsonl"}
	for run, events := range c.Tells(t) {
		want := []event.Kind{event.CartUpdated, event.CheckoutUpdated, event.CheckoutUpdated, event.CartUpdated, event.CartUpdated,
			event.CheckoutUpdated, event.CartUpdated, event.CartUpdated, event.SubjectErase, event.SubjectExport, event.CartUpdated, event.ShopUninstalled}
		if diff := cmp.Diff(want, platformtest.Kinds(events)); diff != "" {
			t.Fatalf("%s: %s", run, diff)
		}
		known := events[1]
		if it := known.Contents.Items[1]; it.Title != "Tee" || it.Variant != "Blue, M" || it.Category != "Art & Prints" || it.Price != eur(2000) || *it.Stock != 4 {
			t.Errorf("%s: the tee is %+v", run, it)
		}
		if len(known.Person.Keys) != 2 || known.Person.LastName != "O'Neil" || len(known.Consents) != 1 || known.Consents[0].Answer != event.Yes {
			t.Errorf("%s: %+v, %+v", run, known.Person, known.Consents)
		}
		if back := events[5]; back.Links[0] != known.Links[0] || back.RestoreURL != known.RestoreURL || len(back.Contents.Coupons) != 1 {
			t.Errorf("%s: brought back, it is %+v", run, back)
		}
		if e := events[4]; len(e.Contents.Items) != 0 || e.Links[0] != events[3].Links[0] {
			t.Errorf("%s: the other cart was not emptied", run)
		}
	}
}
