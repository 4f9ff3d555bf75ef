package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// params writes placeholders for so many arguments, the first of which has the number given.
func params(first, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("$%d", first+i)
	}
	return strings.Join(out, ", ")
}

// Waiting counts the carts that wait at each of some steps, in their order, each
// up to a cap. It is one query, whose cost is bounded by the cap.
func (s *Store) Waiting(ctx context.Context, shopID string, steps []journey.StepName, most int) ([]int, error) {
	if len(steps) == 0 {
		return nil, nil
	}
	args, rows := []any{shopID, most}, make([]string, len(steps))
	for i, p := range steps {
		args = append(args, p.Key)
		rows[i] = fmt.Sprintf("(%d, $%d, %d, %d)", i, len(args), p.Version, p.Step)
	}
	return all(ctx, s.reader(), "waiting", scanInt, `WITH asked (place, key, version, step) AS (VALUES `+strings.Join(rows, ", ")+`)
		SELECT (SELECT count(*) FROM (SELECT 1 FROM enrollments WHERE shop_id = $1 AND sequence_key = asked.key AND sequence_version = asked.version
			AND step = asked.step AND state = 'waiting' LIMIT $2) AS few) FROM asked ORDER BY place`, args...)
}

// SequenceRevenue sums what each sequence recovered from a day of the shop's
// calendar on, out of the tallies: as Version and Step it gives 0.
func (s *Store) SequenceRevenue(ctx context.Context, shopID string, from journey.Day) ([]journey.StepRevenue, error) {
	return all(ctx, s.reader(), "recoveries", scanStepRevenue, `
		SELECT sequence, 0, 0, currency, CAST(sum(n) AS BIGINT), CAST(sum(amount - refunded) AS BIGINT) FROM tallies
		WHERE shop_id = $1 AND what = 'recovered' AND day >= $2 AND sequence <> ''
		GROUP BY sequence, currency HAVING sum(n) <> 0 ORDER BY sequence, currency`, shopID, int(from))
}
