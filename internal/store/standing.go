package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// Standing gives a shop's standing as a sender by email; zero for one that never was paused.
func (t *Tx) Standing(ctx context.Context, shopID string) (delivery.Standing, error) {
	return standingOf(ctx, t.q, shopID)
}

func standingOf(ctx context.Context, q querier, shopID string) (delivery.Standing, error) {
	found, err := all(ctx, q, "standing", func(rows *sql.Rows, s *delivery.Standing) error {
		var paused, lifted int64
		err := rows.Scan(&paused, &s.Rule, &s.Reason, &lifted)
		s.PausedAt, s.LiftedAt = at(paused), at(lifted)
		return err
	}, `SELECT paused_at, rule, reason, lifted_at FROM standings WHERE shop_id = $1`, shopID)
	if err != nil || len(found) == 0 {
		return delivery.Standing{}, err
	}
	return found[0], nil
}

// SaveStanding writes it.
func (t *Tx) SaveStanding(ctx context.Context, shopID string, s delivery.Standing) error {
	_, err := run(ctx, t.q, "standing", `
		INSERT INTO standings (shop_id, paused_at, rule, reason, lifted_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shop_id) DO UPDATE SET paused_at = excluded.paused_at, rule = excluded.rule,
			reason = excluded.reason, lifted_at = excluded.lifted_at`,
		shopID, ms(s.PausedAt), s.Rule, s.Reason, ms(s.LiftedAt))
	return err
}

// Reputation counts a shop's emails that were reserved since an instant and left,
// and what became of them. A complaint was delivered before.
func (t *Tx) Reputation(ctx context.Context, shopID string, since time.Time) (delivery.Reputation, error) {
	return one(ctx, t.q, "reputation", func(rows *sql.Rows, r *delivery.Reputation) error {
		return rows.Scan(&r.Sent, &r.Delivered, &r.Complaints, &r.HardBounces)
	}, `
		SELECT count(*),
			coalesce(sum(CASE WHEN delivered_at > 0 OR state IN ('delivered', 'complained') THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN state = 'complained' THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN state = 'bounced' THEN 1 ELSE 0 END), 0)
		FROM messages WHERE shop_id = $1 AND reserved_at >= $2 AND channel = 'email' AND sent_at > 0 AND state NOT IN ('rejected', 'cancelled')`,
		shopID, ms(since))
}

// CountMail notes that one email left on a UTC day.
func (t *Tx) CountMail(ctx context.Context, shopID string, day time.Time) error {
	_, err := run(ctx, t.q, "mail day", `
		INSERT INTO mail_days (shop_id, day, sent) VALUES ($1, $2, 1)
		ON CONFLICT (shop_id, day) DO UPDATE SET sent = mail_days.sent + 1`, shopID, ms(day.UTC().Truncate(24*time.Hour)))
	return err
}

// MailDays gives on which days since an instant how many emails left, oldest first.
func (t *Tx) MailDays(ctx context.Context, shopID string, since time.Time) ([]recovery.MailDay, error) {
	return all(ctx, t.q, "mail days", func(rows *sql.Rows, d *recovery.MailDay) error {
		var day int64
		err := rows.Scan(&day, &d.Sent)
		d.Day = at(day)
		return err
	}, `SELECT day, sent FROM mail_days WHERE shop_id = $1 AND day >= $2 ORDER BY day`, shopID, ms(since))
}
