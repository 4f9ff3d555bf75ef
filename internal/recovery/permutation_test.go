package recovery_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// history is what happened to one shopper, each thing told once.
type history struct {
	name     string
	platform string
	posts    func(shopID string, start time.Time) []post
}

// histories are the stories whose parts may come in any order.
var histories = []history{
	{"Shopify: cart, checkout, order", "shopify", func(shopID string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		cartOf := func(m, quantity int) fields {
			return fields{"token": "cart-of-tok1", "created_at": stamp(at(0)), "updated_at": stamp(at(m)),
				"line_items": []fields{{"product_id": 11, "variant_id": 111, "title": "Wool scarf", "quantity": quantity, "price": "39.90"}}}
		}
		return []post{
			shopifyOf(shopID, "carts/create", at(0), cartOf(0, 1)),
			shopifyOf(shopID, "carts/update", at(2), cartOf(2, 3)),
			shopifyOf(shopID, "checkouts/create", at(4), checkout("tok1", at(4)).with(fields{"email": nil, "customer": nil})),
			shopifyOf(shopID, "checkouts/update", at(5), checkout("tok1", at(5))),
			shopifyOf(shopID, "orders/create", at(9), orderOf("tok1", 501, at(9))),
		}
	}},
	{"Shopify: the checkout announces its order", "shopify", func(shopID string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		order := orderOf("tok1", 501, at(9))
		return []post{
			shopifyOf(shopID, "checkouts/create", at(4), checkout("tok1", at(4))),
			shopifyOf(shopID, "checkouts/update", at(9), checkout("tok1", at(9)).with(fields{"completed_at": stamp(at(9))})),
			shopifyOf(shopID, "orders/create", at(9), order),
			shopifyOf(shopID, "orders/updated", at(15), order.with(fields{"updated_at": stamp(at(15)), "current_total_price": "39.90",
				"refunds": []fields{{"transactions": []fields{{"kind": "refund", "status": "success", "amount": "20.00", "currency": "EUR"}}}}})),
		}
	}},
	{"generic: changes and a full state", "generic", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		change := func(name string, m int, id string, n int) post {
			return gen(name, at(m), fields{"cart_id": "c1", "currency": "EUR", "product_id": id, "name": id, "quantity": n, "price": "10.00"})
		}
		return []post{
			change("Product Added", 0, "cap", 1), change("Product Added", 1, "hat", 2),
			gen("Cart Updated", at(3), adaCart("c1").with(fields{"products": []fields{line("hat", 2, "10.00")}})),
			change("Product Added", 5, "bow", 4), change("Product Removed", 6, "hat", 1),
		}
	}},
	{"WooCommerce: draft, payment fails, paid", "woocommerce", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		said := func(topic, status string, m int, more fields) post {
			return wooPost(topic, wooOrder(status, at(0)).with(fieldsOf{"date_modified_gmt": wooTime(at(m))}.with(more)))
		}
		return []post{
			said("order.created", "checkout-draft", 0, nil),
			said("order.updated", "checkout-draft", 2, fields{"total": "60.00"}),
			said("order.updated", "failed", 4, nil),
			said("order.updated", "processing", 6, fields{"date_paid_gmt": wooTime(at(6))}),
		}
	}},
	{"WooCommerce: the unpaid order is given up", "woocommerce", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		return []post{
			wooPost("order.created", wooOrder("pending", at(0))),
			wooPost("order.updated", wooOrder("pending", at(0)).with(fields{"date_modified_gmt": wooTime(at(1)), "total": "60.00"})),
			wooPost("order.updated", wooOrder("cancelled", at(0)).with(fields{"date_modified_gmt": wooTime(at(60))})),
		}
	}},
	{"two carts turn out to be one", "generic", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		return []post{
			ofDevice(gen("Cart Updated", at(0), adaCart("c1").with(fields{"email": nil})), "device-1"),
			gen("Checkout Started", at(2), fields{"checkout_id": "ch1", "email": ada, "currency": "EUR", "products": []fields{line("scarf", 3, "20.00")}}),
			gen("Product Added", at(3), fields{"cart_id": "c1", "currency": "EUR", "product_id": "bow", "quantity": 1, "price": "5.00"}),
			gen("Checkout Updated", at(4), fields{"cart_id": "c1", "checkout_id": "ch1", "email": ada}),
		}
	}},
	{"two carts turn out to be one, and are ordered", "generic", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		return []post{
			gen("Cart Updated", at(0), adaCart("c1").with(fields{"email": nil, "first_name": nil})),
			gen("Checkout Started", at(2), fields{"checkout_id": "ch1", "email": ada, "currency": "EUR", "products": []fields{line("scarf", 3, "20.00")}}),
			gen("Checkout Updated", at(4), fields{"cart_id": "c1", "checkout_id": "ch1", "email": ada}),
			gen("Order Completed", at(6), fields{"order_id": "o1", "checkout_id": "ch1", "total": "60.00", "currency": "EUR"}),
		}
	}},
	{"the email comes late, the customer id later", "generic", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		return []post{
			ofDevice(gen("Cart Updated", at(0), adaCart("c1").with(fields{"email": nil})), "device-1"),
			ofDevice(gen("Cart Viewed", at(2), fields{"cart_id": "c1", "email": ada, "first_name": "Adaline"}), "device-1"),
			ofDevice(gen("Checkout Started", at(3), fields{"cart_id": "c1", "email": ada, "customer_id": "cust-1", "phone": adaPhone}), "device-1"),
			gen("Order Completed", at(9), fields{"order_id": "o1", "customer_id": "cust-1", "total": "40.00", "currency": "EUR"}),
		}
	}},
	{"emptied, filled again, deleted", "generic", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		return []post{
			gen("Cart Updated", at(0), adaCart("c1")),
			gen("Cart Updated", at(2), adaCart("c1").with(fields{"products": []fields{}})),
			gen("Cart Updated", at(4), adaCart("c1").with(fields{"products": []fields{line("hat", 1, "9.00")}})),
			gen("Cart Deleted", at(6), fields{"cart_id": "c1"}),
		}
	}},
	{"an order is changed and cancelled", "generic", func(_ string, start time.Time) []post {
		at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		o := func(name string, m int, more fields) post {
			return gen(name, at(m), fieldsOf{"order_id": "o1", "cart_id": "c1", "email": ada, "total": "40.00", "currency": "EUR"}.with(more))
		}
		return []post{
			gen("Cart Updated", at(0), adaCart("c1")),
			o("Order Completed", 2, nil), o("Order Updated", 4, fields{"total": "50.00"}),
			o("Order Refunded", 6, fields{"total": "50.00", "refunded": "10.00"}), o("Order Cancelled", 8, nil),
		}
	}},
}

// Every order in which a history can be told, and told twice, ends alike.
func TestAnyOrderEndsAlike(t *testing.T) {
	t.Parallel()
	for _, h := range histories {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)})
			var want end
			told := 0
			n := len(h.posts("x", w.now()))
			for order := range permutations(n) {
				// Each order is told in a shop of its own, with the first half repeated at the end.
				twice := append(slices.Clone(order), order[:n/2]...)
				got := w.tell(h, fmt.Sprintf("p%d", told), twice)
				if told++; told == 1 {
					want = got
					continue
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("told in the order %v it ends otherwise (-want +got):\n%s", twice, diff)
				}
			}
			if told < 6 {
				t.Fatalf("only %d orders", told)
			}
		})
	}
}

// The same on both engines, in random orders with random repetitions and pauses.
func TestRandomOrderEndsAlike(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		told, enough := 0, 1000
		if w.db.Engine == storetest.EnginePostgres {
			enough = 25 // it is ten times slower, and the rules are the same
		}
		ends := map[string]end{}
		rapid.Check(t, func(rt *rapid.T) {
			if told == enough {
				return
			}
			h := rapid.SampledFrom(histories).Draw(rt, "history")
			n := len(h.posts("x", w.now()))
			all := make([]int, n)
			for i := range all {
				all[i] = i
			}
			order := rapid.Permutation(all).Draw(rt, "order")
			again := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, n).Draw(rt, "again")
			told++
			got := w.tell(h, fmt.Sprintf("r%d", told), append(order, again...))
			if _, ok := ends[h.name]; !ok {
				ends[h.name] = got
			}
			if diff := cmp.Diff(ends[h.name], got, cmpopts.EquateEmpty()); diff != "" {
				rt.Fatalf("%s (-want +got):\n%s", h.name, diff)
			}
		})
	})
}

// end is how a history ended, without what differs by accident: ids and our own times.
type end struct {
	Carts  []cartEnd
	Orders []cart.Purchase
	People []peopleEnd
}

type cartEnd struct {
	State     cart.State
	Facts     cart.Facts
	Items     string
	Total     string
	OrderedBy string
	// Order is the platform's id of the cart's order.
	Order string
	// Owner has the names of the cart's shopper.
	Owner string
}

type peopleEnd struct {
	Keys   []string
	Traits shopper.Traits
}

// tell tells a history to a new shop, in an order, and gives how it ended.
func (w *world) tell(h history, shopID string, order []int) end {
	w.t.Helper()
	sh := aShop(shopID)
	sh.Platform = h.platform
	w.addShop(sh, twoSteps)
	start := storetest.Start
	if w.now().Before(start.Add(2 * time.Hour)) {
		w.clock.Add(2 * time.Hour)
	}
	posts := h.posts(shopID, start)
	for _, i := range order {
		if _, err := w.receive(shopID, posts[i]); err != nil {
			w.t.Fatalf("%s: %v", h.name, err)
		}
	}
	return w.ended(shopID)
}

func (w *world) ended(shopID string) end {
	w.t.Helper()
	var e end
	orders := map[string]string{}
	page, err := w.store.Orders(w.t.Context(), shopID, journey.Query{Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, o := range page.Items {
		orders[o.ID] = o.PlatformID
		o.ID, o.ShopID, o.ShopperID, o.NameID, o.StoredAt = "", "", "", "", time.Time{}
		e.Orders = append(e.Orders, o)
	}
	slices.SortFunc(e.Orders, func(a, b cart.Purchase) int { return strings.Compare(a.PlatformID, b.PlatformID) })
	people := map[string]peopleEnd{}
	for _, d := range w.cartsOf(shopID) {
		if d.Cart.State == cart.Merged {
			continue
		}
		var items []string
		for _, it := range d.Cart.Items() {
			items = append(items, fmt.Sprintf("%d × %s at %s", it.Quantity, it.Same(), cash(it.Price)))
		}
		e.Carts = append(e.Carts, cartEnd{
			State: d.Cart.State, Facts: untied(d.Cart.Facts), Items: strings.Join(items, ", "), Total: cash(d.Cart.Total()),
			OrderedBy: d.Cart.OrderedBy, Order: orders[d.Cart.OrderID],
		})
		var keys []string
		for _, k := range d.Shopper.Keys {
			keys = append(keys, string(k.Kind)+":"+k.Value)
		}
		people[strings.Join(keys, " ")] = peopleEnd{keys, d.Shopper.Traits}
	}
	slices.SortFunc(e.Carts, func(a, b cartEnd) int { return strings.Compare(fmt.Sprint(a.Facts.Links), fmt.Sprint(b.Facts.Links)) })
	for _, p := range people {
		e.People = append(e.People, p)
	}
	slices.SortFunc(e.People, func(a, b peopleEnd) int { return strings.Compare(fmt.Sprint(a.Keys), fmt.Sprint(b.Keys)) })
	return e
}

// untied leaves out what settles equal moments: at Shopify it holds the shop's name.
func untied(f cart.Facts) cart.Facts {
	f.Contents.Tie = ""
	f.Deltas = slices.Clone(f.Deltas)
	for i := range f.Deltas {
		f.Deltas[i].Tie = ""
	}
	return f
}

// permutations gives every order of 0…n-1.
func permutations(n int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		var walk func(done []int) bool
		walk = func(done []int) bool {
			if len(done) == n {
				return yield(done)
			}
			for i := range n {
				if !slices.Contains(done, i) && !walk(append(slices.Clone(done), i)) {
					return false
				}
			}
			return true
		}
		walk(nil)
	}
}
