package magento_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// An order that events told and the API lists too ends the same, whichever came
// first and however often: as what was told last of it.
func TestToldAndListed(t *testing.T) {
	t.Parallel()
	event1 := strings.NewReplacer(`"2026-05-02T09:30:00.123Z"`, `"2026-05-02T09:00:01.500Z"`, `"k1"`, `"k2"`)
	placed := parse(t, event1.Replace(order("new", `"remote_ip":"203.0.113.7",`)))
	late := parse(t, strings.Replace(order("processing", `"remote_ip":"203.0.113.7","total_paid":409.6,`), "09:30:00.123", "09:00:07.250", 1))
	listing := func(state string, second int, more thing) event.Event {
		o := row(617, second)
		o["quote_id"], o["state"], o["grand_total"], o["created_at"], o["customer_email"] = 730, state, 409.6, "2026-05-02 08:40:19", "ann@example.com"
		for name, value := range more {
			o[name] = value
		}
		return listed(t, open(t, &shop{tables: map[string][]thing{"/orders": {o}, "/carts/search": nil}}), nine)[0]
	}
	all := []event.Event{placed, listing("new", 1, nil), listing("canceled", 4, nil), late, listing("processing", 7, thing{"total_paid": 409.6}),
		listing("processing", 50, thing{"total_paid": 409.6, "total_refunded": 100})}
	fold := func(order []int) (p core.Purchase) {
		seen := map[string]bool{}
		for _, i := range order {
			if e := all[i]; !seen[e.DedupeKey] {
				seen[e.DedupeKey] = true
				p.Fold(e)
			}
		}
		return p
	}
	want := fold([]int{0, 1, 2, 3, 4, 5})
	if want.Status != event.OrderOpen || !want.Creditable || !want.Bought || want.Refunded.Minor != 10000 || want.Number != "000000617" || len(want.Links) != 2 {
		t.Errorf("it ends as %+v", want)
	}
	r := rand.New(rand.NewPCG(617, 1))
	for range 200 {
		order := append(r.Perm(len(all)), r.Perm(len(all))...)
		if diff := cmp.Diff(want, fold(order)); diff != "" {
			t.Fatalf("%v: %s", order, diff)
		}
	}
}
