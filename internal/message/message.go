// Package message turns a template and the facts of one cart into the text
// that leaves: Liquid in a sandbox that survives hostile templates, email
// layout, plain-text part, SMS segments.
package message

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Template is what a merchant edits: one text for one channel and locale.
type Template struct {
	// Key names the template in sequences; entries of the same key differ in channel and locale.
	Key     string        `json:"key"`
	Channel event.Channel `json:"channel"`
	// Locale is a BCP 47 tag; "en" serves every locale that has no entry of its own.
	Locale string `json:"locale"`
	// Subject and Preheader are an email's; Liquid.
	Subject   string `json:"subject,omitempty"`
	Preheader string `json:"preheader,omitempty"`
	// Body is Liquid: HTML for email, text otherwise. An email body without <html> is set into the shipped layout.
	Body string `json:"body"`
	// Text is an email's plain-text part; Liquid. Empty: made from the HTML.
	Text string `json:"text,omitempty"`
	// Title, Image and Button make a Messenger card; Liquid.
	Title  string `json:"title,omitempty"`
	Image  string `json:"image,omitempty"`
	Button string `json:"button,omitempty"`
	// Blocks make an email without HTML: where there are any, Body and Text are
	// made of them for every rendering, and what stands in those two is not used.
	Blocks []Block `json:"blocks,omitempty"`
	// Style is how the blocks look; nothing without blocks.
	Style Style `json:"style,omitzero"`
	// Version counts publications, from 1.
	Version int `json:"version"`
}

// Shop is what templates may say about the shop.
type Shop struct {
	Name         string
	Domain       string
	Currency     string
	SupportEmail string
	// Address is the postal address that the law wants in the footer.
	Address string
	Locale  string
}

// Offer is a promise of the step; zero when there is none.
type Offer struct {
	Code    string
	Value   string
	Expires time.Time
}

// Input is everything a template can use.
type Input struct {
	Shop    Shop
	Shopper shopper.Shopper
	History shopper.History
	Cart    cart.Cart
	Offer   Offer
	// Locale is the locale to write in (that of the chosen template).
	Locale string
	// PublicURL is where our own links live, without a trailing slash.
	PublicURL string
	// Carries is what the law has the message hold, whatever its template says.
	Carries consent.Carries
	// Zone is the shopper's time zone, for dates.
	Zone *time.Location
	// ShopZone is the shop's own, for the hour at which an offer ends.
	ShopZone *time.Location
	// Now is when the message is written: an offer that ends within two days of it
	// tells the hour as well. Zero: none does.
	Now time.Time
}

// Rendered is a text ready to leave, except that its links hold placeholders
// (see Link): the secret tokens are put in just before the call and never stored.
type Rendered struct {
	Subject     string `json:"subject,omitempty"`
	HTML        string `json:"html,omitempty"`
	Text        string `json:"text,omitempty"`
	Title       string `json:"title,omitempty"`
	ImageURL    string `json:"image_url,omitempty"`
	ButtonTitle string `json:"button_title,omitempty"`
	ButtonURL   string `json:"button_url,omitempty"`
	// Segments and Encoding ("gsm-7", "ucs-2") are an SMS's.
	Segments int    `json:"segments,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

// ConfirmKey is the key of the templates that ask an address to confirm its yes
// (double opt-in). Only they have the link for it, and nothing of the cart's.
const ConfirmKey = "confirm-consent"

// Link is a purpose of one of our links.
type Link string

// The purposes, with the path each is served under.
const (
	LinkRestore     Link = "r"
	LinkUnsubscribe Link = "u"
	LinkWhy         Link = "why"
	LinkConfirm     Link = "c"
)

// Placeholder stands for a link's token in stored text. It is as long as a
// token, so that SMS segments are counted right.
func (l Link) Placeholder() string {
	switch l {
	case LinkRestore:
		return "restore-link-goes-here"
	case LinkUnsubscribe:
		return "unsubscribe-goes-here-"
	case LinkConfirm:
		return "confirm-link-goes-here"
	}
	return "why-link-goes-in-here-"
}

// Message is one rendered text for one channel, with what became of it.
type Message struct {
	ID           string `json:"id"`
	ShopID       string `json:"shop_id"`
	EnrollmentID string `json:"enrollment_id"`
	CartID       string `json:"cart_id"`
	ShopperID    string `json:"shopper_id"`
	// Step is the index in the enrollment's sequence, from 0.
	Step    int           `json:"step"`
	Channel event.Channel `json:"channel"`
	// To is the address. It leaves the process only towards the provider and the shop's own people.
	To string `json:"to"`
	// Template and TemplateVersion say what was rendered, in Locale.
	Template        string `json:"template"`
	TemplateVersion int    `json:"template_version"`
	Locale          string `json:"locale"`
	// OfferID is the offer that it shows, "" for none.
	OfferID string `json:"offer_id,omitempty"`
	// Rendered is the text with link placeholders.
	Rendered Rendered `json:"rendered"`
	// State, ProviderID, Code and Reason are the delivery's; Attempts counts provider calls.
	State      delivery.State `json:"state"`
	ProviderID string         `json:"provider_id,omitempty"`
	Code       string         `json:"code,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Attempts   int            `json:"attempts"`
	// Sandbox is true when it went to the sandbox outbox instead of a provider.
	Sandbox bool `json:"sandbox"`
	// ReservedAt, SentAt and DeliveredAt are zero until they happen; StepDueAt is when the step was due.
	ReservedAt  time.Time `json:"reserved_at"`
	SentAt      time.Time `json:"sent_at"`
	DeliveredAt time.Time `json:"delivered_at"`
	StepDueAt   time.Time `json:"step_due_at"`
}
