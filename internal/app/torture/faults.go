package torture

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// trouble is one kind of fault that a round can play.
type trouble struct {
	// kind names it in the table; phase is the name under which -only knows it.
	kind, phase string
	// weight is how often it comes, against the others.
	weight int
	play   func(*round, context.Context) error
}

// troubles are those that come at random. A configuration has what its parts can suffer.
func troubles(c Config) []trouble {
	all := []trouble{
		{"SIGKILL", "kill", 10, (*round).killOne},
		{"SIGTERM", "term", 2, (*round).termOne},
	}
	if c.Split {
		all = append(all, trouble{"SIGKILL of all", "kill", 3, (*round).killAll})
	}
	if c.Engine == EnginePostgres {
		all = append(all,
			trouble{"redis FLUSHALL", "redis", 2, (*round).flushRedis},
			trouble{"redis SHUTDOWN", "redis", 2, (*round).shutdownRedis},
			trouble{"redis SIGKILL", "redis", 2, (*round).killRedis},
			trouble{"postgres fast restart", "postgres", 2, restartPostgres(syscall.SIGINT)},
			trouble{"postgres immediate restart", "postgres", 2, restartPostgres(syscall.SIGQUIT)},
		)
	}
	return all
}

// torment plays faults one after the other, sometimes two at once, until ctx ends.
func (r *round) torment(ctx context.Context, gap time.Duration) error {
	all := slices.DeleteFunc(troubles(r.config), func(t trouble) bool { return !r.wants(t.phase) })
	if len(all) == 0 {
		<-ctx.Done()
		return nil
	}
	for ctx.Err() == nil {
		if pause(ctx, gap/2+time.Duration(r.rand.Int64N(int64(gap)))) != nil {
			return nil
		}
		some := []trouble{pick(r.rand, all)}
		if other := pick(r.rand, all); r.rand.IntN(4) == 0 && other.phase != some[0].phase && !sameServer(other, some[0]) {
			some = append(some, other)
		}
		// A fault that has begun is played to its end.
		if err := r.playAll(context.WithoutCancel(ctx), some); err != nil {
			return err
		}
	}
	return nil
}

// sameServer reports whether two troubles may meet at one process.
func sameServer(a, b trouble) bool {
	on := func(t trouble) bool { return t.phase == "kill" || t.phase == "term" }
	return on(a) && on(b)
}

func (r *round) playAll(ctx context.Context, some []trouble) error {
	errs := make(chan error, len(some))
	for _, t := range some {
		r.progress("%s", t.kind)
		if t.phase != "kill" {
			r.ledger.fault(t.kind)
		}
		go func() { errs <- t.play(r, ctx) }()
	}
	var first error
	for range some {
		if err := <-errs; first == nil {
			first = err
		}
	}
	return first
}

func pick(r *rand.Rand, all []trouble) trouble {
	sum := 0
	for _, t := range all {
		sum += t.weight
	}
	n := r.IntN(sum)
	for _, t := range all {
		if n -= t.weight; n < 0 {
			return t
		}
	}
	return all[0]
}

// chance gives random numbers to faults that run at the same time.
type chance struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func (c *chance) below(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rand.IntN(n)
}

// short is a random pause before something is started again.
func (c *chance) short() time.Duration { return time.Duration(c.below(800)) * time.Millisecond }

// misbehave lets bursts of provider misfortune come and go until ctx ends.
func (r *round) misbehave(ctx context.Context) {
	if !r.wants("provider") {
		return
	}
	channels := []event.Channel{event.Email, event.SMS, event.Messenger}
	for pause(ctx, time.Duration(300+r.chance.below(1500))*time.Millisecond) == nil {
		burst := map[event.Channel]fate{}
		for _, ch := range channels {
			if r.chance.below(2) == 0 {
				burst[ch] = misfortunes[r.chance.below(len(misfortunes))]
			}
		}
		r.box.oracle.burst(burst)
		if pause(ctx, time.Duration(300+r.chance.below(1700))*time.Millisecond) != nil {
			return
		}
		r.box.calm()
	}
}
