package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// Fate sums an account up for programs.
type Fate string

// The fates.
const (
	// FateSent: at least one message left, or may have.
	FateSent Fate = "sent"
	// FateWaiting: nothing left yet, and something still may.
	FateWaiting Fate = "nothing_yet"
	// FateNothing: nothing left, and as things stand nothing will.
	FateNothing Fate = "nothing"
)

// Terms are what of the shop's settings an account is told by.
type Terms struct {
	// AbandonAfter is how long without activity makes a cart abandoned.
	AbandonAfter time.Duration
	// ConsentMode and QuietHours are the shop's at the moment; decisions carry what held then.
	ConsentMode consent.Mode
	QuietHours  consent.Quiet
	// ActivatedAt is when the shop was switched on.
	ActivatedAt time.Time
	// Zone is the clock that texts are told by, the shop's; nil means UTC.
	Zone *time.Location
}

// Account answers "why did this cart get nothing?", or why it got what it got,
// for any cart: open, never enrolled, on its way, or long over.
type Account struct {
	// CartID is the cart's, Fate what became of it in a word.
	CartID string
	Fate   Fate
	// Headline is the answer in a sentence, Rule the rule that decided it, Remedy
	// what the merchant can do about it ("" for nothing).
	Headline string
	Rule     string
	Remedy   string
	// Zone names the clock of the times in the texts ("Europe/Paris").
	Zone string
	// Findings lead to it, oldest first; what is still to come stands last.
	Findings []Finding
}

// Finding is one recorded decision or fact of an account.
type Finding struct {
	// At is when it was decided or happened; it may lie ahead.
	At time.Time
	// DecisionID names the recorded decision; "" for a fact read from cart, message or order.
	DecisionID string
	// Outcome is the decision's; "" for a fact.
	Outcome Outcome
	// Rule names what decided, Said tells it in a sentence, Remedy what can be done ("" for nothing).
	Rule   string
	Said   string
	Remedy string
	// Inputs are the facts that decided, by name.
	Inputs map[string]string
	// SequenceKey and SequenceVersion say which sequence it belongs to; "" and 0 before any.
	SequenceKey     string
	SequenceVersion int
	// Step is the step's index from 0, -1 where it is about no step; DueAt is when it was due.
	Step  int
	DueAt time.Time
	// Channel and MessageID name the message, if it is about one.
	Channel   event.Channel
	MessageID string
}

// Explain gives the account of a cart from what is stored of it. It reads only
// its arguments: the same record always gets the same answer.
func Explain(now time.Time, d CartDetail, t Terms) Account {
	r := read(now, d, t)
	answer := r.headline()
	return Account{
		CartID: d.Cart.ID, Fate: answer.fate, Headline: sentence(answer.text), Rule: answer.rule,
		Remedy: first(answer.remedy, Mean(answer.rule).Remedy), Zone: r.zone.String(), Findings: r.findings(),
	}
}
