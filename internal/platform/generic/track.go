package generic

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// track is one event as Segment (or GA4) writes it. Fields ending in 2 are the
// snake_case spellings that hand-written senders use.
type track struct {
	serverTag
	Type         wire.Text               `json:"type"`
	Event        wire.Text               `json:"event"`
	Name         wire.Text               `json:"name"`
	MessageID    wire.Text               `json:"messageId"`
	MessageID2   wire.Text               `json:"message_id"`
	UserID       wire.Text               `json:"userId"`
	UserID2      wire.Text               `json:"user_id"`
	AnonymousID  wire.Text               `json:"anonymousId"`
	AnonymousID2 wire.Text               `json:"anonymous_id"`
	ClientID     wire.Text               `json:"client_id"`
	Timestamp    wire.Time               `json:"timestamp"`
	Original     wire.Time               `json:"originalTimestamp"`
	Micros       wire.Time               `json:"timestamp_micros"`
	Context      wire.Object[scene]      `json:"context"`
	Traits       wire.Object[traits]     `json:"traits"`
	Properties   wire.Object[properties] `json:"properties"`
	Params       wire.Object[properties] `json:"params"`
}

// scene is Segment's context.
type scene struct {
	Traits    wire.Object[traits] `json:"traits"`
	Locale    wire.Text           `json:"locale"`
	TimeZone  wire.Text           `json:"timezone"`
	UserAgent wire.Text           `json:"userAgent"`
	Device    wire.Object[struct {
		Type wire.Text `json:"type"`
	}] `json:"device"`
}

// traits are facts about the person: Segment's traits, and the same names
// accepted among an event's properties.
type traits struct {
	Email      wire.Text                `json:"email"`
	Phone      wire.Text                `json:"phone"`
	First      wire.Text                `json:"firstName"`
	First2     wire.Text                `json:"first_name"`
	Last       wire.Text                `json:"lastName"`
	Last2      wire.Text                `json:"last_name"`
	Locale     wire.Text                `json:"locale"`
	Country    wire.Text                `json:"country"`
	Region     wire.Text                `json:"region"`
	TimeZone   wire.Text                `json:"timezone"`
	Device     wire.Text                `json:"device"`
	CustomerID wire.Text                `json:"customer_id"`
	Messenger  wire.Text                `json:"messenger_psid"`
	Tags       tagList                  `json:"tags"`
	Consent    wire.Object[consentBody] `json:"consent"`
	Source     wire.Text                `json:"consent_source"`
	Wording    wire.Text                `json:"consent_wording"`
	Confirmed  wire.Bool                `json:"consent_confirmed"`
	Names      tagList                  `json:"consent_names"`
}

// properties are what an event carries: the Segment and GA4 names, and
// Cartograph's own (cart_id, recovery_url, consent, updated_at …).
type properties struct {
	traits
	product
	CartID      wire.Text          `json:"cart_id"`
	CheckoutID  wire.Text          `json:"checkout_id"`
	OrderID     wire.Text          `json:"order_id"`
	Transaction wire.Text          `json:"transaction_id"`
	OrderNumber wire.Text          `json:"order_number"`
	RecoveryURL wire.Text          `json:"recovery_url"`
	Total       wire.Amount        `json:"total"`
	Value       wire.Amount        `json:"value"`
	Revenue     wire.Amount        `json:"revenue"`
	Refunded    wire.Amount        `json:"refunded"`
	Amount      wire.Amount        `json:"amount"`
	Coupon      wire.Text          `json:"coupon"`
	Status      wire.Text          `json:"status"`
	OrderSource wire.Text          `json:"source"`
	Test        wire.Bool          `json:"test"`
	UpdatedAt   wire.Time          `json:"updated_at"`
	CreatedAt   wire.Time          `json:"created_at"`
	Products    wire.List[product] `json:"products"`
	Items       wire.List[product] `json:"items"`
}

// product is one line, or what one event adds or removes.
type product struct {
	ProductID wire.Text   `json:"product_id"`
	ItemID    wire.Text   `json:"item_id"`
	VariantID wire.Text   `json:"variant_id"`
	SKU       wire.Text   `json:"sku"`
	Name      wire.Text   `json:"name"`
	Title     wire.Text   `json:"title"`
	ItemName  wire.Text   `json:"item_name"`
	Variant   wire.Text   `json:"variant"`
	Variant2  wire.Text   `json:"item_variant"`
	Category  wire.Text   `json:"category"`
	Category2 wire.Text   `json:"item_category"`
	Price     wire.Amount `json:"price"`
	LineTotal wire.Amount `json:"line_total"`
	Quantity  wire.Count  `json:"quantity"`
	Currency  wire.Text   `json:"currency"`
	URL       wire.Text   `json:"url"`
	Image     wire.Text   `json:"image_url"`
	Stock     wire.Count  `json:"stock"`
}

// props gives the properties under either of their names.
func (t track) props() properties {
	if t.Params.Set && !t.Properties.Set {
		return t.Params.V
	}
	return t.Properties.V
}

// name gives the event's name as it was written; an identify call has none.
func (t track) name() string {
	if s := wire.First(t.Event, t.Name, t.EventName); s != "" {
		return event.Clean(s, 100)
	}
	if t.Type != "" && t.Type != "track" {
		return event.Clean(string(t.Type), 100)
	}
	return ""
}

// line gives the product as a line to check.
func (p product) line() wire.Line {
	it := event.Item{
		ProductID: wire.First(p.ProductID, p.ItemID), VariantID: string(p.VariantID), SKU: string(p.SKU),
		Title: wire.First(p.Name, p.Title, p.ItemName), Variant: wire.First(p.Variant, p.Variant2),
		Category: wire.First(p.Category, p.Category2), URL: string(p.URL), ImageURL: string(p.Image),
		Stock: p.Stock.Stock(),
	}
	if it.VariantID == "" && it.SKU == "" && it.Variant != "" && it.ProductID != "" {
		// GA4 gives variants of a product one id; the green shirt and the red one are two lines.
		it.VariantID = it.ProductID + "/" + it.Variant
	}
	return wire.Line{Item: it, Quantity: p.Quantity, Price: p.Price, Total: p.LineTotal}
}
