package recovery_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

func selling(products ...recovery.Product) func() *farShop {
	return func() *farShop { return &farShop{can: recovery.Abilities{Products: true}, sells: products} }
}

func scarf(minor int64, gone bool) recovery.Product {
	return recovery.Product{Gone: gone, Item: event.Item{
		ProductID: "scarf", Price: money.Money{Minor: minor, Currency: "EUR"}, ImageURL: "https://shop.example/new.jpg",
	}}
}

const soldBody = `"<p>{% for item in cart.items %}{{ item.title }} {{ item.price }}{% if item.was != '' %} (was {{ item.was }}){% endif %} {{ item.image_url }}; {% endfor %}{{ cart.total }}</p>"`

// wrote is what the one message of a world says, or "".
func (w *world) wrote() string {
	out := w.outbox()
	if len(out) == 0 {
		return ""
	}
	return out[0].HTML
}

func TestMessagesSayWhatTheShopSellsNow(t *testing.T) {
	for name, c := range map[string]struct {
		sells []recovery.Product
		rules func(*shop.Settings)
		says  []string
		// skipped is the rule by which nothing is written.
		skipped string
	}{
		"nothing is known of it": {says: []string{"€20.00", "€40.00"}},
		"cheaper":                {sells: []recovery.Product{scarf(1500, false)}, says: []string{"€15.00 (was €20.00)", "new.jpg", "€30.00"}},
		"the old prices are wanted": {sells: []recovery.Product{scarf(1500, false)}, rules: func(s *shop.Settings) { s.PriceChanges = "keep" },
			says: []string{"€20.00", "new.jpg", "€40.00"}},
		"dearer, and that is no good": {sells: []recovery.Product{scarf(2500, false)}, rules: func(s *shop.Settings) { s.PriceChanges = "skip_dearer" }, skipped: "0 skipped cart.dearer"},
		"sold out":                    {sells: []recovery.Product{scarf(2000, true)}, skipped: "0 skipped cart.sold_out"},
		"sold out and shown":          {sells: []recovery.Product{scarf(2000, true)}, rules: func(s *shop.Settings) { s.SoldOut = "show" }, says: []string{"€20.00", "€40.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := c.rules
			if rules == nil {
				rules = func(*shop.Settings) {}
			}
			farWorld(t, selling(c.sells...), func(t *testing.T, w *world, _ *farShop) {
				w.send(gen("Cart Updated", w.now(), adaCart("c1")))
				w.pass(3 * time.Hour)
				for _, want := range c.says {
					if !strings.Contains(w.wrote(), want) {
						t.Errorf("it does not say %q: %s", want, w.wrote())
					}
				}
				if got := strings.Join(decisions(w.cart("c1"))[1:], ", "); c.skipped != "" && (got != c.skipped || w.wrote() != "") {
					t.Errorf("decided %s, wrote %q", got, w.wrote())
				}
			}, book(oneStep("", soldBody)), settings(rules))
		})
	}
}

// A shop that does not answer keeps no message back for longer than half a minute.
func TestNoMessageWaitsForASilentShop(t *testing.T) {
	down := func() *farShop {
		return &farShop{can: recovery.Abilities{Products: true}, trouble: fault.New(fault.Overloaded, "down")}
	}
	farWorld(t, down, func(t *testing.T, w *world, far *farShop) {
		begin := w.now()
		w.send(gen("Cart Updated", begin, adaCart("c1")))
		w.pass(time.Hour + 30*time.Second)
		if !strings.Contains(w.wrote(), "€40.00") || len(far.asked) != 1 {
			t.Errorf("asked %q, wrote %q", far.asked, w.wrote())
		}
	}, book(oneStep("", soldBody)))
}
