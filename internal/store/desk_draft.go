package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// actorName looks up who did something, for those who still exist.
func actorName(table string) string {
	return `coalesce((SELECT email FROM users WHERE users.id = ` + table + `.actor),
		(SELECT name FROM api_keys WHERE api_keys.shop_id = ` + table + `.shop_id AND api_keys.id = ` + table + `.actor),
		CASE ` + table + `.actor_kind WHEN 'command' THEN 'the command line' ELSE '' END)`
}

// keepPersonas keeps a list of personas under the next revision. The first time
// the list there was before is kept too, as nobody's.
func (t *Tx) keepPersonas(ctx context.Context, shopID string, list []persona.Persona) error {
	last, err := t.PersonasRevision(ctx, shopID)
	if err != nil {
		return err
	}
	const insert = `INSERT INTO persona_lists (shop_id, revision, doc, actor, actor_kind, at) VALUES ($1, $2, $3, $4, $5, $6)`
	if last == 0 {
		before, err := t.Personas(ctx, shopID)
		if err != nil {
			return err
		}
		if len(before) > 0 {
			if _, err := run(ctx, t.q, "personas", insert, shopID, 1, doc(before), "", "", ms(t.now)); err != nil {
				return err
			}
			last = 1
		}
	}
	who := access.ActorOf(ctx)
	if _, err = run(ctx, t.q, "personas", insert, shopID, last+1, doc(list), who.ID, string(who.Kind), ms(t.now)); err != nil {
		return err
	}
	_, err = run(ctx, t.q, "personas", `DELETE FROM persona_lists WHERE shop_id = $1 AND revision <= $2`, shopID, last+1-keptLists)
	return err
}

// keptLists is how many lists of personas are kept.
const keptLists = 200

// PersonasRevision gives the number of the shop's list of personas, 0 before
// any was saved. Who saves one has the shop's turn.
func (t *Tx) PersonasRevision(ctx context.Context, shopID string) (int, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return 0, err
	}
	return personasRevision(ctx, t.q, shopID)
}

// PersonasRevision gives the number of the shop's list of personas.
func (s *Store) PersonasRevision(ctx context.Context, shopID string) (int, error) {
	return personasRevision(ctx, s.reader(), shopID)
}

func personasRevision(ctx context.Context, q querier, shopID string) (int, error) {
	return one(ctx, q, "personas", scanInt, `SELECT CAST(coalesce(max(revision), 0) AS BIGINT) FROM persona_lists WHERE shop_id = $1`, shopID)
}

// PersonaList gives an earlier list.
func (t *Tx) PersonaList(ctx context.Context, shopID string, revision int) ([]persona.Persona, error) {
	return one(ctx, t.q, "list of personas", scanDoc[[]persona.Persona]("personas"),
		`SELECT doc FROM persona_lists WHERE shop_id = $1 AND revision = $2`, shopID, revision)
}

// PersonaLists gives earlier lists, newest first.
func (s *Store) PersonaLists(ctx context.Context, shopID string, limit int) ([]journey.PersonaList, error) {
	return all(ctx, s.reader(), "lists of personas", func(rows *sql.Rows, l *journey.PersonaList) error {
		var text string
		var when int64
		if err := rows.Scan(&l.Revision, &text, &l.By, &when); err != nil {
			return err
		}
		l.At = at(when)
		return undoc("personas", text, &l.Personas)
	}, `SELECT revision, doc, `+actorName("persona_lists")+`, at FROM persona_lists WHERE shop_id = $1 ORDER BY revision DESC LIMIT $2`, shopID, limit)
}

// Templates gives the live templates by key, channel and locale.
func (t *Tx) Templates(ctx context.Context, shopID string) ([]message.Template, error) {
	return liveTemplates(ctx, t.q, shopID)
}

const sequenceDraftColumns = `base, revision, doc, `

func scanSequenceDraft(rows *sql.Rows, d *journey.SequenceDraft) error {
	var text string
	var when int64
	if err := rows.Scan(&d.Base, &d.Revision, &text, &d.By, &when); err != nil {
		return err
	}
	d.At = at(when)
	return undoc("draft", text, &d.Sequence)
}

// Draft gives a sequence's draft, held.
func (t *Tx) Draft(ctx context.Context, shopID, key string) (journey.SequenceDraft, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return journey.SequenceDraft{}, err
	}
	return one(ctx, t.q, "draft", scanSequenceDraft, `SELECT `+sequenceDraftColumns+actorName("sequence_drafts")+`, at FROM sequence_drafts
		WHERE shop_id = $1 AND key = $2`, shopID, key)
}

// Drafts gives all drafts of a shop, by key.
func (s *Store) Drafts(ctx context.Context, shopID string) ([]journey.SequenceDraft, error) {
	return all(ctx, s.reader(), "drafts", scanSequenceDraft, `SELECT `+sequenceDraftColumns+actorName("sequence_drafts")+`, at FROM sequence_drafts
		WHERE shop_id = $1 ORDER BY key`, shopID)
}

// SaveSequenceDraft stores a draft under its revision, as this context's actor's.
func (t *Tx) SaveSequenceDraft(ctx context.Context, shopID string, d journey.SequenceDraft) error {
	who := access.ActorOf(ctx)
	_, err := run(ctx, t.q, "draft", `
		INSERT INTO sequence_drafts (shop_id, key, base, revision, doc, actor, actor_kind, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (shop_id, key) DO UPDATE SET base = excluded.base, revision = excluded.revision, doc = excluded.doc,
			actor = excluded.actor, actor_kind = excluded.actor_kind, at = excluded.at`,
		shopID, d.Sequence.Key, d.Base, d.Revision, doc(d.Sequence), who.ID, string(who.Kind), ms(t.now))
	return err
}

// DropSequenceDraft throws a draft away.
func (t *Tx) DropSequenceDraft(ctx context.Context, shopID, key string) error {
	_, err := run(ctx, t.q, "draft", `DELETE FROM sequence_drafts WHERE shop_id = $1 AND key = $2`, shopID, key)
	return err
}

// SequenceVersion gives one version.
func (s *Store) SequenceVersion(ctx context.Context, shopID, key string, version int) (sequence.Sequence, error) {
	return sequenceVersion(ctx, s.reader(), shopID, key, version)
}

// SequenceVersions lists the versions of a sequence, newest first.
func (s *Store) SequenceVersions(ctx context.Context, shopID, key string) ([]journey.SequenceVersion, error) {
	return all(ctx, s.reader(), "versions", func(rows *sql.Rows, v *journey.SequenceVersion) error {
		var when int64
		err := rows.Scan(&v.Version, &v.Live, &v.By, &when)
		v.At = at(when)
		return err
	}, `SELECT version, live, `+actorName("sequences")+`, published_at FROM sequences WHERE shop_id = $1 AND key = $2 ORDER BY version DESC LIMIT 100`,
		shopID, key)
}

// PausedSince gives since when a sequence is paused, or zero.
func (t *Tx) PausedSince(ctx context.Context, shopID, key string) (time.Time, error) {
	found, err := all(ctx, t.q, "pause", scanTime, `SELECT at FROM sequence_pauses WHERE shop_id = $1 AND key = $2`, shopID, key)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0], nil
}

func scanTime(rows *sql.Rows, v *time.Time) error {
	var when int64
	err := rows.Scan(&when)
	*v = at(when)
	return err
}

// PauseSequence pauses a sequence; one that is paused stays so since when it was.
func (t *Tx) PauseSequence(ctx context.Context, shopID, key string) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	who := access.ActorOf(ctx)
	_, err := run(ctx, t.q, "pause", `INSERT INTO sequence_pauses (shop_id, key, actor, actor_kind, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shop_id, key) DO NOTHING`, shopID, key, who.ID, string(who.Kind), ms(t.now))
	return err
}

// ResumeSequence ends a pause; false when there was none.
func (t *Tx) ResumeSequence(ctx context.Context, shopID, key string) (bool, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return false, err
	}
	n, err := run(ctx, t.q, "pause", `DELETE FROM sequence_pauses WHERE shop_id = $1 AND key = $2`, shopID, key)
	return n > 0, err
}

// Pauses says since when which sequences are paused.
func (s *Store) Pauses(ctx context.Context, shopID string) ([]journey.SequencePause, error) {
	return all(ctx, s.reader(), "pauses", func(rows *sql.Rows, p *journey.SequencePause) error {
		var when int64
		err := rows.Scan(&p.Key, &p.By, &when)
		p.At = at(when)
		return err
	}, `SELECT key, `+actorName("sequence_pauses")+`, at FROM sequence_pauses WHERE shop_id = $1 ORDER BY key`, shopID)
}
