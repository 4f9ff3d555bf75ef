package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

func scanTally(rows *sql.Rows, t *journey.Tally) error {
	return rows.Scan(&t.What, &t.Day, &t.Persona, &t.Sequence, &t.Channel, &t.Kind, &t.Currency, &t.N, &t.Amount, &t.Refunded)
}

// Report tells what happened on some days. Its cost is that of the days'
// tallies, which are read side by side.
func (s *Store) Report(ctx context.Context, shopID string, q journey.ReportQuery) (journey.Report, error) {
	var (
		byDay, days, before, today []journey.Tally
		failed                     [4]error
		reads                      sync.WaitGroup
	)
	from := q.Days.From
	if q.Compare {
		from = q.Days.Before().From
		reads.Go(func() { before, failed[0] = s.tallySums(ctx, shopID, q.Days.Before()) })
	}
	reads.Go(func() { byDay, failed[1] = s.talliesByDay(ctx, shopID, journey.Days{From: from, To: q.Days.To}) })
	reads.Go(func() { days, failed[2] = s.tallySums(ctx, shopID, q.Days) })
	reads.Go(func() { today, failed[3] = s.ruleSums(ctx, shopID, journey.Days{From: q.Today, To: q.Today}) })
	reads.Wait()
	if err := errors.Join(failed[:]...); err != nil {
		return journey.Report{}, err
	}
	days = append(days, wholes(byDay, q.Days)...)
	if q.Compare {
		before = append(before, wholes(byDay, q.Days.Before())...)
	}
	return journey.NewReport(q, byDay, days, before, today), nil
}

// wholes are the carts begun and ordered on some days: they are told apart by
// day only, so that what was read for that is added up.
func wholes(byDay []journey.Tally, d journey.Days) []journey.Tally {
	started, ordered := journey.Tally{What: journey.TallyStarted}, journey.Tally{What: journey.TallyOrdered}
	for _, t := range byDay {
		switch {
		case t.Day < d.From || t.Day > d.To:
		case t.What == journey.TallyStarted:
			started.N += t.N
		case t.What == journey.TallyOrdered:
			ordered.N += t.N
		}
	}
	return []journey.Tally{started, ordered}
}

// Each part of what reports read has its own statement, which names what is
// counted: then days come in the order of the index and need no sorting, and
// what is sorted has only the columns that tell it apart.

// parts puts them together. Each is a list of columns, what is counted (and
// which of it), and what it is grouped by.
func parts(list ...[3]string) string {
	var all []string
	for _, p := range list {
		all = append(all, `SELECT `+p[0]+`, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT) FROM tallies
			WHERE shop_id = $1 AND what = `+p[1]+` AND day BETWEEN $2 AND $3 GROUP BY `+p[2])
	}
	return strings.Join(all, " UNION ALL ")
}

// sentOnly narrows messages to those that reached their provider, or may have.
const sentOnly = ` AND kind NOT IN ('reserved', 'rejected', 'cancelled')`

var (
	reportByDay = parts(
		[3]string{`what, day, '', '', '', '', ''`, `'started'`, `what, day`},
		[3]string{`what, day, '', '', '', '', ''`, `'abandoned'`, `what, day`},
		[3]string{`what, day, '', '', '', '', ''`, `'ordered'`, `what, day`},
		[3]string{`what, day, '', '', '', 'left', ''`, `'message'` + sentOnly, `what, day`},
		[3]string{`what, day, '', '', '', '', currency`, `'recovered'`, `what, day, currency`})
	reportSums = parts(
		[3]string{`what, 0, persona, '', '', '', ''`, `'abandoned'`, `what, persona`},
		[3]string{`what, 0, persona, sequence, '', kind, ''`, `'enrolled'`, `what, persona, sequence, kind`},
		[3]string{`what, 0, persona, sequence, channel, 'left', ''`, `'message'` + sentOnly, `what, persona, sequence, channel`},
		[3]string{`what, 0, persona, sequence, channel, '', currency`, `'recovered'`, `what, persona, sequence, channel, currency`},
		ruleParts)
	reportRules = parts(ruleParts)
	ruleParts   = [3]string{`what, 0, '', '', '', kind, ''`, `'decision'`, `what, kind`}
)

// talliesByDay gives what a report draws, day by day.
func (s *Store) talliesByDay(ctx context.Context, shopID string, d journey.Days) ([]journey.Tally, error) {
	return all(ctx, s.reader(), "tallies", scanTally, reportByDay, shopID, int(d.From), int(d.To))
}

// tallySums gives what a report lists, all its days together, but carts begun and ordered.
func (s *Store) tallySums(ctx context.Context, shopID string, d journey.Days) ([]journey.Tally, error) {
	return all(ctx, s.reader(), "tallies", scanTally, reportSums, shopID, int(d.From), int(d.To))
}

// ruleSums gives how often each rule decided on some days.
func (s *Store) ruleSums(ctx context.Context, shopID string, d journey.Days) ([]journey.Tally, error) {
	return all(ctx, s.reader(), "tallies", scanTally, reportRules, shopID, int(d.From), int(d.To))
}

// totals gives a shop's numbers over all days together.
func totals(ctx context.Context, q querier, shopID string) ([]journey.Tally, error) {
	return all(ctx, q, "tallies", scanTally, `
		SELECT what, day, persona, '', '', kind, currency, CAST(sum(n) AS BIGINT), CAST(sum(amount) AS BIGINT), CAST(sum(refunded) AS BIGINT) FROM tallies
		WHERE shop_id = $1 AND what IN ('cart', 'routed', 'message', 'decision', 'recovered', 'recovered_cart') AND day = 0
		GROUP BY what, day, persona, kind, currency HAVING sum(n) <> 0 ORDER BY what, persona, kind, currency`, shopID)
}
