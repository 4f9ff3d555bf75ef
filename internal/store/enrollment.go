package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const enrollmentColumns = `id, shop_id, cart_id, shopper_id, sequence_key, sequence_version, persona, state, reason, step,
	coalesce(due_at, 0), holdout, created_at, done_at, paused`

func scanEnrollment(rows *sql.Rows, e *journey.Enrollment) error {
	var due, created, done int64
	err := rows.Scan(&e.ID, &e.ShopID, &e.CartID, &e.ShopperID, &e.SequenceKey, &e.SequenceVersion, &e.Persona, &e.State,
		&e.Reason, &e.Step, &due, &e.Holdout, &created, &done, &e.Paused)
	e.DueAt, e.CreatedAt, e.DoneAt = at(due), at(created), at(done)
	return err
}

// InsertEnrollment stores one; false when this cart already went into this sequence.
func (t *Tx) InsertEnrollment(ctx context.Context, e journey.Enrollment) (bool, error) {
	n, err := run(ctx, t.q, "enrollment", `
		INSERT INTO enrollments (shop_id, id, shard, cart_id, shopper_id, sequence_key, sequence_version, persona, state, reason,
			step, due_at, holdout, created_at, done_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (shop_id, cart_id, sequence_key) DO NOTHING`,
		e.ShopID, e.ID, shop.Shard(e.ShopID), e.CartID, e.ShopperID, e.SequenceKey, e.SequenceVersion, e.Persona, e.State, e.Reason,
		e.Step, maybe(e.DueAt), e.Holdout, ms(e.CreatedAt), ms(e.DoneAt))
	if n == 1 {
		t.tallyEnrollment(e)
	}
	return n == 1, err
}

// SaveEnrollment writes state, reason, step and alarm.
func (t *Tx) SaveEnrollment(ctx context.Context, e journey.Enrollment) error {
	_, err := run(ctx, t.q, "enrollment",
		`UPDATE enrollments SET state = $3, reason = $4, step = $5, due_at = $6, done_at = $7, paused = $8 WHERE shop_id = $1 AND id = $2`,
		e.ShopID, e.ID, e.State, e.Reason, e.Step, maybe(e.DueAt), ms(e.DoneAt), e.Paused)
	return err
}

func (t *Tx) enrollments(ctx context.Context, tail string, args ...any) ([]journey.Enrollment, error) {
	return all(ctx, t.q, "enrollments", scanEnrollment, `SELECT `+enrollmentColumns+` FROM enrollments `+tail, args...)
}

// Enrollment gives one, held.
func (t *Tx) Enrollment(ctx context.Context, shopID, id string) (journey.Enrollment, error) {
	return one(ctx, t.q, "enrollment", scanEnrollment,
		`SELECT `+enrollmentColumns+` FROM enrollments WHERE shop_id = $1 AND id = $2`+t.dialect.lock(), shopID, id)
}

// WaitingOf gives the shopper's waiting enrollments, held.
func (t *Tx) WaitingOf(ctx context.Context, shopID, shopperID string) ([]journey.Enrollment, error) {
	return t.enrollments(ctx, `WHERE shop_id = $1 AND shopper_id = $2 AND state = 'waiting' ORDER BY id`+t.dialect.lock(), shopID, shopperID)
}

// WaitingOfCart gives a cart's waiting enrollments, held.
func (t *Tx) WaitingOfCart(ctx context.Context, shopID, cartID string) ([]journey.Enrollment, error) {
	return t.enrollments(ctx, `WHERE shop_id = $1 AND cart_id = $2 AND state = 'waiting' ORDER BY sequence_key`+t.dialect.lock(), shopID, cartID)
}

// ClaimDue gives enrollments of the shard whose alarm is due, held with their
// shoppers and carts. except names a shop to pass over, "" for none.
func (t *Tx) ClaimDue(ctx context.Context, shard, limit int, except string) ([]journey.Enrollment, error) {
	due, err := t.enrollments(ctx, `WHERE shard = $1 AND due_at <= $2 AND shop_id <> $4 ORDER BY due_at LIMIT $3`+t.dialect.claim(),
		shard, ms(t.now), limit, except)
	if err != nil {
		return nil, err
	}
	return holdParts(ctx, t, due, func(e journey.Enrollment) string { return e.ShopID },
		part[journey.Enrollment]{"shoppers", func(e journey.Enrollment) string { return e.ShopperID }},
		part[journey.Enrollment]{"carts", func(e journey.Enrollment) string { return e.CartID }})
}

// InsertDecision stores a decision.
func (t *Tx) InsertDecision(ctx context.Context, d journey.Decision) error {
	if d.Inputs == nil {
		d.Inputs = map[string]string{}
	}
	t.tallyDecision(d)
	_, err := run(ctx, t.q, fmt.Sprintf("decision %s of step %d", d.Outcome, d.Step), `
		INSERT INTO decisions (shop_id, id, cart_id, enrollment_id, sequence_key, sequence_version, step, outcome, rule, channel,
			message_id, inputs, due_at, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		d.ShopID, d.ID, d.CartID, d.EnrollmentID, d.SequenceKey, d.SequenceVersion, d.Step, string(d.Outcome), d.Rule,
		string(d.Channel), d.MessageID, doc(d.Inputs), ms(d.DueAt), ms(d.At))
	return err
}

const decisionColumns = `id, shop_id, cart_id, enrollment_id, sequence_key, sequence_version, step, outcome, rule, channel,
	message_id, inputs, due_at, decided_at`

func scanDecision(rows *sql.Rows, d *journey.Decision) error {
	var inputs string
	var due, decided int64
	err := rows.Scan(&d.ID, &d.ShopID, &d.CartID, &d.EnrollmentID, &d.SequenceKey, &d.SequenceVersion, &d.Step, &d.Outcome,
		&d.Rule, &d.Channel, &d.MessageID, &inputs, &due, &decided)
	if err != nil {
		return err
	}
	d.DueAt, d.At = at(due), at(decided)
	return undoc("decision", inputs, &d.Inputs)
}
