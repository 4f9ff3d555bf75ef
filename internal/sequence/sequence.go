// Package sequence holds what is written to whom and when: ordered steps for
// one trigger and persona. A step's time counts from the cart's last activity;
// there is no second clock.
package sequence

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Trigger is what starts a sequence.
type Trigger string

// The triggers.
const (
	CartAbandoned     Trigger = "cart_abandoned"
	CheckoutAbandoned Trigger = "checkout_abandoned"
	PaymentFailed     Trigger = "payment_failed"
	OrderPlaced       Trigger = "order_placed"
)

// Stage is a stage of the customer journey.
type Stage string

// The five stages.
const (
	Awareness     Stage = "awareness"
	Consideration Stage = "consideration"
	Purchase      Stage = "purchase"
	Retention     Stage = "retention"
	Advocacy      Stage = "advocacy"
)

// Sequence is one published version.
type Sequence struct {
	// Key names it; versions of one key replace each other for new enrollments.
	Key     string  `json:"key"`
	Version int     `json:"version"`
	Stage   Stage   `json:"stage"`
	Trigger Trigger `json:"trigger"`
	// Persona is the persona's key; empty serves every persona that has none of its own.
	Persona string `json:"persona"`
	Steps   []Step `json:"steps"`
}

// Step is one message to be.
type Step struct {
	// After counts from the cart's last activity.
	After time.Duration `json:"after"`
	// Channels in order of preference; the first allowed one is used.
	Channels []event.Channel `json:"channels"`
	// Template is a template's key.
	Template string `json:"template"`
	// When is a CEL condition over shopper and cart; empty is true.
	When string `json:"when,omitempty"`
	// MaxLate is how late the step may still be sent; later it is skipped.
	MaxLate time.Duration `json:"max_late"`
	// Paused steps are skipped when they come due, until a version without it is published.
	Paused bool `json:"paused,omitempty"`
	// Offer is a promise that its message makes; nil for none.
	Offer *Offer `json:"offer,omitempty"`
}

// DefaultMaxLate is used where a step names no maximum lateness.
const DefaultMaxLate = 12 * time.Hour
