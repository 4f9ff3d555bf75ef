package recovery_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// who explains the shopper whom a name belongs to.
func (w *world) who(kind event.KeyKind, value string) journey.Identity {
	w.t.Helper()
	ids, err := w.store.Owners(context.Background(), w.shop.ID, []event.Key{{Kind: kind, Value: value}})
	if err != nil || len(ids) != 1 {
		w.t.Fatalf("%s:%s: %v %v", kind, value, ids, err)
	}
	i, err := w.engine.Identity(context.Background(), w.shop.ID, ids[0], "", 20)
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// nameID gives the id of a name.
func (w *world) nameID(kind event.KeyKind, value string) string {
	w.t.Helper()
	for _, n := range w.who(kind, value).Names {
		if n.Kind == kind && n.Value == value {
			return n.ID
		}
	}
	w.t.Fatalf("%s:%s is unknown", kind, value)
	return ""
}

// tellWho writes an explanation in short: each name, with whom it was seen, and
// who else it was seen with and is not.
func tellWho(i journey.Identity) (out []string) {
	for _, n := range i.Names {
		line := string(n.Kind) + ":" + n.Value
		for _, s := range n.With {
			line += " with " + s.Value
		}
		for _, s := range n.Apart {
			line += fmt.Sprintf(" not %s (%s)", s.Value, s.Why)
		}
		out = append(out, line)
	}
	return out
}

func (w *world) say(same bool, a, b string) (shopper.Word, error) {
	return w.engine.Rule(context.Background(), w.shop.ID, "", journey.Saying{Name: a, Other: b, Same: same, Reason: "she said so"})
}

// The cases a shop meets, each as its page explains it.
func TestWhoIsWhoIsExplained(t *testing.T) {
	const phone, old = "+33612345678", "ada.old@example.com"
	device := func(ev post, id string) post { return ofDevice(ev, id) }
	for _, c := range []struct {
		name string
		tell func(w *world, start time.Time) []post
		of   event.Key
		want []string
	}{
		{"anonymous, then known", func(_ *world, start time.Time) []post {
			return []post{
				device(gen("Cart Updated", start, adaCart("c1").with(fields{"email": nil})), "device-1"),
				device(gen("Checkout Started", start.Add(time.Minute), fields{"cart_id": "c1", "email": ada}), "device-1"),
			}
		}, event.Key{Kind: event.KeyEmail, Value: ada}, []string{"email:" + ada + " with device-1", "anonymous:device-1 with " + ada}},
		{"email and phone", func(_ *world, start time.Time) []post {
			return []post{gen("Checkout Started", start, adaCart("c1").with(fields{"phone": phone}))}
		}, event.Key{Kind: event.KeyPhone, Value: phone}, []string{"email:" + ada + " with " + phone, "phone:" + phone + " with " + ada}},
		{"two devices", func(_ *world, start time.Time) []post {
			return []post{
				device(gen("Cart Updated", start, adaCart("c1")), "device-1"),
				device(gen("Cart Updated", start.Add(time.Minute), adaCart("c2")), "device-2"),
			}
		}, event.Key{Kind: event.KeyAnonymous, Value: "device-1"}, []string{
			"email:" + ada + " with device-2 with device-1", "anonymous:device-1 with " + ada, "anonymous:device-2 with " + ada,
		}},
		{"a family's device", func(_ *world, start time.Time) []post {
			return []post{
				device(gen("Cart Updated", start, adaCart("c1")), "family"),
				device(gen("Cart Updated", start.Add(time.Minute), adaCart("c2").with(fields{"email": "ben@example.com"})), "family"),
			}
		}, event.Key{Kind: event.KeyEmail, Value: ada}, []string{"email:" + ada + " not family (two_addresses)"}},
		{"a changed email", func(_ *world, start time.Time) []post {
			return []post{
				ofCustomer(gen("identify", start, fields{"email": old}), "7"),
				ofCustomer(gen("identify", start.Add(time.Minute), fields{"email": ada}), "7"),
			}
		}, event.Key{Kind: event.KeyEmail, Value: ada}, []string{"customer:7 with " + ada + " not " + old + " (two_addresses)", "email:" + ada + " with 7"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				start := w.now()
				w.clock.Add(10 * time.Minute)
				for _, p := range c.tell(w, start) {
					w.send(p)
				}
				i := w.who(c.of.Kind, c.of.Value)
				same(t, "explained", tellWho(i), c.want)
				for _, n := range i.Names {
					for _, s := range slices.Concat(n.With, n.Apart) {
						if s.EventKind == "" || strings.HasPrefix(string(s.EventKind), "c") == (s.CartID == "") {
							t.Errorf("%s with %s: told by event %q of cart %q", n.Value, s.Value, s.EventKind, s.CartID)
						}
					}
				}
			})
		})
	}
}

// A crowd's name says nothing, and the page says that.
func TestCrowdIsExplained(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		for i := range 40 {
			w.send(ofDevice(gen("Cart Updated", w.now(), adaCart(fmt.Sprint("c", i)).with(fields{"email": fmt.Sprintf("p%d@x.example", i)})), "kiosk"))
		}
		i := w.who(event.KeyEmail, "p3@x.example")
		same(t, "explained", tellWho(i), []string{"email:p3@x.example not kiosk (crowded)"})
		k := w.who(event.KeyAnonymous, "kiosk").Names[0]
		same(t, "the kiosk", []any{k.Crowded, k.Carts, k.Others, len(k.Apart)}, []any{true, 40, 40, journey.MaxSeen})
	})
}

// Somebody parts a phone from an address: what hangs on each goes with it, new
// evidence changes nothing, and taking it back restores what was.
func TestSplitAndBack(t *testing.T) {
	const phone = "+33612345678"
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.send(gen("Checkout Started", w.now(), adaCart("c1").with(fields{"phone": phone})))
		w.send(gen("Cart Updated", w.now(), adaCart("c2").with(fields{"email": nil, "phone": phone})))
		whole := w.who(event.KeyEmail, ada).ShopperID
		a, b := w.nameID(event.KeyEmail, ada), w.nameID(event.KeyPhone, phone)

		f, err := w.engine.Foresee(ctx, w.shop.ID, whole, journey.Saying{Name: a, Other: b})
		if err != nil || !f.Changes || len(f.Sides) != 2 {
			t.Fatalf("foreseen: %+v %v", f, err)
		}
		same(t, "carts of each side", []int{len(f.Sides[0].Carts), len(f.Sides[1].Carts)}, []int{1, 1})
		same(t, "looking changed nothing", w.cart("c2").Cart.ShopperID, whole)

		word, err := w.say(false, a, b)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "hers", tellWho(w.who(event.KeyEmail, ada)), []string{"email:" + ada + " not " + phone + " (ruling)"})
		same(t, "her cart stays", w.cart("c1").Cart.ShopperID, whole)
		if w.cart("c2").Cart.ShopperID == whole {
			t.Error("the phone's cart stays hers")
		}
		w.clock.Add(time.Minute)
		w.send(gen("Checkout Started", w.now(), adaCart("c3").with(fields{"phone": phone})))
		same(t, "after new evidence", len(w.who(event.KeyPhone, phone).Names), 1)

		if _, err := w.engine.Unrule(ctx, w.shop.ID, "", word.ID); err != nil {
			t.Fatal(err)
		}
		same(t, "taken back", tellWho(w.who(event.KeyEmail, ada)), []string{"email:" + ada + " with " + phone, "phone:" + phone + " with " + ada})
		same(t, "the cart is back", w.cart("c2").Cart.ShopperID, whole)
		_, err = w.engine.Unrule(ctx, w.shop.ID, "", word.ID)
		same(t, "twice", fault.CodeOf(err), fault.Conflict)
		same(t, "audit", w.did(), []string{"names.parted " + word.ID, "names.taken_back " + word.ID})
		said := w.who(event.KeyEmail, ada).Words
		same(t, "kept", []any{len(said), said[0].Reason, said[0].Ended, said[0].By.Kind}, []any{1, "she said so", true, "command"})
	})
}

// Whoever bought is not written to, whatever was said of their names before.
func TestSplitNeverWritesToWhoBought(t *testing.T) {
	const phone = "+33612345678"
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		w.send(gen("Checkout Started", start, adaCart("c1").with(fields{"phone": phone})))
		if _, err := w.say(false, w.nameID(event.KeyEmail, ada), w.nameID(event.KeyPhone, phone)); err != nil {
			t.Fatal(err)
		}
		w.send(gen("Cart Updated", w.now(), adaCart("c2")))
		w.clock.Add(5 * time.Minute)
		w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "phone": phone, "total": "40", "currency": "EUR"}))
		w.pass(30 * time.Hour)
		same(t, "sent", w.sent(), nil)
		same(t, "state", []cart.State{w.cart("c1").Cart.State, w.cart("c2").Cart.State}, []cart.State{cart.Ordered, cart.Ordered})
	})
}

// Joining by whichever names joins the people whole: by their addresses, where both have one.
func TestJoinTakesAllNames(t *testing.T) {
	const old = "ada.old@example.com"
	onEach(t, func(t *testing.T, w *world) {
		w.send(ofCustomer(gen("identify", w.now(), fields{"email": old}), "7"))
		w.clock.Add(time.Minute)
		w.send(ofCustomer(gen("identify", w.now(), fields{"email": ada}), "7"))
		same(t, "at first", tellWho(w.who(event.KeyEmail, old)), []string{"email:" + old + " not 7 (two_addresses)"})
		if _, err := w.say(true, w.nameID(event.KeyCustomer, "7"), w.nameID(event.KeyEmail, old)); err != nil {
			t.Fatal(err)
		}
		same(t, "all", tellWho(w.who(event.KeyEmail, old)), []string{"customer:7 with " + ada + " with " + old, "email:" + ada + " with 7", "email:" + old + " with 7"})
	})
}

// A changed address is joined by hand: an order of the new one ends the cart of
// the old one, also once that was taken back; an address's own no stays.
func TestJoin(t *testing.T) {
	const old = "ada.old@example.com"
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.send(gen("Consent Updated", w.now(), fields{"email": old, "consent": fields{"email": "no"}}))
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"email": old})))
		w.send(gen("Consent Updated", w.now().Add(time.Minute), fields{"email": ada, "consent": fields{"email": "yes"}}))
		w.clock.Add(2 * time.Minute)
		word, err := w.say(true, w.nameID(event.KeyEmail, old), w.nameID(event.KeyEmail, ada))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "one person", len(w.who(event.KeyEmail, old).Names), 2)
		w.pass(2 * time.Hour)
		same(t, "the old address said no", w.sent(), nil)
		w.send(gen("Cart Updated", w.now(), adaCart("c2").with(fields{"email": old})))
		if _, err := w.engine.Unrule(ctx, w.shop.ID, "", word.ID); err != nil {
			t.Fatal(err)
		}
		same(t, "two again", len(w.who(event.KeyEmail, old).Names), 1)
		w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "email": ada, "total": "40", "currency": "EUR"}))
		same(t, "state", w.cart("c2").Cart.State, cart.Ordered)
	})
}

func TestWhatCannotBeSaid(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(ofCustomer(gen("identify", w.now(), fields{"email": ada}), "7"))
		w.send(ofCustomer(gen("identify", w.now(), fields{"email": "ben@example.com"}), "8"))
		w.send(gen("identify", w.now(), fields{"email": "eve@example.com"}))
		a, b, e := w.nameID(event.KeyEmail, ada), w.nameID(event.KeyEmail, "ben@example.com"), w.nameID(event.KeyEmail, "eve@example.com")
		code := func(same bool, x, y string) fault.Code {
			_, err := w.say(same, x, y)
			return fault.CodeOf(err)
		}
		same(t, "two customers", code(true, a, b), fault.Unprocessable)
		same(t, "itself", code(false, a, a), fault.Unprocessable)
		same(t, "a name of nobody", code(true, a, "nobody"), fault.NotFound)
		same(t, "parted", code(false, w.nameID(event.KeyCustomer, "7"), e), fault.Code(""))
		same(t, "joined by another name", code(true, a, e), fault.Conflict)
		same(t, "nothing was said", len(w.did()), 1)
		same(t, "who is who", tellWho(w.who(event.KeyEmail, ada)), []string{"customer:7 with " + ada, "email:" + ada + " with 7"})
		w.send(gen("identify", w.now(), fields{"phone": "+33612345678"}))
		phone := w.nameID(event.KeyPhone, "+33612345678")
		same(t, "parted from a phone", code(false, phone, e), fault.Code(""))
		same(t, "the opposite takes its place", code(true, phone, e), fault.Code(""))
		same(t, "joined", len(w.who(event.KeyEmail, "eve@example.com").Names), 2)
	})
}

// What was said of somebody is theirs to get, and goes when they are erased.
func TestRulingsAreGivenOutAndErased(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.send(gen("identify", w.now(), fields{"email": ada, "phone": "+33612345678"}))
		w.send(gen("identify", w.now(), fields{"email": "ben@example.com"}))
		mine, phone, other := w.nameID(event.KeyEmail, ada), w.nameID(event.KeyPhone, "+33612345678"), w.nameID(event.KeyEmail, "ben@example.com")
		if _, err := w.say(true, mine, phone); err != nil {
			t.Fatal(err)
		}
		if _, err := w.engine.Rule(ctx, w.shop.ID, "", journey.Saying{Name: mine, Other: other, Reason: "ben@example.com is her brother"}); err != nil {
			t.Fatal(err)
		}
		who := recovery.Who{Keys: []event.Key{{Kind: event.KeyEmail, Value: ada}}}
		d, err := w.engine.Dossier(ctx, w.shop.ID, who)
		if err != nil || len(d.Together) != 1 || len(d.Rulings) != 2 {
			t.Fatalf("given out: %+v %+v %v", d.Together, d.Rulings, err)
		}
		same(t, "her phone", []string{d.Rulings[0].Other.Value, d.Rulings[0].Reason}, []string{"+33612345678", "she said so"})
		same(t, "her brother", []string{d.Rulings[1].Other.Value, d.Rulings[1].Reason}, []string{"[another person]", "[another person]"})
		if _, err := w.engine.Erase(ctx, w.shop.ID, who, "test", ""); err != nil {
			t.Fatal(err)
		}
		left, err := textsOf(w.db.Raw(t), `SELECT reason FROM rulings UNION ALL SELECT a FROM key_pairs`)
		if err != nil || len(left) > 0 {
			t.Errorf("left: %q %v", left, err)
		}
	})
}
