package sylius

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order by the names of Sylius' API, with what the API only
// links to filled in. A cart is an order in the state "cart".
type orderBody struct {
	ID            wire.Text                 `json:"id"`
	Token         wire.Text                 `json:"tokenValue"`
	Number        wire.Text                 `json:"number"`
	State         wire.Text                 `json:"state"`
	CheckoutState wire.Text                 `json:"checkoutState"`
	PaymentState  wire.Text                 `json:"paymentState"`
	Currency      wire.Text                 `json:"currencyCode"`
	Locale        wire.Text                 `json:"localeCode"`
	Total         wire.Amount               `json:"total"`
	CreatedAt     wire.Time                 `json:"createdAt"`
	UpdatedAt     wire.Time                 `json:"updatedAt"`
	CompletedAt   wire.Time                 `json:"checkoutCompletedAt"`
	Source        wire.Text                 `json:"source"`
	Items         wire.List[itemBody]       `json:"items"`
	Coupon        wire.Text                 `json:"promotionCoupon"`
	Payments      wire.List[paymentBody]    `json:"payments"`
	Customer      wire.Object[customerBody] `json:"customer"`
	Billing       wire.Object[addressBody]  `json:"billingAddress"`
	Shipping      wire.Object[addressBody]  `json:"shippingAddress"`
	Restore       wire.Text                 `json:"restoreUrl"`
}

// itemBody is one line. Amounts are hundredths of the currency's unit.
type itemBody struct {
	Product     wire.Text   `json:"product"`
	Variant     wire.Text   `json:"variant"`
	ProductName wire.Text   `json:"productName"`
	VariantName wire.Text   `json:"variantName"`
	Category    wire.Text   `json:"taxon"`
	Quantity    wire.Count  `json:"quantity"`
	UnitPrice   wire.Amount `json:"unitPrice"`
	Subtotal    wire.Amount `json:"subtotal"`
	URL         wire.Text   `json:"url"`
	Image       wire.Text   `json:"image"`
	Stock       wire.Count  `json:"stock"`
}

// paymentBody is one try to pay. Offline ones (bank transfer, cash on delivery)
// are bought before they are paid.
type paymentBody struct {
	State   wire.Text   `json:"state"`
	Offline wire.Bool   `json:"offline"`
	Amount  wire.Amount `json:"amount"`
}

// customerBody is who orders.
type customerBody struct {
	ID         wire.Text `json:"id"`
	Email      wire.Text `json:"email"`
	First      wire.Text `json:"firstName"`
	Last       wire.Text `json:"lastName"`
	Phone      wire.Text `json:"phoneNumber"`
	Subscribed wire.Bool `json:"subscribedToNewsletter"`
	ChangedAt  wire.Time `json:"subscriptionChangedAt"`
}

// addressBody is a billing or shipping address.
type addressBody struct {
	First    wire.Text `json:"firstName"`
	Last     wire.Text `json:"lastName"`
	Phone    wire.Text `json:"phoneNumber"`
	Country  wire.Text `json:"countryCode"`
	Province wire.Text `json:"provinceCode"`
}

// hundredths writes an amount of Sylius in major units. Sylius counts in
// hundredths whatever the currency: 198000 are 1980 yen.
func hundredths(a wire.Amount) wire.Amount {
	text, found := strings.CutPrefix(string(a), "-")
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return a
	}
	text = strings.Repeat("0", max(0, 3-len(text))) + text
	text = text[:len(text)-2] + "." + text[len(text)-2:]
	if found {
		text = "-" + text
	}
	return wire.Amount(text)
}

// links ties what is told of one order. Its id is its cart's; the token is given
// to carts of the API at once and to those of the shop's pages when they are
// completed.
func (r *reader) links(b orderBody) error {
	var links wire.Links
	if links.Add(event.LinkCart, b.ID, b.Token); len(links) == 0 {
		return missing("order.id")
	}
	r.e.Links = links
	return nil
}

// order reads an order in any state.
func (r *reader) order(b orderBody) error {
	if err := r.links(b); err != nil {
		return err
	}
	// The bundle's own time has milliseconds, updatedAt whole seconds.
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, r.e.OccurredAt, b.UpdatedAt.Time)
	r.person(b.Customer.V, b.Billing.V, b.Locale)
	if r.e.Person.Country == "" {
		r.person(b.Customer.V, b.Shipping.V, b.Locale)
	}
	r.newsletter(b.Customer.V)
	switch state := string(b.State); {
	case state == "":
		return missing("order.state")
	case state == "cart":
		r.e.Kind = event.CartUpdated
		if step := string(b.CheckoutState); step != "" && step != "cart" {
			r.e.Kind = event.CheckoutUpdated
		}
		return r.cart(b)
	case state == "new" && b.waits():
		// It is completed and not paid: the shopper still has to go through the payment.
		if r.e.Kind = event.CheckoutUpdated; b.paid("failed") {
			r.e.Kind = event.PaymentFailed
		}
		return r.cart(b)
	}
	return r.purchase(b)
}

// paid reports whether some payment is in one of the states.
func (b orderBody) paid(states ...string) bool {
	for _, p := range b.Payments.V {
		for _, s := range states {
			if string(p.State) == s {
				return true
			}
		}
	}
	return false
}

// waits reports whether an online payment is awaited. Where no payment is told,
// the order counts: better no reminder than one after the purchase.
func (b orderBody) waits() bool {
	if s := string(b.PaymentState); s != "awaiting_payment" && s != "cart" || len(b.Payments.V) == 0 {
		return false
	}
	for _, p := range b.Payments.V {
		if p.Offline.Value && p.State != "failed" && p.State != "cancelled" {
			return false
		}
	}
	return !b.paid("completed", "authorized", "processing")
}

func (r *reader) cart(b orderBody) error {
	if !b.Items.Set {
		return missing("order.items")
	}
	r.e.StartedAt, r.e.RestoreURL = b.CreatedAt.Time, wire.URL(string(b.Restore))
	return r.contents(b, false)
}

// contents reads lines and total; lenient is for purchases, see wire.Lines.
func (r *reader) contents(b orderBody, lenient bool) error {
	currency, err := wire.Currency("order.currencyCode", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	lines := wire.Lines{Field: "order.items", Currency: currency, Lenient: lenient, Notes: &r.notes}
	for _, i := range b.Items.V {
		l := wire.Line{Quantity: i.Quantity, Price: hundredths(i.UnitPrice), Total: hundredths(i.Subtotal), Item: event.Item{
			ProductID: string(i.Product), VariantID: string(i.Variant), SKU: string(i.Variant), Title: string(i.ProductName), Variant: string(i.VariantName),
			Category: string(i.Category), URL: string(i.URL), ImageURL: string(i.Image), Stock: i.Stock.Stock(),
		}}
		if err := lines.Add(l); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if b.Total.Set() {
		if c.Total, err = hundredths(b.Total).Positive(currency, "order.total", &r.notes); err != nil {
			return err
		}
	}
	if code := event.Clean(string(b.Coupon), 100); code != "" {
		c.Coupons = []string{code}
	}
	r.e.Contents = c
	return nil
}

// purchase reads an order that counts.
func (r *reader) purchase(b orderBody) error {
	if b.Items.Set {
		if err := r.contents(b, true); err != nil {
			return err
		}
	}
	currency, err := wire.Currency("order.currencyCode", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	o := event.Order{ID: wire.First(wire.Text(wire.ID(string(b.ID))), wire.Text("token:"+wire.ID(string(b.Token)))),
		Number: event.Clean(string(b.Number), 60), Source: event.Clean(string(b.Source), 60), Status: event.OrderOpen,
		PlacedAt: wire.Occurred(r.d.ReceivedAt, &r.notes, b.CompletedAt.Time, b.CreatedAt.Time)}
	o.Creditable = o.Source != "admin" && o.Source != "subscription"
	var links wire.Links = r.e.Links
	links.Add(event.LinkOrder, b.ID)
	r.e.Links = links
	o.Total = money.Money{Currency: currency}
	if b.Total.Set() {
		if o.Total, err = hundredths(b.Total).Positive(currency, "order.total", &r.notes); err != nil {
			return err
		}
	}
	if o.Refunded, err = r.refunded(b, currency); err != nil {
		return err
	}
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	r.e.Kind = event.OrderUpdated
	if b.State == "new" {
		r.e.Kind = event.OrderPlaced
	}
	switch {
	case b.State == "cancelled":
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
		o.Unpaid = b.Payments.Set && !b.paid("completed", "authorized", "refunded")
	case b.PaymentState == "refunded":
		r.e.Kind, o.Status, o.Refunded = event.OrderRefunded, event.OrderVoid, o.Total
	case b.PaymentState == "partially_refunded" || o.Refunded.Minor > 0:
		if r.e.Kind = event.OrderRefunded; o.Refunded.Minor == 0 {
			r.notes.Add("a part was refunded and Sylius does not tell how much")
		}
	}
	r.e.Order = &o
	return nil
}

// refunded adds up the payments that were refunded.
func (r *reader) refunded(b orderBody, currency string) (sum money.Money, err error) {
	sum.Currency = currency
	for _, p := range b.Payments.V {
		if p.State != "refunded" || !p.Amount.Set() {
			continue
		}
		m, err := hundredths(p.Amount).Positive(currency, "order.payments.amount", &r.notes)
		if err != nil {
			return sum, err
		}
		if sum, err = wire.Plus(sum, m); err != nil {
			return sum, wire.In(err, "order.payments")
		}
	}
	return sum, nil
}

// removed reads a cart that was thrown away: Sylius' console command removes
// those that nobody touched for two days, a shopper empties one by the API.
func (r *reader) removed(b orderBody) error {
	if err := r.links(b); err != nil {
		return err
	}
	if b.State == "cart" {
		r.e.Kind = event.CartDeleted
	}
	return nil
}

func (r *reader) person(b customerBody, a addressBody, locale wire.Text) {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID)
	p.Email(b.Email)
	p.Phone(b.Phone, string(a.Country), r.d.Country)
	p.Phone(a.Phone, string(a.Country), r.d.Country)
	p.Name(b.First, b.Last)
	p.Name(a.First, a.Last)
	p.Place(a.Country, wire.Text(strings.TrimPrefix(string(a.Province), string(a.Country)+"-")))
	p.Is.Locale = wire.Locale(string(locale))
	r.e.Person = p.Done()
}

// newsletter reads "Subscribe to the newsletter", which Sylius shows unticked.
// Sylius keeps no time for it: the bundle tells when it saw it change.
func (r *reader) newsletter(b customerBody) {
	known := false
	for _, k := range r.e.Person.Keys {
		known = known || k.Kind == event.KeyEmail
	}
	at := wire.Occurred(r.d.ReceivedAt, &r.notes, b.ChangedAt.Time)
	if !known || !b.Subscribed.Set || at.IsZero() {
		return
	}
	c := event.Consent{Channel: event.Email, Answer: event.No, Source: "sylius newsletter", At: at}
	if b.Subscribed.Value {
		c.Answer = event.Yes
	}
	r.e.Consents = []event.Consent{c}
}
