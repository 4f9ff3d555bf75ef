package queue

import (
	"context"
	"slices"
	"sync"
	"time"
)

// The sweeper comes at least every half minute, and processes that started
// together drift apart.
const (
	sweepEvery  = 25 * time.Second
	sweepJitter = 5 * time.Second
)

// sweeper makes good what Redis lost: at start and about twice a minute it has
// the engine set an alarm for whatever waits without one. It keeps nothing, and
// any number of processes may sweep: alarms that are set already stay single.
type sweeper struct {
	queue   *Queue
	handler Handler
	end     context.CancelFunc
	wg      sync.WaitGroup
}

func startSweeper(ctx context.Context, q *Queue, h Handler) *sweeper {
	ctx, end := context.WithCancel(ctx)
	s := &sweeper{queue: q, handler: h, end: end}
	s.wg.Go(func() { s.run(ctx) })
	return s
}

func (s *sweeper) run(ctx context.Context) {
	for {
		s.sweep(ctx)
		next := time.NewTimer(sweepEvery + s.queue.opts.Jitter(sweepJitter))
		select {
		case <-ctx.Done():
			next.Stop()
			return
		case <-next.C:
		}
	}
}

// sweep forgets what was believed to be in Redis before it asks the engine.
func (s *sweeper) sweep(ctx context.Context) {
	if err := s.deleteArchived(); err != nil {
		s.queue.opts.Log.WarnContext(ctx, "alarms put away in Redis are not deleted", "error", err)
	}
	s.queue.publishAnew()
	s.queue.memory.clear()
	if err := s.handler.Sweep(ctx); err != nil && ctx.Err() == nil {
		s.queue.opts.Log.ErrorContext(ctx, "sweep failed; alarms that Redis lost stay silent until the next", "error", err)
	}
}

// deleteArchived deletes alarms that have failed too often: they would never
// ring again, and keep their id.
func (s *sweeper) deleteArchived() error {
	known, err := s.queue.inspector.Queues()
	if err != nil {
		return err
	}
	for _, name := range s.queue.names {
		if !slices.Contains(known, name) {
			continue
		}
		if _, err := s.queue.inspector.DeleteAllArchivedTasks(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *sweeper) stop() {
	s.end()
	s.wg.Wait()
}
