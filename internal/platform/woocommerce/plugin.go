package woocommerce

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// pluginBody is what the plugin in companion/ posts. Its topic is in the body,
// where the signature covers it.
type pluginBody struct {
	Topic wire.Text                `json:"topic"`
	At    wire.Time                `json:"at"`
	Cart  wire.Object[cartBody]    `json:"cart"`
	Who   wire.Object[subjectBody] `json:"subject"`
}

// cartBody is a cart of WooCommerce's session, under the id that the plugin gave it.
type cartBody struct {
	ID        wire.Text                 `json:"id"`
	Revision  wire.Text                 `json:"revision"`
	CreatedAt wire.Time                 `json:"created_at"`
	UpdatedAt wire.Time                 `json:"updated_at"`
	Stage     wire.Text                 `json:"stage"`
	Currency  wire.Text                 `json:"currency"`
	Total     wire.Amount               `json:"total"`
	Items     wire.List[cartLine]       `json:"items"`
	Coupons   wire.List[wire.Text]      `json:"coupons"`
	Restore   wire.Text                 `json:"restore_url"`
	Customer  wire.Object[shopperBody]  `json:"customer"`
	Consent   wire.Object[consentsBody] `json:"consent"`
}

// cartLine is one line. Price is of one piece as the shop enters prices (with
// tax or without), Total of the line before coupons.
type cartLine struct {
	ProductID wire.Text   `json:"product_id"`
	Variation wire.Text   `json:"variation_id"`
	SKU       wire.Text   `json:"sku"`
	Name      wire.Text   `json:"name"`
	Variant   wire.Text   `json:"variation"`
	Category  wire.Text   `json:"category"`
	Quantity  wire.Count  `json:"quantity"`
	Price     wire.Amount `json:"price"`
	Total     wire.Amount `json:"total"`
	URL       wire.Text   `json:"url"`
	Image     wire.Text   `json:"image"`
	Stock     wire.Count  `json:"stock"`
}

// shopperBody is who fills the cart, as far as they said.
type shopperBody struct {
	ID      wire.Text `json:"id"`
	Email   wire.Text `json:"email"`
	Phone   wire.Text `json:"phone"`
	First   wire.Text `json:"first_name"`
	Last    wire.Text `json:"last_name"`
	Country wire.Text `json:"country"`
	State   wire.Text `json:"state"`
	Locale  wire.Text `json:"locale"`
	Device  wire.Text `json:"device"`
}

// consentsBody is what the plugin's own box at the checkout said.
type consentsBody struct {
	Email wire.Object[answerBody] `json:"email"`
}

// answerBody is one answer: the box was ticked, or ticked and unticked again.
type answerBody struct {
	Answer  wire.Bool `json:"answer"`
	Wording wire.Text `json:"wording"`
	At      wire.Time `json:"at"`
}

// subjectBody is whom a request of WordPress' privacy tools is about.
type subjectBody struct {
	Email wire.Text `json:"email"`
	ID    wire.Text `json:"id"`
}

// plugin reads what the companion plugin posts.
func (r *reader) plugin() error {
	var b pluginBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	r.e.Topic = event.Clean(strings.ToLower(string(b.Topic)), 100)
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.At.Time)
	r.e.DedupeKey = r.dedupe(string(b.Cart.V.ID), string(b.Cart.V.Revision))
	switch r.e.Topic {
	case "cart.updated":
		return r.session(b.Cart)
	case "privacy.export":
		return r.subject(b.Who.V, event.SubjectExport)
	case "privacy.erase":
		return r.subject(b.Who.V, event.SubjectErase)
	case "shop.uninstalled":
		r.e.Kind, r.e.Privacy = event.ShopUninstalled, &event.Privacy{}
	case "ping":
		r.notes.Add("the plugin's test: address and secret are right")
	case "":
		r.notes.Add("the delivery names no topic")
	}
	return nil
}

// session reads the cart of a shopper's session.
func (r *reader) session(cart wire.Object[cartBody]) error {
	b := cart.V
	var links wire.Links
	if links.Add(event.LinkCart, b.ID); len(links) == 0 {
		return missingIn("cart.id", "id")
	}
	if r.e.Kind = event.CartUpdated; b.Stage == "checkout" {
		r.e.Kind = event.CheckoutUpdated
	}
	r.e.Links, r.e.StartedAt, r.e.RestoreURL = links, b.CreatedAt.Time, wire.URL(string(b.Restore))
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.UpdatedAt.Time, r.e.OccurredAt)
	r.shopper(b.Customer.V)
	r.answer(b.Consent.V.Email.V)
	return r.lines(b)
}

func (r *reader) shopper(b shopperBody) {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID)
	p.Email(b.Email)
	p.Phone(b.Phone, string(b.Country), r.d.Country)
	p.Name(unescape(b.First), unescape(b.Last))
	p.Place(b.Country, b.State)
	p.Is.Locale, p.Is.Device = wire.Locale(string(b.Locale)), wire.Device(string(b.Device))
	r.e.Person = p.Done()
}

// answer reads the plugin's box. Unlike other plugins' boxes it also says no:
// it is told only of shoppers who touched it.
func (r *reader) answer(b answerBody) {
	at := wire.Occurred(r.d.ReceivedAt, &r.notes, b.At.Time, r.e.OccurredAt)
	if !b.Answer.Set || at.IsZero() || !hasEmail(r.e.Person) {
		return
	}
	c := event.Consent{Channel: event.Email, Answer: event.No, At: at,
		Source: "woocommerce checkout, Cartograph", Wording: event.Clean(string(b.Wording), 1000)}
	if b.Answer.Value {
		c.Answer = event.Yes
	}
	r.e.Consents = []event.Consent{c}
}

// lines reads the cart's contents; none at all means it was emptied.
func (r *reader) lines(b cartBody) error {
	currency, err := wire.Currency("cart.currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if !b.Items.Set {
		return missingIn("cart.items", "items")
	}
	lines := wire.Lines{Field: "cart.items", Currency: currency, Notes: &r.notes}
	for _, l := range b.Items.V {
		if err := lines.Add(wire.Line{Item: l.item(), Quantity: l.Quantity, Price: l.Price, Total: l.Total}); err != nil {
			return err
		}
	}
	return r.filled(lines, "cart.total", b.Total, b.Coupons.V)
}

// filled makes the event's contents of its lines.
func (r *reader) filled(lines wire.Lines, field string, total wire.Amount, coupons []wire.Text) (err error) {
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	if c.Total.Currency = lines.Currency; c.Items == nil {
		c.Items = []event.Item{}
	}
	if total.Set() {
		if c.Total, err = total.Positive(lines.Currency, field, &r.notes); err != nil {
			return err
		}
	}
	for _, coupon := range coupons {
		if code := event.Clean(string(unescape(coupon)), 100); code != "" && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}

func (b cartLine) item() event.Item {
	return event.Item{
		ProductID: string(b.ProductID), VariantID: string(b.Variation), SKU: string(b.SKU),
		Title: string(unescape(b.Name)), Variant: string(unescape(b.Variant)), Category: string(unescape(b.Category)),
		URL: string(b.URL), ImageURL: string(b.Image), Stock: b.Stock.Stock(),
	}
}

// subject reads a request that staff confirmed in WordPress' privacy tools.
func (r *reader) subject(b subjectBody, kind event.Kind) error {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID)
	p.Email(b.Email)
	keys := p.Done().Keys
	if len(keys) == 0 {
		return missingIn("subject.email", "subject")
	}
	r.e.Kind, r.e.Privacy = kind, &event.Privacy{Keys: keys}
	// The person stays out of the key: it would outlive their erasure. The body's
	// hash holds the moment of the request, so that a second one is another.
	r.e.DedupeKey = r.dedupe("", "")
	return nil
}

func hasEmail(p event.Person) bool {
	for _, k := range p.Keys {
		if k.Kind == event.KeyEmail {
			return true
		}
	}
	return false
}

func missingIn(field, what string) error {
	return fault.New(fault.Unprocessable, "the plugin's delivery has no %s", what).
		In(field).Try("update the Cartograph plugin in WordPress")
}
