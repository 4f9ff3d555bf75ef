package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

const choreColumns = `shop_id, key, kind, version, place, done, stayed, started_at, ended_at`

func scanChore(rows *sql.Rows, c *journey.SequenceChore) error {
	var started, ended int64
	err := rows.Scan(&c.ShopID, &c.Key, &c.Kind, &c.Version, &c.Place, &c.Done, &c.Stayed, &started, &ended)
	c.StartedAt, c.EndedAt = at(started), at(ended)
	return err
}

// Chore gives one, held.
func (t *Tx) Chore(ctx context.Context, shopID, key, kind string) (journey.SequenceChore, error) {
	return one(ctx, t.q, "chore", scanChore, `SELECT `+choreColumns+` FROM sequence_chores WHERE shop_id = $1 AND key = $2 AND kind = $3`+t.dialect.lock(),
		shopID, key, kind)
}

// SaveChore writes one. It takes the place of an earlier one of its kind.
func (t *Tx) SaveChore(ctx context.Context, c journey.SequenceChore) error {
	_, err := run(ctx, t.q, "chore", `
		INSERT INTO sequence_chores (shop_id, key, kind, version, place, done, stayed, started_at, touched_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (shop_id, key, kind) DO UPDATE SET version = excluded.version, place = excluded.place, done = excluded.done,
			stayed = excluded.stayed, started_at = excluded.started_at, touched_at = excluded.touched_at, ended_at = excluded.ended_at`,
		c.ShopID, c.Key, c.Kind, c.Version, c.Place, c.Done, c.Stayed, ms(c.StartedAt), ms(t.now), ms(c.EndedAt))
	return err
}

// Chores gives the work that was begun on a shop's sequences.
func (s *Store) Chores(ctx context.Context, shopID string) ([]journey.SequenceChore, error) {
	return all(ctx, s.reader(), "chores", scanChore, `SELECT `+choreColumns+` FROM sequence_chores WHERE shop_id = $1 ORDER BY key, kind`, shopID)
}

// RunningChores gives those of any shop that nobody touched since an instant.
func (s *Store) RunningChores(ctx context.Context, before time.Time, limit int) ([]journey.SequenceChore, error) {
	return all(ctx, s.reader(), "chores", scanChore, `SELECT `+choreColumns+` FROM sequence_chores
		WHERE ended_at = 0 AND touched_at <= $1 ORDER BY touched_at LIMIT $2`, ms(before), limit)
}

// placeOf is where an enrollment stands in the order of a chore.
type placeOf struct {
	Version int    `json:"v"`
	Step    int    `json:"s"`
	ID      string `json:"i"`
}

func parsePlace(text string) (p placeOf, err error) {
	if text == "" {
		return placeOf{Version: -1}, nil
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fault.Wrap(fault.Internal, err, "the place of a chore cannot be read")
	}
	return p, nil
}

// WaitingBelow gives waiting enrollments of versions below one, after a place.
// Who moves on meanwhile only moves to a later place.
func (t *Tx) WaitingBelow(ctx context.Context, shopID, key string, version int, after string, limit int) ([]recovery.WaitingAt, error) {
	p, err := parsePlace(after)
	if err != nil {
		return nil, err
	}
	return all(ctx, t.q, "waiting enrollments", func(rows *sql.Rows, w *recovery.WaitingAt) error {
		var at placeOf
		err := rows.Scan(&w.ID, &w.CartID, &w.ShopperID, &at.Version, &at.Step)
		at.ID = w.ID
		w.Place = doc(at)
		return err
	}, `SELECT id, cart_id, shopper_id, sequence_version, step FROM enrollments
		WHERE shop_id = $1 AND sequence_key = $2 AND state = 'waiting' AND sequence_version < $3
			AND (sequence_version, step, id) > ($4, $5, $6)
		ORDER BY sequence_version, step, id LIMIT $7`, shopID, key, version, p.Version, p.Step, p.ID, limit)
}

// PutOff gives enrollments that a pause put off.
func (t *Tx) PutOff(ctx context.Context, shopID, key string, limit int) ([]recovery.WaitingAt, error) {
	return all(ctx, t.q, "paused enrollments", func(rows *sql.Rows, w *recovery.WaitingAt) error {
		return rows.Scan(&w.ID, &w.CartID, &w.ShopperID)
	}, `SELECT id, cart_id, shopper_id FROM enrollments WHERE shop_id = $1 AND sequence_key = $2 AND paused = TRUE AND state = 'waiting'
		ORDER BY sequence_key, id LIMIT $3`, shopID, key, limit)
}

// DecidedSteps gives the final decisions of an enrollment's steps, by step.
func (t *Tx) DecidedSteps(ctx context.Context, shopID, enrollmentID string) ([]recovery.DecidedStep, error) {
	return all(ctx, t.q, "decisions", func(rows *sql.Rows, d *recovery.DecidedStep) error {
		var when int64
		err := rows.Scan(&d.Version, &d.Step, &d.Outcome, &when)
		d.At = at(when)
		return err
	}, `SELECT sequence_version, step, outcome, decided_at FROM decisions
		WHERE shop_id = $1 AND enrollment_id = $2 AND outcome IN ('sent', 'skipped', 'failed') AND step >= 0 ORDER BY step`, shopID, enrollmentID)
}

// MoveEnrollment writes version, step and alarm.
func (t *Tx) MoveEnrollment(ctx context.Context, e journey.Enrollment) error {
	_, err := run(ctx, t.q, "enrollment", `UPDATE enrollments SET sequence_version = $3, step = $4, due_at = $5, paused = FALSE
		WHERE shop_id = $1 AND id = $2`, e.ShopID, e.ID, e.SequenceVersion, e.Step, maybe(e.DueAt))
	return err
}
