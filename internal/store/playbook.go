package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

func scanDoc[T any](what string) func(*sql.Rows, *T) error {
	return func(rows *sql.Rows, v *T) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		return undoc(what, text, v)
	}
}

// Personas gives the shop's personas in order.
func (t *Tx) Personas(ctx context.Context, shopID string) ([]persona.Persona, error) {
	return personas(ctx, t.q, shopID)
}

func personas(ctx context.Context, q querier, shopID string) ([]persona.Persona, error) {
	return all(ctx, q, "personas", scanDoc[persona.Persona]("persona"),
		`SELECT doc FROM personas WHERE shop_id = $1 ORDER BY position`, shopID)
}

// LiveSequences gives the newest published version of each sequence.
func (t *Tx) LiveSequences(ctx context.Context, shopID string) ([]sequence.Sequence, error) {
	return liveSequences(ctx, t.q, shopID)
}

func liveSequences(ctx context.Context, q querier, shopID string) ([]sequence.Sequence, error) {
	return all(ctx, q, "sequences", scanDoc[sequence.Sequence]("sequence"),
		`SELECT doc FROM sequences WHERE shop_id = $1 AND live = TRUE ORDER BY key`, shopID)
}

// Sequence gives one version.
func (t *Tx) Sequence(ctx context.Context, shopID, key string, version int) (sequence.Sequence, error) {
	return sequenceVersion(ctx, t.q, shopID, key, version)
}

func sequenceVersion(ctx context.Context, q querier, shopID, key string, version int) (sequence.Sequence, error) {
	return one(ctx, q, "sequence", scanDoc[sequence.Sequence]("sequence"),
		`SELECT doc FROM sequences WHERE shop_id = $1 AND key = $2 AND version = $3`, shopID, key, version)
}

// TemplatesOf gives the live templates of a key.
func (t *Tx) TemplatesOf(ctx context.Context, shopID, key string) ([]message.Template, error) {
	return all(ctx, t.q, "templates", scanDoc[message.Template]("template"),
		`SELECT doc FROM templates WHERE shop_id = $1 AND key = $2 AND live = TRUE ORDER BY channel, locale`, shopID, key)
}

func liveTemplates(ctx context.Context, q querier, shopID string) ([]message.Template, error) {
	return all(ctx, q, "templates", scanDoc[message.Template]("template"),
		`SELECT doc FROM templates WHERE shop_id = $1 AND live = TRUE ORDER BY key, channel, locale`, shopID)
}

// SavePersonas replaces the shop's list of personas.
func (t *Tx) SavePersonas(ctx context.Context, shopID string, list []persona.Persona) error {
	// It takes the shop's turn.
	if err := t.keepPersonas(ctx, shopID, list); err != nil {
		return err
	}
	if _, err := run(ctx, t.q, "personas", `DELETE FROM personas WHERE shop_id = $1`, shopID); err != nil {
		return err
	}
	for i, p := range list {
		_, err := run(ctx, t.q, "persona", `INSERT INTO personas (shop_id, key, position, doc) VALUES ($1, $2, $3, $4)`,
			shopID, p.Key, i, doc(p))
		if err != nil {
			return err
		}
	}
	return nil
}

// PublishSequence stores the next version of a sequence and makes it live for
// new enrollments. Earlier versions stay for those that started with them.
func (t *Tx) PublishSequence(ctx context.Context, shopID string, s sequence.Sequence) (int, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return 0, err
	}
	last, err := one(ctx, t.q, "sequence", scanInt,
		`SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM sequences WHERE shop_id = $1 AND key = $2`, shopID, s.Key)
	if err != nil {
		return 0, err
	}
	if _, err := run(ctx, t.q, "sequence", `UPDATE sequences SET live = FALSE WHERE shop_id = $1 AND key = $2`, shopID, s.Key); err != nil {
		return 0, err
	}
	s.Version = last + 1
	who := access.ActorOf(ctx)
	_, err = run(ctx, t.q, "sequence", `
		INSERT INTO sequences (shop_id, key, version, doc, live, published_at, actor, actor_kind) VALUES ($1, $2, $3, $4, TRUE, $5, $6, $7)`,
		shopID, s.Key, s.Version, doc(s), ms(t.now), who.ID, string(who.Kind))
	return s.Version, err
}

// RetireSequence takes a sequence out of use for new enrollments.
func (t *Tx) RetireSequence(ctx context.Context, shopID, key string) error {
	_, err := run(ctx, t.q, "sequence", `UPDATE sequences SET live = FALSE WHERE shop_id = $1 AND key = $2`, shopID, key)
	return err
}

// PublishTemplate stores the next version of a template and makes it live. Who
// did it is who acts under this context.
func (t *Tx) PublishTemplate(ctx context.Context, shopID string, m message.Template) (int, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return 0, err
	}
	args := []any{shopID, m.Key, string(m.Channel), m.Locale}
	const same = ` WHERE shop_id = $1 AND key = $2 AND channel = $3 AND locale = $4`
	last, err := one(ctx, t.q, "template", scanInt, `SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM templates`+same, args...)
	if err != nil {
		return 0, err
	}
	if _, err := run(ctx, t.q, "template", `UPDATE templates SET live = FALSE`+same, args...); err != nil {
		return 0, err
	}
	m.Version = last + 1
	by := access.ActorOf(ctx)
	_, err = run(ctx, t.q, "template", `
		INSERT INTO templates (shop_id, key, channel, locale, version, doc, live, published_at, published_by, by_kind)
		VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7, $8, $9)`,
		append(args, m.Version, doc(m), ms(t.now), by.ID, string(by.Kind))...)
	return m.Version, err
}
