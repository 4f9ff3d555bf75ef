package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

// Summary gives the shop's carts, money, messages and decisions over all time, from its tallies.
func (s *Store) Summary(ctx context.Context, shopID string) (journey.Summary, error) {
	q := s.reader()
	out := journey.Summary{Carts: map[cart.State]int{}, Messages: map[string]int{}, Revenue: []journey.Revenue{}, Decisions: []journey.RuleCount{}}
	known, err := totals(ctx, q, shopID)
	if err != nil {
		return out, err
	}
	routed := addTotals(&out, known)
	if out.Personas, err = reach(ctx, q, shopID, routed); err != nil {
		return out, err
	}
	if out.Quarantined, err = one(ctx, q, "events", scanInt, `
		SELECT count(*) FROM (SELECT id FROM events WHERE shop_id = $1 AND status = 'quarantined' LIMIT $2) AS held`, shopID, journey.MaxCounted); err != nil {
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
	if out.Codes, err = s.scarceStocks(ctx, shopID); err != nil {
		return out, err
	}
	standing, err := standingOf(ctx, q, shopID)
	if standing.Paused() {
		out.EmailRests, out.EmailRestsSince = standing.Reason, standing.PausedAt
	}
	return out, err
}

// addTotals puts the tallies of all days where they belong, and gives the routed carts by persona.
func addTotals(out *journey.Summary, known []journey.Tally) (routed map[string]int) {
	routed = map[string]int{}
	for _, t := range known {
		n := int(t.N)
		switch t.What {
		case journey.TallyCart:
			out.Carts[cart.State(t.Kind)] = n
		case journey.TallyRecoveredCart:
			out.Recovered = n
		case journey.TallyRouted:
			routed[t.Persona] = n
		case journey.TallyMessage:
			out.Messages[t.Kind] = n
		case journey.TallyDecision:
			outcome, rule, _ := strings.Cut(t.Kind, " ")
			out.Decisions = append(out.Decisions, journey.RuleCount{Outcome: journey.Outcome(outcome), Rule: rule, Count: n})
		case journey.TallyRecovered:
			gross, lost := money.Money{Minor: t.Amount, Currency: t.Currency}, money.Money{Minor: t.Refunded, Currency: t.Currency}
			out.Revenue = append(out.Revenue, journey.Revenue{Rule: attribution.Rule(t.Kind), Orders: n, Gross: gross, Refunded: lost,
				Net: money.Money{Minor: t.Amount - t.Refunded, Currency: t.Currency}})
		}
	}
	slices.SortFunc(out.Decisions, func(a, b journey.RuleCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Rule, b.Rule)) })
	slices.SortFunc(out.Revenue, func(a, b journey.Revenue) int {
		return cmp.Or(cmp.Compare(a.Gross.Currency, b.Gross.Currency), cmp.Compare(a.Rule, b.Rule))
	})
	return routed
}

// reach gives each persona's share of the routed carts, in routing order.
func reach(ctx context.Context, q querier, shopID string, by map[string]int) ([]journey.Reach, error) {
	list, err := personas(ctx, q, shopID)
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

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
