// Package demo plays a shop's shoppers: they fill carts, leave, read what they
// are written and come back, or do not. Everything they do reaches Cartograph
// as it would in life: through the platforms' webhooks, signed as the platforms
// sign them, and through the links of the messages. It knows HTTP and the
// protocols, and nothing of Cartograph's insides.
package demo

import "time"

// Kind is what kind of shopper someone is; the shop's persona rules have to
// find that out from what they do.
type Kind string

// The kinds, one for each persona that Cartograph ships.
const (
	// Devoted have ordered many times, Returning once.
	Devoted   Kind = "devoted"
	Returning Kind = "returning"
	// Comparing fill large carts, Thrifty small ones on their phone.
	Comparing Kind = "comparing"
	Thrifty   Kind = "thrifty"
	// Newcomer have never been here.
	Newcomer Kind = "newcomer"
)

// Ending is what becomes of the cart before anybody is written to.
type Ending string

// The endings.
const (
	Leaves       Ending = "leaves"
	BuysAtOnce   Ending = "buys at once"
	Empties      Ending = "empties"
	PaymentFails Ending = "payment fails"
)

// Reply is what the shopper does about the message they answer to.
type Reply string

// The replies.
const (
	// Returns clicks and buys; Remembers buys without a click.
	Returns   Reply = "returns"
	Remembers Reply = "remembers"
	// Looks clicks and leaves again, Opens only reads, Ignores not even that.
	Looks   Reply = "looks"
	Opens   Reply = "opens"
	Ignores Reply = "ignores"
	// Stops answers STOP (by email: unsubscribes), Complains marks as spam; Bounces has no such address.
	Stops     Reply = "stops"
	Complains Reply = "complains"
	Bounces   Reply = "bounces"
)

// Reach is how the shopper may be written to.
type Reach string

// The ways. Each but Silent includes email.
const (
	// Silent gave an address and no consent; Nameless gave not even that.
	Silent      Reach = "silent"
	Nameless    Reach = "nameless"
	ByEmail     Reach = "email"
	BySMS       Reach = "sms"
	ByMessenger Reach = "messenger"
)

// Plan is everything one simulated shopper is and will do. It depends on seed
// and number only, not on what happens around them.
type Plan struct {
	// N numbers the shoppers of a demo from 0.
	N     int
	Kind  Kind
	Reach Reach
	End   Ending
	Reply Reply
	// AnswersTo is the message, counted from 1, that the reply is to.
	AnswersTo int
	// Generic says that the shop's own app reports this cart, instead of Shopify.
	Generic bool
	// Checkout says that the checkout was opened; else it is left at the cart.
	Checkout bool
	// First to Locale are the person; Phone and PSID are "" unless Reach needs them.
	First, Last, Email, Phone, PSID string
	Country, Locale                 string
	// Device is "mobile" or "desktop".
	Device string
	// Currency is the cart's.
	Currency string
	Basket   []Line
	// Past are earlier orders, by how long before the demo they were placed.
	Past []Past
	// RefundShare is how much of the order is given back later: 0, 0.5 or 1.
	RefundShare float64
	// Proxied mailboxes fetch pictures by themselves; Scanned ones open links by themselves.
	Proxied, Scanned bool
	// Repeats says that the platform delivers this shopper's webhooks twice.
	Repeats bool
	// Pace is how long one move takes by the demo's clock, from a minute up.
	Pace time.Duration
}

// Past is an earlier order.
type Past struct {
	Ago   time.Duration
	Lines []Line
}
