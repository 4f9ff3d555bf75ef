package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// LinkPage is what the public pages behind a message's links show. It names
// no address: whoever holds a link is not proven to be its shopper.
type LinkPage struct {
	ShopName   string
	ShopDomain string
	// Locale is the message's; its language is the page's.
	Locale string
	// SupportEmail is the shop's, for people who need help.
	SupportEmail string
	// Channel is the message's channel; Address is masked ("a•••@example.com").
	Channel event.Channel
	Address string
	// Items and Total are the cart's; Ordered and Empty say that there is nothing to restore.
	Items   []event.Item
	Total   money.Money
	Ordered bool
	Empty   bool
	// Unsubscribed is true when the address is already suppressed on this channel.
	Unsubscribed bool
	// Gone is true when the shop itself no longer has the cart.
	Gone bool
	// Expired is true when the link's time is over (restore links only).
	Expired bool
	// Wording is what a link that confirms asks its reader to confirm, as the shop
	// put it; "" where the page's own words say it.
	Wording string
	// Confirmed is true when the address has confirmed its yes, and no later no
	// or suppression stands against it.
	Confirmed bool
}

// Preferences is a shopper's present answer on each channel that we have an
// address of theirs for, the message's own channel first.
type Preferences struct {
	LinkPage
	Choices []Choice
}

// Choice is one channel's line.
type Choice struct {
	Channel event.Channel
	// Address is masked, as in LinkPage.
	Address string
	// Answer is the answer that counts, "" when nobody asked.
	Answer event.Answer
	// Stopped is why the address is suppressed ("opted_out", "bounced", …), "" when it is not.
	Stopped string
	// MayAllow is true where a yes may be given on this page: to the address that
	// the link was sent to, and only if nothing but the shopper's own no stands against it.
	MayAllow bool
}

// Why answers "why did I get this?" from the decision that sent the message.
type Why struct {
	LinkPage
	// SentAt is when; Step counts from 1 and is 0 for a request to confirm.
	SentAt time.Time
	Step   int
	// LastActivity is the cart activity the message's time counted from.
	LastActivity time.Time
	// Permission is the consent rule that allowed it ("consent.yes"), Source where the consent came from, if known.
	Permission    string
	ConsentSource string
	ConsentAt     time.Time
	// ConsentWording is the text or version that was agreed to, Evidence the kind of
	// what shows it ("event", "message", "import", "inbound"); "" for not known.
	ConsentWording string
	Evidence       string
	// Law is the policy pack that holds where the shopper is, in their region; its
	// Channel is empty when there is none. Country is "" when it is not known.
	Law     consent.Pack
	Country string
	// Known is what else is kept of the shopper.
	Known Known
	// Decision is the recorded decision.
	Decision Decision
	// UnsubscribeToken lets the page link to the unsubscribe page.
	UnsubscribeToken string
}

// Known is what a shopper is told that we know of them. It is cut short where
// the whole would tell a stranger who holds the link more than the message did.
type Known struct {
	// Name is the first name with the last name's initial.
	Name string
	// Addresses are masked, one for each channel at most.
	Addresses []Choice
	// Country is an ISO 3166-1 code, Device "mobile", "tablet" or "desktop", Locale a BCP 47 tag.
	Country string
	Device  string
	Locale  string
	// Platform is the shop software that told it, Since when it first did.
	Platform string
	Since    time.Time
}

// ErrCartGone is that the shop itself no longer has a cart that was to be
// taken up again: what was in it is still known, and can only be chosen anew.
var ErrCartGone = fault.New(fault.Conflict, "the shop no longer has this cart").Try("choose the things in the shop again")
