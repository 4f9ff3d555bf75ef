package problem

import (
	"context"
	"log/slog"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Log writes what an operator must see: failures that are ours. The route is
// the pattern, never the path, which may hold a token.
func (p *Problem) Log(ctx context.Context, log *slog.Logger, method, route string) {
	if p.Code != fault.Internal && p.Code != fault.Misconfigured && p.Code != fault.Overloaded {
		return
	}
	level := slog.LevelError
	if ctx.Err() != nil || p.Code == fault.Overloaded {
		// The caller has gone, or has been told to come back.
		level = slog.LevelWarn
	}
	cause := ""
	if p.cause != nil {
		cause = p.cause.Error()
	}
	log.LogAttrs(ctx, level, "request failed",
		slog.String("method", method), slog.String("route", route),
		slog.String("code", string(p.Code)), slog.String("detail", p.Detail), slog.String("cause", cause))
}
