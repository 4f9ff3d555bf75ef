package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/web"
)

// Role is which part of the work a process does.
type Role string

// The roles.
const (
	RoleAll    Role = "all"
	RoleWeb    Role = "web"
	RoleWorker Role = "worker"
)

// Options start a server.
type Options struct {
	Config  config.Config
	Role    Role
	Clock   Clock
	Log     *slog.Logger
	Version string
	// Sandbox overrides parts of the sandbox's options: the demo's shoppers act on messages.
	Sandbox func(*sandbox.Options)
}

// Server is a running Cartograph: a value that tests start and close.
type Server struct {
	*core
	opts     Options
	engine   *recovery.Engine
	remote   *remote
	queue    *queue.Queue
	accounts *accounts
	desk     *desk
	sandbox  *sandboxServer
	registry *prometheus.Registry
	listener net.Listener
	http     *http.Server
	unlock   func()
	// failed carries the end of the HTTP server, should it end by itself.
	failed chan error
}

// Start brings a server up in order: lock, listener (its port is part of the
// public address), database, queue, sandbox, engine, workers, web. On an error
// everything that was up is taken down again.
func Start(ctx context.Context, o Options) (s *Server, err error) {
	s = &Server{opts: o, registry: prometheus.NewRegistry(), failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close(ctx))
			s = nil
		}
	}()
	if err := checkRole(o.Role, o.Config); err != nil {
		return s, err
	}
	for _, step := range []func(context.Context) error{
		s.openLock, s.openListener, s.openCore, s.openQueue, s.openSandbox, s.openEngine, s.openWorkers, s.openWeb,
	} {
		if err := step(ctx); err != nil {
			return s, err
		}
	}
	return s, nil
}

// checkRole refuses a split of the work over parts that only one process can have.
func checkRole(r Role, c config.Config) error {
	if r == RoleAll {
		return nil
	}
	if c.Database.Embedded() || c.Queue.Embedded() {
		return fault.New(fault.Misconfigured, "--role %s needs a database and a Redis that processes can share", r).
			Try("set CARTOGRAPH_DATABASE_URL (postgres://…) and CARTOGRAPH_REDIS_URL (redis://…), or run one process with --role all")
	}
	return nil
}

// openLock makes sure that this is the only server on its data directory.
func (s *Server) openLock(context.Context) (err error) {
	c := s.opts.Config
	if !c.Database.Embedded() {
		return nil
	}
	if err := makeDir(c.Database.DataDir); err != nil {
		return err
	}
	s.unlock, err = lockFile(filepath.Join(c.Database.DataDir, "server.lock"))
	if errors.Is(err, errLocked) {
		return fault.New(fault.Misconfigured, "another cartograph server runs on %s", c.Database.DataDir).
			Try("stop it, or give this one another --data-dir; commands such as `shop create` work beside it")
	}
	return err
}

func (s *Server) openListener(ctx context.Context) (err error) {
	var lc net.ListenConfig
	s.listener, err = lc.Listen(ctx, "tcp", s.opts.Config.HTTP.Listen)
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot listen on %s", s.opts.Config.HTTP.Listen).
			Try("free the port or choose another with --listen (127.0.0.1:0 takes a free one)")
	}
	if s.opts.Config.HTTP.PublicURL == "" {
		s.opts.Config.HTTP.PublicURL = config.PublicURLFor(s.listener.Addr().String())
	}
	return nil
}

// openCore opens the database and removes sessions and sign-in links that are over.
func (s *Server) openCore(ctx context.Context) (err error) {
	if s.core, err = openCore(ctx, s.opts.Config, s.opts.Log, s.opts.Clock.Now); err != nil {
		return err
	}
	// A schema that has just gained the tallies has none yet.
	if n, err := s.store.RecountStale(ctx); err != nil {
		return err
	} else if n > 0 {
		s.opts.Log.InfoContext(ctx, "counted what reports are made from", "shops", n)
	}
	return s.store.PurgeSessions(ctx)
}

func (s *Server) openQueue(ctx context.Context) (err error) {
	s.queue, err = queue.Open(ctx, queue.Options{
		URL: s.opts.Config.Queue.RedisURL, Now: s.opts.Clock.Now, Wall: s.opts.Clock.Wall, Log: s.opts.Log,
		ShutdownTimeout: s.opts.Config.HTTP.ShutdownTimeout,
	})
	return err
}

// openWorkers starts the alarms' handlers, unless this process is web only.
func (s *Server) openWorkers(ctx context.Context) error {
	if s.opts.Role == RoleWeb {
		return nil
	}
	return s.queue.Start(ctx, s.engine)
}

func (s *Server) openWeb(context.Context) error {
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), s.queue.Collector())
	door, err := s.newDoorkeeper()
	if err != nil {
		return err
	}
	s.desk = newDesk(s.core, s.accounts, s.remote, s.engine, door, s.opts.Log)
	r := reader{Store: s.store, doorkeeper: door, keyring: keyring{s.store, s.opts.Clock.Now, s.opts.Log}, accounts: s.accounts}
	h, err := web.New(web.Deps{
		Hook: s.engine, Engine: apiEngine{s.engine, s.library}, Storefront: s.engine, Pixel: s.engine, Reader: r, Dashboard: r, Desk: s.desk, Playbook: s.engine, Offers: s.engine,
		Templates: templateDesk{s.store, s.engine}, TemplateFiles: templateFiles{s.library}, Insight: s.store, Acts: acts{s.engine, s.store}, Who: s.engine,
		Sessions: store.Sessions{Store: s.store, Now: time.Now}, Ready: s.Ready,
		Metrics: promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}), Registry: s.registry,
		Version: s.opts.Version, PublicURL: s.opts.Config.HTTP.PublicURL, MaxBody: s.opts.Config.HTTP.IngestMaxBytes,
		Log: s.opts.Log, Now: s.opts.Clock.Now,
		TrustedProxies: s.opts.Config.HTTP.Proxies(), APIRate: s.opts.Config.HTTP.APIRate,
	})
	if err != nil {
		return err
	}
	var handler http.Handler = h
	if s.opts.Role == RoleWorker {
		handler = operatorsOnly(h)
	}
	s.http = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(s.opts.Log.Handler(), slog.LevelDebug),
	}
	go func() { s.failed <- s.http.Serve(s.listener) }()
	return nil
}

// operatorsOnly leaves a worker the addresses that operators need.
func operatorsOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz", "/readyz", "/metrics":
			h.ServeHTTP(w, r)
		default:
			http.Error(w, "this process is a worker; ask a web process", http.StatusNotFound)
		}
	})
}

// Ready tells what keeps the process from doing its work, or nil.
func (s *Server) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	var down []string
	for _, part := range []struct {
		name string
		ping func(context.Context) error
	}{{"the database", s.store.Ping}, {"redis", s.queue.Ping}} {
		if err := part.ping(ctx); err != nil {
			down = append(down, part.name+" does not answer")
			s.opts.Log.WarnContext(ctx, "not ready", "part", part.name, "error", err)
		}
	}
	if len(down) > 0 {
		return fault.New(fault.Overloaded, "%s", strings.Join(down, ", "))
	}
	return nil
}

// Failed delivers the error of an HTTP server that ended by itself.
func (s *Server) Failed() <-chan error { return s.failed }

// URL is the address people open.
func (s *Server) URL() string { return s.opts.Config.HTTP.PublicURL }

// Close takes the server down in the order that loses nothing: no new requests
// first, then the alarms' handlers finish what they have begun, then the
// sandbox, the queue's connection and the database, and last the lock.
func (s *Server) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.Config.HTTP.ShutdownTimeout)
	defer cancel()
	var all []error
	// Side by side: a caller that keeps its request open takes no time away from messages on their way.
	var web sync.WaitGroup
	switch {
	case s.http != nil:
		web.Go(func() { all = append(all, s.http.Shutdown(ctx)) })
	case s.listener != nil:
		all = append(all, s.listener.Close())
	}
	work := s.stopWork(ctx)
	web.Wait()
	all = append(all, work)
	if s.desk != nil {
		s.desk.post.close()
	}
	if s.sandbox != nil {
		s.sandbox.close(ctx)
	}
	if s.core != nil {
		all = append(all, s.core.Close())
	}
	if s.unlock != nil {
		s.unlock()
	}
	return errors.Join(all...)
}

// stopWork takes no further alarm and waits for the messages on their way.
func (s *Server) stopWork(ctx context.Context) error {
	var err error
	if s.queue != nil {
		err = s.queue.Stop(ctx)
	}
	if s.engine != nil {
		err = errors.Join(err, s.engine.Close(ctx))
	}
	return err
}
