// Package platform is where shops' platforms come in: one folder per platform,
// each verifying and parsing that platform's webhooks into events, and asking
// its API where webhooks say too little.
package platform

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Adapter knows one platform. What more a platform can do, its adapter says by
// the further interfaces of this package; the engine asks for them.
type Adapter interface {
	// Verify checks the delivery's signature over its raw bytes, in constant
	// time, against each of the shop's secrets. No secret, no signature or no
	// match is fault.Unauthorized.
	Verify(d event.Delivery, secrets []string) error
	// Parse turns a verified delivery, or what the platform's API answered, into
	// events (usually one; none for a ping).
	//
	// Errors: fault.Invalid for a body that cannot be read (the sender is told,
	// nothing is stored); fault.Unprocessable for one that can be read and makes
	// no sense (it is stored and quarantined). A topic the adapter does not know
	// is one event of kind Unknown, not an error. Parse never panics.
	Parse(d event.Delivery) ([]event.Event, error)
	// Ping reports whether the delivery is the platform's unsigned connection
	// test, which is answered 200 and otherwise ignored.
	Ping(d event.Delivery) bool
}

// Greeter is an adapter whose platform asks, by a GET with ?challenge=, whether
// the address is ours before it posts there. Greet gives what it wants to read.
type Greeter interface {
	Greet(challenge string) (answer string, ok bool)
}

// Keyed is an adapter whose platform signs with a key that it publishes. Keys
// asks for it: each answer goes to Verify beside the shop's secrets. It is asked
// when no known key fits, and not for every delivery.
type Keyed interface {
	Keys(ctx context.Context, api API, d event.Delivery) ([]string, error)
}

// Warner is an adapter whose signatures may not say which of its customers sent:
// one app signs for all of its shops. What tells them apart the merchant enters,
// and Warnings say what is missing of it, in sentences for them; none where all is
// well. d holds the shop's facts only.
type Warner interface {
	Warnings(d event.Delivery, secrets []string) []string
}

// Account is an adapter whose platform has an API that a shop can let us ask.
type Account interface {
	// Needs lists the values of the shop's account that calls take, in the order
	// in which a merchant is asked for them.
	Needs() []Need
	// Probe makes one cheap call that needs the keys and changes nothing.
	Probe(ctx context.Context, api API) error
}

// Need is one value of a shop's account at its platform. Name is one of
// platform_url, platform_account, platform_key and platform_secret, under which
// it is sealed.
type Need struct {
	Name string
	// Label is its name at the platform, Help where a merchant finds it.
	Label, Help string
	// Optional ones have a default, which Help tells.
	Optional bool
}

// Answer is one thing that the platform's API told, in the form of a delivery:
// it takes the same way through Parse, is kept like one and can be replayed.
// Header holds what Parse needs to know of it, under names that begin with
// X-Cartograph- or are the platform's own.
type Answer struct {
	Header map[string][]string
	Body   []byte
}

// Fetcher is an adapter whose webhooks may name things without telling them.
type Fetcher interface {
	Account
	// Fetch asks for what a reference names. What is gone is no answer and no error.
	Fetch(ctx context.Context, api API, ref event.Reference) ([]Answer, error)
}

// Lister is an adapter whose platform loses webhooks and can be asked what
// happened since. Asking again must be harmless: what was told before gives the
// same events under the same dedupe keys.
type Lister interface {
	Account
	// List gives what changed at or after since, oldest change first where the
	// platform can sort; cursor is "" or the Next of the page before.
	List(ctx context.Context, api API, since time.Time, cursor string) (Page, error)
}

// Page is one page of a list.
type Page struct {
	Answers []Answer
	// Next asks for the next page; "" after the last.
	Next string
}

// Shelf is an adapter whose platform tells what it sells: asked just before a
// message leaves, so that no shopper reads of a price or a thing that is gone.
type Shelf interface {
	Account
	// Products asks for the given lines of a cart as the shop sells them now.
	// Lines it cannot tell anything of are left out of the answer.
	Products(ctx context.Context, api API, items []event.Item) ([]Product, error)
}

// Product is what one line's product is now.
type Product struct {
	// Item has the Same() of the line that was asked for; of its fields those
	// are set that the platform told. Price is of one piece in the line's currency.
	Item event.Item
	// Gone says that it cannot be bought any more: deleted, unpublished or sold out.
	Gone bool
}

// Opener is an adapter that knows a better way back to a cart than the address
// its events told: one that works on another device, or carries a coupon along.
type Opener interface {
	// Open gives the address at which a shopper takes up the cart, or "" where
	// there is none. It may ask the platform (api has no keys where none are set).
	// The cart being gone is fault.NotFound.
	Open(ctx context.Context, api API, c Closed) (string, error)
}

// Closed is a cart that is to be opened again.
type Closed struct {
	// Links are the platform's ids of it, Items what is in it.
	Links []event.Link
	Items []event.Item
	// RestoreURL is the address its events told, Coupon a code to apply; both may be "".
	RestoreURL string
	Coupon     string
}
