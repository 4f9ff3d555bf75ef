package recovery

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

const (
	// sampleCarts is how many of the last abandoned carts a rule is tried on.
	sampleCarts = 500
	// lookBack is the time that the desk's pages count.
	lookBack = 30 * 24 * time.Hour
)

// PersonaBoard gives all personas with their reach: what they were given in the
// last 30 days, and what they would be given of the last abandoned carts by
// today's rules.
func (e *Engine) PersonaBoard(ctx context.Context, shopID string) (journey.PersonaBoard, error) {
	b := journey.PersonaBoard{RoutedSince: e.since()}
	list, err := e.Store.Personas(ctx, shopID)
	if err != nil {
		return b, err
	}
	if b.Revision, err = e.Store.PersonasRevision(ctx, shopID); err != nil {
		return b, err
	}
	sample, err := e.Store.SampleCarts(ctx, shopID, sampleCarts)
	if err != nil {
		return b, err
	}
	survey, err := persona.Take(ctx, e.Rules, list, factsOf(sample))
	if err != nil {
		return b, err
	}
	b.Sampled, b.SampledSince = len(sample), oldest(sample)
	for i, p := range list {
		b.Cards = append(b.Cards, card(p, survey.Places[i], list, sample))
	}
	if err := e.routed(ctx, shopID, &b); err != nil {
		return b, err
	}
	return b, e.dependents(ctx, shopID, &b)
}

// since is the first moment that the desk's pages count: the beginning of a UTC day.
func (e *Engine) since() time.Time { return e.Now().Add(-lookBack).UTC().Truncate(24 * time.Hour) }

func factsOf(sample []Sampled) []persona.Facts {
	out := make([]persona.Facts, len(sample))
	for i, s := range sample {
		out[i] = persona.NewFacts(s.Shopper, s.Past, s.Cart)
	}
	return out
}

func oldest(sample []Sampled) (at time.Time) {
	for _, s := range sample {
		if at.IsZero() || s.Cart.AbandonedAt.Before(at) {
			at = s.Cart.AbandonedAt
		}
	}
	return at
}

func card(p persona.Persona, now persona.Surveyed, list []persona.Persona, sample []Sampled) journey.PersonaCard {
	c := journey.PersonaCard{Persona: p, Now: now, Overlaps: overlaps(now.Also, list), Sequences: []string{}, Examples: examples(now.Examples, sample)}
	if len(sample) > 0 {
		c.NowShare = (now.Takes*100 + len(sample)/2) / len(sample)
	}
	return c
}

// overlaps names the personas of some counts, the most first.
func overlaps(counts map[string]int, list []persona.Persona) []journey.PersonaOverlap {
	out := []journey.PersonaOverlap{}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		name := key
		if i := slices.IndexFunc(list, func(p persona.Persona) bool { return p.Key == key }); i >= 0 {
			name = cmp.Or(list[i].Name, key)
		}
		out = append(out, journey.PersonaOverlap{Key: key, Name: name, Carts: counts[key]})
	}
	slices.SortStableFunc(out, func(a, b journey.PersonaOverlap) int { return b.Carts - a.Carts })
	return out
}

func examples(at []int, sample []Sampled) []journey.SampleCart {
	out := []journey.SampleCart{}
	for _, i := range at {
		s := sample[i]
		name := strings.TrimSpace(s.Shopper.Traits.FirstName.Value + " " + s.Shopper.Traits.LastName.Value)
		out = append(out, journey.SampleCart{CartID: s.Cart.ID, Name: name, Total: s.Cart.Total(), Lines: len(s.Cart.Items()), At: s.Cart.AbandonedAt})
	}
	return out
}

// routed fills in what was really given to each persona.
func (e *Engine) routed(ctx context.Context, shopID string, b *journey.PersonaBoard) error {
	counts, err := e.Store.StepCounts(ctx, shopID, []string{""}, b.RoutedSince)
	if err != nil {
		return err
	}
	b.MoreRouted = counts.More
	by := map[string]int{}
	for _, c := range counts.Counts {
		if key, ok := strings.CutPrefix(c.Rule, "persona."); ok && c.Outcome == string(journey.Routed) {
			by[key] += c.Count
			b.Routed += c.Count
		}
	}
	shares := map[string]int{}
	for _, s := range persona.Reach(by) {
		shares[s.Key] = s.Percent
	}
	for i := range b.Cards {
		b.Cards[i].Routed, b.Cards[i].Share = by[b.Cards[i].Key], shares[b.Cards[i].Key]
	}
	return nil
}

// dependents fills in the sequences of each persona.
func (e *Engine) dependents(ctx context.Context, shopID string, b *journey.PersonaBoard) error {
	live, err := e.Store.Sequences(ctx, shopID)
	if err != nil {
		return err
	}
	for i := range b.Cards {
		for _, s := range live {
			if s.Persona == b.Cards[i].Key {
				b.Cards[i].Sequences = append(b.Cards[i].Sequences, s.Key)
			}
		}
	}
	return nil
}

// CheckRule says what is wrong with an expression; none for one that compiles.
func (e *Engine) CheckRule(text string) []persona.Mistake { return e.Rules.Mistakes(text) }

// RuleForm reads a rule as rows; false where only its text can be shown.
func (e *Engine) RuleForm(text string) (persona.Form, bool) { return e.Rules.Form(text) }

// RuleReach tells what a rule would do for a persona at its place in the list
// before it is saved. key is the persona's, "" for a new one, which comes above
// the catch-all.
func (e *Engine) RuleReach(ctx context.Context, shopID, key, rule string) (journey.RuleReach, error) {
	var r journey.RuleReach
	list, err := e.Store.Personas(ctx, shopID)
	if err != nil {
		return r, err
	}
	sample, err := e.Store.SampleCarts(ctx, shopID, sampleCarts)
	if err != nil {
		return r, err
	}
	facts := factsOf(sample)
	before, err := persona.Take(ctx, e.Rules, list, facts)
	if err != nil {
		return r, err
	}
	changed, at, err := withRule(list, key, rule)
	if err != nil {
		return r, err
	}
	after, err := persona.Take(ctx, e.Rules, changed, facts)
	if err != nil {
		return r, err
	}
	place := after.Places[at]
	r = journey.RuleReach{
		Sampled: len(sample), Since: oldest(sample), Matches: place.Matches, Takes: place.Takes, ShadowedBy: place.ShadowedBy,
		Failed: place.Failed, Examples: examples(place.Examples, sample),
	}
	from := map[string]int{}
	for n, taker := range after.Taker {
		if taker == at && before.Taker[n] >= 0 && list[before.Taker[n]].Key != changed[at].Key {
			from[list[before.Taker[n]].Key]++
		}
	}
	r.From = overlaps(from, list)
	return r, nil
}

func withRule(list []persona.Persona, key, rule string) ([]persona.Persona, int, error) {
	changed := slices.Clone(list)
	if key == "" {
		at := max(len(list)-1, 0)
		return slices.Insert(changed, at, persona.Persona{Rule: rule}), at, nil
	}
	at := slices.IndexFunc(changed, func(p persona.Persona) bool { return p.Key == key })
	if at < 0 {
		return nil, 0, fault.New(fault.NotFound, "there is no persona %q", key)
	}
	changed[at].Rule = rule
	return changed, at, nil
}
