package api

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Entry is one line of a cart's timeline; the field its kind names is set.
type Entry struct {
	// At is when it happened.
	At       time.Time         `json:"at"`
	Kind     journey.EntryKind `json:"kind" enum:"event,enrolled,decision,message,touch,order,recovery"`
	Event    *Event            `json:"event,omitempty"`
	Enrolled *Enrollment       `json:"enrolled,omitempty"`
	Decision *Decision         `json:"decision,omitempty"`
	Message  *Message          `json:"message,omitempty"`
	Touch    *Touch            `json:"touch,omitempty"`
	Order    *Order            `json:"order,omitempty"`
	Recovery *Recovery         `json:"recovery,omitempty"`
}

func viewEntry(e journey.Entry) Entry {
	return Entry{
		At: e.At.UTC(), Kind: e.Kind,
		Event: maybe(e.Event, viewEvent), Enrolled: maybe(e.Enrolled, viewEnrollment),
		Decision: maybe(e.Decision, viewDecision), Message: maybe(e.Message, viewMessage),
		Touch: maybe(e.Touch, viewTouch), Order: maybe(e.Order, viewOrder), Recovery: maybe(e.Recovery, viewRecovery),
	}
}

// maybe views what is there.
func maybe[A, B any](v *A, view func(A) B) *B {
	if v == nil {
		return nil
	}
	out := view(*v)
	return &out
}

// Event is a stored event without its raw body.
type Event struct {
	// ID is ours.
	ID         string     `json:"id"`
	Platform   string     `json:"platform"`
	Topic      string     `json:"topic" doc:"The platform's own name for what happened"`
	Kind       event.Kind `json:"kind" doc:"What happened, in Cartograph's words"`
	Status     string     `json:"status" doc:"folded, ignored or quarantined"`
	Note       string     `json:"note,omitempty" doc:"What was odd but accepted"`
	OccurredAt time.Time  `json:"occurred_at,omitzero" doc:"The platform's time"`
	ReceivedAt time.Time  `json:"received_at,omitzero" doc:"When it reached us"`
}

func viewEvent(e journey.EventRow) Event {
	return Event{
		ID: e.ID, Platform: e.Platform, Topic: e.Topic, Kind: e.Kind, Status: e.Status, Note: e.Note,
		OccurredAt: e.OccurredAt.UTC(), ReceivedAt: e.ReceivedAt.UTC(),
	}
}

// Enrollment is one cart going through one version of a sequence.
type Enrollment struct {
	// ID is ours.
	ID              string    `json:"id"`
	CartID          string    `json:"cart_id"`
	ShopperID       string    `json:"shopper_id,omitempty"`
	Sequence        string    `json:"sequence" doc:"The sequence's key"`
	SequenceVersion int       `json:"sequence_version"`
	Persona         string    `json:"persona,omitempty"`
	State           string    `json:"state" doc:"waiting or done"`
	Reason          string    `json:"reason,omitempty" doc:"Why it is done: completed, ordered, superseded, opted_out, emptied, expired, held_out"`
	Step            int       `json:"step" doc:"The step that is next or in flight, from 0"`
	Holdout         bool      `json:"holdout" doc:"True for shoppers deliberately not written to"`
	DueAt           time.Time `json:"due_at,omitzero" doc:"When that step is due"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	DoneAt          time.Time `json:"done_at,omitzero"`
}

func viewEnrollment(e journey.Enrollment) Enrollment {
	return Enrollment{
		ID: e.ID, CartID: e.CartID, ShopperID: e.ShopperID, Sequence: e.SequenceKey, SequenceVersion: e.SequenceVersion,
		Persona: e.Persona, State: e.State, Reason: e.Reason, Step: e.Step, Holdout: e.Holdout,
		DueAt: e.DueAt.UTC(), CreatedAt: e.CreatedAt.UTC(), DoneAt: e.DoneAt.UTC(),
	}
}

// Decision is why a due step was sent, deferred, skipped or failed.
type Decision struct {
	// ID is ours.
	ID              string            `json:"id"`
	CartID          string            `json:"cart_id"`
	EnrollmentID    string            `json:"enrollment_id,omitempty"`
	Sequence        string            `json:"sequence,omitempty"`
	SequenceVersion int               `json:"sequence_version,omitempty"`
	Step            int               `json:"step" doc:"The step from 0; -1 for decisions before any step"`
	Outcome         journey.Outcome   `json:"outcome" enum:"sent,deferred,skipped,failed,routed,not_enrolled"`
	Rule            string            `json:"rule" doc:"What decided, in dotted words"`
	Channel         event.Channel     `json:"channel,omitempty"`
	MessageID       string            `json:"message_id,omitempty"`
	Inputs          map[string]string `json:"inputs" doc:"The facts that decided, by name"`
	DueAt           time.Time         `json:"due_at,omitzero" doc:"When the step was due"`
	At              time.Time         `json:"at,omitzero" doc:"When it was decided"`
}

func viewDecision(d journey.Decision) Decision {
	inputs := d.Inputs
	if inputs == nil {
		inputs = map[string]string{}
	}
	return Decision{
		ID: d.ID, CartID: d.CartID, EnrollmentID: d.EnrollmentID, Sequence: d.SequenceKey,
		SequenceVersion: d.SequenceVersion, Step: d.Step, Outcome: d.Outcome, Rule: d.Rule, Channel: d.Channel,
		MessageID: d.MessageID, Inputs: inputs, DueAt: d.DueAt.UTC(), At: d.At.UTC(),
	}
}

// Touch is something that reached the shopper or that they did with it.
type Touch struct {
	// ID is ours.
	ID        string                `json:"id"`
	MessageID string                `json:"message_id"`
	Channel   event.Channel         `json:"channel"`
	Kind      attribution.TouchKind `json:"kind" enum:"delivered,opened,clicked,click_confirmed,replied" doc:"clicked may be a machine; click_confirmed is a person"`
	Detail    string                `json:"detail,omitempty"`
	At        time.Time             `json:"at,omitzero"`
}

func viewTouch(t attribution.Touch) Touch {
	return Touch{ID: t.ID, MessageID: t.MessageID, Channel: t.Channel, Kind: t.Kind, Detail: t.Detail, At: t.At.UTC()}
}
