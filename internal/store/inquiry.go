package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const inquiryColumns = `shop_id, kind, ref, due_at, wanted_at, since, place, tries, answered_at, found, trouble`

func scanInquiry(rows *sql.Rows, q *recovery.Inquiry) error {
	var due sql.NullInt64
	var wanted, since, answered int64
	err := rows.Scan(&q.ShopID, &q.Kind, &q.Ref, &due, &wanted, &since, &q.Place, &q.Tries, &answered, &q.Found, &q.Trouble)
	q.DueAt, q.WantedAt, q.Since, q.AnsweredAt = at(due.Int64), at(wanted), at(since), at(answered)
	return err
}

// Want puts a question. One that waits is brought forward, never back; one that
// was answered or given up begins anew.
func (t *Tx) Want(ctx context.Context, q recovery.Inquiry) error {
	_, err := run(ctx, t.q, "inquiry", `
		INSERT INTO inquiries (shop_id, kind, ref, shard, due_at, wanted_at, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (shop_id, kind, ref) DO UPDATE SET wanted_at = excluded.wanted_at,
			tries = CASE WHEN inquiries.due_at IS NULL THEN 0 ELSE inquiries.tries END,
			trouble = CASE WHEN inquiries.due_at IS NULL THEN '' ELSE inquiries.trouble END,
			due_at = CASE WHEN inquiries.due_at < excluded.due_at THEN inquiries.due_at ELSE excluded.due_at END`,
		q.ShopID, string(q.Kind), q.Ref, shop.Shard(q.ShopID), ms(q.DueAt), ms(q.WantedAt), ms(q.Since))
	return err
}

// dueInquiries reads the head of the alarms' index.
const dueInquiries = `SELECT ` + inquiryColumns + ` FROM inquiries WHERE shard = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3`

// ClaimInquiries gives questions of the shard that are due, put off until an
// instant, their tries counted.
func (t *Tx) ClaimInquiries(ctx context.Context, shard, limit int, until time.Time) ([]recovery.Inquiry, error) {
	due, err := all(ctx, t.q, "inquiries", scanInquiry, dueInquiries+t.dialect.claim(), shard, ms(t.now), limit)
	if err != nil {
		return nil, err
	}
	for i := range due {
		q := &due[i]
		q.DueAt, q.Tries = until, q.Tries+1
		if _, err := run(ctx, t.q, "inquiry", `UPDATE inquiries SET due_at = $4, tries = $5 WHERE shop_id = $1 AND kind = $2 AND ref = $3`,
			q.ShopID, string(q.Kind), q.Ref, ms(until), q.Tries); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// SettleInquiry writes what came of one. One that is over is removed. Put again
// while it was asked, it is asked again: what was told may be older than that.
func (t *Tx) SettleInquiry(ctx context.Context, q recovery.Inquiry, over bool) error {
	if over {
		gone, err := run(ctx, t.q, "inquiry", `DELETE FROM inquiries WHERE shop_id = $1 AND kind = $2 AND ref = $3 AND wanted_at = $4`,
			q.ShopID, string(q.Kind), q.Ref, ms(q.WantedAt))
		if err != nil || gone > 0 {
			return err
		}
		_, err = run(ctx, t.q, "inquiry", `UPDATE inquiries SET due_at = $4, tries = 0, trouble = '' WHERE shop_id = $1 AND kind = $2 AND ref = $3`,
			q.ShopID, string(q.Kind), q.Ref, ms(t.now))
		return err
	}
	return t.putOff(ctx, q)
}

// putOff writes when a question is asked next, or that it is not any more. When
// it was last put is the row's own to say, but for changes, which nobody puts.
func (t *Tx) putOff(ctx context.Context, q recovery.Inquiry) error {
	now, err := all(ctx, t.q, "inquiry", scanInquiry,
		`SELECT `+inquiryColumns+` FROM inquiries WHERE shop_id = $1 AND kind = $2 AND ref = $3`+t.dialect.lock(), q.ShopID, string(q.Kind), q.Ref)
	if err != nil || len(now) == 0 {
		return err
	}
	if q.Kind != recovery.AskChanges && now[0].WantedAt.After(q.WantedAt) {
		if q.WantedAt = now[0].WantedAt; q.DueAt.IsZero() {
			q.DueAt, q.Tries, q.Trouble = t.now, 0, ""
		}
	}
	_, err = run(ctx, t.q, "inquiry", `
		UPDATE inquiries SET due_at = $4, since = $5, place = $6, tries = $7, answered_at = $8, found = $9, trouble = $10, wanted_at = $11
		WHERE shop_id = $1 AND kind = $2 AND ref = $3`,
		q.ShopID, string(q.Kind), q.Ref, maybe(q.DueAt), ms(q.Since), q.Place, q.Tries, ms(q.AnsweredAt), q.Found, q.Trouble, ms(q.WantedAt))
	return err
}

// Inquiry gives one, or fault.NotFound.
func (t *Tx) Inquiry(ctx context.Context, shopID string, kind recovery.InquiryKind, ref string) (recovery.Inquiry, error) {
	return one(ctx, t.q, "inquiry", scanInquiry,
		`SELECT `+inquiryColumns+` FROM inquiries WHERE shop_id = $1 AND kind = $2 AND ref = $3`, shopID, string(kind), ref)
}

// accountNames are the secrets of which one at least makes an account.
const accountNames = `('platform_key', 'platform_secret')`

// HasAccount reports whether the shop has an account at its platform.
func (t *Tx) HasAccount(ctx context.Context, shopID string) (bool, error) {
	found, err := all(ctx, t.q, "secret", scanText,
		`SELECT name FROM secrets WHERE shop_id = $1 AND name IN `+accountNames+` LIMIT 1`, shopID)
	return len(found) > 0, err
}

// ShopsToReconcile gives shops of a platform that have an account there and no
// question for changes yet.
func (s *Store) ShopsToReconcile(ctx context.Context, platform string, limit int) ([]string, error) {
	return all(ctx, s.reader(), "shops", scanText, `
		SELECT DISTINCT k.shop_id FROM secrets k JOIN shops s ON s.id = k.shop_id
		WHERE k.name IN `+accountNames+` AND s.platform = $1
			AND NOT EXISTS (SELECT 1 FROM inquiries i WHERE i.shop_id = k.shop_id AND i.kind = 'changes' AND i.ref = '')
		ORDER BY k.shop_id LIMIT $2`, platform, limit)
}

// Inquiries gives a shop's questions that stand for themselves or went wrong:
// the one for changes first, then those with trouble, the latest first.
func (s *Store) Inquiries(ctx context.Context, shopID string, limit int) ([]recovery.Inquiry, error) {
	return all(ctx, s.reader(), "inquiries", scanInquiry, `
		SELECT `+inquiryColumns+` FROM inquiries WHERE shop_id = $1 AND (kind = 'changes' OR trouble <> '')
		ORDER BY CASE WHEN kind = 'changes' THEN 0 ELSE 1 END, wanted_at DESC, ref LIMIT $2`, shopID, limit)
}

// WakeInquiries has a shop's questions that met trouble asked again at once: its account has changed.
func (t *Tx) WakeInquiries(ctx context.Context, shopID string) error {
	_, err := run(ctx, t.q, "inquiries", `
		UPDATE inquiries SET due_at = $2, tries = 0 WHERE shop_id = $1 AND trouble <> '' AND kind <> 'products'`, shopID, ms(t.now))
	return err
}
