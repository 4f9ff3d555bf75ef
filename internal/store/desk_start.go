package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// SkipStep notes that a step of the first set-up is left out, or takes that back.
func (t *Tx) SkipStep(ctx context.Context, shopID, step string, skip bool) error {
	query, args := `DELETE FROM start_skips WHERE shop_id = $1 AND step = $2`, []any{shopID, step}
	if skip {
		query, args = `INSERT INTO start_skips (shop_id, step, skipped_at) VALUES ($1, $2, $3) ON CONFLICT (shop_id, step) DO NOTHING`, append(args, ms(t.now))
	}
	_, err := run(ctx, t.q, "skipped step", query, args...)
	return err
}

// SkippedSteps gives the steps that are left out.
func (s *Store) SkippedSteps(ctx context.Context, shopID string) ([]string, error) {
	return all(ctx, s.reader(), "skipped steps", scanText, `SELECT step FROM start_skips WHERE shop_id = $1 ORDER BY step`, shopID)
}

// LastDone gives when an action was last done in a shop, zero for never.
func (s *Store) LastDone(ctx context.Context, shopID string, did access.Action) (time.Time, error) {
	found, err := all(ctx, s.reader(), "audit log", func(rows *sql.Rows, v *int64) error { return rows.Scan(v) },
		`SELECT at FROM audit WHERE shop_id = $1 AND action = $2 ORDER BY at DESC, id DESC LIMIT 1`, shopID, string(did))
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return at(found[0]), nil
}

// NotePurge keeps what a look at a shop's old rows removed.
func (t *Tx) NotePurge(ctx context.Context, shopID string, counts map[string]int) error {
	_, err := run(ctx, t.q, "purge", `UPDATE shops SET purged_at = $2, purged = $3 WHERE id = $1`, shopID, ms(t.now), doc(counts))
	return err
}

// Purges gives when old rows were last removed, and when they are next.
func (s *Store) Purges(ctx context.Context, shopID string) (journey.Purges, error) {
	return one(ctx, s.reader(), "shop", func(rows *sql.Rows, p *journey.Purges) error {
		var last, next int64
		var counts string
		if err := rows.Scan(&last, &counts, &next); err != nil {
			return err
		}
		p.LastAt, p.NextAt = at(last), at(next)
		return undoc("purge", counts, &p.Last)
	}, `SELECT purged_at, purged, purge_at FROM shops WHERE id = $1`, shopID)
}

// keyedFound are the conditions of what has no id of its own.
var keyedFound = map[shop.Kept][2]string{
	shop.KeptOffers:  {"offers", `expires_at < $2`},
	shop.KeptReports: {"reports", `received_at < $2`}, shop.KeptEarlyReports: {"early_reports", `received_at < $2`},
	shop.KeptBehaviour: {"behaviours", `at < $2`},
	shop.KeptProducts:  {"products", `told_at < $2`}, shop.KeptInquiries: {"inquiries", `due_at IS NULL AND wanted_at < $2`},
	shop.KeptLinks: {"links", `expires_at < $2 AND expires_at > 0`},
}

// PurgeWaiting counts what is kept from before an instant, at most journey.MaxPurgeCount.
func (s *Store) PurgeWaiting(ctx context.Context, shopID string, what shop.Kept, before time.Time) (int, error) {
	table, found := keyedFound[what][0], keyedFound[what][1]
	if what == shop.KeptCarts {
		table, found = "carts", overCarts
	}
	if table == "" {
		table, found = olds[what].table, olds[what].found
	}
	if table == "" {
		return 0, fault.New(fault.Internal, "nothing is known of how to purge %s", what)
	}
	return one(ctx, s.reader(), string(what), scanInt, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM %s WHERE shop_id = $1 AND %s LIMIT %d) AS subquery`,
		table, found, journey.MaxPurgeCount), shopID, ms(before))
}
