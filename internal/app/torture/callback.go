package torture

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// accepted records a message and sees to its callbacks. Those that come before
// the answer are made here.
func (b *box) accepted(m sandbox.Sent, arrived time.Time, ahead time.Duration) {
	how, wait := b.oracle.saying()
	b.ledger.do(func(s *Seen) {
		s.Accepted = append(s.Accepted, Accepted{Shop: m.ShopID, Channel: m.Channel, Message: m.MessageID, Provider: m.ProviderID, At: arrived, Skew: ahead})
		if how == never {
			s.Silent[m.MessageID] = true
		}
	})
	if how != after {
		b.ledger.fault("provider: " + string(how))
	}
	b.mu.Lock()
	delete(b.taken, m.ProviderID)
	b.mu.Unlock()
	switch how {
	case never:
		return
	case held:
		b.mu.Lock()
		defer b.mu.Unlock()
		b.held = append(b.held, m)
		return
	case before:
		ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
		defer cancel()
		if b.inner.Deliver(ctx, m) == nil {
			return
		}
	}
	b.talk(m, how, wait)
}

// talk reports in the background.
func (b *box) talk(m sandbox.Sent, how saying, wait time.Duration) {
	b.talking.Add(1)
	go func() {
		defer b.talking.Add(-1)
		b.report(m, how, wait)
	}()
}

// silent reports that no callback is under way.
func (b *box) silent() bool { return b.talking.Load() == 0 }

// report calls back, again and again until it is heard.
func (b *box) report(m sandbox.Sent, how saying, wait time.Duration) {
	if pause(b.ctx, wait) != nil {
		return
	}
	if how == reordered && m.Channel != event.SMS {
		insist(b.ctx, func() error { return b.inner.Open(b.ctx, m) })
	}
	insist(b.ctx, func() error { return b.inner.Deliver(b.ctx, m) })
	if how == twice || how == reordered {
		insist(b.ctx, func() error { return b.inner.Deliver(b.ctx, m) })
	}
}

// unhold makes the callbacks that were held back.
func (b *box) unhold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.held {
		b.talk(m, after, 0)
	}
	b.held = nil
}

// insist makes a callback until it is answered well, or ctx ends.
func insist(ctx context.Context, call func() error) {
	for wait := 50 * time.Millisecond; call() != nil; wait = min(2*wait, time.Second) {
		if pause(ctx, wait) != nil {
			return
		}
	}
}

// flush waits until all callbacks are heard.
func (b *box) flush(ctx context.Context) error {
	return until(ctx, patience, "callbacks are answered 200", b.silent)
}
