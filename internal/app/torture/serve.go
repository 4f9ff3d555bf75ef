package torture

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/queue"
)

// The environment that turns the harness's own program into a server.
const (
	clockVariable = "TORTURE_CLOCK"
	roleVariable  = "TORTURE_ROLE"
)

// Serving reports whether this process is meant to be a server with a clock
// that the harness moves, rather than the harness.
func Serving(environ []string) bool {
	return slices.ContainsFunc(environ, func(v string) bool { return strings.HasPrefix(v, clockVariable+"=") })
}

// Serve runs the server as `cartograph serve` does, by a clock whose distance
// from the machine's stands in a file. It gives the exit code.
func Serve(ctx context.Context, environ []string, out io.Writer) int {
	s := &skew{file: variable(environ, clockVariable)}
	s.read()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go s.follow(ctx)
	if err := serve(ctx, environ, s, out); err != nil {
		fmt.Fprintln(out, "torture server:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, environ []string, s *skew, out io.Writer) error {
	cfg, err := config.Load(config.Source{Environ: environ})
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelInfo}))
	queue.LogRedis(log)
	server, err := app.Start(ctx, app.Options{Config: cfg, Role: app.Role(variable(environ, roleVariable)), Clock: s.clock(), Log: log, Version: "torture"})
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case err = <-server.Failed():
	}
	if closing := server.Close(ctx); err == nil {
		err = closing
	}
	return err
}

func variable(environ []string, name string) string {
	for _, v := range environ {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}
