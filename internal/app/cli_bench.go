package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/app/bench"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

type benchCommand struct {
	Steps       int           `default:"10000" help:"Due steps to send at once."`
	Waiting     int           `default:"0" help:"Measure again beside this many carts that wait for a later step."`
	Duration    time.Duration `default:"10s" help:"How long each timed phase lasts."`
	Connections int           `default:"64" help:"Webhook requests on their way at once."`
	Rate        int           `default:"100" help:"Steps that come due each second where lateness is measured."`
	Shops       int           `default:"1" help:"Shops the steps are spread over."`
	Scratch     string        `help:"Where the scratch directory is made (default: the system's temporary one). What is durable there is what is measured." placeholder:"DIR" type:"existingdir"`
	Profiles    string        `help:"Write a CPU profile of each phase into this directory." placeholder:"DIR" type:"existingdir"`
	JSON        bool          `name:"json" help:"Print JSON."`
}

// Help is shown by --help.
func (*benchCommand) Help() string {
	return `Everything runs in this process on the loopback address and a scratch database that is removed afterwards: a SQLite file, or with --database-url an empty Postgres database, which bench refuses if anybody lives in it, and empties again. The same holds for --redis-url. No message leaves this machine, whatever keys are configured.

For each figure it measures, in the same run, what the machine does without Cartograph in between, and prints both with their ratio.`
}

// Validate is called by the parser.
func (c *benchCommand) Validate() error {
	for _, o := range []struct {
		name             string
		value, low, high int
	}{
		{"steps", c.Steps, 1, 1_000_000}, {"waiting", c.Waiting, 0, 10_000_000}, {"connections", c.Connections, 1, 200},
		{"rate", c.Rate, 1, 1000}, {"shops", c.Shops, 1, 100},
	} {
		if o.value < o.low || o.value > o.high {
			return fmt.Errorf("--%s=%d: choose from %d to %d", o.name, o.value, o.low, o.high)
		}
	}
	if c.Duration < 100*time.Millisecond || c.Duration > 10*time.Minute {
		return fmt.Errorf("--duration=%s: choose from 100ms to 10m", c.Duration)
	}
	return nil
}

// Run measures and prints.
func (c *benchCommand) Run(r *run) error {
	cfg, err := r.loadBench()
	if err != nil {
		return err
	}
	report, err := bench.Run(r.ctx, bench.Options{
		Start:       func(ctx context.Context, p bench.Place) (bench.Server, error) { return startBench(ctx, cfg, p, r.term) },
		DatabaseURL: cfg.Database.URL, SQLiteSync: cfg.Database.SQLiteSync, RedisURL: cfg.Queue.RedisURL, ScratchDir: c.Scratch,
		Steps: c.Steps, Waiting: c.Waiting, Shops: c.Shops, Rate: c.Rate, Connections: c.Connections, Workers: cfg.Queue.Workers,
		Duration: c.Duration, Profiles: c.Profiles, Progress: r.term.Err,
	})
	if errors.Is(err, context.Canceled) {
		return fault.New(fault.Internal, "stopped before all was measured; nothing is left behind")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = r.printJSON(report)
	} else {
		err = report.Print(r.term.Out)
	}
	return errors.Join(err, report.Err())
}

// loadBench loads the configuration. The secret key is the bench's own: what
// it seals is gone with the scratch database.
func (r *run) loadBench() (config.Config, error) {
	own := *r
	own.term.Environ = append(slices.DeleteFunc(slices.Clone(r.term.Environ), func(e string) bool {
		return strings.HasPrefix(e, "CARTOGRAPH_SECRET_KEY")
	}), "CARTOGRAPH_SECRET_KEY="+rand.Text()+rand.Text())
	return own.load()
}

// startBench starts a server for the bench. Every channel's account is taken
// out: email goes to the bench's stand-in, the rest to the sandbox.
func startBench(ctx context.Context, c config.Config, p bench.Place, term Terminal) (bench.Server, error) {
	standard := config.Default()
	c.HTTP.Listen, c.HTTP.PublicURL = "127.0.0.1:0", ""
	c.Database.DataDir = p.DataDir
	c.SendGrid = config.SendGrid{APIKey: "SG.bench", From: "shop@bench.example", BaseURL: p.SendGridURL}
	c.Twilio, c.Messenger = standard.Twilio, standard.Messenger
	s, err := Start(ctx, Options{Config: c, Role: RoleAll, Clock: WallClock(), Log: newLog(term.Err, "warn"), Version: term.Version})
	if err != nil {
		return nil, err
	}
	return benchServer{s}, nil
}

// benchServer is a server as the bench sees it.
type benchServer struct{ *Server }

// OpenShop makes a shop that may be written for at once.
func (s benchServer) OpenShop(ctx context.Context, abandonAfter time.Duration) (bench.Shop, error) {
	// Each run has a shop of its own, also in a database that is there from before.
	id := s.newID()
	domain := "bench-" + id[len(id)-12:] + ".myshopify.com"
	made, err := s.CreateShop(ctx, NewShop{
		Name: "Bench", Platform: "shopify", Domain: domain, Currency: "EUR", TimeZone: "Europe/Paris", Locale: "en", Country: "FR",
		Set: map[string]string{"abandon_after": abandonAfter.String(), "quiet_hours": "off"},
	})
	if err != nil {
		return bench.Shop{}, err
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sh, err := tx.Shop(ctx, made.ID)
		if err != nil {
			return err
		}
		// A cart's activity is told in whole seconds: the one that has begun counts.
		sh.ActivatedAt = sh.ActivatedAt.Add(-time.Hour)
		return tx.SaveShop(ctx, sh)
	})
	if err != nil {
		return bench.Shop{}, err
	}
	u, err := url.Parse(made.WebhookURL)
	if err != nil {
		return bench.Shop{}, fault.Wrap(fault.Internal, err, "the webhook's address cannot be read")
	}
	return bench.Shop{ID: made.ID, Domain: domain, Path: u.Path, Secret: made.WebhookSecret}, nil
}
