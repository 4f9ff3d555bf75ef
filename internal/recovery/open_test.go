package recovery_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// opened presses the button of the page behind a cart's message.
func (w *world) opened(told bool) (string, error) {
	w.t.Helper()
	c := adaCart("c1").with(fields{"coupon": "WINTER"})
	if !told {
		delete(c, "recovery_url")
	}
	w.send(gen("Cart Updated", w.now(), c))
	w.pass(3 * time.Hour)
	return w.engine.Restore(w.t.Context(), token(w.t, w.last(), "r"))
}

func opening(way string, trouble error) func() *farShop {
	return func() *farShop {
		return &farShop{can: recovery.Abilities{Open: true}, way: way, trouble: trouble}
	}
}

func TestTheWayBack(t *testing.T) {
	const told = "https://shop.example/cart/c1?key=restore-secret"
	for name, c := range map[string]struct {
		far  func() *farShop
		told bool
		rule string
		want string
	}{
		"the platform knows one":                 {opening("https://shop.example/new?discount=WINTER", nil), true, "", "https://shop.example/new?discount=WINTER"},
		"the platform knows none":                {opening("", nil), true, "", told},
		"the platform is down":                   {opening("", fault.New(fault.Overloaded, "down")), true, "", told},
		"what it says is no address":             {opening("javascript:alert(1)", nil), true, "", told},
		"nothing was told":                       {opening("", nil), false, "", "https://shop-a.myshopify.com/cart"},
		"nothing was told, and the shop has one": {opening("", nil), false, "https://shop.example/cart?restore={cart}&code={coupon}", "https://shop.example/cart?restore=c1&code=WINTER"},
	} {
		t.Run(name, func(t *testing.T) {
			farWorld(t, c.far, func(t *testing.T, w *world, far *farShop) {
				to, err := w.opened(c.told)
				if err != nil || to != c.want {
					t.Errorf("it leads to %q, %v; want %q", to, err, c.want)
				}
				if far.asked[len(far.asked)-1] != "open WINTER" {
					t.Errorf("asked %q: the coupon is not carried along", far.asked)
				}
			}, settings(func(s *shop.Settings) { s.RestoreURL = c.rule }))
		})
	}
}

func TestACartThatTheShopNoLongerHas(t *testing.T) {
	farWorld(t, opening("", fault.New(fault.NotFound, "gone")), func(t *testing.T, w *world, _ *farShop) {
		if to, err := w.opened(true); !errors.Is(err, journey.ErrCartGone) || to != "" {
			t.Errorf("it leads to %q, %v", to, err)
		}
	})
}

// The signed cart is what the documentation says: anybody with the secret can read it.
func TestASignedCart(t *testing.T) {
	farWorld(t, opening("", nil), func(t *testing.T, w *world, _ *farShop) {
		to, err := w.opened(false)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		body, sum, _ := strings.Cut(u.Query().Get("t"), ".")
		mac := hmac.New(sha256.New, []byte("a newer secret, not used yet"))
		mac.Write([]byte(body))
		if sum != base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) {
			t.Errorf("%s is not signed with the newest webhook secret", to)
		}
		var doc struct {
			Shop, Cart, Coupon string
			Items              []struct {
				Product  string
				Quantity int
			}
			Expires int64
		}
		text, _ := base64.RawURLEncoding.DecodeString(body)
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Shop != w.shop.ID || doc.Cart != "c1" || doc.Coupon != "WINTER" || len(doc.Items) != 1 || doc.Items[0].Product != "scarf" || doc.Items[0].Quantity != 2 {
			t.Errorf("it says %s", text)
		}
		if left := time.Unix(doc.Expires, 0).Sub(w.now()); left < 50*time.Minute || left > time.Hour {
			t.Errorf("it is good for %v", left)
		}
	}, settings(func(s *shop.Settings) { s.RestoreURL = "https://shop.example/restore?t={token}" }))
}

// What a platform publishes is no secret to sign carts with.
func TestASignedCartIsNotSignedByAPublicKey(t *testing.T) {
	farWorld(t, opening("", nil), func(t *testing.T, w *world, _ *farShop) {
		w.accts.first = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"
		to, err := w.opened(false)
		if err != nil {
			t.Fatal(err)
		}
		_, token, _ := strings.Cut(to, "?t=")
		body, sum, _ := strings.Cut(token, ".")
		mac := hmac.New(sha256.New, []byte(hookSecret(w.shop.ID)))
		mac.Write([]byte(body))
		if sum != base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) {
			t.Errorf("%s is not signed with the secret that only the shop knows", to)
		}
	}, settings(func(s *shop.Settings) { s.RestoreURL = "https://shop.example/restore?t={token}" }))
}
