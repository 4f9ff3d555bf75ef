package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// The windows that lateness is measured over.
const (
	lateDay  = 24 * time.Hour
	lateWeek = 7 * 24 * time.Hour
)

// gone are the messages that reached their provider, or may have (delivery.State.Left).
const gone = `sent_at > 0 AND state NOT IN ('reserved', 'rejected', 'cancelled')`

// late is how late one message left, if it did; times are unix milliseconds.
type late struct {
	channel  event.Channel
	reserved int64
	ms       int64
	left     bool
}

// Lateness gives exact quantiles of due to sent, over the messages that left in
// the last day and week, all together and by channel, the week last.
//
// The cost has a bound: the index gives the newest messages, at most
// journey.MaxLateness of them, four numbers each, and nothing older is read.
// They are ranked here: Postgres has percentile_disc and SQLite has not, and
// ranking by window functions, which both have, takes twenty times as long.
func (s *Store) Lateness(ctx context.Context, shopID string) ([]journey.Lateness, error) {
	now := s.now().UTC()
	day, week := journey.Lateness{Window: lateDay, Since: now.Add(-lateDay)}, journey.Lateness{Window: lateWeek, Since: now.Add(-lateWeek)}
	newest, err := all(ctx, s.reader(), "lateness", func(rows *sql.Rows, l *late) error {
		return rows.Scan(&l.channel, &l.reserved, &l.ms, &l.left)
	}, `SELECT channel, reserved_at, sent_at - step_due_at, CASE WHEN `+gone+` THEN 1 ELSE 0 END FROM messages
		WHERE shop_id = $1 AND reserved_at >= $2 ORDER BY reserved_at DESC, id DESC LIMIT $3`, shopID, ms(week.Since), journey.MaxLateness)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(newest, func(a, b late) int { return cmp.Compare(a.ms, b.ms) })
	return append(quantiles(day, newest), quantiles(week, newest)...), nil
}

// quantiles gives a window's lateness, all channels first, from messages in the order of theirs.
func quantiles(window journey.Lateness, newest []late) []journey.Lateness {
	by, read := map[event.Channel][]int64{}, 0
	for _, l := range newest {
		if l.reserved < ms(window.Since) {
			continue
		}
		read++
		if l.left {
			by[""] = append(by[""], max(l.ms, 0))
			by[l.channel] = append(by[l.channel], max(l.ms, 0))
		}
	}
	window.Capped = read == journey.MaxLateness
	out := []journey.Lateness{}
	for _, c := range []event.Channel{"", event.Email, event.Messenger, event.SMS} {
		if sorted := by[c]; len(sorted) > 0 {
			l := window
			l.Channel, l.Messages, l.P50, l.P99 = c, len(sorted), nearestRank(sorted, 50), nearestRank(sorted, 99)
			out = append(out, l)
		}
	}
	return out
}

// nearestRank gives the least lateness that so many of a hundred do not exceed.
func nearestRank(sorted []int64, percent int) time.Duration {
	return time.Duration(sorted[(len(sorted)*percent+99)/100-1]) * time.Millisecond
}
