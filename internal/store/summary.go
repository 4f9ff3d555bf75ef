package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

// Summary counts the shop's carts, money, messages and decisions.
func (s *Store) Summary(ctx context.Context, shopID string) (journey.Summary, error) {
	q := s.reader()
	out := journey.Summary{Carts: map[cart.State]int{}, Messages: map[string]int{}}
	states, err := counts(ctx, q, `SELECT state, count(*) FROM carts WHERE shop_id = $1 AND state <> 'merged' GROUP BY state`, shopID)
	if err != nil {
		return out, err
	}
	for state, n := range states {
		out.Carts[cart.State(state)] = n
	}
	if out.Messages, err = counts(ctx, q, `SELECT state, count(*) FROM messages WHERE shop_id = $1 GROUP BY state`, shopID); err != nil {
		return out, err
	}
	if out.Revenue, err = all(ctx, q, "recoveries", sumOf, `
		SELECT rule, currency, count(*), CAST(sum(amount_minor) AS BIGINT), CAST(sum(refunded_minor) AS BIGINT)
		FROM recoveries WHERE shop_id = $1 GROUP BY rule, currency ORDER BY currency, rule`, shopID); err != nil {
		return out, err
	}
	if out.Recovered, err = one(ctx, q, "recoveries", scanInt,
		`SELECT count(DISTINCT cart_id) FROM recoveries WHERE shop_id = $1`, shopID); err != nil {
		return out, err
	}
	if out.Quarantined, err = one(ctx, q, "events", scanInt,
		`SELECT count(*) FROM events WHERE shop_id = $1 AND status = 'quarantined'`, shopID); err != nil {
		return out, err
	}
	if out.Decisions, err = ruleCounts(ctx, q, shopID); err != nil {
		return out, err
	}
	if out.Personas, err = reach(ctx, q, shopID); err != nil {
		return out, err
	}
	if out.Lateness, err = s.Lateness(ctx, shopID); err != nil {
		return out, err
	}
	for _, l := range out.Lateness {
		if l.Window == lateWeek && l.Channel == "" {
			out.LatenessP50, out.LatenessP99 = l.P50, l.P99
		}
	}
	if out.Health, err = s.ChannelHealth(ctx, shopID); err != nil {
		return out, err
	}
	standing, err := standingOf(ctx, q, shopID)
	if standing.Paused() {
		out.EmailRests, out.EmailRestsSince = standing.Reason, standing.PausedAt
	}
	return out, err
}

type counted struct {
	name string
	n    int
}

func counts(ctx context.Context, q querier, query string, args ...any) (map[string]int, error) {
	rows, err := all(ctx, q, "counts", func(rows *sql.Rows, c *counted) error { return rows.Scan(&c.name, &c.n) }, query, args...)
	out := map[string]int{}
	for _, c := range rows {
		out[c.name] = c.n
	}
	return out, err
}

func ruleCounts(ctx context.Context, q querier, shopID string) ([]journey.RuleCount, error) {
	return all(ctx, q, "decisions", func(rows *sql.Rows, r *journey.RuleCount) error {
		return rows.Scan(&r.Outcome, &r.Rule, &r.Count)
	}, `SELECT outcome, rule, count(*) AS n FROM decisions WHERE shop_id = $1 GROUP BY outcome, rule ORDER BY n DESC, rule`, shopID)
}

// reach gives each persona's share of the routed carts, in routing order.
func reach(ctx context.Context, q querier, shopID string) ([]journey.Reach, error) {
	list, err := personas(ctx, q, shopID)
	if err != nil {
		return nil, err
	}
	by, err := counts(ctx, q, `SELECT persona, count(*) FROM carts WHERE shop_id = $1 AND persona <> '' GROUP BY persona`, shopID)
	if err != nil {
		return nil, err
	}
	share := map[string]float64{}
	for _, p := range persona.Reach(by) {
		share[p.Key] = float64(p.Percent)
	}
	out := []journey.Reach{}
	for _, p := range list {
		out = append(out, journey.Reach{Key: p.Key, Name: p.Name, Rule: p.Rule, Carts: by[p.Key], Percent: share[p.Key]})
		delete(by, p.Key)
	}
	// Personas that are gone keep their carts.
	for _, key := range sorted(by) {
		out = append(out, journey.Reach{Key: key, Name: key + " (removed)", Carts: by[key], Percent: share[key]})
	}
	return out, nil
}

func sorted(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
