package torture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	// longestLoad and shortestLoad bound the load of one round, settling the
	// share of a round that comes after it.
	longestLoad  = 45 * time.Second
	shortestLoad = 7 * time.Second
	settling     = 15 * time.Second
)

// Report is a whole run.
type Report struct {
	// Began and Took say when and how long it ran.
	Began time.Time
	Took  time.Duration
	Seed  uint64
	// Rows are the configurations in the order in which they were played.
	Rows []Row
	// Histories are the generated ones, if any were run.
	Histories Histories
	// Broken is why a round could not be played to its end.
	Broken []string
}

// Row is one configuration's part.
type Row struct {
	Config Config
	Result Result
}

// Total sums the rows up.
func (r *Report) Total() (t Result) {
	for _, row := range r.Rows {
		t.add(row.Result)
	}
	return t
}

// OK reports whether every promise was kept and everything could be played.
func (r *Report) OK() bool {
	t := r.Total()
	return len(t.Violations) == 0 && len(r.Broken) == 0 && !r.Histories.Failed
}

// Run plays rounds until the duration is used up, each configuration its share
// and at least one round. It leaves no process behind, also when ctx ends.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.complete(ctx); err != nil {
		return nil, err
	}
	report := &Report{Began: time.Now(), Seed: o.Seed}
	defer func() { report.Took = time.Since(report.Began) }()
	if o.Binary == "" && !onlyHistories(o) {
		dir, err := os.MkdirTemp("", "cg-torture-build-")
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "the program has nowhere to be built")
		}
		defer os.RemoveAll(dir)
		if o.Binary, err = build(ctx, dir); err != nil {
			return nil, err
		}
	}
	// The building is not counted: the duration is for rounds.
	began := time.Now()
	configs := o.configs()
	if onlyHistories(o) {
		configs = nil
	}
	if o.Histories != "" && wanted(o, "histories") {
		// A fourth of the time, and first: rounds end when they have settled, not to the second.
		report.Histories = runHistories(ctx, o, began.Add(o.Duration/time.Duration(1+min(3, len(configs)))))
	}
	for i, c := range configs {
		// What one took too long is everybody's loss.
		end := time.Now().Add(time.Until(began.Add(o.Duration)) / time.Duration(len(configs)-i))
		row := Row{Config: c}
		err := o.play(ctx, c, i, end, &row.Result)
		report.Rows = append(report.Rows, row)
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		if err != nil {
			report.Broken = append(report.Broken, fmt.Sprintf("%s: %v", c, err))
		}
	}
	return report, ctx.Err()
}

func wanted(o Options, phase string) bool {
	return len(o.Only) == 0 || slices.Contains(o.Only, phase)
}

func onlyHistories(o Options) bool { return len(o.Only) == 1 && o.Only[0] == "histories" }

// play plays one configuration's rounds until its share ends.
func (o Options) play(ctx context.Context, c Config, index int, end time.Time, sum *Result) error {
	for n := 0; n == 0 || time.Until(end) > shortestLoad+settling; n++ {
		left := time.Until(end) - settling
		during := min(max(left, shortestLoad), longestLoad)
		if rest := left - during; rest > 0 && rest < shortestLoad+settling {
			during = max(left/2-settling/2, shortestLoad)
		}
		o.Short, o.Turn = during < 25*time.Second, index+n
		result, err := o.one(ctx, c, o.Seed+uint64(index)*1000+uint64(n), during)
		sum.add(result)
		if err != nil {
			return err
		}
	}
	return nil
}

// one plays one round.
func (o Options) one(ctx context.Context, c Config, seed uint64, during time.Duration) (Result, error) {
	r, err := newRound(&o, c, seed)
	if err != nil {
		return Result{}, err
	}
	defer r.close()
	result, err := r.run(ctx, during)
	for i := range result.Violations {
		result.Violations[i].Text += fmt.Sprintf(" [%s, seed %d%s]", c, seed, kept(o, r.place.root))
	}
	if err != nil {
		return result, errors.Join(fmt.Errorf("the round with seed %d was not played to its end", seed), err)
	}
	return result, nil
}

func kept(o Options, root string) string {
	if o.Keep == "" {
		return ""
	}
	return ", " + root
}
