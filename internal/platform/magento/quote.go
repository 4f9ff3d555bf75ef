package magento

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// quoteBody is a cart. Which of its fields are sent the merchant chooses.
// Amounts are in the shopper's currency; the base_* ones are left aside.
type quoteBody struct {
	ID         wire.Text                `json:"entity_id"`
	AltID      wire.Text                `json:"id"`
	From       wire.Text                `json:"from_quote"`
	Active     wire.Bool                `json:"is_active"`
	Reserved   wire.Text                `json:"reserved_order_id"`
	Converted  wire.Time                `json:"converted_at"`
	CreatedAt  wire.Time                `json:"created_at"`
	Currency   wire.Text                `json:"quote_currency_code"`
	Currencies wire.Object[codesBody]   `json:"currency"`
	Total      wire.Amount              `json:"grand_total"`
	Items      wire.List[itemBody]      `json:"items"`
	Coupon     wire.Text                `json:"coupon_code"`
	Guest      wire.Bool                `json:"customer_is_guest"`
	CustomerID wire.Text                `json:"customer_id"`
	Email      wire.Text                `json:"customer_email"`
	First      wire.Text                `json:"customer_firstname"`
	Last       wire.Text                `json:"customer_lastname"`
	Billing    wire.Object[addressBody] `json:"billing_address"`
	Shipping   wire.Object[addressBody] `json:"shipping_address"`
	Locale     wire.Text                `json:"locale"`
	Restore    wire.Text                `json:"restore_url"`
}

// codesBody are a cart's currencies as REST tells them.
type codesBody struct {
	Quote wire.Text `json:"quote_currency_code"`
}

// itemBody is one line of a cart or an order. A configurable product has two:
// the one that is priced, and below it the variant, which names its parent.
type itemBody struct {
	ProductID   wire.Text   `json:"product_id"`
	ParentID    wire.Text   `json:"parent_item_id"`
	SKU         wire.Text   `json:"sku"`
	Name        wire.Text   `json:"name"`
	Variant     wire.Text   `json:"variant"`
	Qty         wire.Count  `json:"qty"`
	Ordered     wire.Count  `json:"qty_ordered"`
	Price       wire.Amount `json:"price"`
	PriceGross  wire.Amount `json:"price_incl_tax"`
	Total       wire.Amount `json:"row_total"`
	TotalGross  wire.Amount `json:"row_total_incl_tax"`
	Deleted     wire.Bool   `json:"is_deleted"`
	URL         wire.Text   `json:"url"`
	Image       wire.Text   `json:"image"`
	OrderNumber wire.Text   `json:"order_id"`
}

// addressBody is an address of a cart or an order.
type addressBody struct {
	Type    wire.Text `json:"address_type"`
	Email   wire.Text `json:"email"`
	Phone   wire.Text `json:"telephone"`
	First   wire.Text `json:"firstname"`
	Last    wire.Text `json:"lastname"`
	Country wire.Text `json:"country_id"`
	Region  wire.Text `json:"region_code"`
}

// submitBody is what a submitted checkout carries.
type submitBody struct {
	Order wire.Object[orderBody] `json:"order"`
	Quote wire.Object[quoteBody] `json:"quote"`
}

func (b quoteBody) id() wire.Text { return wire.Text(wire.First(b.ID, b.AltID)) }

// quote reads a cart.
func (r *reader) quote(b quoteBody) error {
	if err := r.cart(b); err != nil {
		return err
	}
	if b.Active.Set && !b.Active.Value {
		return r.inactive(b)
	}
	if b.Items.Set {
		r.e.Kind = event.CartUpdated
		if b.reached() {
			r.e.Kind = event.CheckoutUpdated
		}
		return r.contents("items", r.currency(b), b.Total, b.Items.V, b.Coupon, false)
	}
	r.e.Kind = event.CartViewed
	if r.asked {
		r.notes.Add("Magento could not tell what the cart holds or costs")
		return nil
	}
	r.notes.Add("the cart was told without its items; add them to the event's fields")
	if id := wire.First(b.id()); number(id) {
		r.e.Fetch = []event.Reference{{Kind: event.LinkCart, ID: id}}
	}
	return nil
}

// reached reports whether a guest has typed an address, which the checkout asks.
func (b quoteBody) reached() bool {
	return b.Guest.Value && wire.First(b.Email) != "" || wire.First(b.Billing.V.Phone, b.Shipping.V.Phone, b.Shipping.V.Country) != ""
}

// cart reads what every event of a cart tells.
func (r *reader) cart(b quoteBody) error {
	var links wire.Links
	if links.Add(event.LinkCart, b.id()); len(links) == 0 {
		return missing("entity_id")
	}
	links.Add(event.LinkCart, b.From)
	r.e.Links, r.e.StartedAt, r.e.RestoreURL = links, b.CreatedAt.Time, wire.URL(string(b.Restore))
	r.person(b.CustomerID, b.Email, b.First, b.Last, b.Locale, b.Billing.V, b.Shipping.V)
	return nil
}

// inactive reads a cart that was closed. With an order's number in it, it was
// bought: messages stop at once, and the order itself is credited when it is told.
func (r *reader) inactive(b quoteBody) error {
	r.e.RestoreURL = ""
	if wire.First(b.Reserved) == "" && b.Converted.IsZero() {
		// Merged into another one when its shopper signed in, or ordered without the
		// fields that would say so: nobody can go on with it. Should it be opened again,
		// what it then tells counts.
		r.e.Kind = event.CartDeleted
		r.notes.Add("the cart was closed, and no order is told of it")
		return nil
	}
	r.e.Kind = event.OrderPlaced
	r.e.Order = &event.Order{ID: "quote:" + wire.ID(string(b.id())), Status: event.OrderOpen, PlacedAt: b.Converted.Time}
	if currency, err := wire.Currency("", r.currency(b)); err == nil && b.Total.Set() {
		if m, err := b.Total.Positive(currency, "grand_total", &r.notes); err == nil {
			r.e.Order.Total = m
		}
	}
	return nil
}

// failed reads a checkout whose order could not be made, since its payment was
// refused: the cart is still to be won back.
func (r *reader) failed(b quoteBody) error {
	if err := r.cart(b); err != nil {
		return err
	}
	r.e.Kind = event.PaymentFailed
	if !b.Items.Set {
		return nil
	}
	return r.contents("items", r.currency(b), b.Total, b.Items.V, b.Coupon, false)
}

func (r *reader) currency(b quoteBody) wire.Text {
	return wire.Text(wire.First(b.Currency, b.Currencies.V.Quote, wire.Text(r.d.Currency)))
}

// contents reads lines and total; lenient is for purchases, see wire.Lines.
// Magento writes four decimals ("34.0000"), or a float.
func (r *reader) contents(field string, code wire.Text, total wire.Amount, list []itemBody, coupon wire.Text, lenient bool) error {
	currency, err := wire.Currency("currency", code)
	if err != nil {
		return err
	}
	var noise wire.Notes
	lines := wire.Lines{Field: field, Currency: currency, Lenient: lenient, Notes: &noise}
	for _, i := range list {
		if wire.First(i.ParentID) != "" && i.ParentID != "0" || i.Deleted.Value {
			continue
		}
		if err := lines.Add(i.line()); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if total.Set() {
		if c.Total, err = total.Positive(currency, "grand_total", &noise); err != nil {
			return err
		}
	}
	if code := event.Clean(string(coupon), 100); code != "" {
		c.Coupons = []string{code}
	}
	r.e.Contents = c
	return nil
}

func (b itemBody) line() wire.Line {
	l := wire.Line{Quantity: b.Qty, Price: b.PriceGross, Total: b.TotalGross, Item: event.Item{
		ProductID: string(b.ProductID), SKU: string(b.SKU), Title: string(b.Name), Variant: string(b.Variant), URL: string(b.URL), ImageURL: string(b.Image)}}
	if l.Quantity == "" {
		l.Quantity = b.Ordered
	}
	// With tax where it is told: that is what the shopper pays.
	if !l.Price.Set() {
		l.Price = b.Price
	}
	if !l.Total.Set() {
		l.Total = b.Total
	}
	return l
}

func (r *reader) person(id, email, first, last, locale wire.Text, addresses ...addressBody) {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, id)
	p.Email(email)
	p.Name(first, last)
	for _, a := range addresses {
		p.Email(a.Email)
		p.Phone(a.Phone, string(a.Country), r.d.Country)
		p.Name(a.First, a.Last)
		p.Place(a.Country, a.Region)
	}
	p.Is.Locale = wire.Locale(string(locale))
	r.e.Person = p.Done()
}

// subscriberBody is an entry of the newsletter's list. Status 1 is subscribed
// and 3 unsubscribed; 2 and 4 wait for a confirmation.
type subscriberBody struct {
	Email      wire.Text `json:"subscriber_email"`
	CustomerID wire.Text `json:"customer_id"`
	Status     wire.Text `json:"subscriber_status"`
	ChangedAt  wire.Time `json:"change_status_at"`
}

// newsletter reads an answer about the newsletter.
func (r *reader) newsletter(b subscriberBody) error {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.CustomerID)
	if p.Email(b.Email); !p.Has(event.KeyEmail) {
		return missing("subscriber_email")
	}
	r.e.Person = p.Done()
	answer := map[string]event.Answer{"1": event.Yes, "3": event.No}[wire.First(b.Status)]
	at := wire.Occurred(r.d.ReceivedAt, &r.notes, b.ChangedAt.Time, r.e.OccurredAt)
	if answer == "" || at.IsZero() {
		r.notes.Add("the newsletter waits for a confirmation, or tells no status")
		return nil
	}
	r.e.Kind = event.ConsentChanged
	r.e.Consents = []event.Consent{{Channel: event.Email, Answer: answer, Source: "magento newsletter", At: at}}
	return nil
}

// customerBody is a customer's account.
type customerBody struct {
	ID    wire.Text `json:"entity_id"`
	Email wire.Text `json:"email"`
}

// erased reads the deletion of a customer: what is held of them goes as well.
func (r *reader) erased(b customerBody) error {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID)
	p.Email(b.Email)
	keys := p.Done().Keys
	if len(keys) == 0 {
		return missing("entity_id")
	}
	r.e.Kind, r.e.Privacy = event.SubjectErase, &event.Privacy{Keys: keys}
	return nil
}
