package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

func scanTally(rows *sql.Rows, t *journey.Tally) error {
	return rows.Scan(&t.What, &t.Day, &t.Persona, &t.Sequence, &t.Channel, &t.Kind, &t.Currency, &t.N, &t.Amount, &t.Refunded)
}

// Tallies gives a shop's numbers of the days from..to, both included: by day
// what a report draws, and as one sum for each of the parts what it lists. A
// sum bears the day its part begins with.
func (s *Store) Tallies(ctx context.Context, shopID string, parts ...journey.Days) (byDay, sums []journey.Tally, err error) {
	for _, p := range parts {
		days, err := all(ctx, s.reader(), "tallies", scanTally, `
			SELECT what, day, '', '', '', '', currency, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT) FROM tallies
			WHERE shop_id = $1 AND what IN ('started', 'abandoned', 'ordered', 'recovered') AND day BETWEEN $2 AND $3
			GROUP BY what, day, currency ORDER BY what, day, currency`, shopID, int(p.From), int(p.To))
		if err != nil {
			return nil, nil, err
		}
		sent, err := all(ctx, s.reader(), "tallies", scanTally, `
			SELECT what, day, '', '', '', 'left', '', CAST(sum(n) AS BIGINT), 0, 0 FROM tallies
			WHERE shop_id = $1 AND what = 'message' AND day BETWEEN $2 AND $3 AND kind NOT IN ('reserved', 'rejected', 'cancelled')
			GROUP BY what, day ORDER BY what, day`, shopID, int(p.From), int(p.To))
		if err != nil {
			return nil, nil, err
		}
		// The part's first day is an argument of the outer query alone, so that grouping does not turn on it.
		parted, err := all(ctx, s.reader(), "tallies", scanTally, `
			SELECT what, CAST($2 AS BIGINT), persona, sequence, channel, kind, currency, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT)
			FROM tallies WHERE shop_id = $1 AND what IN ('abandoned', 'enrolled', 'message', 'decision', 'recovered', 'started', 'ordered') AND day BETWEEN $2 AND $3
			GROUP BY what, persona, sequence, channel, kind, currency ORDER BY what, persona, sequence, channel, kind, currency`, shopID, int(p.From), int(p.To))
		if err != nil {
			return nil, nil, err
		}
		byDay, sums = append(append(byDay, days...), sent...), append(sums, parted...)
	}
	return byDay, sums, nil
}

// totals gives a shop's numbers over all days together.
func totals(ctx context.Context, q querier, shopID string) ([]journey.Tally, error) {
	return all(ctx, q, "tallies", scanTally, `
		SELECT what, day, persona, '', '', kind, currency, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT) FROM tallies
		WHERE shop_id = $1 AND what IN ('cart', 'routed', 'message', 'decision', 'recovered', 'recovered_cart') AND day = 0
		GROUP BY what, day, persona, kind, currency HAVING sum(n) <> 0 ORDER BY what, persona, kind, currency`, shopID)
}
