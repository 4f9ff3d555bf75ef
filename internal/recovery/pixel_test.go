package recovery_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/platform/pixel"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// Each test here plays somebody who can post anything to /p/, which is everybody.

// withPixel lets a world's engine read what the script posts.
var withPixel = engineOf(func(o *recovery.Options) { o.Sighting = pixel.Parse })

// browser makes a visitor's id of a number.
func browser(n int) string { return fmt.Sprintf("%032x", n) }

// sights posts things as one visitor's browser on a page of the shop's.
func (w *world) sights(visitor string, things ...fields) {
	w.t.Helper()
	for i := range things {
		w.ids.Add(1)
		things[i] = fieldsOf{"p": "view01", "s": w.ids.Load() % 2000, "u": "/"}.with(things[i])
	}
	body := asJSON(fields{"v": 1, "i": visitor, "w": 390, "m": 5, "e": things})
	if err := w.engine.Sight(context.Background(), w.shop.ID, "https://"+w.shop.Domain, body); err != nil {
		w.t.Fatal(err)
	}
}

var (
	opensPage = fields{"k": "page"}
	// phish is a cart with the words of somebody who wants to reach the shop's customers.
	phish = fields{"k": "cart", "c": fields{"c": "EUR", "i": []fields{{"d": "1", "n": "You won! Call +1 900 555", "q": 1, "p": 999}}}}
)

func identifies(email, phone string) fields {
	return fields{"k": "identify", "email": email, "phone": phone}
}

// names are all that is known of who is who.
func (w *world) names() string {
	w.t.Helper()
	var out []string
	w.write(func(ctx context.Context, tx *store.Tx) error {
		out = nil
		for _, k := range []event.Key{{Kind: event.KeyEmail, Value: ada}, {Kind: event.KeyPhone, Value: adaPhone}, {Kind: event.KeyPhone, Value: "+33698765432"},
			{Kind: event.KeyEmail, Value: "ben@example.com"}} {
			found, err := tx.Names(ctx, w.shop.ID, []event.Key{k})
			if err != nil {
				return err
			}
			for _, n := range found {
				out = append(out, k.Value+" is "+n.ShopperID)
			}
		}
		return nil
	})
	return strings.Join(out, ", ")
}

// whose gives the shopper that a visitor is tied to, "" for nobody.
func (w *world) whose(visitor string) (v journey.Visitor) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) (err error) {
		v, err = tx.SeeVisitor(ctx, w.shop.ID, visitor, "", "")
		return err
	})
	return v
}

func (w *world) history(shopperID string) (h shopper.History) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) (err error) {
		h, err = tx.History(ctx, w.shop.ID, shopperID)
		return err
	})
	return h
}

// An attacker names a victim in their own browser and fills a cart with their own
// words: the victim gets what they would have got without, and not a word of it.
func TestPixelWritesToNobody(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		attacker := browser(666)
		w.sights(attacker, opensPage, identifies(ada, ""), phish)
		w.send(shopifyPost("checkouts/create", w.now(), checkout("ck1", w.now()).with(nil)))
		w.clock.Add(20 * time.Minute)
		w.sights(attacker, identifies(ada, ""), phish) // and again, newer than her own cart
		w.pass(72 * time.Hour)
		same(t, "sent", len(w.sent()), 2)
		for _, m := range w.outbox() {
			same(t, "to", m.To, ada)
			if strings.Contains(m.HTML+m.Text, "won!") || strings.Contains(m.HTML+m.Text, "999.00") {
				t.Errorf("she read %s", m.Text)
			}
		}
		for _, d := range w.carts() {
			if d.Cart.Platform == event.PixelPlatform {
				same(t, "whose the pixel's cart is", d.Cart.ShopperID, "")
				same(t, "enrollments of it", len(d.Enrollments), 0)
				same(t, "state of it", d.Cart.State, cart.Open)
			}
		}
	}, withPixel, consentMode(consent.Off))
}

// A victim whom only the attacker ever named is not even known.
func TestPixelMakesNobodyKnown(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.sights(browser(1), opensPage, identifies(ada, adaPhone), phish, fields{"k": "add", "c": phish["c"]})
		w.pass(48 * time.Hour)
		same(t, "sent", len(w.sent()), 0)
		same(t, "names", w.names(), "")
		for _, table := range []string{"shoppers", "shopper_keys", "key_pairs", "consents", "suppressions", "orders", "messages", "enrollments", "cart_people", "events", "decisions"} {
			same(t, table, w.count(table), 0)
		}
		for column, text := range tablesWith(t, w.db, []string{ada, strings.TrimPrefix(adaPhone, "+")}) {
			t.Errorf("%s holds %q", column, text)
		}
	}, withPixel, consentMode(consent.Off))
}

// An address and another's phone typed in one browser make them one person to
// nobody: her messages would else go to the attacker's phone.
func TestPixelMergesNobody(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")), gen("Cart Updated", w.now(), adaCart("c2").with(fields{"email": nil, "phone": "+33698765432"})))
		before := w.names()
		w.sights(browser(1), identifies(ada, "+33698765432"), identifies("ben@example.com", adaPhone))
		w.send(gen("Cart Viewed", w.now(), fields{"cart_id": "c1", "email": ada}), gen("Cart Viewed", w.now(), fields{"cart_id": "c2", "phone": "+33698765432"}))
		same(t, "names", w.names(), before)
		same(t, "a browser of two people", w.whose(browser(1)).Contested, true)
		same(t, "is nobody's", w.whose(browser(1)).ShopperID, "")
		w.pass(72 * time.Hour)
		for _, m := range w.outbox() {
			same(t, "to", m.To, ada)
		}
	}, withPixel, onPlatform("generic"))
}

// What a page says of orders and answers is behaviour: it stops no message,
// gives no consent and lifts no stop.
func TestPixelOrdersAndAnswersNothing(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.sights(browser(1), opensPage, identifies(ada, ""), fields{"k": "order", "n": "1001", "d": "c1"},
			fields{"k": "track", "n": "Order Completed", "o": fields{"order_id": "9", "cart_id": "c1", "email": ada}},
			fields{"k": "track", "n": "Consent Updated", "o": fields{"email": ada, "consent": "no"}},
			fields{"k": "cart", "c": fields{"k": "c1-is-the-cart-of-ada", "i": []fields{}}}, fields{"k": "consent", "n": "yes", "email": ada})
		same(t, "orders", w.count("orders"), 0)
		same(t, "consents", w.count("consents"), 0)
		same(t, "the cart", w.cart("c1").Cart.State, cart.Open)
		w.pass(72 * time.Hour)
		same(t, "sent", len(w.sent()), 2)
	}, withPixel, onPlatform("generic"))
}

// Typed in the browser and named by a signed event within the hour, in either
// order: what was done there counts as her visits and her device.
func TestPixelCountsAsVisits(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.sights(browser(1), opensPage)
		w.clock.Add(24 * time.Hour)
		w.sights(browser(1), opensPage, identifies(ada, ""))
		same(t, "before a signed event", w.whose(browser(1)).ShopperID, "")
		w.clock.Add(30 * time.Minute)
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		who := w.cart("c1").Cart.ShopperID
		same(t, "whose it is", w.whose(browser(1)).ShopperID, who)
		h := w.history(who)
		same(t, "visits", h.Visits, 2)
		same(t, "device", h.Device, "mobile")

		w.sights(browser(2), identifies(ada, ""))
		same(t, "typed just after the event", w.whose(browser(2)).ShopperID, who)
		w.clock.Add(2 * time.Hour)
		w.sights(browser(3), identifies(ada, ""))
		same(t, "typed two hours after it", w.whose(browser(3)).ShopperID, "")
	}, withPixel, onPlatform("generic"))
}

// Where many browsers claim one address at once, none is believed.
func TestPixelDoubtsACrowd(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for i := range 5 {
			w.sights(browser(i), identifies(ada, ""))
		}
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		for i := range 5 {
			same(t, "whose it is", w.whose(browser(i)).ShopperID, "")
		}
	}, withPixel, onPlatform("generic"))
}

// The shop's own server may say whose browser it is: its word is signed. The
// cart that the script told of stays nobody's even then.
func TestPixelByTheShopsOwnWord(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.sights(browser(1), opensPage, phish)
		w.send(ofDevice(gen("Cart Updated", w.now(), adaCart("c1")), "px:"+browser(1)))
		who := w.cart("c1").Cart.ShopperID
		same(t, "whose it is", w.whose(browser(1)).ShopperID, who)
		w.pass(72 * time.Hour)
		same(t, "sent", len(w.sent()), 2)
		for _, m := range w.outbox() {
			same(t, "of the other cart", strings.Contains(m.Text+m.HTML, "999.00"), false)
		}
		for _, d := range w.carts() {
			same(t, "carts of hers", d.Cart.ShopperID == who, d.Cart.Platform != event.PixelPlatform)
		}
	}, withPixel, onPlatform("generic"))
}

// On Shopify the browser knows its cart's id, which nobody can guess: with it
// the platform's events say whose browser it is, in either order, and the one
// cart is not counted twice.
func TestPixelKnowsShopifysCart(t *testing.T) {
	token := "Z2NwLWV1cm9wZS13ZXN0"
	seen := fields{"k": "cart", "c": fields{"k": token + "?key=abc", "c": "EUR", "i": []fields{{"d": 11, "n": "Fake", "q": 9, "p": 1}}}}
	for name, order := range map[string][]string{"the page first": {"page", "platform"}, "the platform first": {"platform", "page"}, "in between": {"page", "platform", "page"}} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				for _, who := range order {
					if who == "page" {
						w.sights(browser(1), opensPage, seen)
					} else {
						w.send(shopifyPost("checkouts/create", w.now(), checkout("ck1", w.now()).with(fields{"cart_token": token})))
					}
				}
				var open []cart.Cart
				for _, d := range w.carts() {
					if d.Cart.State == cart.Open {
						open = append(open, d.Cart)
					}
				}
				same(t, "carts", len(open), 1)
				same(t, "its contents are the platform's", open[0].Total().Minor, int64(5990))
				same(t, "whose the browser is", w.whose(browser(1)).ShopperID, open[0].ShopperID)
				w.sights(browser(2), fields{"k": "cart", "c": fields{"k": "guessed-by-somebody-0", "i": []fields{}}})
				same(t, "whose a guess is", w.whose(browser(2)).ShopperID, "")
			}, withPixel)
		})
	}
}

// Erasing a person takes what their browsers did along, and a dossier shows it.
func TestPixelIsErasedAndTold(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.sights(browser(1), opensPage, identifies(ada, ""), fields{"k": "product", "n": "Canary cage"}, fields{"k": "cart", "c": fields{"i": []fields{{"d": "9", "n": "Canary seeds", "q": 1}}}})
		w.sights(browser(2), opensPage)
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		who := w.cart("c1").Cart.ShopperID
		d, err := w.engine.Dossier(context.Background(), w.shop.ID, recovery.Who{ShopperID: who})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "browsers told of", len(d.Visitors), 1)
		same(t, "what they did", len(d.Visitors[0].Did), 3)
		dry, err := w.engine.EraseDry(context.Background(), w.shop.ID, recovery.Who{ShopperID: who})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "would be erased", []int{dry[0].Counts["behaviours"], dry[0].Counts["visitors"]}, []int{3, 1})
		if _, err := w.engine.Erase(context.Background(), w.shop.ID, recovery.Who{ShopperID: who}, "test", ""); err != nil {
			t.Fatal(err)
		}
		same(t, "visitors left", w.count("visitors"), 1)
		same(t, "behaviour left", w.count("behaviours"), 1)
		same(t, "claims left", w.count("visitor_claims"), 0)
		for column, text := range tablesWith(t, w.db, []string{"canary", browser(1)}) {
			if !strings.HasPrefix(column, "cart_links") {
				t.Errorf("%s holds %q", column, text)
			}
		}
	}, withPixel, onPlatform("generic"))
}

func TestPixelOfOthersIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		body := asJSON(fields{"v": 1, "i": browser(1), "e": []fields{{"k": "page", "p": "view01", "s": 0, "u": "/"}}})
		post := func(origin string) error {
			return w.engine.Sight(context.Background(), w.shop.ID, origin, body)
		}
		for _, origin := range []string{"", "null", "https://evil.example", "https://shop-a.myshopify.com.evil.example", "https://evilshop-a.myshopify.com", "ftp://shop-a.myshopify.com", "https://shop-a.myshopify.com:8443", "https://myshopify.com"} {
			if err := post(origin); !fault.Is(err, fault.Forbidden) {
				t.Errorf("from %q: %v", origin, err)
			}
		}
		w.change(func(s *shop.Shop) { s.Settings.PixelConsent = shop.PixelOff })
		if err := post("https://shop-a.myshopify.com"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("while it is off: %v", err)
		}
		same(t, "stored", w.count("visitors"), 0)
		w.change(func(s *shop.Shop) {
			s.Settings.PixelConsent, s.Settings.PixelOrigins = shop.PixelAssumed, "brand.example, http://127.0.0.1:3000"
		})
		for _, origin := range []string{"https://brand.example", "https://www.brand.example", "http://127.0.0.1:3000", "https://SHOP-A.myshopify.com"} {
			if err := post(origin); err != nil {
				t.Errorf("from %q: %v", origin, err)
			}
		}
		same(t, "the same report is stored once", w.count("behaviours"), 1)
	}, withPixel)
}

// Old behaviour goes by the daily purge.
func TestPixelIsPurged(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.sights(browser(1), opensPage, identifies(ada, ""))
		w.clock.Add(91 * 24 * time.Hour)
		w.sights(browser(2), opensPage)
		w.sweep()
		same(t, "behaviour", w.count("behaviours"), 1)
		same(t, "visitors", w.count("visitors"), 1)
		same(t, "claims", w.count("visitor_claims"), 0)
		if !slices.Contains(shop.EverythingKept(), shop.KeptBehaviour) {
			t.Error("its period cannot be set")
		}
	}, withPixel)
}
