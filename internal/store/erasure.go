package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

const erasureColumns = `id, shop_id, shopper_id, state, requested_by, reason, identities, counts, requested_at, done_at`

func scanErasure(rows *sql.Rows, e *journey.Erasure) error {
	var identities, counts string
	var requested, done int64
	err := rows.Scan(&e.ID, &e.ShopID, &e.ShopperID, &e.State, &e.By, &e.Reason, &identities, &counts, &requested, &done)
	if err != nil {
		return err
	}
	e.RequestedAt, e.DoneAt = at(requested), at(done)
	if err := undoc("identities", identities, &e.Identities); err != nil {
		return err
	}
	return undoc("counts", counts, &e.Counts)
}

// SaveErasure writes an erasure's state and counts.
func (t *Tx) SaveErasure(ctx context.Context, e journey.Erasure) error {
	_, err := run(ctx, t.q, "erasure", `
		INSERT INTO erasures (shop_id, id, shopper_id, state, requested_by, reason, identities, counts, requested_at, done_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (shop_id, id) DO UPDATE SET state = excluded.state, counts = excluded.counts, done_at = excluded.done_at`,
		e.ShopID, e.ID, e.ShopperID, e.State, e.By, e.Reason, doc(e.Identities), doc(e.Counts), ms(e.RequestedAt), ms(e.DoneAt))
	return err
}

// Erasures gives the erasures of a shopper, newest first.
func (t *Tx) Erasures(ctx context.Context, shopID, shopperID string) ([]journey.Erasure, error) {
	return all(ctx, t.q, "erasures", scanErasure, `SELECT `+erasureColumns+` FROM erasures
		WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '' ORDER BY id DESC`, shopID, shopperID)
}

// RunningErasures gives erasures that were begun and not finished, oldest first.
func (s *Store) RunningErasures(ctx context.Context, limit int) ([]journey.Erasure, error) {
	return all(ctx, s.reader(), "erasures", scanErasure,
		`SELECT `+erasureColumns+` FROM erasures WHERE state = 'running' AND requested_at >= 0 ORDER BY requested_at LIMIT $1`, limit)
}

// ErasuresOf gives a shop's proofs, newest first, at most limit.
func (s *Store) ErasuresOf(ctx context.Context, shopID string, limit int) ([]journey.Erasure, error) {
	return all(ctx, s.reader(), "erasures", scanErasure,
		`SELECT `+erasureColumns+` FROM erasures WHERE shop_id = $1 ORDER BY id DESC LIMIT $2`, shopID, limit)
}

const requestColumns = `id, shop_id, kind, platform, event_id, subject, state, erasure_id, received_at, due_at, done_at`

func scanRequest(rows *sql.Rows, r *journey.PrivacyRequest) error {
	var subject string
	var received, due, done int64
	err := rows.Scan(&r.ID, &r.ShopID, &r.Kind, &r.Platform, &r.EventID, &subject, &r.State, &r.ErasureID, &received, &due, &done)
	if err != nil {
		return err
	}
	r.ReceivedAt, r.DueAt, r.DoneAt = at(received), at(due), at(done)
	return undoc("subject", subject, &r.Subject)
}

// SaveRequest writes a privacy request.
func (t *Tx) SaveRequest(ctx context.Context, r journey.PrivacyRequest) error {
	_, err := run(ctx, t.q, "privacy request", `
		INSERT INTO privacy_requests (shop_id, id, kind, platform, event_id, subject, state, erasure_id, received_at, due_at, done_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (shop_id, id) DO UPDATE SET subject = excluded.subject, state = excluded.state,
			erasure_id = excluded.erasure_id, done_at = excluded.done_at`,
		r.ShopID, r.ID, string(r.Kind), r.Platform, r.EventID, doc(r.Subject), r.State, r.ErasureID, ms(r.ReceivedAt), ms(r.DueAt), ms(r.DoneAt))
	return err
}

// WaitingErasures gives platforms' requests for erasure that are to be done, oldest first.
func (s *Store) WaitingErasures(ctx context.Context, limit int) ([]journey.PrivacyRequest, error) {
	return all(ctx, s.reader(), "privacy requests", scanRequest, `SELECT `+requestColumns+` FROM privacy_requests
		WHERE state = 'waiting' AND kind IN ('subject_erase', 'shop_erase') AND received_at >= 0 ORDER BY received_at LIMIT $1`, limit)
}

// PrivacyRequests gives a shop's requests, newest first, at most limit.
func (s *Store) PrivacyRequests(ctx context.Context, shopID string, limit int) ([]journey.PrivacyRequest, error) {
	return all(ctx, s.reader(), "privacy requests", scanRequest,
		`SELECT `+requestColumns+` FROM privacy_requests WHERE shop_id = $1 ORDER BY id DESC LIMIT $2`, shopID, limit)
}

// PrivacyRequest gives one.
func (s *Store) PrivacyRequest(ctx context.Context, shopID, id string) (journey.PrivacyRequest, error) {
	return one(ctx, s.reader(), "privacy request", scanRequest,
		`SELECT `+requestColumns+` FROM privacy_requests WHERE shop_id = $1 AND id = $2`, shopID, id)
}

// blankRequests takes whom they name out of requests. One that is still to be
// done keeps its own subject: it is blanked when it is.
func (t *Tx) blankRequests(ctx context.Context, c recovery.Cleaning) (int, error) {
	kept, err := all(ctx, t.q, "privacy requests", scanRequest,
		`SELECT `+requestColumns+` FROM privacy_requests WHERE shop_id = $1 AND subject <> '{}'`, c.ShopID)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, r := range kept {
		if r.State == journey.RequestWaiting && r.Kind == event.SubjectErase && !c.Whole() || !c.Whole() && !c.Mentions([]byte(doc(r.Subject))) {
			continue
		}
		n, err := run(ctx, t.q, "privacy request", `UPDATE privacy_requests SET subject = '{}' WHERE shop_id = $1 AND id = $2`, c.ShopID, r.ID)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// Pause switches sending off for a shop.
func (t *Tx) Pause(ctx context.Context, shopID string) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	sh, err := t.Shop(ctx, shopID)
	if err != nil || sh.Settings.Paused {
		return err
	}
	sh.Settings.Paused = true
	return t.SaveShop(ctx, sh)
}

// Owners gives the ids of the shoppers who own any of the keys, in the keys' order.
func (s *Store) Owners(ctx context.Context, shopID string, keys []event.Key) ([]string, error) {
	var out []string
	for _, k := range keys {
		ids, err := all(ctx, s.reader(), "shopper key", scanText,
			`SELECT shopper_id FROM shopper_keys WHERE shop_id = $1 AND kind = $2 AND value = $3`, shopID, string(k.Kind), k.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

// Unattributed gives events of the shop after an id that belong to no shopper
// and were not erased.
func (s *Store) Unattributed(ctx context.Context, shopID, after string, limit int) ([]recovery.Stored, error) {
	return all(ctx, s.reader(), "events", func(rows *sql.Rows, e *recovery.Stored) error {
		return rows.Scan(&e.ID, &e.DedupeKey, &e.Note, &e.Body)
	}, `SELECT id, dedupe_key, note, body FROM events WHERE shop_id = $1 AND id > $2 AND shopper_id = '' AND dedupe_key NOT LIKE 'erased:%'
		ORDER BY id LIMIT $3`, shopID, after, limit)
}

// Held counts the rows per table that an erasure would change.
func (s *Store) Held(ctx context.Context, c recovery.Cleaning) (map[string]int, error) {
	out := map[string]int{}
	for _, table := range recovery.Personal {
		if table == "shared" || table == "early_reports" {
			continue
		}
		if table == "inquiries" {
			if err := s.heldInquiries(ctx, c, out); err != nil {
				return nil, err
			}
			continue
		}
		if table == "visitors" {
			if err := s.heldVisits(ctx, c, out); err != nil {
				return nil, err
			}
			continue
		}
		for _, p := range picks(table, c) {
			n, err := one(ctx, s.reader(), table, scanInt, fmt.Sprintf(`SELECT count(*) FROM %s WHERE shop_id = $1 AND %s`, table, p.where),
				append([]any{c.ShopID, id(c.Scope)}, p.args...)...)
			if err != nil {
				return nil, err
			}
			if n > 0 {
				out[table] += n
			}
		}
	}
	return out, s.heldNames(ctx, c, out)
}

// heldNames counts what goes with the rows: names, and carts and orders of others.
func (s *Store) heldNames(ctx context.Context, c recovery.Cleaning, out map[string]int) error {
	if c.ShopperID != "" {
		n, err := one(ctx, s.reader(), "shopper keys", scanInt, `SELECT count(*) FROM shopper_keys WHERE shop_id = $1 AND `+mine(c.Scope), c.ShopID, id(c.Scope))
		if err != nil {
			return err
		}
		out["shopper_keys"] = n
	}
	for _, k := range c.Names {
		n, err := one(ctx, s.reader(), "cart people", scanInt,
			`SELECT count(*) FROM cart_people WHERE shop_id = $1 AND kind = $2 AND value = $3`, c.ShopID, string(k.Kind), k.Value)
		if err != nil {
			return err
		}
		out["cart_people"] += n
		if n, err = one(ctx, s.reader(), "order marks", scanInt,
			`SELECT count(*) FROM order_marks WHERE shop_id = $1 AND kind = $2 AND value = $3`, c.ShopID, "key:"+string(k.Kind), k.Value); err != nil {
			return err
		}
		out["order_marks"] += n
	}
	for table, n := range out {
		if n == 0 {
			delete(out, table)
		}
	}
	return nil
}

// comeBack lifts what an erasure left of an address, when its owner says yes
// to it later. What an import or an old event says of earlier does not, and
// neither does anything that a person did not say: other suppressions stay.
func (t *Tx) comeBack(ctx context.Context, shopID string, c event.Channel, address string, said time.Time) error {
	_, err := run(ctx, t.q, "suppression", `
		DELETE FROM suppressions WHERE shop_id = $1 AND channel = $2 AND hash = $3 AND reason = 'erased' AND at < $4`,
		shopID, string(c), address, ms(said))
	return err
}
