package api

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Account answers why a cart got what it got.
type Account struct {
	// CartID is the cart's.
	CartID   string       `json:"cart_id"`
	Fate     journey.Fate `json:"fate" enum:"sent,nothing_yet,nothing" doc:"In a word: a message left; none yet; none, and as things stand none will"`
	Headline string       `json:"headline" doc:"The answer in a sentence; its times are by the shop's clock"`
	Rule     string       `json:"rule,omitempty" doc:"The rule that decided it, in dotted words"`
	Remedy   string       `json:"remedy,omitempty" doc:"What the merchant can do about it; absent when nothing is wrong"`
	Zone     string       `json:"zone" doc:"The clock of the times in texts, an IANA name"`
	Findings []Finding    `json:"findings" nullable:"false" doc:"The decisions and facts it rests on, oldest first; what is still to come stands last"`
}

// Finding is one decision or fact of an account.
type Finding struct {
	// At is when it was decided or happened.
	At              time.Time         `json:"at,omitzero" doc:"When it was decided or happened; it may lie ahead"`
	DecisionID      string            `json:"decision_id,omitempty" doc:"The recorded decision; absent for a fact read from cart, message or order"`
	Outcome         journey.Outcome   `json:"outcome,omitempty" enum:"sent,deferred,skipped,failed,routed,not_enrolled"`
	Rule            string            `json:"rule" doc:"What decided, in dotted words"`
	Said            string            `json:"said" doc:"The same in a sentence"`
	Remedy          string            `json:"remedy,omitempty"`
	Inputs          map[string]string `json:"inputs" doc:"The facts that decided, by name"`
	Sequence        string            `json:"sequence,omitempty"`
	SequenceVersion int               `json:"sequence_version,omitempty"`
	Step            int               `json:"step" doc:"The step from 0; -1 where it is about no step"`
	DueAt           time.Time         `json:"due_at,omitzero" doc:"When the step was due"`
	Channel         event.Channel     `json:"channel,omitempty"`
	MessageID       string            `json:"message_id,omitempty"`
}

func viewAccount(a journey.Account) Account {
	return Account{
		CartID: a.CartID, Fate: a.Fate, Headline: a.Headline, Rule: a.Rule, Remedy: a.Remedy, Zone: a.Zone,
		Findings: each(a.Findings, viewFinding),
	}
}

func viewFinding(f journey.Finding) Finding {
	inputs := f.Inputs
	if inputs == nil {
		inputs = map[string]string{}
	}
	return Finding{
		At: f.At.UTC(), DecisionID: f.DecisionID, Outcome: f.Outcome, Rule: f.Rule, Said: f.Said, Remedy: f.Remedy,
		Inputs: inputs, Sequence: f.SequenceKey, SequenceVersion: f.SequenceVersion, Step: f.Step, DueAt: f.DueAt.UTC(),
		Channel: f.Channel, MessageID: f.MessageID,
	}
}
