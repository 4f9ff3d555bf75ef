package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// memo is a transaction that reads a shop and its playbook once: a batch of a
// hundred steps would else read and decode the same rows a hundred times. It
// lives no longer than its transaction, so it never shows anything old. It also
// notes when the earliest of the steps and messages that were put off comes due,
// for the alarm that is set after the commit, and whether a platform is to be asked
// for something.
type memo struct {
	Tx
	asks      bool
	due       time.Time
	shops     map[string]shop.Shop
	personas  map[string][]persona.Persona
	live      map[string][]sequence.Sequence
	versions  map[version]sequence.Sequence
	templates map[[2]string][]message.Template
	accounts  map[string]bool
}

type version struct {
	shopID, key string
	number      int
}

func remember(tx Tx) *memo {
	return &memo{
		Tx: tx, shops: map[string]shop.Shop{}, personas: map[string][]persona.Persona{},
		live: map[string][]sequence.Sequence{}, versions: map[version]sequence.Sequence{}, templates: map[[2]string][]message.Template{},
		accounts: map[string]bool{},
	}
}

// Want notes that there is something to ask.
func (m *memo) Want(ctx context.Context, q Inquiry) error {
	m.asks = true
	return m.Tx.Want(ctx, q)
}

// SaveEnrollment writes state, reason, step and alarm.
func (m *memo) SaveEnrollment(ctx context.Context, en journey.Enrollment) error {
	if !en.DueAt.IsZero() {
		m.due = earlier(m.due, en.DueAt)
	}
	return m.Tx.SaveEnrollment(ctx, en)
}

// SaveMessage writes the delivery's fields and the alarm.
func (m *memo) SaveMessage(ctx context.Context, l Letter) error {
	// A lease needs no alarm of its own: what dies is swept up.
	if l.State == delivery.Reserved && !l.DueAt.IsZero() {
		m.due = earlier(m.due, l.DueAt)
	}
	return m.Tx.SaveMessage(ctx, l)
}

// once gives a value from the map, or reads it and keeps it.
func once[K comparable, V any](kept map[K]V, k K, read func() (V, error)) (V, error) {
	if v, ok := kept[k]; ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		kept[k] = v
	}
	return v, err
}

// Shop gives a shop.
func (m *memo) Shop(ctx context.Context, shopID string) (shop.Shop, error) {
	return once(m.shops, shopID, func() (shop.Shop, error) { return m.Tx.Shop(ctx, shopID) })
}

// Personas gives the shop's personas in order.
func (m *memo) Personas(ctx context.Context, shopID string) ([]persona.Persona, error) {
	return once(m.personas, shopID, func() ([]persona.Persona, error) { return m.Tx.Personas(ctx, shopID) })
}

// LiveSequences gives the newest published version of each sequence.
func (m *memo) LiveSequences(ctx context.Context, shopID string) ([]sequence.Sequence, error) {
	return once(m.live, shopID, func() ([]sequence.Sequence, error) { return m.Tx.LiveSequences(ctx, shopID) })
}

// Sequence gives one version.
func (m *memo) Sequence(ctx context.Context, shopID, key string, number int) (sequence.Sequence, error) {
	return once(m.versions, version{shopID, key, number}, func() (sequence.Sequence, error) { return m.Tx.Sequence(ctx, shopID, key, number) })
}

// TemplatesOf gives the live templates of a key.
func (m *memo) TemplatesOf(ctx context.Context, shopID, key string) ([]message.Template, error) {
	return once(m.templates, [2]string{shopID, key}, func() ([]message.Template, error) { return m.Tx.TemplatesOf(ctx, shopID, key) })
}

// HasAccount reports whether the shop has an account at its platform.
func (m *memo) HasAccount(ctx context.Context, shopID string) (bool, error) {
	return once(m.accounts, shopID, func() (bool, error) { return m.Tx.HasAccount(ctx, shopID) })
}

// Under gives the transaction that another one wraps, or itself.
func Under(tx Tx) Tx {
	if m, ok := tx.(*memo); ok {
		return m.Tx
	}
	return tx
}
