package recovery

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// waitingCap is how many waiting carts of a step are counted: more is "10,000+".
const waitingCap = 10_000

// lineCap is the same for the overview, which counts all sequences at once.
const lineCap = 1_000

// SequenceLines gives all sequences with what they came to, live ones and new drafts.
func (e *Engine) SequenceLines(ctx context.Context, shopID string) ([]journey.SequenceLine, error) {
	live, err := e.Store.Sequences(ctx, shopID)
	if err != nil {
		return nil, err
	}
	drafts, err := e.Store.Drafts(ctx, shopID)
	if err != nil {
		return nil, err
	}
	pauses, err := e.Store.Pauses(ctx, shopID)
	if err != nil {
		return nil, err
	}
	earned, err := e.earned(ctx, shopID, live)
	if err != nil {
		return nil, err
	}
	out := []journey.SequenceLine{}
	for _, s := range live {
		out = append(out, journey.SequenceLine{
			Sequence: s, Earned: earned[s.Key],
			Paused:  slices.ContainsFunc(pauses, func(p journey.SequencePause) bool { return p.Key == s.Key }),
			Drafted: slices.ContainsFunc(drafts, func(d journey.SequenceDraft) bool { return d.Sequence.Key == s.Key }),
		})
	}
	for _, d := range drafts {
		if ofKey(live, d.Sequence.Key) == nil {
			out = append(out, journey.SequenceLine{Sequence: d.Sequence, Drafted: true, New: true})
		}
	}
	return out, nil
}

// earned sums what sequences came to, by key.
func (e *Engine) earned(ctx context.Context, shopID string, list []sequence.Sequence) (map[string]journey.SequenceEarned, error) {
	keys, out := []string{}, map[string]journey.SequenceEarned{}
	for _, s := range list {
		keys = append(keys, s.Key)
	}
	counts, err := e.Store.StepCounts(ctx, shopID, keys, e.since())
	if err != nil {
		return nil, err
	}
	from, _, err := e.sinceDay(ctx, shopID)
	if err != nil {
		return nil, err
	}
	revenue, err := e.Store.SequenceRevenue(ctx, shopID, from)
	if err != nil {
		return nil, err
	}
	steps := stepsOf(list...)
	waiting, err := e.Store.Waiting(ctx, shopID, steps, lineCap+1)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		out[s.Key] = sumOf(s.Key, counts.Counts, revenue)
	}
	for i, n := range waiting {
		sum := out[steps[i].Key]
		sum.Waiting, sum.WaitingMore = sum.Waiting+min(n, lineCap), sum.WaitingMore || n > lineCap
		out[steps[i].Key] = sum
	}
	return out, nil
}

// sinceDay is since by the shop's calendar, which revenue is counted by, and the
// moment that day begins.
func (e *Engine) sinceDay(ctx context.Context, shopID string) (journey.Day, time.Time, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return 0, time.Time{}, err
	}
	zone, err := time.LoadLocation(sh.TimeZone)
	if err != nil {
		zone = time.UTC // as its tallies are
	}
	from := journey.DayOf(e.since(), zone)
	return from, from.Begins(zone), nil
}

// stepsOf names all steps of some sequences.
func stepsOf(list ...sequence.Sequence) (out []journey.StepName) {
	for _, s := range list {
		for i := range s.Steps {
			out = append(out, journey.StepName{Key: s.Key, Version: s.Version, Step: i})
		}
	}
	return out
}

func sumOf(key string, counts []journey.StepCount, revenue []journey.StepRevenue) (sum journey.SequenceEarned) {
	for _, c := range counts {
		if c.Key != key || c.Step < 0 {
			continue
		}
		switch c.Outcome {
		case string(journey.Sent):
			sum.Sent += c.Count
		case string(journey.Skipped):
			sum.Skipped += c.Count
		case journey.Clicked:
			sum.Clicked += c.Count
		}
	}
	for _, r := range revenue {
		if r.Key == key {
			sum.Orders += r.Orders
			sum.Net = plus(sum.Net, r.Net)
		}
	}
	return sum
}

// plus adds an amount to those of its currency; currencies are never added together.
func plus(sums []money.Money, m money.Money) []money.Money {
	for i := range sums {
		if sums[i].Currency == m.Currency {
			sums[i].Minor += m.Minor
			return sums
		}
	}
	return append(sums, m)
}

// SequenceBoard gives one version of a sequence with what its steps came to;
// version 0 is the live one, or the draft of a sequence that was never published.
func (e *Engine) SequenceBoard(ctx context.Context, shopID, key string, version int) (b journey.SequenceBoard, err error) {
	b.Since = e.since()
	if b.Versions, err = e.Store.SequenceVersions(ctx, shopID, key); err != nil {
		return b, err
	}
	if err := e.beside(ctx, shopID, key, &b); err != nil {
		return b, err
	}
	live := slices.IndexFunc(b.Versions, func(v journey.SequenceVersion) bool { return v.Live })
	switch {
	case version == 0 && live >= 0:
		version = b.Versions[live].Version
	case version == 0 && b.Draft != nil:
		b.Sequence, b.Changes = b.Draft.Sequence, []string{}
		return b, nil
	case version == 0:
		return b, fault.New(fault.NotFound, "there is no sequence %q", key)
	}
	if b.Sequence, err = e.Store.SequenceVersion(ctx, shopID, key, version); err != nil {
		return b, err
	}
	b.Live = live >= 0 && b.Versions[live].Version == version
	if b.Draft != nil {
		b.Changes = sequence.Diff(b.Sequence, b.Draft.Sequence)
	}
	if err := e.fill(ctx, shopID, &b); err != nil {
		return b, err
	}
	return b, e.older(ctx, shopID, &b)
}

// beside reads what stands beside a sequence: its draft, its pause, its chores.
func (e *Engine) beside(ctx context.Context, shopID, key string, b *journey.SequenceBoard) error {
	drafts, err := e.Store.Drafts(ctx, shopID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(drafts, func(d journey.SequenceDraft) bool { return d.Sequence.Key == key }); i >= 0 {
		b.Draft = &drafts[i]
	}
	pauses, err := e.Store.Pauses(ctx, shopID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(pauses, func(p journey.SequencePause) bool { return p.Key == key }); i >= 0 {
		b.Pause = &pauses[i]
	}
	chores, err := e.Store.Chores(ctx, shopID)
	b.Chores = slices.DeleteFunc(chores, func(c journey.SequenceChore) bool { return c.Key != key })
	return err
}

// fill counts what the steps of the shown version came to.
func (e *Engine) fill(ctx context.Context, shopID string, b *journey.SequenceBoard) error {
	s := b.Sequence
	counts, err := e.Store.StepCounts(ctx, shopID, []string{s.Key}, b.Since)
	if err != nil {
		return err
	}
	_, from, err := e.sinceDay(ctx, shopID)
	if err != nil {
		return err
	}
	revenue, err := e.Store.StepRevenue(ctx, shopID, s.Key, from)
	if err != nil {
		return err
	}
	waiting, err := e.Store.Waiting(ctx, shopID, stepsOf(s), waitingCap+1)
	if err != nil {
		return err
	}
	b.More, b.All = counts.More, sumOf(s.Key, counts.Counts, revenue)
	for i, step := range s.Steps {
		line := journey.StepBoard{Step: step, Waiting: min(waiting[i], waitingCap), WaitingMore: waiting[i] > waitingCap, Skipped: []journey.RuleCount{}}
		for _, c := range counts.Counts {
			if c.Version == s.Version && c.Step == i {
				countInto(&line, c)
			}
		}
		slices.SortStableFunc(line.Skipped, func(a, b journey.RuleCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Rule, b.Rule)) })
		for _, r := range revenue {
			if r.Version == s.Version && r.Step == i {
				line.Orders, line.Net = line.Orders+r.Orders, plus(line.Net, r.Net)
			}
		}
		b.Steps = append(b.Steps, line)
		b.All.Waiting, b.All.WaitingMore = b.All.Waiting+line.Waiting, b.All.WaitingMore || line.WaitingMore
	}
	return nil
}

func countInto(line *journey.StepBoard, c journey.StepCount) {
	switch c.Outcome {
	case string(journey.Sent):
		line.Sent += c.Count
	case journey.Clicked:
		line.Clicked += c.Count
	case string(journey.Failed):
		line.Failed += c.Count
	case string(journey.Skipped):
		for i := range line.Skipped {
			if line.Skipped[i].Rule == c.Rule {
				line.Skipped[i].Count += c.Count
				return
			}
		}
		line.Skipped = append(line.Skipped, journey.RuleCount{Outcome: journey.Skipped, Rule: c.Rule, Count: c.Count})
	}
}

// maxOlder is how many older versions are asked for waiting carts.
const maxOlder = 10

// older counts the carts that still go through versions other than the shown one.
func (e *Engine) older(ctx context.Context, shopID string, b *journey.SequenceBoard) error {
	var steps []journey.StepName
	for i, v := range b.Versions {
		if i >= maxOlder || v.Version == b.Sequence.Version {
			continue
		}
		s, err := e.Store.SequenceVersion(ctx, shopID, b.Sequence.Key, v.Version)
		if err != nil {
			return err
		}
		steps = append(steps, stepsOf(s)...)
	}
	waiting, err := e.Store.Waiting(ctx, shopID, steps, waitingCap+1)
	if err != nil {
		return err
	}
	for i, n := range waiting {
		if n == 0 {
			continue
		}
		if last := len(b.Older) - 1; last < 0 || b.Older[last].Version != steps[i].Version {
			b.Older = append(b.Older, journey.OlderVersion{Version: steps[i].Version})
		}
		line := &b.Older[len(b.Older)-1]
		line.Waiting, line.More = line.Waiting+min(n, waitingCap), line.More || n > waitingCap
	}
	return nil
}

// Templates gives the live templates of a shop.
func (e *Engine) Templates(ctx context.Context, shopID string) ([]message.Template, error) {
	return e.Store.Templates(ctx, shopID)
}
