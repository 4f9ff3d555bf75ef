package saleor

import (
	"encoding/base64"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// checkoutBody is a Checkout: Saleor's cart from the first line on.
type checkoutBody struct {
	ID        wire.Text                `json:"id"`
	Token     wire.Text                `json:"token"`
	Created   wire.Time                `json:"created"`
	UpdatedAt wire.Time                `json:"updatedAt"`
	Email     wire.Text                `json:"email"`
	Language  wire.Text                `json:"languageCode"`
	Gross     wire.Bool                `json:"displayGrossPrices"`
	Voucher   wire.Text                `json:"voucherCode"`
	User      wire.Object[userBody]    `json:"user"`
	Billing   wire.Object[addressBody] `json:"billingAddress"`
	Shipping  wire.Object[addressBody] `json:"shippingAddress"`
	Total     wire.Object[taxedBody]   `json:"totalPrice"`
	Lines     wire.List[lineBody]      `json:"lines"`
}

// id gives the checkout's global id, which its order repeats as checkoutId. A
// query that asks for the token alone is served too: the id is made of it.
func (b checkoutBody) id() wire.Text {
	if id := wire.First(b.ID); id != "" {
		return wire.Text(id)
	}
	if token := wire.First(b.Token); token != "" {
		if text, err := base64.StdEncoding.DecodeString(token); err == nil && strings.HasPrefix(string(text), "Checkout:") {
			return wire.Text(token)
		}
		return wire.Text(base64.StdEncoding.EncodeToString([]byte("Checkout:" + token)))
	}
	return ""
}

func (r *reader) checkout() (string, error) {
	b := r.b.Checkout.V
	id := b.id()
	if id == "" {
		return "", missing("checkout.id")
	}
	r.e.Kind = event.CartUpdated
	if b.Billing.Set || b.Shipping.Set {
		r.e.Kind = event.CheckoutUpdated
	}
	r.e.OccurredAt, r.e.StartedAt = r.occurred(b.UpdatedAt), b.Created.Time
	var links wire.Links
	links.Add(event.LinkCheckout, id)
	r.e.Links = links
	r.person(buyer{user: b.User, emails: []wire.Text{b.Email}, billing: b.Billing.V, shipping: b.Shipping.V, language: b.Language})
	return wire.ID(string(id)), r.contents(basket{
		field: "checkout.lines", lines: b.Lines, total: b.Total.V.Gross.V, net: b.Gross.Set && !b.Gross.Value, voucher: b.Voucher})
}

// announced turns a checkout whose payment is complete into an order, so that
// messages stop at once. Saleor tells the order by another event, or makes it a
// little later; under "checkout:<id>" this one is never credited, and the API is
// asked for what became of the checkout.
func (r *reader) announced() (string, error) {
	id, err := r.checkout()
	if err != nil {
		return "", err
	}
	total := money.Money{}
	if c := r.e.Contents; c != nil {
		total = c.Total
	}
	r.e.Kind = event.OrderPlaced
	r.e.Order = &event.Order{ID: "checkout:" + id, Status: event.OrderOpen, Total: total, PlacedAt: r.e.OccurredAt}
	r.e.Fetch = []event.Reference{{Kind: event.LinkCheckout, ID: id}}
	r.notes.Add("the checkout is paid; its order is credited when order_created arrives or the API tells it")
	return id, nil
}

// moneyBody is an amount in major units.
type moneyBody struct {
	Amount   wire.Amount `json:"amount"`
	Currency wire.Text   `json:"currency"`
}

// taxedBody is a price with and without tax.
type taxedBody struct {
	Gross wire.Object[moneyBody] `json:"gross"`
	Net   wire.Object[moneyBody] `json:"net"`
}

// shown is the amount that the storefront shows.
func (b taxedBody) shown(net bool) moneyBody {
	if net && b.Net.Set {
		return b.Net.V
	}
	return b.Gross.V
}

// lineBody is one line of a checkout or an order. An order's line keeps the
// names it was sold under; a checkout's has those of its variant.
type lineBody struct {
	ProductName wire.Text                `json:"productName"`
	VariantName wire.Text                `json:"variantName"`
	SKU         wire.Text                `json:"productSku"`
	VariantID   wire.Text                `json:"productVariantId"`
	Quantity    wire.Count               `json:"quantity"`
	Unit        wire.Object[taxedBody]   `json:"unitPrice"`
	Total       wire.Object[taxedBody]   `json:"totalPrice"`
	Thumbnail   wire.Object[imageBody]   `json:"thumbnail"`
	Variant     wire.Object[variantBody] `json:"variant"`
}

// imageBody is a picture.
type imageBody struct {
	URL wire.Text `json:"url"`
}

// variantBody is what a line sells.
type variantBody struct {
	ID      wire.Text                `json:"id"`
	SKU     wire.Text                `json:"sku"`
	Name    wire.Text                `json:"name"`
	Product wire.Object[productBody] `json:"product"`
}

// productBody is the variant's product.
type productBody struct {
	ID        wire.Text              `json:"id"`
	Name      wire.Text              `json:"name"`
	Thumbnail wire.Object[imageBody] `json:"thumbnail"`
	Category  wire.Object[struct {
		Name wire.Text `json:"name"`
	}] `json:"category"`
}

func (b lineBody) item() event.Item {
	v, p := b.Variant.V, b.Variant.V.Product.V
	it := event.Item{
		ProductID: string(p.ID), VariantID: wire.First(v.ID, b.VariantID), SKU: wire.First(b.SKU, v.SKU),
		Title: wire.First(b.ProductName, p.Name), Variant: wire.First(b.VariantName, v.Name),
		Category: string(p.Category.V.Name), ImageURL: wire.First(b.Thumbnail.V.URL, p.Thumbnail.V.URL),
	}
	// A product's only variant is named by its SKU or id.
	if it.Variant == it.SKU || it.Variant == it.VariantID || it.Variant == it.Title {
		it.Variant = ""
	}
	return it
}

// basket is what checkouts and orders both hold.
type basket struct {
	field   string
	lines   wire.List[lineBody]
	total   moneyBody
	net     bool
	voucher wire.Text
	// lenient is for orders, see wire.Lines.
	lenient bool
}

// currency is the one that a basket is in, else the shop's own.
func (r *reader) currency(b basket) (string, error) {
	said := []wire.Text{b.total.Currency}
	for _, l := range b.lines.V {
		said = append(said, l.Unit.V.Gross.V.Currency, l.Total.V.Gross.V.Currency)
	}
	return wire.Currency("currency", append(said, wire.Text(r.d.Currency))...)
}

// contents reads the lines and what they cost together.
func (r *reader) contents(b basket) error {
	currency, err := r.currency(b)
	if err != nil {
		return err
	}
	if !b.lines.Set {
		r.notes.Add("the body carries no lines")
		return nil
	}
	lines := wire.Lines{Field: b.field, Currency: currency, Lenient: b.lenient, Notes: &r.notes}
	for _, l := range b.lines.V {
		line := wire.Line{Item: l.item(), Quantity: l.Quantity, Price: l.Unit.V.shown(b.net).Amount, Total: l.Total.V.shown(b.net).Amount}
		if err := lines.Add(line); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if b.total.Amount.Set() {
		if c.Total, err = b.total.Amount.Positive(currency, "total.gross.amount", &r.notes); err != nil {
			return err
		}
	}
	if code := event.Clean(strings.TrimSpace(string(b.voucher)), 100); code != "" {
		c.Coupons = []string{code}
	}
	r.e.Contents = c
	return nil
}
