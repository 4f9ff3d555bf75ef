// Package conformance holds every platform to the same stories: what a shop's
// platform posts while a shopper fills a cart, leaves it, buys, or does what
// platforms do oddly, and the one state in which each telling has to end,
// whatever gets repeated, lost on the way, shuffled or forged.
//
// Each platform's folder has a folder story beside its adapter, which tells its
// stories in that platform's own words. Check tells them to the adapter alone;
// the command `cartograph conform` tells them to a server.
package conformance

import (
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Trait is what a story shows. Every platform tells each of them or says why it cannot.
type Trait string

// The traits, in the order in which they are shown.
const (
	// Bought: a cart is filled, changed, taken to the checkout and bought.
	Bought Trait = "bought"
	// Left: a cart with an address is filled and left.
	Left Trait = "left"
	// Emptied: a cart is filled and emptied, or deleted.
	Emptied Trait = "emptied"
	// Failed: a payment fails; the cart is still to be won back.
	Failed Trait = "payment_failed"
	// Cancelled: an order is taken back whole.
	Cancelled Trait = "cancelled"
	// Refunded: a part of an order's money is given back.
	Refunded Trait = "refunded"
	// Huge: a cart of 500 lines.
	Huge Trait = "huge_cart"
	// NoDecimals: a cart in yen; ThreeDecimals: one in Kuwaiti dinars.
	NoDecimals    Trait = "zero_decimals"
	ThreeDecimals Trait = "three_decimals"
	// Unicode: names and titles in many scripts, with quotes, emoji and entities.
	Unicode Trait = "unicode"
	// NoEmail: a cart of nobody known. PhoneOnly: one whose only address is a phone.
	NoEmail   Trait = "no_email"
	PhoneOnly Trait = "phone_only"
	// Draft: what staff prepare, or a checkout that is not bought, counts as no order.
	Draft Trait = "draft"
	// Admin: an order that staff made stops messages and is not credited.
	Admin Trait = "admin_order"
	// Subscription: nor is a renewal.
	Subscription Trait = "subscription"
	// Consented: the platform tells whom we may write to.
	Consented Trait = "consent"
	// Uninstalled: the shop has left, or asks for erasure.
	Uninstalled Trait = "uninstalled"
)

// Traits gives all of them, in order.
func Traits() []Trait {
	return []Trait{Bought, Left, Emptied, Failed, Cancelled, Refunded, Huge, NoDecimals, ThreeDecimals, Unicode,
		NoEmail, PhoneOnly, Draft, Admin, Subscription, Consented, Uninstalled}
}

// Platform is one platform's part of the kit.
type Platform struct {
	// Name is the adapter's in URLs, Title the platform's own.
	Name, Title string
	Adapter     platform.Adapter
	// Domain is the shop's as the platform's bodies and headers name it.
	Domain string
	// Secrets gives a key to sign with and the secret that verifies it: the same
	// twice where the platform signs by a shared secret. Seed makes it another pair.
	Secrets func(seed byte) (signing, verifying string)
	// Sign signs a delivery as the platform does, at a moment: it adds headers, and
	// gives the body as it is posted (another one where the body itself is signed).
	Sign func(header map[string][]string, body []byte, signing string, at time.Time) []byte
	// Unsigned says why the platform's deliveries carry no signature, where they
	// only show a shared token: nothing then tells that a body was changed, and the
	// kit does not ask for it. It is shown in the matrix. Empty: bodies are signed.
	Unsigned string
	// Stories are told, at most one for each trait; Cannot says why the others are not.
	Stories []Story
	Cannot  map[Trait]string
	// Untold says what else the platform never tells; it is shown beside the matrix.
	Untold []string
	// Values is the account to set for API calls, without platform_url, and
	// Authorized says whether a call carries it. Nil where there is no API.
	Values     map[string]string
	Authorized func(r *http.Request) bool
	// Serve answers calls that Then cannot (tokens, GraphQL); false is "not mine". May be nil.
	Serve func(w http.ResponseWriter, r *http.Request, pages map[string]string) bool
}

// Story is one story in a platform's words.
type Story struct {
	Trait Trait
	// Tell gives the deliveries in the order in which they happen. The same Run gives the same.
	Tell func(r Run) []Delivery
	// Want gives the state in which every telling ends.
	Want func(r Run) Want
	// Late takes out of an end what may be missing of it where deliveries came in
	// another order, since the platform's API no longer tells it by then. Nil:
	// nothing may be missing. It is meant for APIs, never for what was posted.
	Late func(w Want) Want
}

// Delivery is one request of a platform before it is signed.
type Delivery struct {
	// Name says what it tells ("checkouts/update: two mugs"), for findings.
	Name string
	// Header holds what the platform sends beside its signature, Body its bytes.
	Header map[string]string
	Body   string
	// Then are the pages of the platform's API from this moment on, by path with
	// query ("/v3/carts/1?include=x"); "" is gone. A later delivery's replace them.
	Then map[string]string
	// Listed stands for what the platform posts nothing of: instead of a delivery,
	// the API is asked for all that changed since the story began, as it is every
	// few minutes. Header and Body are empty then. A story begins with a posted one.
	Listed bool
}

// Want is the state of a shop after a story, as far as the story is about it.
type Want struct {
	Carts  []Cart  `json:"carts"`
	Orders []Order `json:"orders"`
	// Consents are "email yes ann@example.com", sorted.
	Consents []string `json:"consents,omitempty"`
	// Asked are the requests about privacy and lifecycle: event kinds, sorted.
	Asked []string `json:"asked,omitempty"`
}

// Cart is one cart's end.
type Cart struct {
	State cart.State `json:"state"`
	Items []Item     `json:"items"`
	Total Money      `json:"total"`
	Email string     `json:"email,omitempty"`
	Phone string     `json:"phone,omitempty"`
	// Order is the platform's id of the order that ended it.
	Order string `json:"order,omitempty"`
	// WayBack says that the platform told an address at which it is taken up again.
	WayBack bool `json:"way_back,omitempty"`
}

// Item is one line.
type Item struct {
	Title    string `json:"title"`
	Variant  string `json:"variant,omitempty"`
	SKU      string `json:"sku,omitempty"`
	Quantity int    `json:"quantity"`
	Price    Money  `json:"price"`
}

// Money is an amount as text ("12.50 EUR"), since findings are read by people.
type Money string

// Amount makes Money from minor units.
func Amount(minor int64, currency string) Money {
	return written(money.Money{Minor: minor, Currency: currency})
}

func written(m money.Money) Money {
	if m.Currency == "" {
		return ""
	}
	return Money(m.Decimal() + " " + m.Currency)
}

// Order is one order's end.
type Order struct {
	ID    string `json:"id"`
	Total Money  `json:"total"`
	// Lost is what of it was given back.
	Lost Money `json:"lost,omitempty"`
	// Creditable is false for orders that must not count as a recovery.
	Creditable bool `json:"creditable"`
}
