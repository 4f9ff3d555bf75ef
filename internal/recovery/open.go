package recovery

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Closed is a cart that is to be opened again at its shop.
type Closed struct {
	// Links are the platform's ids of it, Items what is in it.
	Links []event.Link
	Items []event.Item
	// RestoreURL is the address its events told, Coupon a code to carry along; both may be "".
	RestoreURL string
	Coupon     string
}

const (
	// openWithin bounds asking the platform: somebody waits for the page.
	openWithin = 4 * time.Second
	// tokenFor is how long a signed cart in an address is good for. The shopper is on their way.
	tokenFor = time.Hour
	// tokenLines bounds a signed cart, so that every server takes its address.
	tokenLines = 40
)

// Restore takes a pressed button for a confirmed click and gives the address
// where the cart is taken up again, on whatever device: the platform's way, or
// the address its events told, or the shop's own. It comes from what is stored
// and from the platform, never from the request, and nothing is ever taken out
// of the cart. fault.Conflict: there is nothing to take up again any more;
// LinkPage says why, or it is journey.ErrCartGone.
func (e *Engine) Restore(ctx context.Context, token string) (to string, err error) {
	var b behind
	open, coupon := false, ""
	err = e.onLink(ctx, message.LinkRestore, token, func(ctx context.Context, tx Tx, found behind) (err error) {
		b = found
		if coupon, err = e.carried(ctx, tx, b.letter); err != nil {
			return err
		}
		open = b.cart.State != cart.Ordered && !b.cart.Empty() && !b.expired(tx.Now())
		return e.confirmClick(ctx, tx, b, sameVisit)
	})
	if err == nil && !open {
		err = fault.New(fault.Conflict, "there is nothing left to restore").Try("open the shop itself")
	}
	if err != nil {
		return "", err
	}
	return e.open(ctx, b.shop, b.cart, first(coupon, couponOf(b.cart)))
}

// open asks the platform for a way back, where it has one of its own, and else
// takes what is known. A platform that does not answer costs the shopper nothing.
// The code is carried along where there is a way to; "" for none.
func (e *Engine) open(ctx context.Context, sh shop.Shop, c cart.Cart, code string) (string, error) {
	if e.Remote.Can(sh.Platform).Open {
		asking, cancel := context.WithTimeout(ctx, openWithin)
		defer cancel()
		to, err := e.Remote.Open(asking, sh, closed(c, code))
		switch {
		case fault.Is(err, fault.NotFound):
			return "", journey.ErrCartGone
		case err != nil:
			e.Log.WarnContext(ctx, "the platform gave no way back to a cart; the known one is used", "shop", sh.ID, "cart", c.ID, "error", err)
		case webAddress(to):
			return to, nil
		}
	}
	if webAddress(c.Facts.RestoreURL.Value) {
		return c.Facts.RestoreURL.Value, nil
	}
	if sh.Settings.RestoreURL == "" {
		return "https://" + sh.Domain + "/cart", nil
	}
	return e.ownAddress(ctx, sh, c, code)
}

func closed(c cart.Cart, code string) Closed {
	return Closed{Links: c.Facts.Links, Items: c.Items(), RestoreURL: c.Facts.RestoreURL.Value, Coupon: code}
}

// couponOf gives the code that the shopper had applied, the first of several.
func couponOf(c cart.Cart) string {
	for _, code := range c.Coupons() {
		return code
	}
	return ""
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// ownAddress fills in the shop's own address.
func (e *Engine) ownAddress(ctx context.Context, sh shop.Shop, c cart.Cart, code string) (string, error) {
	to := sh.Settings.RestoreURL
	token := ""
	if strings.Contains(to, "{token}") {
		secrets, err := e.Accounts.WebhookSecrets(ctx, sh.ID)
		if err != nil {
			return "", err
		}
		// A platform's public key among them is known to everybody.
		if secrets = slices.DeleteFunc(slices.Clone(secrets), func(s string) bool { return !event.Shared(s) }); len(secrets) == 0 {
			return "", fault.New(fault.Misconfigured, "the shop has no webhook secret to sign its carts with").Try("make one on the settings page of webhooks")
		}
		token = signedCart(secrets[0], sh.ID, c, code, e.Now())
	}
	return strings.NewReplacer("{cart}", url.QueryEscape(cartID(c)), "{coupon}", url.QueryEscape(code), "{token}", token).Replace(to), nil
}

// cartID is the platform's id of a cart, or ours.
func cartID(c cart.Cart) string {
	id := c.ID
	for _, l := range c.Facts.Links {
		if l.Kind == event.LinkCart || (l.Kind == event.LinkCheckout && id == c.ID) {
			id = l.Value
		}
	}
	return id
}

// cartToken is what a signed cart says. Its names are a public contract.
type cartToken struct {
	Shop    string      `json:"shop"`
	Cart    string      `json:"cart"`
	Items   []tokenItem `json:"items"`
	Coupon  string      `json:"coupon,omitempty"`
	Expires int64       `json:"expires"`
}

type tokenItem struct {
	Product  string `json:"product,omitempty"`
	Variant  string `json:"variant,omitempty"`
	SKU      string `json:"sku,omitempty"`
	Quantity int    `json:"quantity"`
}

// signedCart writes what is in a cart so that the shop's own page can fill it
// anew on another device: base64url of the JSON, a dot, and base64url of its
// HMAC-SHA256 under the shop's newest webhook secret that is no public key.
func signedCart(secret, shopID string, c cart.Cart, code string, now time.Time) string {
	t := cartToken{Shop: shopID, Cart: cartID(c), Coupon: code, Expires: now.Add(tokenFor).Unix(), Items: []tokenItem{}}
	for _, i := range c.Items() {
		if len(t.Items) == tokenLines {
			break
		}
		t.Items = append(t.Items, tokenItem{i.ProductID, i.VariantID, i.SKU, i.Quantity})
	}
	doc, _ := json.Marshal(t) // texts and numbers only: it cannot fail
	body := base64.RawURLEncoding.EncodeToString(doc)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return body + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
