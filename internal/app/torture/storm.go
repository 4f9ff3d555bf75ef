package torture

import (
	"context"
	"sync"
	"time"
)

// run plays the round: calm, faults under load, settling, comparison.
func (r *round) run(ctx context.Context, during time.Duration) (Result, error) {
	if err := r.setUp(ctx); err != nil {
		return Result{}, err
	}
	stopWatching := r.watch(ctx)
	defer stopWatching()
	r.progress("seed %d, load for %s in %s", r.seed, during.Round(time.Second), r.place.root)
	if err := r.storm(ctx, during); err != nil {
		return Result{}, err
	}
	r.progress("settling")
	if err := r.settle(ctx); err != nil {
		r.ledger.problem("resume", "it does not come to rest: "+err.Error())
	}
	stopWatching()
	for _, s := range r.servers {
		r.drained(s.end())
	}
	return r.compare(ctx)
}

// watch watches all servers until the given function is called.
func (r *round) watch(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, s := range r.servers {
		wg.Go(func() { s.watch(ctx) })
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

// storm is the load with its faults. It ends when the last shopper's story has.
func (r *round) storm(ctx context.Context, during time.Duration) error {
	living, dead := context.WithTimeout(ctx, during+2*patience)
	defer dead()
	done := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(done)
		r.load.run(living, during)
	}()
	calm := min(during/5, 6*time.Second)
	if err := pause(ctx, calm); err != nil {
		<-done
		return err
	}
	r.ledger.do(func(s *Seen) { s.Calm = append(s.Calm, Span{began, began.Add(calm - time.Second)}) })
	r.box.oracle.setCalm(false)
	err := r.trouble(ctx, time.Until(began.Add(during)))
	r.box.oracle.setCalm(true)
	r.box.calm()
	if err != nil {
		dead()
	}
	<-done
	return err
}

// trouble plays random faults for a while, and in the middle of it the ones that need the stage for themselves.
func (r *round) trouble(ctx context.Context, during time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, during)
	defer cancel()
	bad := make(chan struct{})
	go func() {
		defer close(bad)
		r.misbehave(ctx)
	}()
	defer func() { cancel(); <-bad }()
	half, enough := context.WithTimeout(ctx, during/2)
	err := r.torment(half, r.opts.Gap)
	enough()
	for _, solo := range r.solos() {
		if err != nil || ctx.Err() != nil {
			break
		}
		r.progress("%s", solo.kind)
		err = solo.play(r, context.WithoutCancel(ctx))
	}
	if err == nil {
		err = r.torment(ctx, r.opts.Gap)
	}
	return err
}
