package prestashop

import (
	"html"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// cartBody is a cart, by PrestaShop's own names. Amounts are with tax.
type cartBody struct {
	ID       wire.Text `json:"id_cart"`
	Revision wire.Text `json:"revision"`
	// From is the cart of which this one was made by the restore address.
	From      wire.Text                 `json:"from_cart"`
	AddedAt   wire.Time                 `json:"date_add"`
	UpdatedAt wire.Time                 `json:"date_upd"`
	Step      wire.Text                 `json:"step"`
	Currency  wire.Text                 `json:"currency"`
	Total     wire.Amount               `json:"total_tax_incl"`
	Products  wire.List[lineBody]       `json:"products"`
	Rules     wire.List[wire.Text]      `json:"cart_rules"`
	Restore   wire.Text                 `json:"restore_url"`
	Customer  wire.Object[customerBody] `json:"customer"`
}

// lineBody is a line of a cart or an order: carts and orders name the same
// things differently, as PrestaShop's own tables do.
type lineBody struct {
	ProductID      wire.Text   `json:"id_product"`
	AttributeID    wire.Text   `json:"id_product_attribute"`
	Reference      wire.Text   `json:"reference"`
	Name           wire.Text   `json:"name"`
	Attributes     wire.Text   `json:"attributes_small"`
	Category       wire.Text   `json:"category"`
	Quantity       wire.Count  `json:"cart_quantity"`
	Price          wire.Amount `json:"price_wt"`
	Total          wire.Amount `json:"total_wt"`
	Link           wire.Text   `json:"link"`
	Image          wire.Text   `json:"image"`
	Stock          wire.Count  `json:"stock_quantity"`
	OrderProduct   wire.Text   `json:"product_id"`
	OrderAttribute wire.Text   `json:"product_attribute_id"`
	OrderReference wire.Text   `json:"product_reference"`
	OrderName      wire.Text   `json:"product_name"`
	OrderQuantity  wire.Count  `json:"product_quantity"`
	OrderPrice     wire.Amount `json:"unit_price_tax_incl"`
	OrderTotal     wire.Amount `json:"total_price_tax_incl"`
}

// customerBody is a shopper. PrestaShop makes a customer of every guest who
// reached the checkout's second step.
type customerBody struct {
	ID         wire.Text                   `json:"id_customer"`
	Guest      wire.Bool                   `json:"is_guest"`
	Email      wire.Text                   `json:"email"`
	Phone      wire.Text                   `json:"phone"`
	First      wire.Text                   `json:"firstname"`
	Last       wire.Text                   `json:"lastname"`
	Country    wire.Text                   `json:"country"`
	State      wire.Text                   `json:"state"`
	Language   wire.Text                   `json:"language"`
	Device     wire.Text                   `json:"device"`
	Newsletter wire.Object[newsletterBody] `json:"newsletter"`
}

// newsletterBody is the answer to "Sign up for our newsletter".
type newsletterBody struct {
	Answer wire.Bool `json:"answer"`
	At     wire.Time `json:"at"`
}

func (r *reader) cart(b cartBody) error {
	var links wire.Links
	if links.Add(event.LinkCart, b.ID); len(links) == 0 {
		return missing("cart.id_cart")
	}
	links.Add(event.LinkCart, b.From)
	if r.e.Kind = event.CartUpdated; b.Step == "checkout" {
		r.e.Kind = event.CheckoutUpdated
	}
	r.e.Links, r.e.StartedAt, r.e.RestoreURL = links, b.AddedAt.Time, wire.URL(string(b.Restore))
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, ordered(b.UpdatedAt.Time, b.Revision), r.e.OccurredAt)
	r.person(b.Customer.V)
	r.newsletter(b.Customer.V)
	if !b.Products.Set {
		return missing("cart.products")
	}
	return r.contents("cart", b.Currency, b.Total, b.Products.V, b.Rules.V, false)
}

// ordered adds the revision to a time of whole seconds, so that of two states of
// one second the later one wins.
func ordered(at time.Time, revision wire.Text) time.Time {
	n, err := strconv.Atoi(string(revision))
	if at.IsZero() || err != nil || n < 0 {
		return at
	}
	return at.Add(time.Duration(min(n, 999)) * time.Millisecond)
}

// contents reads lines and total; lenient is for purchases, see wire.Lines.
func (r *reader) contents(at string, code wire.Text, total wire.Amount, list []lineBody, rules []wire.Text, lenient bool) error {
	currency, err := wire.Currency(at+".currency", code, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	// PrestaShop counts in floats with six decimals: what they round to is meant.
	var noise wire.Notes
	lines := wire.Lines{Field: at + ".products", Currency: currency, Lenient: lenient, Notes: &noise}
	for _, l := range list {
		if err := lines.Add(l.line()); err != nil {
			return err
		}
	}
	if len(lines.Items) < len(list) {
		r.notes.Add("lines that make no sense were left out")
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if total.Set() {
		if c.Total, err = total.Positive(currency, at+".total", &noise); err != nil {
			return err
		}
	}
	for _, rule := range rules {
		if code := event.Clean(string(rule), 100); code != "" && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}

func (b lineBody) line() wire.Line {
	either := func(cart, order wire.Text) string { return wire.First(cart, order) }
	l := wire.Line{Quantity: b.Quantity, Price: b.Price, Total: b.Total, Item: event.Item{
		ProductID: either(b.ProductID, b.OrderProduct), VariantID: either(b.AttributeID, b.OrderAttribute),
		SKU: either(b.Reference, b.OrderReference), Title: html.UnescapeString(either(b.Name, b.OrderName)),
		Variant: html.UnescapeString(string(b.Attributes)), Category: html.UnescapeString(string(b.Category)),
		URL: string(b.Link), ImageURL: string(b.Image), Stock: b.Stock.Stock(),
	}}
	if l.Quantity == "" {
		l.Quantity = b.OrderQuantity
	}
	if !l.Price.Set() {
		l.Price = b.OrderPrice
	}
	if !l.Total.Set() {
		l.Total = b.OrderTotal
	}
	return l
}

func (r *reader) person(b customerBody) {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID)
	p.Email(b.Email)
	p.Phone(b.Phone, string(b.Country), r.d.Country)
	p.Name(b.First, b.Last)
	p.Place(b.Country, b.State)
	p.Is.Locale, p.Is.Device = wire.Locale(string(b.Language)), wire.Device(string(b.Device))
	r.e.Person = p.Done()
}

// newsletter reads the answer to the newsletter box, which PrestaShop shows
// unticked. The module tells a no only of those who had said yes.
func (r *reader) newsletter(b customerBody) {
	known := false
	for _, k := range r.e.Person.Keys {
		known = known || k.Kind == event.KeyEmail
	}
	n := b.Newsletter.V
	at := wire.Occurred(r.d.ReceivedAt, &r.notes, n.At.Time)
	if !known || !n.Answer.Set || at.IsZero() {
		return
	}
	c := event.Consent{Channel: event.Email, Answer: event.No, Source: "prestashop newsletter", At: at}
	if n.Answer.Value {
		c.Answer = event.Yes
	}
	r.e.Consents = []event.Consent{c}
}

// amount reads an amount that floats have been through.
func amount(a wire.Amount, currency, field string) (money.Money, error) {
	if !a.Set() {
		return money.Money{Currency: currency}, nil
	}
	var noise wire.Notes
	return a.Positive(currency, field, &noise)
}
