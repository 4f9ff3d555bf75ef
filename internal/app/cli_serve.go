package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/maildomain"
	"github.com/cartograph-dev/cartograph/internal/queue"
	"github.com/cartograph-dev/cartograph/internal/store"
)

type serveCommand struct {
	Role string `default:"all" enum:"all,web,worker" help:"Which part of the work this process does: all, web or worker."`
}

// Run serves until the context ends.
func (c *serveCommand) Run(r *run) error {
	cfg, err := r.load()
	if err != nil {
		return err
	}
	log := newLog(r.term.Err, cfg.Log.Level)
	queue.LogRedis(log)
	for _, w := range cfg.Warnings() {
		log.Warn("configuration", "warning", w.String())
	}
	s, err := Start(r.ctx, Options{Config: cfg, Role: Role(c.Role), Clock: WallClock(), Log: log, Version: r.term.Version})
	if err != nil {
		return err
	}
	log.Info("cartograph serves", "url", s.URL(), "listen", s.listener.Addr().String(), "role", c.Role, "database", s.store.Engine(), "version", r.term.Version)
	s.invite(r.ctx)
	return s.wait(r.ctx)
}

// invite says in the log how the first person gets in, while there is nobody.
func (s *Server) invite(ctx context.Context) {
	link, err := s.SetupLink(ctx)
	switch {
	case err != nil:
		s.opts.Log.Warn("whether anybody has an account could not be read", "error", err)
	case link != "" && s.opts.Role != RoleWorker:
		s.opts.Log.Warn("nobody has an account yet: open this link once to make the first owner and the first shop; keep it to yourself", "setup", link)
	}
}

// wait serves until ctx ends or the HTTP server fails, then closes in order.
func (s *Server) wait(ctx context.Context) error {
	var failed error
	select {
	case <-ctx.Done():
		s.opts.Log.Info("stopping")
	case failed = <-s.Failed():
	}
	err := errors.Join(failed, s.Close(ctx))
	if err == nil {
		s.opts.Log.Info("stopped")
	}
	return err
}

type doctorCommand struct {
	Ready bool `help:"Only ask the running server's /readyz; for health checks of containers."`
	JSON  bool `name:"json" help:"Print JSON."`
}

// finding is one line of the doctor's report.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Note  string `json:"note,omitempty"`
}

// Run checks and reports.
func (c *doctorCommand) Run(r *run) error {
	cfg, err := r.load()
	if err != nil {
		return err
	}
	if c.Ready {
		return askReady(r.ctx, cfg)
	}
	queue.LogRedis(newLog(r.term.Err, "error")) // what Redis lacks stands in the report
	found := r.examine(cfg)
	ok := true
	for _, f := range found {
		ok = ok && f.OK
	}
	if c.JSON {
		if err := r.printJSON(found); err != nil {
			return err
		}
	} else {
		for _, f := range found {
			mark := "ok  "
			if !f.OK {
				mark = "FAIL"
			}
			r.printf("%s  %-12s %s\n", mark, f.Check, f.Note)
		}
	}
	if !ok {
		return fault.New(fault.Misconfigured, "not everything is well; see above")
	}
	return nil
}

// examine looks at everything a server needs.
func (r *run) examine(cfg config.Config) []finding {
	out := []finding{{Check: "config", OK: true, Note: "read and valid"}}
	for _, w := range cfg.Warnings() {
		out = append(out, finding{Check: "config", OK: true, Note: w.String()})
	}
	add := func(check, note string, err error) {
		if err != nil {
			note = sentence(err)
		}
		out = append(out, finding{Check: check, OK: err == nil, Note: note})
	}
	add("schema", "as this program needs it", store.CheckSchema(r.ctx, databaseURL(cfg)))
	k, err := r.open()
	if err == nil {
		defer k.Close()
		err = k.store.Ping(r.ctx)
	}
	add("database", "answers", err)
	if cfg.Queue.Embedded() {
		add("redis", "inside the server process", nil)
	} else {
		add("redis", "answers", pingRedis(r.ctx, cfg, newLog(r.term.Err, "warn")))
	}
	for _, c := range []struct {
		channel string
		real    bool
	}{{"email", cfg.SendGrid.Configured()}, {"sms", cfg.Twilio.Configured()}, {"messenger", cfg.Messenger.Configured()}} {
		note := "installation-wide account configured"
		if !c.real {
			note = "no installation-wide keys: shops without their own are in the sandbox"
		}
		add(c.channel, note, nil)
	}
	if from := cfg.SendGrid.From; from != "" {
		out = append(out, r.senderFinding(from))
	}
	if err := askReady(r.ctx, cfg); err != nil {
		add("server", "not running on "+cfg.HTTP.Listen, nil)
	} else {
		add("server", "ready on "+cfg.HTTP.Listen, nil)
	}
	return out
}

// senderFinding looks the sender's domain up. What could not be looked up is no
// failure: this machine may have no DNS, mailbox providers do.
func (r *run) senderFinding(from string) finding {
	f := finding{Check: "sender", OK: true}
	report, err := checkSender(r.ctx, from)
	if err != nil {
		f.OK, f.Note = false, sentence(err)
		return f
	}
	var says []string
	for _, one := range report.Findings {
		if one.Status != maildomain.OK {
			says = append(says, strings.TrimSpace(one.Says+" "+one.Advice))
		}
	}
	f.OK, f.Note = report.Status() != maildomain.Fail, strings.Join(says, "; ")
	if f.Note == "" {
		f.Note = report.Domain + " is authenticated: SPF, DKIM and DMARC"
	}
	return f
}

// askReady asks the server on this machine whether it is ready.
func askReady(ctx context.Context, cfg config.Config) error {
	host, port, err := net.SplitHostPort(cfg.HTTP.Listen)
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "listen is not host:port")
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := (&http.Client{}).Do(req)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "no server answers on %s", cfg.HTTP.Listen)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(res.Body, 500))
		return fault.New(fault.Internal, "the server is not ready: %s", b)
	}
	return nil
}

// pingRedis asks whether the configured Redis answers.
func pingRedis(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	q, err := queue.Open(ctx, queue.Options{URL: cfg.Queue.RedisURL, Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	return errors.Join(q.Ping(ctx), q.Stop(ctx))
}
