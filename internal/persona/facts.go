package persona

import (
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Facts are what a rule or a step's condition can see. They are plain Go
// structs, so that a misspelt name is found when the rule is written and not
// when a cart is waiting.
type Facts struct {
	Shopper Shopper `cel:"shopper"`
	Cart    Cart    `cel:"cart"`
}

// Shopper is `shopper` in an expression.
type Shopper struct {
	// FirstName, LastName, Email and Phone are the newest said; "" when unknown.
	FirstName string `cel:"first_name"`
	LastName  string `cel:"last_name"`
	Email     string `cel:"email"`
	Phone     string `cel:"phone"`
	// Country is ISO 3166-1 alpha-2, Locale a BCP 47 tag, Device "mobile", "desktop" or "tablet"; "" when unknown.
	Country string `cel:"country"`
	Locale  string `cel:"locale"`
	Device  string `cel:"device"`
	// Orders is the number of earlier purchases that stood.
	Orders int `cel:"orders"`
	// Spent is what those came to in the cart's currency, in major units; what
	// was paid in other currencies is left out.
	Spent float64 `cel:"spent"`
	// Visits is the number of different days with activity.
	Visits int `cel:"visits"`
	// Tags are the merchant's labels, trimmed.
	Tags []string `cel:"tags"`
}

// Cart is `cart` in an expression.
type Cart struct {
	// Total is what the shopper would pay, in major units of Currency (ISO 4217).
	Total    float64 `cel:"total"`
	Currency string  `cel:"currency"`
	Items    []Item  `cel:"items"`
	// Stage is "cart", "checkout" or "payment".
	Stage string `cel:"stage"`
	// HasCoupon is true when a code was applied.
	HasCoupon bool `cel:"has_coupon"`
	// Categories are those of the items, each once, sorted.
	Categories []string `cel:"categories"`
	// AbandonReason is what AbandonReason gives.
	AbandonReason string `cel:"abandon_reason"`
	// RestoreURL is the platform's recovery URL; "" where it gives none.
	RestoreURL string `cel:"restore_url"`
	// LastActivity is the platform's time of the last change.
	LastActivity time.Time `cel:"last_activity"`
	// Told are the keys of the templates that messages about this cart were written by,
	// in any sequence, each once, sorted. Only a step's condition knows them: none
	// where a persona is chosen.
	Told []string `cel:"told"`
}

// Item is one of `cart.items`.
type Item struct {
	Title   string `cel:"title"`
	Variant string `cel:"variant"`
	SKU     string `cel:"sku"`
	// Quantity is the number of pieces, at least 1.
	Quantity int `cel:"quantity"`
	// Price of one piece and LineTotal of the line, in major units.
	Price     float64 `cel:"price"`
	LineTotal float64 `cel:"line_total"`
	// Was is the price of a piece that the shopper saw, where another one is asked now; else 0.
	Was      float64 `cel:"was"`
	ImageURL string  `cel:"image_url"`
	URL      string  `cel:"url"`
	// Stock is how many are left, PlentyInStock where the platform did not say.
	Stock int `cel:"stock"`
}

// PlentyInStock stands for a stock nobody told us, so that "only a few left"
// is never claimed without knowing.
const PlentyInStock = 1_000_000

// The reasons a cart is thought to have been left for.
const (
	LeftAfterFailedPayment = "payment_failed"
	LeftAtPayment          = "left_at_payment"
	LeftAtCheckout         = "left_at_checkout"
	LeftInCart             = "left_in_cart"
)

// AbandonReason says where the shopper stopped: a failed payment outranks the
// furthest stage reached.
func AbandonReason(c cart.Cart) string {
	switch {
	case c.Facts.FailedAt > 0:
		return LeftAfterFailedPayment
	case c.Facts.Stage == cart.StagePayment:
		return LeftAtPayment
	case c.Facts.Stage == cart.StageCheckout:
		return LeftAtCheckout
	}
	return LeftInCart
}

// NewFacts gathers what rules may see of a shopper, their past and one cart.
func NewFacts(s shopper.Shopper, h shopper.History, c cart.Cart) Facts {
	f := Facts{Shopper: shopperFacts(s), Cart: cartFacts(c)}
	f.Shopper.Orders, f.Shopper.Visits = h.Orders, h.Visits
	if f.Shopper.Device == "" {
		f.Shopper.Device = h.Device
	}
	for _, m := range h.Spent {
		if m.Currency == f.Cart.Currency {
			f.Shopper.Spent += m.Major()
		}
	}
	return f
}

func shopperFacts(s shopper.Shopper) Shopper {
	t := s.Traits
	return Shopper{
		FirstName: t.FirstName.Value, LastName: t.LastName.Value,
		Email: t.Email.Value, Phone: t.Phone.Value,
		Country: t.Country.Value, Locale: t.Locale.Value, Device: t.Device.Value,
		Tags: tags(t.Tags.Value),
	}
}

// tags splits labels joined by commas; none gives an empty list, never nil.
func tags(joined string) []string {
	out := []string{}
	for t := range strings.SplitSeq(joined, ",") {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

func cartFacts(c cart.Cart) Cart {
	items, total := c.Items(), c.Total()
	out := Cart{
		Total: total.Major(), Currency: total.Currency,
		Items: make([]Item, 0, len(items)), Categories: []string{},
		Stage: string(c.Facts.Stage), HasCoupon: len(c.Facts.Contents.Coupons) > 0,
		AbandonReason: AbandonReason(c), RestoreURL: c.Facts.RestoreURL.Value,
		LastActivity: c.LastActivity(), Told: []string{},
	}
	if out.Stage == "" {
		out.Stage = string(cart.StageCart)
	}
	for _, i := range items {
		out.Items = append(out.Items, itemFacts(i))
		if i.Category != "" {
			out.Categories = append(out.Categories, i.Category)
		}
	}
	slices.Sort(out.Categories)
	out.Categories = slices.Compact(out.Categories)
	return out
}

func itemFacts(i event.Item) Item {
	out := Item{
		Title: i.Title, Variant: i.Variant, SKU: i.SKU, Quantity: i.Quantity,
		Price: i.Price.Major(), LineTotal: i.LineTotal.Major(), Was: i.Was.Major(),
		ImageURL: i.ImageURL, URL: i.URL, Stock: PlentyInStock,
	}
	if i.Stock != nil {
		out.Stock = *i.Stock
	}
	return out
}
