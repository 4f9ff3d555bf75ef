package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Decisions never change, and neither do confirmed clicks: what is older than a
// minute is counted once, by UTC day, and pages read the sums. What came since
// is counted on the way, up to a bound.

const (
	day = int64(24 * time.Hour / time.Millisecond)
	// tallyRows is how many decisions are counted in one transaction, tailRows how
	// many are counted on the way.
	tallyRows = 20_000
	tailRows  = 2_000
	// tallyBack is how far back a shop is counted that never was.
	tallyBack = 90 * 24 * time.Hour
)

// TallyDue gives shops with decisions or clicks that are not counted yet, before an instant.
func (s *Store) TallyDue(ctx context.Context, before time.Time, limit int) ([]string, error) {
	return all(ctx, s.reader(), "tallies", scanText, `
		SELECT s.id FROM shops s LEFT JOIN step_tallies t ON t.shop_id = s.id
		WHERE EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = s.id AND d.decided_at >= coalesce(t.counted_to, $2) AND d.decided_at < $1 AND d.decided_at > 0)
			OR EXISTS (SELECT 1 FROM touches k WHERE k.shop_id = s.id AND k.at >= coalesce(t.counted_to, $2) AND k.at < $1 AND k.at > 0 AND k.kind = 'click_confirmed')
		ORDER BY coalesce(t.counted_to, 0) LIMIT $3`, ms(before), ms(before.Add(-tallyBack)), limit)
}

// Tally counts a stretch of decisions and clicks by day, up to an instant at
// most, and says whether there is more.
func (t *Tx) Tally(ctx context.Context, shopID string, before time.Time) (more bool, err error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return false, err
	}
	from, err := countedTo(ctx, t.q, shopID)
	if err != nil {
		return false, err
	}
	from, to := max(from, ms(before.Add(-tallyBack))), ms(before)
	if from >= to {
		return false, nil
	}
	bound, err := all(ctx, t.q, "decisions", scanInt64, `SELECT decided_at FROM decisions
		WHERE shop_id = $1 AND decided_at >= $2 AND decided_at < $3 AND decided_at > 0 ORDER BY decided_at LIMIT 1 OFFSET $4`, shopID, from, to, tallyRows)
	if err != nil {
		return false, err
	}
	if len(bound) > 0 {
		// All of one millisecond are counted together.
		more, to = true, max(bound[0], from+1)
	}
	if err := t.tallySteps(ctx, shopID, from, to); err != nil {
		return false, err
	}
	_, err = run(ctx, t.q, "tally", `INSERT INTO step_tallies (shop_id, counted_to) VALUES ($1, $2)
		ON CONFLICT (shop_id) DO UPDATE SET counted_to = excluded.counted_to`, shopID, to)
	return more, err
}

func scanInt64(rows *sql.Rows, n *int64) error { return rows.Scan(n) }

func countedTo(ctx context.Context, q querier, shopID string) (int64, error) {
	return one(ctx, q, "tally", scanInt64, `SELECT CAST(coalesce(max(counted_to), 0) AS BIGINT) FROM step_tallies WHERE shop_id = $1`, shopID)
}

// decided and clicked count rows of a span, each with its day. A message counts
// as clicked once, at its first confirmed click. That a time is above 0 is what
// leads to the partial index; it is said last, for of two lower bounds SQLite
// begins at the first, and would read every row there ever was.
const (
	decided = `SELECT sequence_key, sequence_version, step, decided_at / 86400000 AS day, outcome, rule, count(*) AS n FROM decisions
		WHERE shop_id = $1 AND decided_at >= $2 AND decided_at < $3 AND decided_at > 0
		GROUP BY sequence_key, sequence_version, step, decided_at / 86400000, outcome, rule`
	clicked = `SELECT e.sequence_key, e.sequence_version, m.step, k.at / 86400000 AS day, 'clicked' AS outcome, '' AS rule, count(*) AS n
		FROM (SELECT shop_id, id, message_id, at, kind FROM touches WHERE shop_id = $1 AND kind = 'click_confirmed' AND at >= $2 AND at < $3 AND at > 0
			ORDER BY at LIMIT $4) AS k JOIN messages m ON m.shop_id = k.shop_id AND m.id = k.message_id
		JOIN enrollments e ON e.shop_id = m.shop_id AND e.id = m.enrollment_id
		WHERE NOT EXISTS (
			SELECT 1 FROM touches o WHERE o.shop_id = k.shop_id AND o.message_id = k.message_id AND o.kind = 'click_confirmed'
				AND (o.at < k.at OR o.at = k.at AND o.id < k.id))
		GROUP BY e.sequence_key, e.sequence_version, m.step, k.at / 86400000`
)

func (t *Tx) tallySteps(ctx context.Context, shopID string, from, to int64) error {
	for _, part := range []struct {
		rows string
		args []any
	}{{decided, []any{shopID, from, to}}, {clicked, []any{shopID, from, to, int64(1) << 40}}} {
		counted, err := all(ctx, t.q, "tally", scanDay, part.rows, part.args...)
		if err != nil {
			return err
		}
		for _, c := range counted {
			_, err := run(ctx, t.q, "tally", `
				INSERT INTO step_days (shop_id, sequence_key, sequence_version, step, day, outcome, rule, n) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (shop_id, sequence_key, day, sequence_version, step, outcome, rule) DO UPDATE SET n = step_days.n + excluded.n`,
				shopID, c.Key, c.Version, c.Step, c.day, c.Outcome, c.Rule, c.Count)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

type dayCount struct {
	journey.StepCount
	day int64
}

func scanDay(rows *sql.Rows, c *dayCount) error {
	return rows.Scan(&c.Key, &c.Version, &c.Step, &c.day, &c.Outcome, &c.Rule, &c.Count)
}

func scanStepCount(rows *sql.Rows, c *journey.StepCount) error {
	return rows.Scan(&c.Key, &c.Version, &c.Step, &c.Outcome, &c.Rule, &c.Count)
}

// StepCounts counts what the steps of some sequences ("" for routing) came to
// since the beginning of a UTC day.
func (s *Store) StepCounts(ctx context.Context, shopID string, keys []string, since time.Time) (journey.StepCounts, error) {
	var out journey.StepCounts
	first := ms(since) / day
	if len(keys) == 0 {
		return out, nil
	}
	args := []any{shopID, first}
	for _, key := range keys {
		args = append(args, key)
	}
	var err error
	out.Counts, err = all(ctx, s.reader(), "counts", scanStepCount, `SELECT sequence_key, sequence_version, step, outcome, rule, CAST(sum(n) AS BIGINT)
		FROM step_days WHERE shop_id = $1 AND sequence_key IN (`+params(3, len(keys))+`) AND day >= $2
		GROUP BY sequence_key, sequence_version, step, outcome, rule`, args...)
	if err != nil {
		return out, err
	}
	tail, more, err := s.tail(ctx, shopID, first*day)
	for _, c := range tail {
		if slices.Contains(keys, c.Key) {
			out.Counts = append(out.Counts, c)
		}
	}
	out.More = more
	return out, err
}

// tail counts what is not counted by day yet, up to a bound.
func (s *Store) tail(ctx context.Context, shopID string, since int64) (counts []journey.StepCount, more bool, err error) {
	q := s.reader()
	from, err := countedTo(ctx, q, shopID)
	if err != nil {
		return nil, false, err
	}
	from = max(from, since)
	counts, err = all(ctx, q, "counts", scanStepCount, `SELECT sequence_key, sequence_version, step, outcome, rule, count(*) FROM (
		SELECT sequence_key, sequence_version, step, outcome, rule FROM decisions WHERE shop_id = $1 AND decided_at >= $2 AND decided_at > 0
		ORDER BY decided_at LIMIT $3) AS newest GROUP BY sequence_key, sequence_version, step, outcome, rule`, shopID, from, tailRows)
	if err != nil {
		return nil, false, err
	}
	n := 0
	for _, c := range counts {
		n += c.Count
	}
	clicks, err := all(ctx, q, "clicks", scanDay, clicked, shopID, from, int64(1)<<62, tailRows)
	looked := 0
	for _, c := range clicks {
		counts, looked = append(counts, c.StepCount), looked+c.Count
	}
	return counts, n >= tailRows || looked >= tailRows, err
}

// StepRevenue sums what the steps of a sequence recovered since an instant.
func (s *Store) StepRevenue(ctx context.Context, shopID, key string, since time.Time) ([]journey.StepRevenue, error) {
	return all(ctx, s.reader(), "recoveries", scanStepRevenue, `
		SELECT sequence_key, sequence_version, step, currency, count(*), CAST(sum(amount_minor - refunded_minor) AS BIGINT) FROM recoveries
		WHERE shop_id = $1 AND sequence_key = $2 AND sequence_key <> '' AND credited_at >= $3
		GROUP BY sequence_key, sequence_version, step, currency ORDER BY sequence_version, step, currency`, shopID, key, ms(since))
}

func scanStepRevenue(rows *sql.Rows, r *journey.StepRevenue) error {
	var currency string
	var net int64
	err := rows.Scan(&r.Key, &r.Version, &r.Step, &currency, &r.Orders, &net)
	r.Net = money.Money{Minor: net, Currency: currency}
	return err
}
