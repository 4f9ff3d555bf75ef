// Package attribution decides which order counts as a recovery, and of which
// touch. The rules are few and named, and every recovery shows its own.
package attribution

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// TouchKind is something that reached the shopper or that they did with it.
type TouchKind string

// The kinds of touch.
const (
	Delivered TouchKind = "delivered"
	// Opened: a picture of the mail was loaded, by the reader's program or by a
	// proxy that loads those of mail nobody reads. It is kept to be shown and
	// decides nothing: no step, no end of a sequence, no credit.
	Opened TouchKind = "opened"
	// ClickRaw: a link was fetched, by a person or a scanner. It decides nothing.
	ClickRaw TouchKind = "clicked"
	// ClickConfirmed: the page behind the link was really looked at, or its button pressed.
	ClickConfirmed TouchKind = "click_confirmed"
	Replied        TouchKind = "replied"
)

// Touch is one such thing.
type Touch struct {
	ID        string        `json:"id"`
	ShopID    string        `json:"shop_id"`
	MessageID string        `json:"message_id"`
	CartID    string        `json:"cart_id"`
	ShopperID string        `json:"shopper_id"`
	Channel   event.Channel `json:"channel"`
	Kind      TouchKind     `json:"kind"`
	// At is when it happened, by the provider's clock where it says so.
	At time.Time `json:"at"`
	// Detail is the link or user agent of a click, "machine" for what the provider
	// itself takes for one, or a reply's keyword.
	Detail string `json:"detail,omitempty"`
	// Link is the purpose of the link of ours that was opened ("r", "u", "why"), as
	// we saw it; "" for other touches and for clicks that only the provider reports.
	Link string `json:"link,omitempty"`
	// Robot is why a visit is taken for a machine's (Visit.Robot), "" for a person's.
	Robot string `json:"robot,omitempty"`
}

// Rule names why an order was credited.
type Rule string

// The rules, in the order they are tried.
const (
	// LastClick: the last confirmed click of this shopper's messages, at most ClickWindow before the order.
	LastClick Rule = "last_confirmed_click_5d"
	// SameCart: the very cart the message was about was ordered at most DeliveredWindow after delivery.
	SameCart Rule = "same_cart_24h_after_delivery"
)

// The windows of the rules.
const (
	ClickWindow     = 5 * 24 * time.Hour
	DeliveredWindow = 24 * time.Hour
)

// Recovery is an order credited to a touch.
type Recovery struct {
	ID        string `json:"id"`
	ShopID    string `json:"shop_id"`
	OrderID   string `json:"order_id"`
	CartID    string `json:"cart_id"`
	MessageID string `json:"message_id"`
	TouchID   string `json:"touch_id"`
	Rule      Rule   `json:"rule"`
	// Amount is the order's total, Refunded what was given back since; Net is what counts.
	Amount   money.Money `json:"amount"`
	Refunded money.Money `json:"refunded"`
	// OrderedAt is the platform's time of the order, CreditedAt ours.
	OrderedAt  time.Time `json:"ordered_at"`
	CreditedAt time.Time `json:"credited_at"`
}
