// Package journey is the end of the data's way: what pages, API and reports
// read. It holds no queries; the store fills these shapes from rows.
package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Page is one page of a list, newest first.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the cursor of the next page, "" on the last.
	Next string `json:"next,omitempty"`
	// Partial is true where the list was looked through only so far: Next goes on from there.
	Partial bool `json:"partial,omitempty"`
}

// Query asks for one page.
type Query struct {
	// Limit is 1 to 200; 0 means 50.
	Limit int
	// Cursor is a Page's Next, or "" for the first page.
	Cursor string
	// State and CartID narrow the list where it has them; "" for all.
	State  string
	CartID string
	// Channel, Since and LateBy narrow lists of messages: one channel, reserved
	// since then, left at least so late. Zero for all.
	Channel event.Channel
	Since   time.Time
	LateBy  time.Duration
	// Actor narrows the audit log to a user or key by id, or to a kind of actor
	// ("command", "nobody"); Until ends it, as Since begins it. Zero for all.
	Actor string
	Until time.Time
	// Held narrows the quarantine.
	Held Held
	Narrow
}

// CartDetail is one cart with everything a merchant asks about it.
type CartDetail struct {
	Cart        cart.Cart       `json:"cart"`
	Shopper     shopper.Shopper `json:"shopper"`
	History     shopper.History `json:"history"`
	Enrollments []Enrollment    `json:"enrollments"`
	// Plans are the versions of the sequences it was enrolled in.
	Plans []sequence.Sequence `json:"plans"`
	// Consents are the shopper's newest answers, one per channel.
	Consents []event.Consent `json:"consents"`
	// Timeline is everything that happened, oldest first.
	Timeline []Entry `json:"timeline"`
}

// EntryKind is what a timeline entry tells of.
type EntryKind string

// The kinds of timeline entries.
const (
	EntryEvent    EntryKind = "event"
	EntryEnrolled EntryKind = "enrolled"
	EntryDecision EntryKind = "decision"
	EntryMessage  EntryKind = "message"
	EntryTouch    EntryKind = "touch"
	EntryOrder    EntryKind = "order"
	EntryRecovery EntryKind = "recovery"
	EntryReply    EntryKind = "reply"
)

// Entry is one line of a cart's timeline; exactly one of the pointers is set.
type Entry struct {
	At       time.Time             `json:"at"`
	Kind     EntryKind             `json:"kind"`
	Event    *EventRow             `json:"event,omitempty"`
	Enrolled *Enrollment           `json:"enrolled,omitempty"`
	Decision *Decision             `json:"decision,omitempty"`
	Message  *message.Message      `json:"message,omitempty"`
	Touch    *attribution.Touch    `json:"touch,omitempty"`
	Order    *cart.Purchase        `json:"order,omitempty"`
	Recovery *attribution.Recovery `json:"recovery,omitempty"`
	// Reply is told of shoppers, not of carts.
	Reply *Reply `json:"-"`
	// CartID is the cart it belongs to, where a shopper's carts are told together; "" for none.
	CartID string `json:"-"`
}

// EventRow is a stored event without its raw body.
type EventRow struct {
	ID       string     `json:"id"`
	Platform string     `json:"platform"`
	Topic    string     `json:"topic"`
	Kind     event.Kind `json:"kind"`
	// OccurredAt is the platform's time, ReceivedAt ours.
	OccurredAt time.Time `json:"occurred_at"`
	ReceivedAt time.Time `json:"received_at"`
	// Status is folded, ignored or quarantined; Note says what was odd.
	Status string `json:"status"`
	Note   string `json:"note,omitempty"`
}

// Enrollment is one cart going through one version of a sequence.
type Enrollment struct {
	ID              string `json:"id"`
	ShopID          string `json:"shop_id"`
	CartID          string `json:"cart_id"`
	ShopperID       string `json:"shopper_id"`
	SequenceKey     string `json:"sequence"`
	SequenceVersion int    `json:"sequence_version"`
	Persona         string `json:"persona"`
	// State is waiting or done; Reason says why it is done.
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	// Step is the index of the step that is next or in flight, from 0.
	Step int `json:"step"`
	// DueAt is when that step is due; zero while its message is in flight or when done.
	DueAt time.Time `json:"due_at"`
	// Holdout is true for shoppers deliberately not written to.
	Holdout bool `json:"holdout"`
	// Paused is true while a pause of the sequence has put the step off.
	Paused    bool      `json:"paused,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	DoneAt    time.Time `json:"done_at"`
}

// Outcome is a decision's result.
type Outcome string

// The outcomes. Only Deferred may be followed by another decision on the same step.
const (
	Sent     Outcome = "sent"
	Deferred Outcome = "deferred"
	Skipped  Outcome = "skipped"
	Failed   Outcome = "failed"
	// Routed and NotEnrolled explain a cart that was abandoned, before any step.
	Routed      Outcome = "routed"
	NotEnrolled Outcome = "not_enrolled"
)

// Decision is why a due step was sent, deferred, skipped or failed.
type Decision struct {
	ID              string `json:"id"`
	ShopID          string `json:"shop_id"`
	CartID          string `json:"cart_id"`
	EnrollmentID    string `json:"enrollment_id,omitempty"`
	SequenceKey     string `json:"sequence,omitempty"`
	SequenceVersion int    `json:"sequence_version,omitempty"`
	// Step is the step's index from 0, -1 for decisions before any step.
	Step    int     `json:"step"`
	Outcome Outcome `json:"outcome"`
	// Rule names what decided, in dotted words ("order.matched.email", "quiet_hours").
	Rule    string        `json:"rule"`
	Channel event.Channel `json:"channel,omitempty"`
	// MessageID is the message it made, if any.
	MessageID string `json:"message_id,omitempty"`
	// Inputs are the facts that decided, by name; no addresses.
	Inputs map[string]string `json:"inputs"`
	// DueAt is when the step was due, At when it was decided.
	DueAt time.Time `json:"due_at"`
	At    time.Time `json:"at"`
}

// CartRow is a cart in a list.
type CartRow struct {
	ID        string      `json:"id"`
	State     cart.State  `json:"state"`
	ShopperID string      `json:"shopper_id,omitempty"`
	FirstName string      `json:"first_name,omitempty"`
	LastName  string      `json:"last_name,omitempty"`
	Email     string      `json:"email,omitempty"`
	Phone     string      `json:"phone,omitempty"`
	Persona   string      `json:"persona,omitempty"`
	Items     int         `json:"items"`
	Total     money.Money `json:"total"`
	// Recovered is true when its order was credited to us.
	Recovered    bool      `json:"recovered"`
	LastActivity time.Time `json:"last_activity"`
	StartedAt    time.Time `json:"started_at"`
	AbandonedAt  time.Time `json:"abandoned_at"`
	OrderedAt    time.Time `json:"ordered_at"`
	OrderID      string    `json:"order_id,omitempty"`
}

// Summary is the overview: every number is a count or sum over rows.
type Summary struct {
	// Carts counts carts by state; Recovered those whose order was credited.
	Carts     map[cart.State]int `json:"carts"`
	Recovered int                `json:"recovered"`
	// Revenue is recovered revenue, one line per currency and rule; currencies are never added together.
	Revenue []Revenue `json:"revenue"`
	// Messages counts messages by state, Decisions by outcome and rule.
	Messages  map[string]int `json:"messages"`
	Decisions []RuleCount    `json:"decisions"`
	// Personas is the reach of each persona, in routing order.
	Personas []Reach `json:"personas"`
	// LatenessP50 and LatenessP99 are the week's of all channels together (see Lateness).
	LatenessP50 time.Duration `json:"lateness_p50_ns"`
	LatenessP99 time.Duration `json:"lateness_p99_ns"`
	// Lateness of messages that left in the last day and week, all together and by channel.
	Lateness []Lateness `json:"lateness"`
	// Health is how the shop's providers have been answering, for channels that ever failed.
	Health []ChannelHealth `json:"health"`
	// EmailRests is why the shop's email is paused for its reputation, since EmailRestsSince; "" while it is not.
	EmailRests      string    `json:"email_rests"`
	EmailRestsSince time.Time `json:"email_rests_since"`
	// Quarantined counts events that verified but could not be folded.
	Quarantined int `json:"quarantined"`
	// Codes are the stocks of codes that live sequences name, as far as they are empty or will be soon.
	Codes []CodeStock `json:"codes,omitempty"`
	// SandboxChannels are the channels without keys: their messages leave nowhere.
	SandboxChannels []event.Channel `json:"sandbox_channels"`
}

// Revenue is what was recovered in one currency by one rule.
type Revenue struct {
	Rule   attribution.Rule `json:"rule"`
	Orders int              `json:"orders"`
	// Gross is the orders' totals, Refunded what was given back, Net the difference.
	Gross    money.Money `json:"gross"`
	Refunded money.Money `json:"refunded"`
	Net      money.Money `json:"net"`
}

// RuleCount is how often a rule decided.
type RuleCount struct {
	Outcome Outcome `json:"outcome"`
	Rule    string  `json:"rule"`
	Count   int     `json:"count"`
}

// Reach is a persona's share of the carts that were routed.
type Reach struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	// Rule is its CEL text, "" for the catch-all.
	Rule    string  `json:"rule,omitempty"`
	Carts   int     `json:"carts"`
	Percent float64 `json:"percent"`
}
