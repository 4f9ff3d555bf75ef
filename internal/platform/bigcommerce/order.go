package bigcommerce

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order of the V2 API. Its amounts are in the currency that was
// paid in, which it calls the default one; currency_code is what was shown.
type orderBody struct {
	ID           wire.Text                `json:"id"`
	CustomerID   wire.Text                `json:"customer_id"`
	CartID       wire.Text                `json:"cart_id"`
	StatusID     wire.Text                `json:"status_id"`
	Payment      wire.Text                `json:"payment_status"`
	Method       wire.Text                `json:"payment_method"`
	CreatedAt    wire.Time                `json:"date_created"`
	ModifiedAt   wire.Time                `json:"date_modified"`
	Total        wire.Amount              `json:"total_inc_tax"`
	Refunded     wire.Amount              `json:"refunded_amount"`
	Paid         wire.Text                `json:"default_currency_code"`
	Shown        wire.Text                `json:"currency_code"`
	Source       wire.Text                `json:"order_source"`
	External     wire.Text                `json:"external_source"`
	Locale       wire.Text                `json:"customer_locale"`
	OptIn        wire.Bool                `json:"is_email_opt_in"`
	GeoIPCountry wire.Text                `json:"geoip_country_iso2"`
	Billing      wire.Object[addressBody] `json:"billing_address"`
}

// The statuses that are told apart, by BigCommerce's fixed ids; shops may rename
// them. All others are a purchase on its way.
const (
	incomplete = "0"
	pending    = "1"
	refunded   = "4"
	cancelled  = "5"
	declined   = "6"
)

func (r *reader) order() error {
	var b orderBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	id := wire.ID(string(b.ID))
	if id == "" || id == "0" {
		return missing("id")
	}
	if wire.First(b.StatusID) == "" {
		return missing("status_id")
	}
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.ModifiedAt.Time, b.CreatedAt.Time)
	// The list and a single question print the same order; neither the spelling of
	// the body nor a second's repeated change may matter.
	r.e.DedupeKey = key(r.e.Topic, id, b.ModifiedAt.UTC().Format("20060102150405"), wire.Sum(
		[]byte(b.StatusID), []byte(b.Payment), []byte(b.Total), []byte(b.Refunded), []byte(b.Billing.V.Email)))
	var links wire.Links
	links.Add(event.LinkCart, b.CartID)
	links.Add(event.LinkOrder, b.ID)
	r.e.Links = links
	r.buyer(b)
	if s := strings.TrimSpace(string(b.StatusID)); (s == incomplete || s == pending) && !b.charged() {
		r.unfinished(b)
		return nil
	}
	return r.purchase(b)
}

// charged reports that money was taken or set aside, whatever the status says: some
// gateways leave it at Pending, and who has paid must not be reminded.
func (b orderBody) charged() bool {
	switch strings.ToLower(strings.TrimSpace(string(b.Payment))) {
	case "authorized", "captured", "capture pending", "held for review", "paid", "partially refunded", "refunded":
		return true
	}
	return false
}

// unfinished reads an order that the shopper has not completed: a checkout that
// reached its payment. One that no shopper's cart led to is nobody's checkout.
func (r *reader) unfinished(b orderBody) {
	if wire.First(b.CartID) == "" || !b.shopperMade() {
		r.e.Links = nil
		r.notes.Add("an unfinished order that no shopper made is neither a purchase nor a checkout")
		return
	}
	r.e.Kind, r.e.StartedAt = event.CheckoutStep, b.CreatedAt.Time
	if strings.EqualFold(strings.TrimSpace(string(b.Payment)), "declined") {
		r.e.Kind = event.PaymentFailed
	}
}

func (r *reader) purchase(b orderBody) error {
	o, err := r.amounts(b)
	if err != nil {
		return err
	}
	r.e.Kind, o.Status = event.OrderUpdated, event.OrderOpen
	switch s := strings.TrimSpace(string(b.StatusID)); {
	case s == cancelled, s == declined:
		r.e.Kind, o.Status = event.OrderCancelled, event.OrderVoid
	case s == refunded:
		r.e.Kind, o.Status, o.Refunded = event.OrderRefunded, event.OrderVoid, o.Total
	case o.Refunded.Minor > 0 && o.Refunded.Minor >= o.Total.Minor:
		r.e.Kind, o.Status = event.OrderRefunded, event.OrderVoid
	case o.Refunded.Minor > 0:
		r.e.Kind = event.OrderRefunded
	}
	r.e.Order = &o
	r.optedIn(b)
	return nil
}

func (r *reader) amounts(b orderBody) (event.Order, error) {
	id := wire.ID(string(b.ID))
	o := event.Order{ID: id, Number: id, Source: event.Clean(wire.First(b.External, b.Source), 60),
		Creditable: b.creditable(), PlacedAt: b.CreatedAt.Time}
	currency, err := wire.Currency("default_currency_code", b.Paid, b.Shown, wire.Text(r.d.Currency))
	if err != nil {
		return o, err
	}
	o.Total, o.Refunded = money.Money{Currency: currency}, money.Money{Currency: currency}
	if b.Total.Set() {
		if o.Total, err = b.Total.Positive(currency, "total_inc_tax", &r.notes); err != nil {
			return o, err
		}
	}
	if b.Refunded.Set() {
		if o.Refunded, err = b.Refunded.Positive(currency, "refunded_amount", &r.notes); err != nil {
			return o, err
		}
	}
	return o, nil
}

// creditable reports whether a shopper ordered for real money.
func (b orderBody) creditable() bool {
	return b.shopperMade() && !strings.EqualFold(strings.TrimSpace(string(b.Method)), "Test Payment Gateway")
}

// shopperMade reports whether the order came from a storefront. Staff's orders
// are "manual", those of the API "external": tills, imports and the renewals of
// subscription apps are made so.
func (b orderBody) shopperMade() bool {
	if wire.First(b.External) != "" {
		return false
	}
	switch strings.ToLower(wire.First(b.Source)) {
	case "manual", "external", "pos":
		return false
	}
	return true
}

func (r *reader) buyer(b orderBody) {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.CustomerID)
	p.Email(b.Billing.V.Email)
	r.address(&p, b.Billing.V)
	p.Place(b.GeoIPCountry, "")
	p.Is.Locale = wire.Locale(string(b.Locale))
	switch strings.ToLower(wire.First(b.Source)) {
	case "iphone", "android", "mobile":
		p.Is.Device = "mobile"
	case "ipad":
		p.Is.Device = "tablet"
	}
	r.e.Person = p.Done()
}

// optedIn reads the newsletter box of the checkout. A ticked one is a yes that
// dates from the order's beginning, so that a later change of an old order does
// not outdo an unsubscribe; an unticked one says nothing.
func (r *reader) optedIn(b orderBody) {
	if !b.OptIn.Value || !b.creditable() || b.CreatedAt.IsZero() || !known(r.e.Person, event.KeyEmail) {
		return
	}
	r.e.Consents = []event.Consent{{Channel: event.Email, Answer: event.Yes, Source: "bigcommerce checkout",
		At: wire.Occurred(r.d.ReceivedAt, &r.notes, b.CreatedAt.Time)}}
}

func known(p event.Person, kind event.KeyKind) bool {
	for _, k := range p.Keys {
		if k.Kind == kind {
			return true
		}
	}
	return false
}
