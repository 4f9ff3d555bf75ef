package recovery_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

var purposes = []string{"r", "u", "why"}

// A token has 128 bits or more, is stored nowhere, and no two are equal.
func TestTokensAreLongAndStoredHashed(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.written()
		w.pass(24 * time.Hour)
		seen := map[string]bool{}
		for _, s := range w.outbox() {
			for _, purpose := range purposes {
				tok := token(t, s, purpose)
				raw, err := base64.RawURLEncoding.DecodeString(tok + "A") // 22 characters of 6 bits; decoding wants whole bytes
				if seen[tok] || err == nil && len(raw) < 16 || len(tok)*6 < 128 {
					t.Errorf("the token %q is short or there twice", tok)
				}
				seen[tok] = true
				for _, column := range []string{"links.hash", "links.message_id", "messages.rendered", "messages.inputs", "decisions.inputs", "touches.detail"} {
					table, name, _ := strings.Cut(column, ".")
					var n int
					if err := w.db.Raw(t).QueryRow("SELECT count(*) FROM " + table + " WHERE " + name + " LIKE '%" + tok + "%'").Scan(&n); err != nil {
						t.Fatal(err)
					}
					same(t, "tokens in "+column, n, 0)
				}
				var n int
				if err := w.db.Raw(t).QueryRow("SELECT count(*) FROM links WHERE purpose = '" + purpose + "' AND hash = '" + recovery.HashToken(tok) + "'").Scan(&n); err != nil {
					t.Fatal(err)
				}
				same(t, "links with the token's hash", n, 1)
			}
		}
		same(t, "tokens", len(seen), 6)
	})
}

// Every token opens its own kind of door and no other.
func TestTokensAreBoundToTheirPurpose(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		ctx, mail := context.Background(), w.written()
		for _, from := range purposes {
			tok := token(t, mail, from)
			doors := map[string]error{}
			for _, to := range append([]string{"c"}, purposes...) {
				_, doors["page "+to] = w.engine.LinkPage(ctx, linkKind(to), tok)
				if to != "c" {
					doors["click "+to] = w.engine.NoteClick(ctx, linkKind(to), tok, person())
				}
			}
			_, doors["restore r"] = w.engine.Restore(ctx, tok)
			doors["seen r"] = w.engine.Seen(ctx, tok, person())
			_, doors["why why"] = w.engine.Why(ctx, tok)
			_, doors["preferences u"] = w.engine.Preferences(ctx, tok)
			doors["prefer u"] = w.engine.Prefer(ctx, tok, event.Email, event.No, "")
			doors["unsubscribe u"] = w.engine.Unsubscribe(ctx, tok, true)
			for door, err := range doors {
				if _, to, _ := strings.Cut(door, " "); to == from {
					if err != nil {
						t.Errorf("%s with its own token: %v", door, err)
					}
					continue
				}
				wantCode(t, door+" with a token for "+from, err, fault.NotFound)
			}
		}
	})
}

// A restore link ends after thirty days; those that unsubscribe and explain never do.
func TestOnlyRestoreLinksExpire(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		ctx, mail := context.Background(), w.written()
		w.clock.Add(30*24*time.Hour - time.Hour)
		w.restores(mail)
		w.clock.Add(2 * time.Hour)
		p, err := w.engine.LinkPage(ctx, message.LinkRestore, token(t, mail, "r"))
		if err != nil || !p.Expired {
			t.Errorf("after thirty days: expired %v, %v", p.Expired, err)
		}
		_, err = w.engine.Restore(ctx, token(t, mail, "r"))
		wantCode(t, "restoring after thirty days", err, fault.Conflict)
		w.clock.Add(3 * 365 * 24 * time.Hour)
		if _, err := w.engine.Why(ctx, token(t, mail, "why")); err != nil {
			t.Errorf("why, years later: %v", err)
		}
		if err := w.engine.Unsubscribe(ctx, token(t, mail, "u"), false); err != nil {
			t.Errorf("unsubscribing years later: %v", err)
		}
		same(t, "suppressions", w.count("suppressions"), 1)
	})
}

// What became of the cart is told, and the button leads nowhere then.
func TestRestoreTellsWhatBecameOfTheCart(t *testing.T) {
	for _, c := range []struct {
		name           string
		then           func(w *world)
		ordered, empty bool
	}{
		{"ordered", func(w *world) {
			w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "cart_id": "c1", "email": ada, "total": "40.00", "currency": "EUR"}))
		}, true, false},
		{"emptied", func(w *world) {
			w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"products": []fields{}})))
		}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				ctx, mail := context.Background(), w.written()
				w.clock.Add(time.Hour)
				c.then(w)
				tok := token(t, mail, "r")
				p, err := w.engine.LinkPage(ctx, message.LinkRestore, tok)
				if err != nil || p.Ordered != c.ordered || p.Empty != c.empty {
					t.Errorf("ordered %v, empty %v, %v", p.Ordered, p.Empty, err)
				}
				to, err := w.engine.Restore(ctx, tok)
				wantCode(t, "restoring", err, fault.Conflict)
				same(t, "address", to, "")
				same(t, "what the click is", w.clicks("c1"), []string{"click_confirmed r"})
			})
		})
	}
}

// A restore link changes nothing in the cart, however often it is used, and
// leads to what is stored: the platform's address, the shop's, or its own front.
func TestRestoreNeverEmptiesAndNeverLeadsAstray(t *testing.T) {
	for _, c := range []struct {
		name, url, setting, want string
	}{
		{"the platform's own", "https://shop.example/recover?key=1", "https://shop.example/cart?restore={cart}", "https://shop.example/recover?key=1"},
		{"a script", "javascript:alert(1)", "https://shop.example/cart?restore={cart}", "https://shop.example/cart?restore=c1"},
		{"no web address", "ftp://shop.example/cart", "", "https://shop-a.myshopify.com/cart"},
		{"none", "", "", "https://shop-a.myshopify.com/cart"},
	} {
		t.Run(c.name, func(t *testing.T) {
			onSQLite(t, func(t *testing.T, w *world) {
				w.change(func(s *shop.Shop) { s.Settings.RestoreURL = c.setting })
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"recovery_url": c.url})))
				w.pass(time.Hour)
				mail, before := w.delivered(), w.cart("c1").Cart
				for range 3 {
					to, err := w.engine.Restore(context.Background(), token(t, mail, "r"))
					if err != nil {
						t.Fatal(err)
					}
					same(t, "address", to, c.want)
					w.clock.Add(time.Hour)
				}
				w.sees(mail, attribution.Visit{Method: "POST"})
				same(t, "the cart", w.cart("c1").Cart, before)
			})
		})
	}
}

// Links that were taken back are as unknown as any token that never was. Those
// that unsubscribe go on until they are meant too.
func TestRevokedLinksAreUnknown(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		of   func(w *world) recovery.LinksOf
		n    int
	}{
		{"of a message", func(w *world) recovery.LinksOf { return recovery.LinksOf{MessageID: w.messages()[0].ID} }, 2},
		{"of a cart", func(w *world) recovery.LinksOf { return recovery.LinksOf{CartID: w.cart("c1").Cart.ID} }, 4},
		{"of a shopper", func(w *world) recovery.LinksOf { return recovery.LinksOf{ShopperID: w.cart("c1").Cart.ShopperID} }, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				mail := w.written()
				w.pass(24 * time.Hour)
				_, never := w.engine.LinkPage(ctx, message.LinkRestore, "AAAAAAAAAAAAAAAAAAAAAA")
				gone := func(purpose string) {
					t.Helper()
					_, err := w.engine.LinkPage(ctx, linkKind(purpose), token(t, mail, purpose))
					if err == nil || err.Error() != never.Error() {
						t.Errorf("a revoked link for %s: %v, a token that never was: %v", purpose, err, never)
					}
				}
				if n, err := w.engine.RevokeLinks(ctx, "shop-b", c.of(w)); n != 0 || err != nil {
					t.Errorf("another shop revoked %d links: %v", n, err)
				}
				if n, err := w.engine.RevokeLinks(ctx, w.shop.ID, recovery.LinksOf{}); n != 0 || err != nil {
					t.Errorf("links of nothing: %d, %v", n, err)
				}
				of := c.of(w)
				n, err := w.engine.RevokeLinks(ctx, w.shop.ID, of)
				if err != nil {
					t.Fatal(err)
				}
				same(t, "revoked", n, c.n)
				gone("r")
				gone("why")
				_, err = w.engine.Restore(ctx, token(t, mail, "r"))
				wantCode(t, "restoring by a revoked link", err, fault.NotFound)
				wantCode(t, "a click on a revoked link", w.engine.NoteClick(ctx, message.LinkRestore, token(t, mail, "r"), person()), fault.NotFound)
				if _, err := w.engine.Preferences(ctx, token(t, mail, "u")); err != nil {
					t.Errorf("the link that unsubscribes: %v", err)
				}
				of.Unsubscribe = true
				if n, err = w.engine.RevokeLinks(ctx, w.shop.ID, of); err != nil {
					t.Fatal(err)
				}
				same(t, "revoked with those that unsubscribe", n, c.n/2)
				gone("u")
				wantCode(t, "unsubscribing by a revoked link", w.engine.Unsubscribe(ctx, token(t, mail, "u"), false), fault.NotFound)
			})
		})
	}
}
