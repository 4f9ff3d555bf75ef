package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// LinkPage is what the public pages behind a message's links show. It names
// no address: whoever holds a link is not proven to be its shopper.
type LinkPage struct {
	ShopName   string
	ShopDomain string
	Locale     string
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
	// Expired is true when the link's time is over (restore links only).
	Expired bool
}

// Why answers "why did I get this?" from the decision that sent the message.
type Why struct {
	LinkPage
	// SentAt is when; Step counts from 1.
	SentAt time.Time
	Step   int
	// LastActivity is the cart activity the message's time counted from.
	LastActivity time.Time
	// Permission is the consent rule that allowed it ("consent.yes"), Source where the consent came from, if known.
	Permission    string
	ConsentSource string
	ConsentAt     time.Time
	// Decision is the recorded decision.
	Decision Decision
	// UnsubscribeToken lets the page link to the unsubscribe page.
	UnsubscribeToken string
}
