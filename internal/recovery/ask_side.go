package recovery

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const (
	// askLease is how long questions belong to the process that took them;
	// askSpare is what must be left of it for a question to be put.
	askLease = 5 * time.Minute
	askSpare = time.Minute
	// askDepth is how many questions of one shop wait in memory; what is more comes
	// back after askAside, by when a platform that answers has room for it.
	askDepth = 256
	askAside = time.Minute
	// askBreath is how often a handler that a shop keeps waiting looks for what the
	// others of its shard want by now.
	askBreath = time.Second
)

// Ask handles the ask alarm of a shard: questions that are due are put to their
// platforms, the shops side by side and each shop's one after the other. What
// is told is taken in like a webhook. It gives how many were asked.
func (e *Engine) Ask(ctx context.Context, shard int) (int, error) {
	return e.turns.take(turn{AlarmAsk, shard}, func() (int, error) { return e.ask(ctx, shard) })
}

// ask goes on taking questions while a slow shop is at its own: a platform that
// takes long for each call, or a shop with many questions, keeps no other shop of
// its shard waiting.
func (e *Engine) ask(ctx context.Context, shard int) (total int, err error) {
	a := &asking{Engine: e, ctx: ctx, waiting: map[string][]Inquiry{}, quiet: make(chan struct{})}
	close(a.quiet)
	for a.failed() == nil {
		var due []Inquiry
		err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
			due, err = tx.ClaimInquiries(ctx, shard, e.Batch, tx.Now().Add(askLease))
			return err
		})
		if err == nil {
			err = a.put(due)
		}
		if err != nil {
			break
		}
		if total += len(due); len(due) < e.Batch && a.breathe() {
			break
		}
	}
	err = errors.Join(err, a.end())
	e.Meter.Job(AlarmAsk, total)
	if err != nil {
		return total, err
	}
	return total, errors.Join(ctx.Err(), e.rearm(context.WithoutCancel(ctx), AlarmAsk, shard))
}

// asking is the work of one handler.
type asking struct {
	*Engine
	ctx context.Context

	mu sync.Mutex
	// waiting holds the questions of shops that are being asked; of one whose last
	// question is being put it is empty, and still there.
	waiting map[string][]Inquiry
	// quiet is closed while no shop is being asked.
	quiet chan struct{}
	err   error
}

// put hands questions to their shops. What a shop has no room for is put aside.
func (a *asking) put(due []Inquiry) error {
	var aside []Inquiry
	a.mu.Lock()
	for _, q := range due {
		queue, running := a.waiting[q.ShopID]
		if len(queue) >= askDepth {
			aside = append(aside, q)
			continue
		}
		if len(a.waiting) == 0 {
			a.quiet = make(chan struct{})
		}
		a.waiting[q.ShopID] = append(queue, q)
		if !running {
			go a.work(q.ShopID)
		}
	}
	a.mu.Unlock()
	for _, q := range aside {
		if err := a.untouched(q, askAside); err != nil {
			return err
		}
	}
	return nil
}

// untouched gives back a question that was taken and not put.
func (a *asking) untouched(q Inquiry, wait time.Duration) error {
	q.DueAt, q.Tries = a.Now().UTC().Add(wait), q.Tries-1
	return a.Store.Write(a.ctx, func(ctx context.Context, tx Tx) error { return tx.SettleInquiry(ctx, q, false) })
}

// breathe waits until nothing is being asked, which it reports, or for a breath.
func (a *asking) breathe() (over bool) {
	a.mu.Lock()
	quiet := a.quiet
	a.mu.Unlock()
	if !a.patient {
		<-quiet
		return true
	}
	select {
	case <-quiet:
		return true
	case <-a.After(askBreath):
		return false
	}
}

// failed is why no more is to be taken; nil where there is nothing.
func (a *asking) failed() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.err, a.ctx.Err())
}

// end waits for what is being asked.
func (a *asking) end() error {
	a.mu.Lock()
	quiet := a.quiet
	a.mu.Unlock()
	<-quiet
	return a.failed()
}

// work puts one shop's questions until none waits. After one that met trouble which
// is not its own (the platform is down, or refuses the keys) the others wait as long.
func (a *asking) work(shopID string) {
	sh, err := a.Store.Shop(a.ctx, shopID)
	var down error
	for {
		q, ok := a.next(shopID, err)
		if !ok {
			return
		}
		if q.DueAt.Sub(a.Now()) < askSpare {
			err = a.untouched(q, 0) // its lease is about to end: whoever takes it next puts it
			continue
		}
		down, err = a.askNext(a.ctx, sh, q, down)
	}
}

// next takes a shop's next question. There is none after an error, which is kept.
func (a *asking) next(shopID string, err error) (q Inquiry, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.err = errors.Join(a.err, err)
	queue := a.waiting[shopID]
	if err != nil || len(queue) == 0 {
		if delete(a.waiting, shopID); len(a.waiting) == 0 {
			close(a.quiet)
		}
		return q, false
	}
	a.waiting[shopID] = queue[1:]
	return queue[0], true
}

// askNext puts one question and writes what came of it; down is the trouble that
// the shop's further questions meet as well.
func (e *Engine) askNext(ctx context.Context, sh shop.Shop, q Inquiry, down error) (still, err error) {
	over := false
	if down == nil {
		over, err = e.askOne(ctx, sh, &q)
	} else {
		err = down
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // its lease brings it back
	}
	if err != nil {
		e.unanswered(sh, &q, err)
		if code := fault.CodeOf(err); code == fault.Overloaded || code == fault.Throttled || code == fault.Misconfigured {
			down = err
		}
	}
	return down, e.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.SettleInquiry(ctx, q, over) })
}
