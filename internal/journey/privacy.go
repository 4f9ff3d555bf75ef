package journey

import (
	"encoding/json"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// DossierFormat names the shape of a Dossier. Fields may be added to it; what
// is there keeps its name and meaning.
const DossierFormat = "cartograph.shopper/1"

// Dossier is everything that is held about one shopper, as one document.
type Dossier struct {
	// Format is DossierFormat, MadeAt when it was made.
	Format string    `json:"format"`
	ShopID string    `json:"shop_id"`
	MadeAt time.Time `json:"made_at"`
	// Shopper is the person with names and traits; Merged are the ids of shoppers who turned out to be the same.
	Shopper shopper.Shopper `json:"shopper"`
	Merged  []string        `json:"merged"`
	// Events are what the platform and the API told, with their raw bodies.
	Events []DossierEvent  `json:"events"`
	Carts  []cart.Cart     `json:"carts"`
	Orders []cart.Purchase `json:"orders"`
	// Consents is the ledger, Suppressions the final noes for the shopper's addresses.
	Consents     []DossierConsent       `json:"consents"`
	Suppressions []Suppression          `json:"suppressions"`
	Enrollments  []Enrollment           `json:"enrollments"`
	Decisions    []Decision             `json:"decisions"`
	Messages     []message.Message      `json:"messages"`
	Reports      []DossierReport        `json:"reports"`
	Touches      []attribution.Touch    `json:"touches"`
	Inbounds     []DossierInbound       `json:"inbounds"`
	Recoveries   []attribution.Recovery `json:"recoveries"`
	// Offers are what the shopper's carts were promised, with their codes.
	Offers []Offer `json:"offers"`
	// Visitors are the shopper's browsers on the shop's pages, with what they did there.
	Visitors []Visitor `json:"visitors"`
	// Requests are what platforms asked for on the shopper's behalf.
	Requests []PrivacyRequest `json:"privacy_requests"`
	// Together is by what the shopper's names are taken for one person's, Rulings what people of the shop said of them.
	Together []DossierPair   `json:"seen_together"`
	Rulings  []DossierRuling `json:"rulings"`
	// Shared are events that name the shopper and belong to somebody else's cart: told of, and not given out.
	Shared []EventRow `json:"shared_events"`
}

// DossierPair is that two names of the shopper were seen together, and when last.
type DossierPair struct {
	Name  event.Key `json:"name"`
	Other event.Key `json:"other"`
	At    time.Time `json:"at"`
}

// DossierRuling is what somebody of the shop said of a name of the shopper's.
type DossierRuling struct {
	Name event.Key `json:"name"`
	// Other is the name it was compared with; the value of somebody else's is "[another person]".
	Other  event.Key `json:"other"`
	Same   bool      `json:"same"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
	// EndedAt is zero while it stands.
	EndedAt time.Time `json:"ended_at,omitzero"`
}

// DossierEvent is a stored event with what came over the wire.
type DossierEvent struct {
	EventRow
	CartID  string            `json:"cart_id,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	// Body is the raw body as JSON, or as a JSON text where it is none; absent once it was purged.
	// Names of other people on the same cart are replaced by "[another person]".
	Body json.RawMessage `json:"body,omitempty"`
}

// DossierConsent is one line of the consent ledger.
type DossierConsent struct {
	event.Consent
	CartID string `json:"cart_id,omitempty"`
	// Address is the hash of the address it was said of, "" when none was named.
	Address  string `json:"address_hash,omitempty"`
	Evidence string `json:"evidence,omitempty"`
}

// Suppression is a final no for an address.
type Suppression struct {
	Channel event.Channel `json:"channel"`
	// Address is the shopper's own, which the stored hash was found by.
	Address string    `json:"address"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
}

// DossierReport is one provider callback about a message.
type DossierReport struct {
	Provider  string    `json:"provider"`
	MessageID string    `json:"message_id"`
	Status    string    `json:"status"`
	Code      string    `json:"code,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	At        time.Time `json:"at"`
}

// DossierInbound is something the shopper wrote.
type DossierInbound struct {
	ID      string        `json:"id"`
	Channel event.Channel `json:"channel"`
	From    string        `json:"from"`
	Text    string        `json:"text"`
	Keyword string        `json:"keyword,omitempty"`
	At      time.Time     `json:"at"`
}

// The states of an erasure and of a request.
const (
	// ErasureRunning: some of it may be done; it goes on by itself.
	ErasureRunning = "running"
	ErasureDone    = "done"
	// RequestWaiting: an erasure that is still to be done, or an export that the merchant has not passed on.
	RequestWaiting = "waiting"
	RequestDone    = "done"
)

// Erasure is the proof that a person, or everybody in a shop, was erased. It
// holds no personal data.
type Erasure struct {
	ID     string `json:"id"`
	ShopID string `json:"shop_id"`
	// ShopperID is the erased shopper's id, which leads nowhere any more; "" when nobody of that name was
	// known, or the whole shop was meant.
	ShopperID string `json:"shopper_id,omitempty"`
	State     string `json:"state"`
	// By says which way the request came ("command", "api", "shopify customers/redact"), Reason what the merchant noted.
	By     string `json:"requested_by"`
	Reason string `json:"reason,omitempty"`
	// Identities are keyed hashes of the names that were erased, as "email:<hash>": the same name gives the
	// same hash in this installation and shop, and nobody can count through phone numbers without its key.
	Identities []string `json:"identities"`
	// Counts are the rows per table that were blanked or removed; in a dry run those that would be.
	Counts map[string]int `json:"counts"`
	// RequestedAt and DoneAt are our clock; DoneAt is zero while it runs.
	RequestedAt time.Time `json:"requested_at"`
	DoneAt      time.Time `json:"done_at"`
	// DryRun is true when nothing was changed.
	DryRun bool `json:"dry_run,omitempty"`
}

// PrivacyRequest is what a platform asked for.
type PrivacyRequest struct {
	ID     string `json:"id"`
	ShopID string `json:"shop_id"`
	// Kind is subject_export, subject_erase, shop_erase or shop_uninstalled.
	Kind     event.Kind `json:"kind"`
	Platform string     `json:"platform"`
	EventID  string     `json:"event_id"`
	// Subject is whom it is about, until they are erased.
	Subject event.Privacy `json:"subject"`
	State   string        `json:"state"`
	// ErasureID is the proof of what was done, if it was an erasure.
	ErasureID string `json:"erasure_id,omitempty"`
	// DueAt is the end of the 30 days that Shopify gives.
	ReceivedAt time.Time `json:"received_at"`
	DueAt      time.Time `json:"due_at"`
	DoneAt     time.Time `json:"done_at"`
}
