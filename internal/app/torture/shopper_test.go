package torture

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

// What the simulated platforms post is what the adapters take: signed, whole,
// stored under the key that the harness looks for, about the cart it means.
func TestPostsAreUnderstood(t *testing.T) {
	t.Parallel()
	adapters := map[string]platform.Adapter{"generic": generic.New(), "shopify": shopify.New()}
	now := time.Now()
	for name, adapter := range adapters {
		for _, end := range []ending{buysCart, buysEmail, buysPhone} {
			s := shopper{shop: shop{ID: "s1", Platform: name, Domain: "shop.example", Secret: "a-secret"}, n: 7, end: end}
			order, ok := s.purchase(now)
			if !ok {
				t.Fatal("a buyer does not buy")
			}
			for i, p := range append(s.story(now), order) {
				h := http.Header{}
				for k, v := range p.header {
					h.Set(k, v)
				}
				d := event.Delivery{Header: h, Body: p.body, ReceivedAt: now, ShopID: "s1", Domain: "shop.example", Currency: "EUR", Country: "FR"}
				if err := adapter.Verify(d, []string{"a-secret"}); err != nil {
					t.Fatalf("%s, post %d: %v", name, i, err)
				}
				events, err := adapter.Parse(d)
				if err != nil || len(events) != 1 || len(events[0].Notes) > 0 {
					t.Fatalf("%s, post %d: %+v, %v", name, i, events, err)
				}
				if e := events[0]; e.DedupeKey != p.key || (e.Order != nil) != (i == 3) {
					t.Errorf("%s, post %d: key %q, want %q; order %v", name, i, e.DedupeKey, p.key, e.Order)
				}
			}
			if orderKey(s) != order.key {
				t.Errorf("%s: the order's key depends on its time", name)
			}
		}
	}
}

// A third of the shoppers leaves; the same seed draws the same people.
func TestDraw(t *testing.T) {
	t.Parallel()
	shops := []shop{{ID: "a", Platform: "generic"}, {ID: "b", Platform: "shopify"}}
	one, other := rand.New(rand.NewPCG(5, 5)), rand.New(rand.NewPCG(5, 5))
	ends, born := map[ending]int{}, time.Now()
	for n := range 3000 {
		s, again := draw(one, shops, n, born), draw(other, shops, n, born)
		if s.end != again.end || s.wait != again.wait || s.shop != again.shop {
			t.Fatalf("shopper %d differs: %+v and %+v", n, s, again)
		}
		ends[s.end]++
	}
	if ends[leaves] < 800 || ends[leaves] > 1200 || ends[buysEmail] == 0 || ends[buysPhone] == 0 {
		t.Errorf("endings %v", ends)
	}
}
