package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// What the merchant's desk changes: personas and sequences. Each change is one
// transaction that looks at the whole book, refuses what `apply` would refuse,
// and leaves a line in the audit log.

// References checks what sequences name: their personas and templates must be
// there. Its errors are faults, joined, each with its place ("steps[1].template").
type References func(s sequence.Sequence, personas []persona.Persona, templates []message.Template) error

// deskStore is what the desk's pages read.
type deskStore interface {
	// Personas gives the shop's personas in order, PersonasRevision the number of their list.
	Personas(ctx context.Context, shopID string) ([]persona.Persona, error)
	PersonasRevision(ctx context.Context, shopID string) (int, error)
	// PersonaLists gives earlier lists, newest first.
	PersonaLists(ctx context.Context, shopID string, limit int) ([]journey.PersonaList, error)
	// Sequences gives the live sequences by key.
	Sequences(ctx context.Context, shopID string) ([]sequence.Sequence, error)
	// SequenceVersion gives one version, SequenceVersions says of all of a key when they were published, newest first.
	SequenceVersion(ctx context.Context, shopID, key string, version int) (sequence.Sequence, error)
	SequenceVersions(ctx context.Context, shopID, key string) ([]journey.SequenceVersion, error)
	// Drafts gives all drafts of a shop, by key.
	Drafts(ctx context.Context, shopID string) ([]journey.SequenceDraft, error)
	// Pauses says since when which sequences are paused.
	Pauses(ctx context.Context, shopID string) ([]journey.SequencePause, error)
	// Chores gives the work that was begun on a shop's sequences, also what is done.
	Chores(ctx context.Context, shopID string) ([]journey.SequenceChore, error)
	// RunningChores gives those of any shop that nobody touched since an instant.
	RunningChores(ctx context.Context, before time.Time, limit int) ([]journey.SequenceChore, error)
	// Templates gives the live templates.
	Templates(ctx context.Context, shopID string) ([]message.Template, error)
	// Waiting counts the carts that wait at each of some steps, in their order, each up to a cap.
	Waiting(ctx context.Context, shopID string, steps []journey.StepName, most int) ([]int, error)
	// StepCounts counts what the steps of some sequences ("" for routing) came to since a UTC day.
	StepCounts(ctx context.Context, shopID string, keys []string, since time.Time) (journey.StepCounts, error)
	// StepRevenue sums what the steps of a sequence recovered since an instant,
	// SequenceRevenue what each sequence did since a day of the shop's calendar.
	StepRevenue(ctx context.Context, shopID, key string, since time.Time) ([]journey.StepRevenue, error)
	SequenceRevenue(ctx context.Context, shopID string, from journey.Day) ([]journey.StepRevenue, error)
	// SampleCarts gives the last abandoned carts of known shoppers, newest first.
	SampleCarts(ctx context.Context, shopID string, most int) ([]Sampled, error)
	// CodeStocks gives a shop's stocks of codes by their keys, also those that live sequences name and that hold none.
	CodeStocks(ctx context.Context, shopID string) ([]journey.CodeStock, error)
	// TallyDue gives shops with decisions or clicks that are not counted by day yet, before an instant.
	TallyDue(ctx context.Context, before time.Time, limit int) ([]string, error)
}

// deskTx is what the desk's verbs write.
type deskTx interface {
	// PersonasRevision gives the number of the list of personas, held.
	PersonasRevision(ctx context.Context, shopID string) (int, error)
	// PersonaList gives an earlier list.
	PersonaList(ctx context.Context, shopID string, revision int) ([]persona.Persona, error)
	// SavePersonas replaces the list and keeps it under the next revision.
	SavePersonas(ctx context.Context, shopID string, list []persona.Persona) error
	// Templates gives the live templates.
	Templates(ctx context.Context, shopID string) ([]message.Template, error)
	// Draft gives a sequence's draft, held, or fault.NotFound.
	Draft(ctx context.Context, shopID, key string) (journey.SequenceDraft, error)
	// SaveSequenceDraft stores it under the next revision, DropSequenceDraft throws it away.
	SaveSequenceDraft(ctx context.Context, shopID string, d journey.SequenceDraft) error
	DropSequenceDraft(ctx context.Context, shopID, key string) error
	// PublishSequence stores the next version and makes it live; RetireSequence takes a sequence out of use.
	PublishSequence(ctx context.Context, shopID string, s sequence.Sequence) (int, error)
	RetireSequence(ctx context.Context, shopID, key string) error
	// PausedSince gives since when a sequence is paused, or zero. PauseSequence and ResumeSequence change it.
	PausedSince(ctx context.Context, shopID, key string) (time.Time, error)
	PauseSequence(ctx context.Context, shopID, key string) error
	ResumeSequence(ctx context.Context, shopID, key string) (was bool, err error)
	// SaveChore writes one, Chore gives it, held.
	SaveChore(ctx context.Context, c journey.SequenceChore) error
	Chore(ctx context.Context, shopID, key, kind string) (journey.SequenceChore, error)
	// WaitingBelow gives waiting enrollments of versions below one, after a place, in the order of the places; nothing is held.
	WaitingBelow(ctx context.Context, shopID, key string, version int, after string, limit int) (ids []WaitingAt, err error)
	// PutOff gives enrollments that a pause put off; nothing is held.
	PutOff(ctx context.Context, shopID, key string, limit int) (ids []WaitingAt, err error)
	// DecidedSteps gives the final decisions of an enrollment's steps, by step.
	DecidedSteps(ctx context.Context, shopID, enrollmentID string) ([]DecidedStep, error)
	// MoveEnrollment writes version, step and alarm.
	MoveEnrollment(ctx context.Context, e journey.Enrollment) error
	// Tally counts decisions and clicks by day, up to an instant at most, and says whether there is more.
	Tally(ctx context.Context, shopID string, before time.Time) (more bool, err error)
	// InsertAudit adds a line to the audit log.
	InsertAudit(ctx context.Context, e access.Entry) error
}

// WaitingAt is a waiting enrollment and its place in the order in which a chore takes them.
type WaitingAt struct {
	ID, CartID, ShopperID, Place string
}

// DecidedStep is the final decision of a step, under the version that was asked.
type DecidedStep struct {
	Version, Step int
	Outcome       journey.Outcome
	At            time.Time
}

// Sampled is an abandoned cart as it was routed: its shopper, and their past up to then.
type Sampled struct {
	Cart    cart.Cart
	Shopper shopper.Shopper
	Past    shopper.History
}

// noted adds a line to the audit log, in the transaction of what it tells.
func (e *Engine) noted(ctx context.Context, tx Tx, shopID string, did access.Action, object string, detail map[string]string) error {
	return tx.InsertAudit(ctx, access.Entry{
		ID: e.NewID(), ShopID: shopID, Actor: access.ActorOf(ctx), Action: did, Object: object, Detail: detail,
	})
}
