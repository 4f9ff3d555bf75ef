package attribution_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
)

func TestCredit(t *testing.T) {
	t.Parallel()
	ordered := time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)
	touch := func(id string, k attribution.TouchKind, cartID string, before time.Duration) attribution.Touch {
		return attribution.Touch{ID: id, Kind: k, CartID: cartID, At: ordered.Add(-before)}
	}
	const day = 24 * time.Hour
	for _, c := range []struct {
		name    string
		own     string
		not     bool
		touches []attribution.Touch
		want    string
		rule    attribution.Rule
	}{
		{"nothing touched them", "c1", false, nil, "", ""},
		{"a confirmed click", "", false, []attribution.Touch{touch("a", attribution.ClickConfirmed, "c9", time.Hour)}, "a", attribution.LastClick},
		{"the last of two clicks", "", false, []attribution.Touch{
			touch("a", attribution.ClickConfirmed, "c1", 2*day), touch("b", attribution.ClickConfirmed, "c1", day),
		}, "b", attribution.LastClick},
		{"exactly five days", "", false, []attribution.Touch{touch("a", attribution.ClickConfirmed, "c1", 5*day)}, "a", attribution.LastClick},
		{"more than five days", "", false, []attribution.Touch{touch("a", attribution.ClickConfirmed, "c1", 5*day+time.Second)}, "", ""},
		{"a click after the order", "", false, []attribution.Touch{touch("a", attribution.ClickConfirmed, "c1", -time.Second)}, "", ""},
		{"raw clicks and opens never count", "c1", false, []attribution.Touch{
			touch("a", attribution.ClickRaw, "c1", time.Hour), touch("b", attribution.Opened, "c1", time.Hour),
		}, "", ""},
		{"delivered about this very cart", "c1", false, []attribution.Touch{touch("a", attribution.Delivered, "c1", 23*time.Hour)}, "a", attribution.SameCart},
		{"delivered about another cart", "c1", false, []attribution.Touch{touch("a", attribution.Delivered, "c2", time.Hour)}, "", ""},
		{"delivered, but the order shares no id with the cart", "", false, []attribution.Touch{touch("a", attribution.Delivered, "c1", time.Hour)}, "", ""},
		{"delivered more than a day before", "c1", false, []attribution.Touch{touch("a", attribution.Delivered, "c1", 25*time.Hour)}, "", ""},
		{"a click beats a later delivery", "c1", false, []attribution.Touch{
			touch("a", attribution.ClickConfirmed, "c1", 3*day), touch("b", attribution.Delivered, "c1", time.Hour),
		}, "a", attribution.LastClick},
		{"test, POS and renewal orders never", "c1", true, []attribution.Touch{touch("a", attribution.ClickConfirmed, "c1", time.Hour)}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, rule, ok := attribution.Credit(cart.Purchase{PlacedAt: ordered, Creditable: !c.not}, c.own, c.touches)
			if got.ID != c.want || rule != c.rule || ok != (c.want != "") {
				t.Errorf("credited %q by %q (%v), want %q by %q", got.ID, rule, ok, c.want, c.rule)
			}
		})
	}
}
