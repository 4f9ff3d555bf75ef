package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Store keeps the truth.
type Store interface {
	// Write runs fn in one transaction and returns after its commit. fn may run more than once.
	Write(ctx context.Context, fn func(context.Context, Tx) error) error
	// Hopeless reports whether an error of Write would come again for the same input: a
	// value that the database refuses, a panic. All others may pass: busy, full, gone.
	Hopeless(err error) bool
	// Shop gives a shop; fault.NotFound for an unknown id.
	Shop(ctx context.Context, shopID string) (shop.Shop, error)
	// Next gives when the shard's next idle cart, or due step or message, comes; zero when none waits.
	Next(ctx context.Context, kind AlarmKind, shard int) (time.Time, error)
	// Quarantined gives events that verified and could not be folded, oldest first,
	// at most limit of those that are meant, after a place ("" for the first), and
	// the place to go on at, "" after the last.
	Quarantined(ctx context.Context, shopID string, which journey.Held, after string, limit int) (held []Stored, next string, err error)
	// LinkOf gives what a token's hash opens; fault.NotFound for an unknown one.
	LinkOf(ctx context.Context, hash string) (Link, error)
	// MessageShop finds the shop of a message by our id or the provider's, for callbacks that name no shop.
	MessageShop(ctx context.Context, messageID, providerID string, among []string) (string, error)
	// CountSignatureFailures adds to the day's count of requests that did not verify.
	CountSignatureFailures(ctx context.Context, shopID, source string, n int, reason string) error
	askStore
	privacyStore
	templateStore
	deskStore
	identityStore
}

// Tx is one transaction. The parts belong to the verbs that need them; every
// method is scoped by shop or, for the duties, by shard.
type Tx interface {
	// Now is the one timestamp of the transaction.
	Now() time.Time
	// Shop gives a shop.
	Shop(ctx context.Context, shopID string) (shop.Shop, error)
	eventTx
	shopperTx
	cartTx
	orderTx
	playbookTx
	enrollTx
	permissionTx
	messageTx
	healthTx
	creditTx
	linkTx
	confirmTx
	standingTx
	askTx
	privacyTx
	templateTx
	deskTx
	pixelTx
	offerTx
	codesTx
}

// Stored is an event with what is kept of its request.
type Stored struct {
	event.Event
	// Status is folded, ignored or quarantined; Note says what was odd.
	Status string
	Note   string
	// CartID and ShopperID are whom it was folded into.
	CartID    string
	ShopperID string
	// NameID is the id of the name that ShopperID hangs on.
	NameID string
	// ErasedKey is what its dedupe key would be if it had been erased; "" does not ask.
	ErasedKey string
	// Evidence is what shows its answers to requests for consent; "" for the event itself.
	Evidence string
	// Headers are those that a replay needs, Body the raw bytes.
	Headers map[string]string
	Body    []byte
}

type eventTx interface {
	// InsertEvent stores an event; false when its dedupe key is already there, or what an erasure left of it.
	InsertEvent(ctx context.Context, s Stored) (fresh bool, err error)
	// SettleEvent notes what the event was folded into.
	SettleEvent(ctx context.Context, s Stored) error
}

type shopperTx interface {
	// ShoppersByKeys gives the shoppers who own any of the keys, with all their keys.
	ShoppersByKeys(ctx context.Context, shopID string, keys []event.Key) ([]shopper.Shopper, error)
	// Shopper gives one, following merges.
	Shopper(ctx context.Context, shopID, id string) (shopper.Shopper, error)
	nameTx
	// History counts the shopper's purchases and visits.
	History(ctx context.Context, shopID, shopperID string) (shopper.History, error)
}

type nameTx interface {
	// Names gives those of some names that are known, held; NamesOf those of a person.
	Names(ctx context.Context, shopID string, keys []event.Key) ([]shopper.Name, error)
	NamesOf(ctx context.Context, shopID, shopperID string) ([]shopper.Name, error)
	// NamesByID gives those of some names that are known by their ids, held, in the order given.
	NamesByID(ctx context.Context, shopID string, ids []string) ([]shopper.Name, error)
	// AddName stores a name that nobody knew, as a shopper of its own.
	AddName(ctx context.Context, shopID string, n shopper.Name) error
	// SeenTogether adds evidence that names are one person's; of a pair that is known the latest moment stays.
	SeenTogether(ctx context.Context, shopID string, pairs []shopper.PairOf) error
	// Partners gives the names that a name was seen with, at most limit, the latest first.
	Partners(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Partner, error)
	rulingTx
	// Told gives what was said of a person by one name; SaveTold writes it, and that the person was seen.
	Told(ctx context.Context, shopID, nameID string) (shopper.Shopper, error)
	SaveTold(ctx context.Context, s shopper.Shopper, personID string) error
	// MoveName makes a name the person's whose id it has, with all that hangs on it; from had it.
	MoveName(ctx context.Context, shopID string, n shopper.Name, from string) error
	// MoveCart hands what came of a cart to its shopper.
	MoveCart(ctx context.Context, shopID, cartID, to string) error
}

type cartTx interface {
	// CartsByLinks gives the carts that any of the links belong to, held until the commit.
	CartsByLinks(ctx context.Context, shopID string, links []event.Link) ([]cart.Cart, error)
	// CartsOfOrder gives the open and abandoned carts that share a link or key with the order, held.
	CartsOfOrder(ctx context.Context, shopID string, o cart.Order) ([]cart.Cart, error)
	// Cart gives one, held until the commit.
	Cart(ctx context.Context, shopID, id string) (cart.Cart, error)
	// HoldCart holds one until the commit, and gives nothing of it but its last activity.
	HoldCart(ctx context.Context, shopID, id string) (lastActivity time.Time, err error)
	// SaveCart writes a cart with its links and keys. idleAt is its alarm, zero for none.
	SaveCart(ctx context.Context, c cart.Cart, idleAt time.Time) error
	// MergeCart hands a merged cart's links, keys, enrollments and messages to the one that took
	// it over, and gives the enrollments that ended because both were in the same sequence.
	MergeCart(ctx context.Context, shopID, from, into string) (ended []journey.Enrollment, err error)
	// CartsOfShopper gives the shopper's carts that an order may end or be credited to, held.
	CartsOfShopper(ctx context.Context, shopID, shopperID string) ([]cart.Cart, error)
	// ClaimIdle gives carts of the shard whose alarm is due, held.
	ClaimIdle(ctx context.Context, shard, limit int) ([]cart.Cart, error)
	// NewestCart gives the shopper's most recently active cart that is not empty, or fault.NotFound.
	NewestCart(ctx context.Context, shopID, shopperID string) (id string, lastActivity time.Time, err error)
}

type orderTx interface {
	// OrdersMatching gives the stored orders that share a link, or share a key and were placed since an instant.
	OrdersMatching(ctx context.Context, shopID string, links []event.Link, keys []event.Key, since time.Time) ([]cart.Order, error)
	// Purchase gives an order by the platform's id, or fault.NotFound.
	Purchase(ctx context.Context, shopID, platformID string) (cart.Purchase, error)
	// PurchaseByID gives an order by our id.
	PurchaseByID(ctx context.Context, shopID, id string) (cart.Purchase, error)
	// SavePurchase writes an order with its marks.
	SavePurchase(ctx context.Context, p cart.Purchase) error
}

type playbookTx interface {
	// Personas gives the shop's personas in order.
	Personas(ctx context.Context, shopID string) ([]persona.Persona, error)
	// LiveSequences gives the newest published version of each sequence.
	LiveSequences(ctx context.Context, shopID string) ([]sequence.Sequence, error)
	// Sequence gives one version.
	Sequence(ctx context.Context, shopID, key string, version int) (sequence.Sequence, error)
	// TemplatesOf gives the live templates of a key.
	TemplatesOf(ctx context.Context, shopID, key string) ([]message.Template, error)
}

type enrollTx interface {
	// InsertEnrollment stores one; false when this cart already went into this sequence.
	InsertEnrollment(ctx context.Context, e journey.Enrollment) (fresh bool, err error)
	// SaveEnrollment writes state, reason, step and alarm.
	SaveEnrollment(ctx context.Context, e journey.Enrollment) error
	// Enrollment gives one, held.
	Enrollment(ctx context.Context, shopID, id string) (journey.Enrollment, error)
	// WaitingOf gives the shopper's waiting enrollments, held.
	WaitingOf(ctx context.Context, shopID, shopperID string) ([]journey.Enrollment, error)
	// WaitingOfCart gives a cart's waiting enrollments, held.
	WaitingOfCart(ctx context.Context, shopID, cartID string) ([]journey.Enrollment, error)
	// ClaimDue gives enrollments of the shard whose alarm is due, held. except names a shop to pass over, "" for none.
	ClaimDue(ctx context.Context, shard, limit int, except string) ([]journey.Enrollment, error)
	// DecisionOf gives the decision that sent a message of a cart, or fault.NotFound.
	DecisionOf(ctx context.Context, shopID, cartID, messageID string) (journey.Decision, error)
	// InsertDecision stores a decision.
	InsertDecision(ctx context.Context, d journey.Decision) error
}

type permissionTx interface {
	// InsertConsent appends a line to the consent ledger.
	InsertConsent(ctx context.Context, shopID, id string, l consent.Entry) error
	// Consents gives the ledger's lines of one channel that speak of a shopper, a cart or an address (by its hash).
	Consents(ctx context.Context, shopID string, c event.Channel, shopperID, cartID, address string) ([]consent.Entry, error)
	// Suppression gives the reason an address (by its hash) is suppressed, or "".
	Suppression(ctx context.Context, shopID string, c event.Channel, hash string) (string, error)
	// Suppress adds a suppression; the first reason stays.
	Suppress(ctx context.Context, shopID string, c event.Channel, hash, reason string) error
	// Unsuppress lifts a suppression that has this reason.
	Unsuppress(ctx context.Context, shopID string, c event.Channel, hash, reason string) error
	// InsertInbound stores what a shopper wrote; false when it is already there.
	InsertInbound(ctx context.Context, in Inbound) (fresh bool, err error)
	// SentTo gives the messages to a shopper that left or may still leave, on all
	// channels, since an instant, but for one.
	SentTo(ctx context.Context, shopID, shopperID string, since time.Time, except string) ([]consent.Sent, error)
	// SentForCart counts a cart's messages on a channel that left or may still leave, but for one.
	SentForCart(ctx context.Context, shopID, cartID string, c event.Channel, except string) (int, error)
	// ToldOfCart gives the keys of the templates of a cart's messages that left or may still leave, each once, sorted.
	ToldOfCart(ctx context.Context, shopID, cartID string) ([]string, error)
	// LastOrder gives when the shopper last bought, or zero.
	LastOrder(ctx context.Context, shopID, shopperID string) (time.Time, error)
	// LastInbound gives when the address last wrote, or zero.
	LastInbound(ctx context.Context, shopID string, c event.Channel, address string) (time.Time, error)
}

// Inbound is a stored message from a shopper.
type Inbound struct {
	delivery.Inbound
	ID        string
	ShopID    string
	ShopperID string
	// NameID is the id of the name it came from, "" for a stranger's.
	NameID string
}

// Letter is a message with what the engine needs to send it.
type Letter struct {
	message.Message
	// Rule is the permission it was reserved under, Inputs the decision's inputs so far.
	Rule   string
	Inputs map[string]string
	// ExpiresAt is when it is no use any more, DueAt its lease or next try; zero for none.
	ExpiresAt time.Time
	DueAt     time.Time
}

type messageTx interface {
	// InsertMessage reserves: it is stored with its links, or fault.Conflict when the step has a live message already.
	InsertMessage(ctx context.Context, l Letter, links []Link) error
	// Message gives one, held.
	Message(ctx context.Context, shopID, id string) (Letter, error)
	// HoldMessage gives one without its text, held: a message's text is most of it, and never changes.
	HoldMessage(ctx context.Context, shopID, id string) (Letter, error)
	// CartOfMessage gives the id of a message's cart, by our id of the message or
	// else the provider's, or fault.NotFound. Nothing is held.
	CartOfMessage(ctx context.Context, shopID, messageID, providerID string) (string, error)
	// MessageByProvider gives one by the provider's id, held, or fault.NotFound.
	MessageByProvider(ctx context.Context, shopID, providerID string) (Letter, error)
	// SaveMessage writes the delivery's fields and the alarm.
	SaveMessage(ctx context.Context, l Letter) error
	// ReservedOf gives a cart's messages that have not left, held.
	ReservedOf(ctx context.Context, shopID, cartID string) ([]Letter, error)
	// ClaimMessages gives messages of the shard whose lease or retry is due, held. except as in ClaimDue.
	ClaimMessages(ctx context.Context, shard, limit int, except string) ([]Letter, error)
	// PullBack makes the shard's messages due now whose alarm lies beyond an instant.
	PullBack(ctx context.Context, shard int, beyond time.Time) error
	// Refused gives the channels whose message for this step the provider refused.
	Refused(ctx context.Context, shopID, enrollmentID string, step int) ([]event.Channel, error)
}

type healthTx interface {
	// Health gives a channel's breaker.
	Health(ctx context.Context, shopID string, c event.Channel) (delivery.Breaker, error)
	// HoldHealth gives it held until the commit. It is held last of all rows.
	HoldHealth(ctx context.Context, shopID string, c event.Channel) (delivery.Breaker, error)
	// SaveHealth writes it.
	SaveHealth(ctx context.Context, shopID string, c event.Channel, b delivery.Breaker) error
}

// Link is one of our links: what its token opens.
type Link struct {
	Hash      string
	ShopID    string
	Purpose   message.Link
	MessageID string
	// ExpiresAt is zero for links that stay good (unsubscribe).
	ExpiresAt time.Time
}

type creditTx interface {
	// InsertReport stores a callback; false when it is already there.
	InsertReport(ctx context.Context, shopID, provider, messageID string, r delivery.Report) (fresh bool, err error)
	// KeepEarly keeps a report whose message is not known by the provider's id yet;
	// TakeEarly gives those kept for an id, and forgets them.
	KeepEarly(ctx context.Context, shopID string, r delivery.Report) error
	TakeEarly(ctx context.Context, shopID, providerID string) ([]delivery.Report, error)
	// InsertTouch stores a touch under its id; repeating it changes nothing.
	InsertTouch(ctx context.Context, t attribution.Touch) error
	// Touches gives a shopper's touches, and those of a cart, since an instant, oldest first.
	Touches(ctx context.Context, shopID, shopperID, cartID string, since time.Time) ([]attribution.Touch, error)
	// Recovery gives the recovery of an order, or fault.NotFound.
	Recovery(ctx context.Context, shopID, orderID string) (attribution.Recovery, error)
	// SaveRecovery writes one; an order has at most one.
	SaveRecovery(ctx context.Context, r attribution.Recovery) error
}
