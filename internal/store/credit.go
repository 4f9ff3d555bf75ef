package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// InsertReport stores a callback; false when it is already there.
func (t *Tx) InsertReport(ctx context.Context, shopID, provider, messageID string, r delivery.Report) (bool, error) {
	n, err := run(ctx, t.q, "report", `
		INSERT INTO reports (shop_id, provider, dedupe, message_id, status, code, reason, said_at, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (shop_id, provider, dedupe) DO NOTHING`,
		shopID, provider, r.Dedupe, messageID, string(r.Status), r.Code, r.Reason, ms(r.At), ms(t.now))
	return n == 1, err
}

// KeepEarly keeps a report whose message is not known by the provider's id yet.
func (t *Tx) KeepEarly(ctx context.Context, shopID string, r delivery.Report) error {
	_, err := run(ctx, t.q, "early report", `
		INSERT INTO early_reports (shop_id, provider_id, dedupe, doc, received_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shop_id, provider_id, dedupe) DO NOTHING`, shopID, r.ProviderID, r.Dedupe, doc(r), ms(t.now))
	return err
}

// TakeEarly gives the reports that were kept for a provider's id, and forgets them.
func (t *Tx) TakeEarly(ctx context.Context, shopID, providerID string) ([]delivery.Report, error) {
	kept, err := all(ctx, t.q, "early reports", func(rows *sql.Rows, r *delivery.Report) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		return undoc("report", text, r)
	}, `SELECT doc FROM early_reports WHERE shop_id = $1 AND provider_id = $2 ORDER BY received_at, dedupe`, shopID, providerID)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	_, err = run(ctx, t.q, "early reports", `DELETE FROM early_reports WHERE shop_id = $1 AND provider_id = $2`, shopID, providerID)
	return kept, err
}

// InsertTouch stores a touch under its id; repeating it changes nothing.
func (t *Tx) InsertTouch(ctx context.Context, k attribution.Touch) error {
	_, err := run(ctx, t.q, "touch", `
		INSERT INTO touches (shop_id, id, message_id, cart_id, shopper_id, channel, kind, at, detail, link, robot)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (shop_id, id) DO NOTHING`,
		k.ShopID, k.ID, k.MessageID, k.CartID, k.ShopperID, string(k.Channel), string(k.Kind), ms(k.At), k.Detail, k.Link, k.Robot)
	return err
}

const touchColumns = `id, shop_id, message_id, cart_id, shopper_id, channel, kind, at, detail, link, robot`

func scanTouch(rows *sql.Rows, k *attribution.Touch) error {
	var when int64
	err := rows.Scan(&k.ID, &k.ShopID, &k.MessageID, &k.CartID, &k.ShopperID, &k.Channel, &k.Kind, &when, &k.Detail, &k.Link, &k.Robot)
	k.At = at(when)
	return err
}

// Touches gives a shopper's touches, and those of a cart, since an instant, oldest first.
func (t *Tx) Touches(ctx context.Context, shopID, shopperID, cartID string, since time.Time) ([]attribution.Touch, error) {
	return all(ctx, t.q, "touches", scanTouch, `
		SELECT `+touchColumns+` FROM touches WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '' AND at >= $4
		UNION
		SELECT `+touchColumns+` FROM touches WHERE shop_id = $1 AND cart_id = $3 AND cart_id <> '' AND at >= $4
		ORDER BY at, id`, shopID, shopperID, cartID, ms(since))
}

const recoveryColumns = `id, shop_id, order_id, cart_id, message_id, touch_id, rule, amount_minor, refunded_minor, currency, ordered_at, credited_at`

func scanRecovery(rows *sql.Rows, r *attribution.Recovery) error {
	var ordered, credited int64
	err := rows.Scan(&r.ID, &r.ShopID, &r.OrderID, &r.CartID, &r.MessageID, &r.TouchID, &r.Rule, &r.Amount.Minor,
		&r.Refunded.Minor, &r.Amount.Currency, &ordered, &credited)
	r.Refunded.Currency, r.OrderedAt, r.CreditedAt = r.Amount.Currency, at(ordered), at(credited)
	return err
}

// Recovery gives the recovery of an order.
func (t *Tx) Recovery(ctx context.Context, shopID, orderID string) (attribution.Recovery, error) {
	return one(ctx, t.q, "recovery", scanRecovery,
		`SELECT `+recoveryColumns+` FROM recoveries WHERE shop_id = $1 AND order_id = $2`, shopID, orderID)
}

// SaveRecovery writes one, with the step of its message; an order has at most one.
func (t *Tx) SaveRecovery(ctx context.Context, r attribution.Recovery) error {
	if err := t.tallyRecovery(ctx, r.ShopID, r.OrderID, -1); err != nil {
		return err
	}
	was, err := t.isRecovered(ctx, r.ShopID, r.CartID)
	if err != nil {
		return err
	}
	_, err = run(ctx, t.q, "recovery", `
		INSERT INTO recoveries (shop_id, id, order_id, cart_id, message_id, touch_id, rule, amount_minor, refunded_minor, currency,
			ordered_at, credited_at, sequence_key, sequence_version, step, persona, channel)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
			coalesce((SELECT e.sequence_key FROM messages m JOIN enrollments e ON e.shop_id = m.shop_id AND e.id = m.enrollment_id
				WHERE m.shop_id = $1 AND m.id = $5), ''),
			coalesce((SELECT e.sequence_version FROM messages m JOIN enrollments e ON e.shop_id = m.shop_id AND e.id = m.enrollment_id
				WHERE m.shop_id = $1 AND m.id = $5), 0),
			coalesce((SELECT m.step FROM messages m WHERE m.shop_id = $1 AND m.id = $5), -1),
			coalesce((SELECT persona FROM messages WHERE shop_id = $1 AND id = $5), ''),
			coalesce((SELECT channel FROM messages WHERE shop_id = $1 AND id = $5), ''))
		ON CONFLICT (shop_id, order_id) DO UPDATE SET amount_minor = excluded.amount_minor, refunded_minor = excluded.refunded_minor`,
		r.ShopID, r.ID, r.OrderID, r.CartID, r.MessageID, r.TouchID, string(r.Rule), r.Amount.Minor, r.Refunded.Minor,
		r.Amount.Currency, ms(r.OrderedAt), ms(r.CreditedAt))
	if err != nil {
		return err
	}
	if is, err := t.isRecovered(ctx, r.ShopID, r.CartID); err != nil {
		return err
	} else if is && !was {
		t.tallyRecovered(r.ShopID, 1)
	}
	return t.tallyRecovery(ctx, r.ShopID, r.OrderID, 1)
}
