package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const (
	messageColumns = messageHead + `rendered` + messageTail
	// messageBare is a message without its text, which is most of its row.
	messageBare = messageHead + `'{}'` + messageTail
	messageHead = `id, shop_id, enrollment_id, cart_id, shopper_id, step, channel, recipient, template, template_version, locale, `
	messageTail = `, inputs, rule, state, provider_id, code, reason, attempts, sandbox, reserved_at, sent_at, delivered_at,
	step_due_at, expires_at, coalesce(due_at, 0), offer_id`
)

func scanLetter(rows *sql.Rows, l *recovery.Letter) error {
	var rendered, inputs string
	var reserved, sent, delivered, stepDue, expires, due int64
	err := rows.Scan(&l.ID, &l.ShopID, &l.EnrollmentID, &l.CartID, &l.ShopperID, &l.Step, &l.Channel, &l.To, &l.Template,
		&l.TemplateVersion, &l.Locale, &rendered, &inputs, &l.Rule, &l.State, &l.ProviderID, &l.Code, &l.Reason, &l.Attempts,
		&l.Sandbox, &reserved, &sent, &delivered, &stepDue, &expires, &due, &l.OfferID)
	if err != nil {
		return err
	}
	l.ReservedAt, l.SentAt, l.DeliveredAt = at(reserved), at(sent), at(delivered)
	l.StepDueAt, l.ExpiresAt, l.DueAt = at(stepDue), at(expires), at(due)
	if err := undoc("rendered", rendered, &l.Rendered); err != nil {
		return err
	}
	return undoc("inputs", inputs, &l.Inputs)
}

// InsertMessage reserves: it is stored with its links, or fault.Conflict when
// the step has a live message already.
func (t *Tx) InsertMessage(ctx context.Context, l recovery.Letter, links []recovery.Link) error {
	now, err := all(ctx, t.q, "message", scanMessageMarks, `
		INSERT INTO messages (shop_id, id, shard, enrollment_id, cart_id, shopper_id, step, channel, recipient, template,
			template_version, locale, rendered, inputs, rule, state, provider_id, code, reason, attempts, sandbox, reserved_at,
			sent_at, delivered_at, step_due_at, expires_at, due_at, offer_id, sequence_key, persona)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '', '', '', 0, $17, $18, 0, 0, $19, $20, $21, $22,
			coalesce((SELECT sequence_key FROM enrollments WHERE shop_id = $1 AND id = $4), ''),
			coalesce((SELECT persona FROM enrollments WHERE shop_id = $1 AND id = $4), ''))
		ON CONFLICT (shop_id, enrollment_id, step) WHERE state NOT IN ('rejected', 'cancelled') DO NOTHING
		RETURNING `+messageMarkColumns,
		l.ShopID, l.ID, shop.Shard(l.ShopID), l.EnrollmentID, l.CartID, l.ShopperID, l.Step, string(l.Channel), l.To, l.Template,
		l.TemplateVersion, l.Locale, doc(l.Rendered), doc(l.Inputs), l.Rule, string(l.State), l.Sandbox, ms(l.ReservedAt),
		ms(l.StepDueAt), ms(l.ExpiresAt), maybe(l.DueAt), l.OfferID)
	if err != nil {
		return err
	}
	if len(now) == 0 {
		return fault.New(fault.Conflict, "this step already has a message")
	}
	t.tallyMessage(l.ShopID, now[0], 1)
	if len(links) == 0 {
		return nil
	}
	args := []any{l.ShopID}
	for _, k := range links {
		args = append(args, k.Hash, string(k.Purpose), k.MessageID, ms(k.ExpiresAt))
	}
	_, err = run(ctx, t.q, "links", `INSERT INTO links (shop_id, hash, purpose, message_id, expires_at) VALUES `+shopPlaces(len(links), 4), args...)
	return err
}

func (t *Tx) letters(ctx context.Context, tail string, args ...any) ([]recovery.Letter, error) {
	return all(ctx, t.q, "messages", scanLetter, `SELECT `+messageColumns+` FROM messages `+tail, args...)
}

// Message gives one, held.
func (t *Tx) Message(ctx context.Context, shopID, id string) (recovery.Letter, error) {
	return one(ctx, t.q, "message", scanLetter,
		`SELECT `+messageColumns+` FROM messages WHERE shop_id = $1 AND id = $2`+t.dialect.lock(), shopID, id)
}

// HoldMessage gives one without its text, held.
func (t *Tx) HoldMessage(ctx context.Context, shopID, id string) (recovery.Letter, error) {
	l, err := one(ctx, t.q, "message", scanLetter,
		`SELECT `+messageBare+` FROM messages WHERE shop_id = $1 AND id = $2`+t.dialect.lock(), shopID, id)
	if err == nil {
		t.was = stateOf{shopID, id, l.State}
	}
	return l, err
}

// stateOf is the state of a message that this transaction holds.
type stateOf struct {
	shopID, id string
	state      delivery.State
}

// CartOfMessage gives the id of a message's cart; nothing is held.
func (t *Tx) CartOfMessage(ctx context.Context, shopID, messageID, providerID string) (string, error) {
	return one(ctx, t.q, "message", scanText, `
		SELECT cart_id FROM messages WHERE shop_id = $1 AND id = $2
		UNION ALL
		SELECT cart_id FROM messages WHERE shop_id = $1 AND provider_id = $3 AND provider_id <> ''`, shopID, messageID, providerID)
}

// MessageByProvider gives one by the provider's id, held.
func (t *Tx) MessageByProvider(ctx context.Context, shopID, providerID string) (recovery.Letter, error) {
	return one(ctx, t.q, "message", scanLetter,
		`SELECT `+messageColumns+` FROM messages WHERE shop_id = $1 AND provider_id = $2 AND provider_id <> ''`+t.dialect.lock(), shopID, providerID)
}

// SaveMessage writes the delivery's fields and the alarm.
func (t *Tx) SaveMessage(ctx context.Context, l recovery.Letter) error {
	state, err := t.stateWas(ctx, l.ShopID, l.ID)
	if fault.Is(err, fault.NotFound) {
		return nil // another shop's, or none: nothing is written
	}
	if err != nil {
		return err
	}
	now, err := one(ctx, t.q, "message", scanMessageMarks, `
		UPDATE messages SET state = $3, provider_id = $4, code = $5, reason = $6, attempts = $7, sandbox = $8, sent_at = $9,
			delivered_at = $10, due_at = $11
		WHERE shop_id = $1 AND id = $2 RETURNING `+messageMarkColumns,
		l.ShopID, l.ID, string(l.State), l.ProviderID, l.Code, l.Reason, l.Attempts, l.Sandbox, ms(l.SentAt), ms(l.DeliveredAt), maybe(l.DueAt))
	if err != nil {
		return err
	}
	t.was = stateOf{l.ShopID, l.ID, l.State}
	if was := now; now.state != state {
		was.state = state
		t.tallyMessage(l.ShopID, was, -1)
		t.tallyMessage(l.ShopID, now, 1)
	}
	return nil
}

// stateWas gives a message's state before it is written: as it was last read or
// written here, where it is held.
func (t *Tx) stateWas(ctx context.Context, shopID, id string) (string, error) {
	if t.was.shopID == shopID && t.was.id == id {
		return string(t.was.state), nil
	}
	return one(ctx, t.q, "message", scanText, `SELECT state FROM messages WHERE shop_id = $1 AND id = $2`, shopID, id)
}

// ReservedOf gives a cart's messages that have not left, held.
func (t *Tx) ReservedOf(ctx context.Context, shopID, cartID string) ([]recovery.Letter, error) {
	return t.letters(ctx, `WHERE shop_id = $1 AND cart_id = $2 AND state = 'reserved' ORDER BY id`+t.dialect.lock(), shopID, cartID)
}

// ClaimMessages gives messages of the shard whose lease or retry is due, held
// with their carts. except names a shop to pass over, "" for none.
func (t *Tx) ClaimMessages(ctx context.Context, shard, limit int, except string) ([]recovery.Letter, error) {
	due, err := t.letters(ctx, `WHERE shard = $1 AND due_at <= $2 AND shop_id <> $4 ORDER BY due_at LIMIT $3`+t.dialect.claim(),
		shard, ms(t.now), limit, except)
	if err != nil {
		return nil, err
	}
	return holdParts(ctx, t, due, func(l recovery.Letter) string { return l.ShopID },
		part[recovery.Letter]{"carts", func(l recovery.Letter) string { return l.CartID }})
}

// PullBack makes the shard's messages due now whose alarm lies beyond an instant.
func (t *Tx) PullBack(ctx context.Context, shard int, beyond time.Time) error {
	_, err := run(ctx, t.q, "messages", `UPDATE messages SET due_at = $3 WHERE shard = $1 AND due_at > $2`, shard, ms(beyond), ms(t.now))
	return err
}

// Refused gives the channels whose message for this step the provider refused.
func (t *Tx) Refused(ctx context.Context, shopID, enrollmentID string, step int) ([]event.Channel, error) {
	return all(ctx, t.q, "refused channels", func(rows *sql.Rows, c *event.Channel) error { return rows.Scan(c) }, `
		SELECT channel FROM messages WHERE shop_id = $1 AND enrollment_id = $2 AND step = $3 AND state = 'rejected'`,
		shopID, enrollmentID, step)
}
