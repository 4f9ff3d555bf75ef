package app

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/cartograph-dev/cartograph/internal/demo"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

type demoCommand struct {
	Speed    float64       `default:"600" help:"How many times faster than life time runs: at 600, the default, an hour takes six seconds." placeholder:"N"`
	Shoppers int           `default:"0" help:"How many shoppers come in all (default: no end)." placeholder:"N"`
	Every    time.Duration `default:"1.5s" help:"Mean time between two shoppers, by your own clock (default: 1.5s)." placeholder:"TIME"`
	Duration time.Duration `default:"0s" help:"Stop by itself after this long, by your own clock (default: at Ctrl-C)." placeholder:"TIME"`
	Seed     uint64        `default:"1" help:"Who comes and what they do; the same seed gives the same shoppers (default: 1)." placeholder:"N"`
	JSON     bool          `name:"json" help:"Print JSON, one object per line."`
}

// Help tells what is not plain from the flags.
func (c *demoCommand) Help() string {
	return "Everything is real but the shoppers, the providers and the clock: webhooks are signed and verified, " +
		"messages go through the SendGrid, Twilio and Messenger clients to a sandbox inside this process. " +
		"Configuration and keys in the environment are left alone. Its data is thrown away at the end unless --data-dir says where to keep it."
}

// Run shows the demo until Ctrl-C or --duration.
func (c *demoCommand) Run(r *run) error {
	if err := c.check(r.root); err != nil {
		return err
	}
	began := time.Now()
	s, err := openStage(r, *c)
	if err != nil {
		return err
	}
	p := newDemoPrinter(r.term.Out, c.JSON, s)
	p.started()
	ctx := r.ctx
	if c.Duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Duration)
		defer cancel()
	}
	sum, err := s.play(ctx, began, p)
	if err = errors.Join(err, s.close(r.ctx)); err == nil {
		p.stopped(sum, s.crowd.Tally(), time.Since(began))
	}
	return err
}

// check refuses what the demo must not touch: it lives by a clock of its own,
// which would hurry along every shop of a database it shared.
func (c *demoCommand) check(root *commands) error {
	switch {
	case root.Config != "":
		return fault.New(fault.Misconfigured, "the demo reads no configuration").In("--config").Try("leave it out, or use `cartograph serve`")
	case root.DatabaseURL != "":
		return fault.New(fault.Misconfigured, "the demo brings a database of its own").In("--database-url").Try("leave it out, or use `cartograph serve`")
	case root.RedisURL != "":
		return fault.New(fault.Misconfigured, "the demo brings a Redis of its own").In("--redis-url").Try("leave it out, or use `cartograph serve`")
	case !(c.Speed >= 1 && c.Speed <= 3600):
		return fault.New(fault.Misconfigured, "%g is no speed for the demo", c.Speed).In("--speed").Try("give a number from 1 to 3600")
	case c.Every < 10*time.Millisecond:
		return fault.New(fault.Misconfigured, "%s between two shoppers is too short", c.Every).In("--every").Try("give at least 10ms")
	case c.Shoppers < 0, c.Duration < 0:
		return fault.New(fault.Misconfigured, "--shoppers and --duration are not below zero").Try("leave them out for no end")
	}
	return nil
}

// How often the demo looks at itself, by the wall clock.
const (
	lookForFirst = 200 * time.Millisecond
	tellTerminal = time.Second
	tellLog      = 5 * time.Second
)

// play lets the shoppers in and tells what happens until ctx ends or the
// server fails. Shoppers have gone home when it gives the closing numbers; the
// server still runs.
func (s *stage) play(ctx context.Context, began time.Time, p *demoPrinter) (demo.Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	gone := make(chan struct{})
	go func() { defer close(gone); s.crowd.Run(ctx) }()
	failed := s.watch(ctx, began, p)
	cancel()
	<-gone
	if failed != nil {
		return demo.Summary{}, failed
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	return s.crowd.Summary(last)
}

// watch tells what happens, until ctx ends or the server fails by itself.
func (s *stage) watch(ctx context.Context, began time.Time, p *demoPrinter) error {
	look, tell := time.NewTicker(lookForFirst), time.NewTicker(p.every())
	defer look.Stop()
	defer tell.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.server.Failed():
			return err
		case <-look.C:
			var first []demo.Recovery
			if first, err = s.crowd.Recoveries(ctx); len(first) > 0 {
				p.first(first[len(first)-1], time.Since(began))
				look.Stop()
			}
		case <-tell.C:
			var sum demo.Summary
			if sum, err = s.crowd.Summary(ctx); err == nil {
				p.summary(sum, s.crowd.Tally())
			}
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("the demo's numbers are not to be had", "error", err)
		}
	}
}

// isTerminal reports whether a person is likely to be looking at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
