package dashboard

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Insight reads what the pages about days, shoppers and conversations show. What
// is asked for with a shop's id never holds anything of another shop.
type Insight interface {
	// Report is made from the shop's tallies: its cost is that of the days.
	Report(ctx context.Context, shopID string, q journey.ReportQuery) (journey.Report, error)
	// Find looks for shoppers and carts by what somebody typed.
	Find(ctx context.Context, shopID string, what journey.Sought) (journey.Found, error)
	Shoppers(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.ShopperRow], error)
	// ShopperDetail follows merges; ShopperStory is everything that happened to them, the newest first.
	ShopperDetail(ctx context.Context, shopID, id string) (journey.ShopperDetail, error)
	ShopperStory(ctx context.Context, shopID, id string, q journey.Query) (journey.Page[journey.Entry], error)
	// Conversations are those with the newest replies first; state "open" are those not marked as done.
	Conversations(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Conversation], error)
	Exchange(ctx context.Context, shopID, id string) (journey.Exchange, error)
}

// Acts does what buttons on those pages ask for, and notes it in the audit log.
type Acts interface {
	// StopCart ends the sequences a cart is in; StopShopper writes to none of a
	// shopper's addresses any more, until AllowShopper takes that back.
	StopCart(ctx context.Context, shopID, id string) error
	StopShopper(ctx context.Context, shopID, id string) error
	AllowShopper(ctx context.Context, shopID, id string) error
	// CancelMessage takes back a message that has not left; fault.Conflict for one that did, or may have.
	CancelMessage(ctx context.Context, shopID, id string) error
	// ResendAsTest sends a message as it was rendered to a user's own address.
	ResendAsTest(ctx context.Context, shopID, id, userID string) error
	// EraseShopper erases by id, or by names, and gives the proof; with dry it only counts.
	EraseShopper(ctx context.Context, shopID, id string, names []event.Key, reason string, dry bool) ([]journey.Erasure, error)
	ExportShopper(ctx context.Context, shopID, id string) (journey.Dossier, error)
	// MarkConversation notes that somebody looked at one, and whether it is done.
	MarkConversation(ctx context.Context, shopID, id string, finished bool) error
}

// deeds say what a button just did, by the word that its answer leads on with.
var deeds = map[string]string{
	"cart-stopped":    "The messages to this cart are stopped. Its sequences ended, and what had not left was taken back.",
	"shopper-stopped": "The messages to this shopper are stopped. Nothing is written to any address of theirs until you allow it again.",
	"shopper-allowed": "The stop is taken back. Sequences that it ended do not go on; later carts are followed up again, if the shopper’s own answers allow it.",
	"cancelled":       "The message is cancelled and was not sent. Its sequence goes on with the next step.",
	"tested":          "The message is on its way to your own address, marked [Test]. Its links lead nowhere.",
	"names-parted":    "Noted: they are not the same person. What hangs on each name went with it.",
	"names-joined":    "Noted: they are the same person. What hangs on their names is together now.",
	"names-back":      "Taken back. The shop’s events say again who is who.",
	"done":            "Marked as done. A new reply brings it back.",
	"open":            "Marked as waiting again.",
}
