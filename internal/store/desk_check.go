package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// SaveCheck keeps what the last look at a channel or domain found.
func (t *Tx) SaveCheck(ctx context.Context, shopID string, c journey.Check) error {
	_, err := run(ctx, t.q, "channel check", `
		INSERT INTO channel_checks (shop_id, what, ok, code, says, checked_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (shop_id, what) DO UPDATE SET ok = excluded.ok, code = excluded.code, says = excluded.says, checked_at = excluded.checked_at`,
		shopID, c.What, c.OK, c.Code, c.Says, ms(t.now))
	return err
}

// ForgetCheck removes what was found: the account it was about has changed.
func (t *Tx) ForgetCheck(ctx context.Context, shopID, what string) error {
	_, err := run(ctx, t.q, "channel check", `DELETE FROM channel_checks WHERE shop_id = $1 AND what = $2`, shopID, what)
	return err
}

// Checks gives what the last looks found, by what was looked at.
func (s *Store) Checks(ctx context.Context, shopID string) (map[string]journey.Check, error) {
	found, err := all(ctx, s.reader(), "channel checks", func(rows *sql.Rows, c *journey.Check) error {
		var when int64
		err := rows.Scan(&c.What, &c.OK, &c.Code, &c.Says, &when)
		c.At = at(when)
		return err
	}, `SELECT what, ok, code, says, checked_at FROM channel_checks WHERE shop_id = $1`, shopID)
	out := map[string]journey.Check{}
	for _, c := range found {
		out[c.What] = c
	}
	return out, err
}

const arrivalColumns = `id, platform, topic, kind, status, note, received_at`

func scanArrival(rows *sql.Rows, a *journey.Arrival) error {
	var when int64
	err := rows.Scan(&a.ID, &a.Platform, &a.Topic, &a.Kind, &a.Status, &a.Note, &when)
	a.At = at(when)
	return err
}

// Arrivals gives a shop's newest events, newest first. Ids are made in the order of arrival.
func (s *Store) Arrivals(ctx context.Context, shopID string, limit int) ([]journey.Arrival, error) {
	return all(ctx, s.reader(), "events", scanArrival,
		`SELECT `+arrivalColumns+` FROM events WHERE shop_id = $1 ORDER BY id DESC LIMIT $2`, shopID, limit)
}

// FirstArrival gives a shop's oldest event, nil before any.
func (s *Store) FirstArrival(ctx context.Context, shopID string) (*journey.Arrival, error) {
	found, err := all(ctx, s.reader(), "events", scanArrival,
		`SELECT `+arrivalColumns+` FROM events WHERE shop_id = $1 ORDER BY id LIMIT 1`, shopID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// failuresKept is how many days of refused signatures are kept.
const failuresKept = 30

func dayOf(t time.Time) int64 { return t.UTC().Unix() / 86400 }

// CountSignatureFailures adds to the day's count of what claimed to come from a
// platform or provider, and forgets the days that are long over.
func (s *Store) CountSignatureFailures(ctx context.Context, shopID, source string, n int, reason string) error {
	return s.Write(ctx, func(ctx context.Context, t *Tx) error {
		if _, err := run(ctx, t.q, "signature failures", `
			INSERT INTO signature_failures (shop_id, day, source, failures, last_at, reason) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (shop_id, day, source) DO UPDATE SET failures = signature_failures.failures + excluded.failures,
				last_at = excluded.last_at, reason = excluded.reason`, shopID, dayOf(t.now), source, n, ms(t.now), reason); err != nil {
			return err
		}
		_, err := run(ctx, t.q, "signature failures", `DELETE FROM signature_failures WHERE shop_id = $1 AND day <= $2`, shopID, dayOf(t.now)-failuresKept)
		return err
	})
}

// SignatureFailures gives the counted days, newest first.
func (s *Store) SignatureFailures(ctx context.Context, shopID string) ([]journey.SignatureFailures, error) {
	return all(ctx, s.reader(), "signature failures", func(rows *sql.Rows, f *journey.SignatureFailures) error {
		var day, last int64
		err := rows.Scan(&day, &f.Source, &f.Failures, &last, &f.Reason)
		f.Day, f.LastAt = time.Unix(day*86400, 0).UTC(), at(last)
		return err
	}, `SELECT day, source, failures, last_at, reason FROM signature_failures WHERE shop_id = $1 AND day > $2 ORDER BY day DESC, source`,
		shopID, dayOf(s.now())-failuresKept)
}
