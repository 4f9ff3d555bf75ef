package demo

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// refundAfter is how long a shopper keeps what they will send back: long in a
// demo, short in life.
const refundAfter = 4 * time.Hour

// visitor is one simulated shopper at work.
type visitor struct {
	crowd    *Crowd
	platform platform
	bag      *bag

	// turn is held while the shopper does one thing and guards what follows and the bag.
	turn sync.Mutex
	// letters counts those read, bought is true from the moment of the order on.
	letters int
	bought  bool
}

// act lets the shopper do one thing at a time.
func (v *visitor) act(do func() error) error {
	v.turn.Lock()
	defer v.turn.Unlock()
	return do()
}

// tell lets a provider report something.
func (v *visitor) tell(ctx context.Context, report func(context.Context) error) error {
	ctx, err := finishing(ctx)
	if err != nil {
		return err
	}
	return report(ctx)
}

// pause lets the shopper take their time: so many moves.
func (v *visitor) pause(ctx context.Context, moves int) error {
	return v.crowd.o.Sleep(ctx, time.Duration(moves)*v.bag.Pace)
}

// come is the visit to the shop, up to leaving it with or without an order.
func (v *visitor) come(ctx context.Context) error {
	if err := v.act(func() error { return v.enter(ctx) }); err != nil {
		return err
	}
	if err := v.pause(ctx, 1); err != nil {
		return err
	}
	if err := v.act(func() error { return v.platform.fill(ctx, v.bag) }); err != nil {
		return err
	}
	return v.end(ctx)
}

// enter is the arrival, with a past if there is one, and the first look.
func (v *visitor) enter(ctx context.Context) error {
	b, now := v.bag, v.crowd.o.Now()
	for i, p := range b.Past {
		if err := v.platform.past(ctx, b, b.order(i+1, p.Lines, now.Add(-p.Ago))); err != nil {
			return err
		}
	}
	if b.PSID != "" {
		err := v.tell(ctx, func(ctx context.Context) error { return v.crowd.o.Enter(ctx, b.PSID, "shop-page") })
		if err != nil {
			return err
		}
	}
	b.Began = v.crowd.o.Now()
	return v.platform.look(ctx, b)
}

// end is what becomes of the filled cart.
func (v *visitor) end(ctx context.Context) error {
	if v.bag.End == Leaves {
		return nil
	}
	if err := v.pause(ctx, 3); err != nil {
		return err
	}
	switch v.bag.End {
	case BuysAtOnce:
		return v.buy(ctx)
	case Empties:
		return v.act(func() error { return v.platform.empty(ctx, v.bag) })
	}
	return v.act(func() error { return v.platform.fail(ctx, v.bag) })
}

// buy orders the basket, once, and takes some of it back later.
func (v *visitor) buy(ctx context.Context) error {
	var o *purchase
	err := v.act(func() error {
		if v.bought {
			return nil
		}
		placed := v.bag.order(0, v.bag.Basket, v.crowd.o.Now())
		o, v.bought = &placed, true
		return v.platform.buy(ctx, v.bag, placed)
	})
	if err != nil || o == nil || v.bag.RefundShare == 0 {
		return err
	}
	if err := v.crowd.o.Sleep(ctx, refundAfter); err != nil {
		return err
	}
	o.Refunded = o.part(v.bag.RefundShare)
	return v.act(func() error { return v.platform.refund(ctx, v.bag, *o) })
}

// read is what the shopper does about a letter: nothing, until the one that
// their plan answers to.
func (v *visitor) read(ctx context.Context, l Letter) error {
	v.turn.Lock()
	v.letters++
	nth, bought := v.letters, v.bought
	v.turn.Unlock()
	if err := v.machines(ctx, l); err != nil || bought || nth > v.bag.AnswersTo {
		return err
	}
	if err := v.pause(ctx, 1); err != nil {
		return err
	}
	if nth < v.bag.AnswersTo {
		return v.open(ctx, l)
	}
	return v.answer(ctx, l)
}

// machines is what mailboxes do by themselves: pictures are fetched, links are
// tried. Neither is the shopper.
func (v *visitor) machines(ctx context.Context, l Letter) error {
	if l.Channel != event.Email {
		return nil
	}
	if v.bag.Proxied {
		if err := v.tell(ctx, l.Provider.MachineOpen); err != nil {
			return err
		}
	}
	if v.bag.Scanned {
		_, err := v.visit(ctx, restoreLink(l), "Mozilla/5.0 (compatible; LinkCheck/1.0)")
		return err
	}
	return nil
}

// answer is the shopper's reply.
func (v *visitor) answer(ctx context.Context, l Letter) error {
	switch v.bag.Reply {
	case Ignores:
		return nil
	case Bounces:
		return v.tell(ctx, l.Provider.Bounce)
	case Complains:
		if l.Channel == event.Email {
			return v.tell(ctx, l.Provider.Complain)
		}
		return v.tell(ctx, l.Provider.Stop)
	case Stops:
		return v.stop(ctx, l)
	}
	if err := v.open(ctx, l); err != nil || v.bag.Reply == Opens {
		return err
	}
	if v.bag.Reply != Remembers {
		back, err := v.restore(ctx, l)
		if err != nil || !back || v.bag.Reply == Looks {
			return err
		}
	}
	if err := v.pause(ctx, 3); err != nil {
		return err
	}
	return v.buy(ctx)
}

// open shows the letter; nobody sees whether a text was read.
func (v *visitor) open(ctx context.Context, l Letter) error {
	if l.Channel == event.SMS {
		return nil
	}
	return v.tell(ctx, l.Provider.Open)
}

// stop withdraws: by the mailbox's own button, or by answering STOP.
func (v *visitor) stop(ctx context.Context, l Letter) error {
	if l.UnsubscribeURL == "" {
		return v.tell(ctx, l.Provider.Stop)
	}
	return v.submit(ctx, l.UnsubscribeURL, url.Values{"List-Unsubscribe": {"One-Click"}}, http.StatusOK)
}
