package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

func scanTally(rows *sql.Rows, t *journey.Tally) error {
	return rows.Scan(&t.What, &t.Day, &t.Persona, &t.Sequence, &t.Channel, &t.Kind, &t.Currency, &t.N, &t.Amount, &t.Refunded)
}

// Report tells what happened on some days. Its cost is that of the days' tallies.
func (s *Store) Report(ctx context.Context, shopID string, q journey.ReportQuery) (journey.Report, error) {
	from := q.Days.From
	if q.Compare {
		from = q.Days.Before().From
	}
	byDay, err := s.talliesByDay(ctx, shopID, journey.Days{From: from, To: q.Days.To})
	if err != nil {
		return journey.Report{}, err
	}
	days, err := s.tallySums(ctx, shopID, q.Days)
	if err != nil {
		return journey.Report{}, err
	}
	var before, today []journey.Tally
	if q.Compare {
		if before, err = s.tallySums(ctx, shopID, q.Days.Before()); err != nil {
			return journey.Report{}, err
		}
	}
	if today, err = s.tallySums(ctx, shopID, journey.Days{From: q.Today, To: q.Today}); err != nil {
		return journey.Report{}, err
	}
	return journey.NewReport(q, byDay, days, before, today), nil
}

// talliesByDay gives what a report draws, day by day.
func (s *Store) talliesByDay(ctx context.Context, shopID string, d journey.Days) ([]journey.Tally, error) {
	return all(ctx, s.reader(), "tallies", scanTally, `
		SELECT what, day, '', '', '', '', currency, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT) FROM tallies
		WHERE shop_id = $1 AND what IN ('started', 'abandoned', 'ordered', 'recovered') AND day BETWEEN $2 AND $3
		GROUP BY what, day, currency
		UNION ALL
		SELECT what, day, '', '', '', 'left', '', CAST(sum(n) AS BIGINT), 0, 0 FROM tallies
		WHERE shop_id = $1 AND what = 'message' AND day BETWEEN $2 AND $3 AND kind NOT IN ('reserved', 'rejected', 'cancelled')
		GROUP BY what, day`, shopID, int(d.From), int(d.To))
}

// tallySums gives what a report lists, all its days together.
func (s *Store) tallySums(ctx context.Context, shopID string, d journey.Days) ([]journey.Tally, error) {
	return all(ctx, s.reader(), "tallies", scanTally, `
		SELECT what, 0, persona, sequence, channel, kind, currency, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT)
		FROM tallies WHERE shop_id = $1 AND what IN ('started', 'abandoned', 'ordered', 'enrolled', 'message', 'decision', 'recovered')
			AND day BETWEEN $2 AND $3
		GROUP BY what, persona, sequence, channel, kind, currency`, shopID, int(d.From), int(d.To))
}

// totals gives a shop's numbers over all days together.
func totals(ctx context.Context, q querier, shopID string) ([]journey.Tally, error) {
	return all(ctx, q, "tallies", scanTally, `
		SELECT what, day, persona, '', '', kind, currency, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT) FROM tallies
		WHERE shop_id = $1 AND what IN ('cart', 'routed', 'message', 'decision', 'recovered', 'recovered_cart') AND day = 0
		GROUP BY what, day, persona, kind, currency HAVING sum(n) <> 0 ORDER BY what, persona, kind, currency`, shopID)
}
