// Package event is the first stop of the data's way: one thing that happened
// in a shop, in Cartograph's own words. Platform adapters make events from
// their payloads; everything later on the path reads nothing else.
package event

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/money"
)

// Kind says what happened.
type Kind string

// The kinds. An adapter that meets a topic it does not know gives Unknown:
// the event is stored and answered, and nothing else happens.
const (
	// CartUpdated carries a cart's full contents (Items, possibly none).
	CartUpdated Kind = "cart_updated"
	// ItemAdded and ItemRemoved carry one change of contents in Deltas.
	ItemAdded   Kind = "item_added"
	ItemRemoved Kind = "item_removed"
	// CheckoutUpdated carries full contents at the checkout stage.
	CheckoutUpdated Kind = "checkout_updated"
	// CheckoutStep says the shopper is at a checkout step; contents unchanged.
	CheckoutStep Kind = "checkout_step"
	// PaymentFailed says an order was tried but its payment failed: still recoverable.
	PaymentFailed Kind = "payment_failed"
	// CartDeleted says the platform threw the cart away. It is no conversion.
	CartDeleted Kind = "cart_deleted"
	// OrderPlaced and OrderUpdated carry an order that counts as a purchase.
	OrderPlaced  Kind = "order_placed"
	OrderUpdated Kind = "order_updated"
	// OrderCancelled and OrderRefunded take an order back, wholly or in part.
	OrderCancelled Kind = "order_cancelled"
	OrderRefunded  Kind = "order_refunded"
	// ConsentChanged carries Consents only.
	ConsentChanged Kind = "consent_changed"
	// ProductViewed and CartViewed are activity without new contents.
	ProductViewed Kind = "product_viewed"
	CartViewed    Kind = "cart_viewed"
	// ShopperUpdated carries identity keys and traits only.
	ShopperUpdated Kind = "shopper_updated"
	// SubjectExport and SubjectErase carry a person's request in Privacy: to see what is held of them, or to be erased.
	SubjectExport Kind = "subject_export"
	SubjectErase  Kind = "subject_erase"
	// ShopErase asks for the erasure of everybody in the shop; ShopUninstalled says that the shop has left.
	ShopErase       Kind = "shop_erase"
	ShopUninstalled Kind = "shop_uninstalled"
	// Unknown is any other topic.
	Unknown Kind = "unknown"
)

// Channel is a way to write to a shopper.
type Channel string

// The channels.
const (
	Email     Channel = "email"
	SMS       Channel = "sms"
	Messenger Channel = "messenger"
)

// Event is one normalized event. Fields that the platform did not say stay
// zero; a fold never overwrites a known value by a zero one.
type Event struct {
	// ID is Cartograph's own id (UUIDv7), given at ingest.
	ID string `json:"id"`
	// ShopID is the tenant.
	ShopID string `json:"shop_id"`
	// Platform is the adapter's name ("shopify"), Topic the platform's own name for what happened.
	Platform string `json:"platform"`
	Topic    string `json:"topic"`
	// Kind is what happened, in our words.
	Kind Kind `json:"kind"`
	// DedupeKey is the same for every delivery of the same event; unique in the shop.
	DedupeKey string `json:"dedupe_key"`
	// OccurredAt is the platform's time of the change (updated_at where there is one); zero if it gave none.
	OccurredAt time.Time `json:"occurred_at"`
	// ReceivedAt is when it reached us.
	ReceivedAt time.Time `json:"received_at"`
	// Links tie carts to each other and to their order, by the platform's own ids.
	Links []Link `json:"links,omitempty"`
	// Person is who did it, as far as this event says.
	Person Person `json:"person"`
	// Contents is the cart's full state; nil where the event carries none.
	Contents *Contents `json:"contents,omitempty"`
	// Deltas are changes of contents, for platforms that send no full state.
	Deltas []Delta `json:"deltas,omitempty"`
	// Order is set on the order kinds.
	Order *Order `json:"order,omitempty"`
	// Consents are the shopper's stated wishes in this event.
	Consents []Consent `json:"consents,omitempty"`
	// Privacy is set on the kinds that speak of what we hold. Whom it names is not Person: nobody is made known by it.
	Privacy *Privacy `json:"privacy,omitempty"`
	// StartedAt is when the platform says the cart was created; zero if unsaid.
	StartedAt time.Time `json:"started_at"`
	// RestoreURL is the platform's own recovery URL. It is a secret: never log it.
	RestoreURL string `json:"restore_url,omitempty"`
	// Fetch names what the platform spoke of without telling it: it is asked for by the platform's own API.
	Fetch []Reference `json:"fetch,omitempty"`
	// Notes say what was odd but acceptable ("3 decimals in a price were rounded").
	Notes []string `json:"notes,omitempty"`
}

// Reference names one thing at the platform: a cart, a checkout or an order,
// by the platform's own id.
type Reference struct {
	Kind LinkKind `json:"kind"`
	ID   string   `json:"id"`
}

// LinkKind names a platform id that ties carts and orders together.
type LinkKind string

// The link kinds. A Shopify checkout has LinkCheckout and LinkCart; its order has both and LinkOrder.
const (
	LinkCart     LinkKind = "cart"
	LinkCheckout LinkKind = "checkout"
	LinkOrder    LinkKind = "order"
)

// Link is one such id. Equal links in one shop mean the same cart.
type Link struct {
	Kind  LinkKind `json:"kind"`
	Value string   `json:"value"`
}

// KeyKind names a way to recognize a person.
type KeyKind string

// The identity keys, strongest first.
const (
	KeyCustomer  KeyKind = "customer"
	KeyEmail     KeyKind = "email"
	KeyPhone     KeyKind = "phone"
	KeyMessenger KeyKind = "messenger"
	KeyAnonymous KeyKind = "anonymous"
)

// Key is one identity key; Value is normalized (lower-case email, E.164 phone).
type Key struct {
	Kind  KeyKind `json:"kind"`
	Value string  `json:"value"`
}

// Person is what one event says about the shopper.
type Person struct {
	// Keys are the normalized identity keys. A test or placeholder address is left out by the adapter.
	Keys []Key `json:"keys,omitempty"`
	// FirstName and LastName are as typed, trimmed.
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	// Country is ISO 3166-1 alpha-2, Region the state or province code.
	Country string `json:"country,omitempty"`
	Region  string `json:"region,omitempty"`
	// Locale is a BCP 47 tag ("fr-CA").
	Locale string `json:"locale,omitempty"`
	// TimeZone is an IANA name, if the platform knows it.
	TimeZone string `json:"time_zone,omitempty"`
	// Device is "mobile", "desktop" or "tablet".
	Device string `json:"device,omitempty"`
	// Tags are the merchant's labels for this customer.
	Tags []string `json:"tags,omitempty"`
}

// Contents is a cart's full state at one moment.
type Contents struct {
	// Items are the lines; empty means the cart was emptied.
	Items []Item `json:"items"`
	// Total is what the shopper would pay; its currency is the cart's.
	Total money.Money `json:"total"`
	// Coupons are the codes applied.
	Coupons []string `json:"coupons,omitempty"`
}

// Item is one line of a cart.
type Item struct {
	// ProductID and VariantID are the platform's ids as text.
	ProductID string `json:"product_id,omitempty"`
	VariantID string `json:"variant_id,omitempty"`
	SKU       string `json:"sku,omitempty"`
	// Title and Variant are what the shopper saw ("T-shirt", "Blue / M").
	Title   string `json:"title"`
	Variant string `json:"variant,omitempty"`
	// Category is the shop's own.
	Category string `json:"category,omitempty"`
	// Quantity is at least 1.
	Quantity int `json:"quantity"`
	// Price is of one piece, LineTotal of the line.
	Price     money.Money `json:"price"`
	LineTotal money.Money `json:"line_total"`
	// Was is the price of a piece that the shopper saw, where the shop asks another
	// one now; zero otherwise, and always in what platforms tell of a cart.
	Was money.Money `json:"was,omitzero"`
	// URL and ImageURL are http(s) addresses or empty.
	URL      string `json:"url,omitempty"`
	ImageURL string `json:"image_url,omitempty"`
	// Stock is how many are left; nil where the platform did not say.
	Stock *int `json:"stock,omitempty"`
}

// Same tells which line a delta belongs to: variant, else SKU, else product, else title.
func (i Item) Same() string {
	for _, s := range []string{i.VariantID, i.SKU, i.ProductID} {
		if s != "" {
			return s
		}
	}
	return i.Title
}

// Delta is one piece of contents added (Quantity > 0) or removed (< 0).
type Delta struct {
	Item     Item `json:"item"`
	Quantity int  `json:"quantity"`
}

// OrderStatus is what an order means for recovery.
type OrderStatus string

// The order statuses.
const (
	// OrderOpen counts as a purchase (paid, on hold, cash on delivery).
	OrderOpen OrderStatus = "placed"
	// OrderVoid was cancelled or refunded in full.
	OrderVoid OrderStatus = "cancelled"
)

// Order is a purchase as the platform tells it.
type Order struct {
	// ID is the platform's id, Number what the shopper sees.
	ID     string `json:"id"`
	Number string `json:"number,omitempty"`
	// Status is what it means for recovery.
	Status OrderStatus `json:"status"`
	// Total is what was paid, Refunded what was given back since; the same currency.
	Total    money.Money `json:"total"`
	Refunded money.Money `json:"refunded"`
	// PlacedAt is the platform's time of the order.
	PlacedAt time.Time `json:"placed_at"`
	// Source is where it was made ("web", "pos", "admin", "subscription").
	Source string `json:"source,omitempty"`
	// Creditable is false for test, admin, POS, imported and subscription orders:
	// they stop messages but are never counted as a recovery.
	Creditable bool `json:"creditable"`
	// Unpaid marks an order that never was a purchase: given up before it was paid
	// (WooCommerce cancels those by itself). Its cart may still be recovered.
	Unpaid bool `json:"unpaid,omitempty"`
}

// Answer is a consent state. Unknown is said by leaving the consent out.
type Answer string

// The answers.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// Consent is a shopper's answer for one channel.
type Consent struct {
	Channel Channel `json:"channel"`
	Answer  Answer  `json:"answer"`
	// Source says where it was given ("shopify checkout", "keyword STOP").
	Source string `json:"source"`
	// Wording is the text or version the shopper agreed to, if known.
	Wording string `json:"wording,omitempty"`
	// At is when it was given; the event's time if the platform does not say.
	At time.Time `json:"at"`
	// Confirmed is true once the address itself has confirmed it (double opt-in).
	Confirmed bool `json:"confirmed,omitempty"`
	// Names are what the wording named beyond marketing as such ("cart_reminders"), as some laws ask.
	Names []string `json:"names,omitempty"`
}

// Delivery is one webhook request as it arrived, before anything is trusted.
type Delivery struct {
	// Header holds the request's headers under canonical names, Body its raw bytes.
	Header map[string][]string
	Body   []byte
	// ReceivedAt is our clock.
	ReceivedAt time.Time
	// ShopID, Domain, Currency, Country and Locale are the addressed shop's own facts:
	// the domain to hold against the signed header, the others as defaults.
	ShopID   string
	Domain   string
	Currency string
	Country  string
	Locale   string
}

// Get gives the first value of a header by its canonical name, or "".
func (d Delivery) Get(name string) string {
	if v := d.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}
