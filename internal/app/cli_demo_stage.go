package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/demo"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// The demo's shop. Its domain is reserved for examples, so that nothing a
// viewer clicks leads to somebody.
const (
	demoDomain = "atelier-nord.example"
	demoZone   = "Europe/Paris"
)

func demoShop() NewShop {
	return NewShop{
		Name: "Atelier Nord", Platform: "shopify", Domain: demoDomain, Currency: "EUR",
		TimeZone: demoZone, Locale: "en", Country: "FR",
		Set: map[string]string{
			"consent_mode": "opt_in", "sender_name": "Atelier Nord", "support_email": "hello@" + demoDomain,
			"address": "Atelier Nord, 12 rue des Exemples, 75000 Paris, France",
		},
	}
}

// demoMorning is the hour at which the demo's first day begins: long after the
// quiet hours' end, long before their beginning.
const demoMorning = 10

// stage is everything a demo needs, set up: a running server with a shop, and
// its shoppers.
type stage struct {
	server *Server
	crowd  *demo.Crowd
	shop   CreatedShop
	clock  Clock
	zone   *time.Location
	log    *slog.Logger
	// signIn opens the overview, once. dir holds the data; kept says that it is not removed.
	signIn, dir string
	kept        bool
}

// openStage starts a server on data of its own, with a clock of its own, and
// makes the shop. On an error everything is taken down again.
func openStage(r *run, c demoCommand) (s *stage, err error) {
	s = &stage{kept: r.root.DataDir != ""}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(r.ctx))
			s = nil
		}
	}()
	cfg, err := s.configure(r, c.Speed)
	if err != nil {
		return s, err
	}
	if s.zone, err = time.LoadLocation(demoZone); err != nil {
		return s, fault.Wrap(fault.Internal, err, "the demo shop's time zone is not known")
	}
	s.log = newLog(r.term.Err, cfg.Log.Level)
	day := time.Now().In(s.zone)
	s.clock = FastClock(time.Date(day.Year(), day.Month(), day.Day(), demoMorning, 0, 0, 0, s.zone), c.Speed)
	ready := make(chan struct{})
	s.server, err = Start(r.ctx, Options{
		Config: cfg, Role: RoleAll, Clock: s.clock, Log: s.log, Version: r.term.Version,
		Sandbox: func(o *sandbox.Options) {
			o.OnMessage = func(ctx context.Context, m sandbox.Sent) {
				select {
				case <-ready:
					s.crowd.Read(letterOf(s.server.sandbox.Server, m))
				case <-ctx.Done():
				}
			}
		},
	})
	if err != nil {
		return s, err
	}
	if s.shop, err = s.server.CreateShop(r.ctx, demoShop()); err != nil {
		return s, err
	}
	if s.signIn, err = s.server.demoSignIn(r.ctx, s.shop.ID, c.Speed); err != nil {
		return s, err
	}
	if err = s.server.demoIsSetUp(r.ctx, s.shop.ID); err != nil {
		return s, err
	}
	s.crowd = demo.New(s.options(c))
	close(ready)
	newLog(r.term.Err, "info").Info("demo is on", "url", s.server.URL(), "sign_in_url", s.signIn, "data_dir", s.dir)
	return s, nil
}

// configure gives the demo's configuration: the defaults and the flags. Of the
// environment only the address counts, which containers set; keys and
// databases there belong to something real.
func (s *stage) configure(r *run, speed float64) (config.Config, error) {
	var err error
	if s.dir, err = demoDir(r.root.DataDir); err != nil {
		return config.Config{}, err
	}
	level := r.root.LogLevel
	if level == "" {
		level = "warn"
	}
	var environ []string
	for _, pair := range r.term.Environ {
		if strings.HasPrefix(pair, "CARTOGRAPH_LISTEN=") {
			environ = append(environ, pair)
		}
	}
	cfg, err := config.Load(config.Source{Environ: environ, Flags: map[string]string{
		"data-dir": s.dir, "listen": r.root.Listen, "public-url": r.root.PublicURL, "log-level": level,
	}})
	if err != nil {
		return cfg, err
	}
	if r.root.Listen == "" && len(environ) == 0 && taken(r.ctx, cfg.HTTP.Listen) {
		cfg.HTTP.Listen = "127.0.0.1:0"
		if r.root.PublicURL == "" {
			cfg.HTTP.PublicURL = ""
		}
	}
	// The sweeper comes by the wall clock: what it arms must reach to its next round.
	cfg.Queue.Horizon = max(cfg.Queue.Horizon, time.Duration(speed*float64(time.Minute)))
	return cfg, nil
}

// demoDir gives a fresh directory: a temporary one, or the named one if no
// other server's data is in it.
func demoDir(named string) (string, error) {
	if named == "" {
		dir, err := os.MkdirTemp("", "cartograph-demo-")
		if err != nil {
			return "", fault.Wrap(fault.Misconfigured, err, "there is no place for the demo's data").Try("name one with --data-dir")
		}
		return dir, nil
	}
	if _, err := os.Stat(filepath.Join(named, "cartograph.db")); err == nil {
		return "", fault.New(fault.Misconfigured, "%s holds the data of another server or demo", named).In("--data-dir").
			Try("name an empty directory; to look at an earlier demo: cartograph serve --data-dir " + named)
	}
	return named, nil
}

// taken reports whether somebody listens there already.
func taken(ctx context.Context, address string) bool {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return true
	}
	_ = l.Close() // it was only asked for
	return false
}

// demoSignIn makes the viewer's user and a link that works for a day of the
// wall clock, which is many days of the demo's.
func (c *core) demoSignIn(ctx context.Context, shopID string, speed float64) (string, error) {
	token := rand.Text()
	err := c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err := tx.SaveUser(ctx, c.newID(), "demo@"+demoDomain)
		if err != nil {
			return err
		}
		if err := tx.SaveMember(ctx, shopID, id, "owner"); err != nil {
			return err
		}
		return tx.AddSignIn(ctx, hashKey(token), id, tx.Now().Add(time.Duration(float64(signInFor)*speed)))
	})
	return c.config.HTTP.PublicURL + "/sign-in/" + token, err
}

// demoIsSetUp leaves out the steps by which a real shop begins: the demo's is
// connected and live, and its channels are meant to be the sandbox.
func (c *core) demoIsSetUp(ctx context.Context, shopID string) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, step := range []string{"connect", "channels", "rules", "test"} {
			if err := tx.SkipStep(ctx, shopID, step, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// close takes the server down and the data away.
func (s *stage) close(ctx context.Context) error {
	var err error
	if s.server != nil {
		err = s.server.Close(ctx)
	}
	if s.kept || s.dir == "" {
		return err
	}
	if gone := os.RemoveAll(s.dir); gone != nil {
		err = errors.Join(err, fault.Wrap(fault.Internal, gone, "the demo's data could not be removed").Try("delete "+s.dir))
	}
	return err
}
