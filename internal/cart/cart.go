// Package cart is the third stop of the data's way: the fold of a shopper's
// cart and checkout events. Folding does not depend on order: any permutation
// and repetition of a cart's events ends in the same cart.
package cart

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// State is a cart's state.
type State string

// The states: open ⇄ abandoned → ordered; ordered is terminal and wins over
// whatever arrives later. New activity opens an abandoned or emptied cart again.
const (
	Open      State = "open"
	Abandoned State = "abandoned"
	Ordered   State = "ordered"
	// Emptied: the shopper took everything out, or the platform deleted it.
	Emptied State = "emptied"
	// Expired: nothing happened for so long that nothing will be sent any more.
	Expired State = "expired"
	// Merged: it turned out to be the same cart as another, which took its facts over.
	Merged State = "merged"
)

// Stage is how far the shopper got.
type Stage string

// The stages, in order.
const (
	StageCart     Stage = "cart"
	StageCheckout Stage = "checkout"
	StagePayment  Stage = "payment"
)

// Cart is one cart or checkout with everything its events told.
type Cart struct {
	ID        string `json:"id"`
	ShopID    string `json:"shop_id"`
	ShopperID string `json:"shopper_id"`
	Platform  string `json:"platform"`
	// NameID is the id of the name that its shopper is found by; see Facts.Anchor.
	NameID string `json:"-"`
	// State is where it stands; see Settle.
	State State `json:"state"`
	Facts Facts `json:"facts"`
	// StoredAt is when its first event reached us, AbandonedAt and OrderedAt when the state was reached (our clock); zero before.
	StoredAt    time.Time `json:"stored_at"`
	AbandonedAt time.Time `json:"abandoned_at"`
	OrderedAt   time.Time `json:"ordered_at"`
	// OrderID is the matching order, OrderedBy the rule that matched ("link", "customer", "email", …).
	OrderID   string `json:"order_id,omitempty"`
	OrderedBy string `json:"ordered_by,omitempty"`
	// PersonaKey is the persona it was routed to when it was abandoned; "" before.
	PersonaKey string `json:"persona,omitempty"`
}

// Facts are the folded facts. Every field is folded on its own, by the time
// its event happened, so that the order of arrival does not matter.
type Facts struct {
	// Erased marks facts whose shopper was erased. It stands first in the stored document, where it is asked for.
	Erased bool `json:"erased,omitempty"`
	// Links and Keys are sets, sorted: platform ids of this cart and its order, and the people seen on it.
	Links []event.Link `json:"links"`
	Keys  []event.Key  `json:"keys"`
	// Seen is when each of Keys was last said on it, in unix milliseconds, by "kind:value".
	Seen map[string]int64 `json:"seen,omitempty"`
	// Contents is the newest full state, Deltas the changes said since.
	Contents Snapshot `json:"contents"`
	Deltas   []Change `json:"deltas,omitempty"`
	// Email, Phone and Messenger are the newest addresses said on this cart.
	Email     shopper.Said `json:"email"`
	Phone     shopper.Said `json:"phone"`
	Messenger shopper.Said `json:"messenger"`
	// RestoreURL is the platform's recovery URL: a secret.
	RestoreURL shopper.Said `json:"restore_url"`
	// Stage is the furthest stage seen, FailedAt the time of the last payment failure (unix ms).
	Stage    Stage `json:"stage"`
	FailedAt int64 `json:"failed_at,omitempty"`
	// DeletedAt is when the platform deleted it (unix ms).
	DeletedAt int64 `json:"deleted_at,omitempty"`
	// StartedAt is the earliest, LastActivity the latest time of activity (unix ms).
	StartedAt    int64 `json:"started_at"`
	LastActivity int64 `json:"last_activity"`
}

// Snapshot is full contents with the moment they were true.
type Snapshot struct {
	event.Contents
	// At is unix milliseconds, Tie settles equal moments.
	At  int64  `json:"at,omitempty"`
	Tie string `json:"tie,omitempty"`
}

// Change is a delta with the moment it happened.
type Change struct {
	event.Delta
	At  int64  `json:"at"`
	Tie string `json:"tie"`
}

// LastActivity is the one clock a step's `after` counts from.
func (c Cart) LastActivity() time.Time { return time.UnixMilli(c.Facts.LastActivity).UTC() }

// StartedAt is when the cart began, by the platform's clock.
func (c Cart) StartedAt() time.Time { return time.UnixMilli(c.Facts.StartedAt).UTC() }

// Items gives the contents with the deltas since the last full state applied.
func (c Cart) Items() []event.Item { return c.Facts.items() }

// Total gives what the shopper would pay: the platform's total while no delta
// came after it, else the sum of the lines.
func (c Cart) Total() money.Money { return c.Facts.total() }
