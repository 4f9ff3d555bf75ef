package torture

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	// soon is what is waited for by the machine's clock; what is due later is
	// reached by moving the clock.
	soon = 4 * time.Second
	// leaps bounds how often the clock is moved.
	leaps = 40
	// leapOver is how far beyond the next due moment it is moved, so that what
	// follows shortly comes along.
	leapOver = 5 * time.Second
)

// settle lets everything come to rest: what is due soon by itself, the rest
// (leases of the killed, retries after outages) by moving the clock to it.
func (r *round) settle(ctx context.Context) error {
	if err := r.rest(ctx); err != nil {
		return err
	}
	if err := r.box.flush(ctx); err != nil {
		return err
	}
	if err := r.noteStranded(ctx); err != nil {
		return err
	}
	if err := r.exhaust(ctx); err != nil {
		return err
	}
	// What is unknown by now is settled by the callbacks that were held back.
	r.box.unhold()
	if err := r.box.flush(ctx); err != nil {
		return err
	}
	return r.exhaust(ctx)
}

// exhaust moves the clock from one due moment to the next until nothing waits.
func (r *round) exhaust(ctx context.Context) error {
	for range leaps {
		n, first, err := r.waiting(ctx)
		if err != nil || n == 0 {
			return err
		}
		r.progress("%d wait, the first in %s", n, first.Sub(r.skew.time()).Round(time.Second))
		if err := r.leap(ctx, time.Until(first)+leapOver); err != nil {
			return err
		}
	}
	n, first, err := r.waiting(ctx)
	if err == nil && n > 0 {
		err = fault.New(fault.Internal, "%d rows still wait, the first until %s", n, stamp(first))
	}
	return err
}

// leap starts the servers by a clock that is ahead, and waits for what is due by it.
func (r *round) leap(ctx context.Context, by time.Duration) error {
	if err := r.restart(ctx, by); err != nil {
		return err
	}
	if err := r.rest(ctx); err != nil {
		return err
	}
	return r.box.flush(ctx)
}

// restart starts the servers anew, by a clock that is ahead.
func (r *round) restart(ctx context.Context, by time.Duration) error {
	defer hold(r.servers...)()
	for _, s := range r.servers {
		r.drained(s.end())
		s.skewed = true
	}
	if err := r.skew.set(max(by, r.skew.ahead())); err != nil {
		return err
	}
	for _, s := range r.servers {
		if err := s.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rest waits until nothing is due now or soon.
func (r *round) rest(ctx context.Context) error {
	var wrong error
	err := until(ctx, patience, "what is due is done", func() bool {
		n, first, err := r.waiting(ctx)
		wrong = err
		return err == nil && (n == 0 || first.After(r.skew.time().Add(soon)))
	})
	if err != nil && wrong != nil {
		return wrong
	}
	return err
}

// waiting gives how much still waits, and until when the first of it.
func (r *round) waiting(ctx context.Context) (n int, first time.Time, err error) {
	err = r.look(ctx, func(db *sql.DB) (err error) {
		n, first, err = pending(ctx, db)
		return err
	})
	return n, first, err
}

// noteStranded counts what is to wait for longer than any lease or retry.
func (r *round) noteStranded(ctx context.Context) error {
	return r.look(ctx, func(db *sql.DB) error {
		n, err := dueAfter(ctx, db, r.skew.time().Add(time.Hour))
		r.stranded = n
		return err
	})
}

// compare reads the database and compares.
func (r *round) compare(ctx context.Context) (Result, error) {
	r.scanLogs()
	var stored Stored
	err := r.look(ctx, func(db *sql.DB) (err error) {
		stored, err = read(ctx, db)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	seen, faults, problems := r.ledger.snapshot()
	rules := Rules{Steps: len(stepTimes)}
	if r.config.Engine == EnginePostgres {
		// Its timestamps are taken when a transaction begins.
		rules.Tolerance = 250 * time.Millisecond
	}
	f := Judge(seen, stored, rules)
	f.Violations = append(f.Violations, problems...)
	return Result{
		Finding: f, Seed: r.seed, Kept: r.place.root, Rounds: 1, Kills: int(r.kills.Load()), Faults: faults,
		Events: len(seen.Events), Drains: r.drains, Skipped: r.skipped, Stranded: r.stranded,
	}, nil
}
