// Package bench measures the real server beside its own ceilings: what the
// same machine, database, Redis and network stack do in the same minutes when
// nothing of ours is in between. A figure alone says more about the machine
// than about the program; the ratio is the one to watch.
//
// Everything happens on a scratch database and on the loopback address, in one
// process: load generator, provider's stand-in and server share the cores, for
// the ceilings as for us.
package bench

import (
	"context"
	"io"
	"time"
)

// Server is a running Cartograph on the scratch database.
type Server interface {
	// URL is its address.
	URL() string
	// OpenShop makes a Shopify shop that may be written for at once: activated
	// in the past, without quiet hours, with the shipped playbook. abandonAfter
	// is how long its carts are silent before they count as abandoned.
	OpenShop(ctx context.Context, abandonAfter time.Duration) (Shop, error)
	// Close stops it in order.
	Close(ctx context.Context) error
}

// Shop is what the load needs to know of a shop.
type Shop struct {
	// ID is the shop's id, Domain what its webhooks must name.
	ID, Domain string
	// Path is its webhook address below the server's, Secret what signs for it.
	Path, Secret string
}

// Place is where a server is to run.
type Place struct {
	// DataDir is the scratch directory. With an embedded database the SQLite file lives in it.
	DataDir string
	// SendGridURL stands in for SendGrid: every email goes there.
	SendGridURL string
}

// Options are what is measured, on what. Every field is required unless it says otherwise.
type Options struct {
	// Start starts a server of all roles.
	Start func(ctx context.Context, p Place) (Server, error)
	// DatabaseURL is an empty Postgres database; "" for a SQLite file of the bench's own.
	DatabaseURL string
	// SQLiteSync is the durability of that file, "full" or "normal".
	SQLiteSync string
	// RedisURL is an empty Redis database; "" for the one inside the process.
	RedisURL string
	// ScratchDir is where the bench makes its own directory, which it removes; "" is the system's temporary one.
	ScratchDir string
	// Steps is how many due steps are sent at once.
	Steps int
	// Waiting is how many carts wait for a later step in the second half; 0 leaves that half out.
	Waiting int
	// Shops is over how many shops the steps are spread: a shop's steps are
	// worked off one batch after the other, those of several side by side.
	Shops int
	// Rate is how many steps come due each second where lateness is measured.
	Rate int
	// Connections is how many requests are on their way at once.
	Connections int
	// Workers is how many provider calls the server makes at once; the ceilings get as many.
	Workers int
	// Duration is how long each timed phase lasts.
	Duration time.Duration
	// Profiles is a directory for a CPU profile of each phase; "" for none.
	Profiles string
	// Progress is told what happens; nothing there is part of the result.
	Progress io.Writer
}

// bench is one run.
type bench struct {
	Options
	scratch *scratch
	sink    *sink
	report  Report
	// models are what due and waiting carts are copied from, one in each shop.
	models []original
	// numbered is the last shopper number given out; each names one shopper and cart.
	numbered int64
}

// Run measures and gives the report. It leaves nothing behind, also when ctx
// ends it early. With an error the report holds what was measured until then.
func Run(ctx context.Context, o Options) (r Report, err error) {
	b := &bench{Options: o}
	if b.scratch, err = openScratch(ctx, o); err != nil {
		return r, err
	}
	defer func() {
		// What the run made is taken away whatever ended it.
		if left := b.scratch.close(context.WithoutCancel(ctx)); err == nil {
			err = left
		}
	}()
	if b.sink, err = openSink(ctx); err != nil {
		return r, err
	}
	defer b.sink.close()
	b.report.Settings = o.settings()
	others := elsewhere()
	if b.report.Machine, err = b.machine(ctx); err != nil {
		return r, err
	}
	for _, phase := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"ingest", b.measureIngest}, {"ingest-ceiling", b.measureBare}, {"steps", b.measureSteps},
		{"steps-ceiling", b.measureStepsCeiling}, {"lateness", b.measureLateness}, {"growth", b.measureGrowth},
	} {
		if err := b.profiled(phase.name, func() error { return phase.run(ctx) }); err != nil {
			return b.report, err
		}
	}
	b.report.Machine.Elsewhere = others()
	b.report.conclude()
	return b.report, nil
}

// with starts a server, runs f on it and stops it.
func (b *bench) with(ctx context.Context, f func(Server) error) (err error) {
	s, err := b.Start(ctx, Place{DataDir: b.scratch.dir, SendGridURL: b.sink.url})
	if err != nil {
		return err
	}
	defer func() {
		if stopped := s.Close(ctx); err == nil {
			err = stopped
		}
	}()
	return f(s)
}

// numbers gives n shopper numbers that nobody has yet, as the first of them.
func (b *bench) numbers(n int) (first int64) {
	first = b.numbered + 1
	b.numbered += int64(n)
	return first
}
