package medusa

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// holding is what carts and orders have in common.
type holding struct {
	ID         wire.Text                 `json:"id"`
	Email      wire.Text                 `json:"email"`
	Currency   wire.Text                 `json:"currency_code"`
	CustomerID wire.Text                 `json:"customer_id"`
	CreatedAt  wire.Time                 `json:"created_at"`
	UpdatedAt  wire.Time                 `json:"updated_at"`
	Total      amount                    `json:"total"`
	Items      wire.List[lineBody]       `json:"items"`
	Promotions wire.List[promotionBody]  `json:"promotions"`
	Customer   wire.Object[customerBody] `json:"customer"`
	Shipping   wire.Object[addressBody]  `json:"shipping_address"`
	Billing    wire.Object[addressBody]  `json:"billing_address"`
}

// cartBody is a cart.
type cartBody struct {
	holding
	CompletedAt wire.Time `json:"completed_at"`
}

// lineBody is one line. Its unit price is as the region's prices are shown; its
// total is after promotions and with tax.
type lineBody struct {
	Title     wire.Text  `json:"title"`
	Product   wire.Text  `json:"product_title"`
	Type      wire.Text  `json:"product_type"`
	ProductID wire.Text  `json:"product_id"`
	VariantID wire.Text  `json:"variant_id"`
	SKU       wire.Text  `json:"variant_sku"`
	Variant   wire.Text  `json:"variant_title"`
	Thumbnail wire.Text  `json:"thumbnail"`
	Quantity  wire.Count `json:"quantity"`
	Unit      amount     `json:"unit_price"`
	Total     amount     `json:"total"`
}

// promotionBody is a promotion that applies; automatic ones have codes that
// nobody typed.
type promotionBody struct {
	Code      wire.Text `json:"code"`
	Automatic wire.Bool `json:"is_automatic"`
}

// addressBody is a postal address.
type addressBody struct {
	First   wire.Text `json:"first_name"`
	Last    wire.Text `json:"last_name"`
	Phone   wire.Text `json:"phone"`
	Country wire.Text `json:"country_code"`
	Region  wire.Text `json:"province"`
}

func (b lineBody) item() event.Item {
	it := event.Item{ProductID: string(b.ProductID), VariantID: string(b.VariantID), SKU: string(b.SKU),
		Title: wire.First(b.Product, b.Title), Variant: wire.First(b.Variant), Category: string(b.Type), ImageURL: string(b.Thumbnail)}
	// The name that Medusa's own starter gives to a product's only variant.
	if strings.EqualFold(it.Variant, "default variant") || strings.EqualFold(it.Variant, "default") || it.Variant == it.Title {
		it.Variant = ""
	}
	return it
}

func (r *reader) cart() (string, error) {
	b := r.b.Cart.V
	id := wire.ID(string(b.ID))
	if id == "" {
		return "", missing("cart.id")
	}
	// A region with one country writes it into the address by itself: only with
	// an email has the shopper been at the checkout.
	r.e.Kind = event.CartUpdated
	if b.Email != "" && (b.Shipping.Set || b.Billing.Set) {
		r.e.Kind = event.CheckoutUpdated
	}
	r.e.OccurredAt, r.e.StartedAt = r.occurred(b.UpdatedAt), b.CreatedAt.Time
	var links wire.Links
	links.Add(event.LinkCart, b.ID)
	r.e.Links = links
	r.e.RestoreURL = wire.URL(string(r.b.RestoreURL))
	r.person(b.holding)
	if err := r.contents("cart", b.holding, false); err != nil {
		return "", err
	}
	if !b.CompletedAt.IsZero() || b.CompletedAt.Bad {
		r.completed(id, b)
	}
	return id, nil
}

// completed turns a finished cart into an order, so that messages stop even if
// order.placed is lost. It knows no order id and is never credited.
func (r *reader) completed(id string, b cartBody) {
	r.e.Kind, r.e.RestoreURL = event.OrderPlaced, ""
	r.e.Order = &event.Order{ID: "checkout:" + id, Status: event.OrderOpen, PlacedAt: b.CompletedAt.Time}
	if r.e.Contents != nil {
		r.e.Order.Total = r.e.Contents.Total
	}
	r.notes.Add("the cart was completed; its order is credited when order.placed arrives")
}

// contents reads the lines; lenient is for orders, see wire.Lines.
func (r *reader) contents(field string, b holding, lenient bool) error {
	currency, err := wire.Currency(field+".currency_code", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if !b.Items.Set {
		r.notes.Add("the message carries no items")
		return nil
	}
	lines := wire.Lines{Field: field + ".items", Currency: currency, Lenient: lenient, Notes: &r.notes}
	for _, l := range b.Items.V {
		line := wire.Line{Item: l.item(), Quantity: l.Quantity, Price: wire.Amount(l.Unit), Total: wire.Amount(l.Total)}
		if err := lines.Add(line); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if total := wire.Amount(b.Total); total.Set() {
		if c.Total, err = total.Positive(currency, field+".total", &r.notes); err != nil {
			return err
		}
	}
	for _, p := range b.Promotions.V {
		if code := event.Clean(string(p.Code), 100); code != "" && !p.Automatic.Value && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}

// person reads who it is. A guest is a customer too in Medusa, one for each
// email address.
func (r *reader) person(b holding) {
	p := wire.Person{Notes: &r.notes}
	c, bill, ship := b.Customer.V, b.Billing.V, b.Shipping.V
	p.Key(event.KeyCustomer, b.CustomerID, c.ID)
	p.Email(b.Email, c.Email)
	p.Phone(bill.Phone, string(bill.Country), r.d.Country)
	p.Phone(c.Phone, string(ship.Country), r.d.Country)
	if !b.gift() {
		p.Phone(ship.Phone, string(ship.Country), r.d.Country)
	}
	p.Name(c.First, c.Last)
	p.Name(bill.First, bill.Last)
	p.Name(ship.First, ship.Last)
	p.Place(bill.Country, bill.Region)
	p.Place(ship.Country, ship.Region)
	r.e.Person = p.Done()
}

// gift reports that the parcel goes to somebody else, whose phone must hear
// nothing of this cart.
func (b holding) gift() bool {
	name := func(first, last wire.Text) string {
		return strings.ToLower(strings.TrimSpace(string(first) + " " + string(last)))
	}
	own := name(b.Billing.V.First, b.Billing.V.Last)
	if own == "" {
		own = name(b.Customer.V.First, b.Customer.V.Last)
	}
	to := name(b.Shipping.V.First, b.Shipping.V.Last)
	return own != "" && to != "" && own != to
}

// largest gives the greatest of the amounts that were told.
func (r *reader) largest(currency, field string, amounts ...amount) (money.Money, error) {
	most := money.Money{Currency: currency}
	for _, a := range amounts {
		if !wire.Amount(a).Set() {
			continue
		}
		m, err := wire.Amount(a).Positive(currency, field, &r.notes)
		if err != nil {
			return most, err
		}
		most.Minor = max(most.Minor, m.Minor)
	}
	return most, nil
}
