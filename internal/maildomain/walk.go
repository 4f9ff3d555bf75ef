package maildomain

import (
	"context"
	"strings"
)

// maxLookups is how many lookups one evaluation of SPF may cost receivers (RFC 7208 §4.6.4).
const maxLookups = 10

// walk is what following the includes of a record found.
type walk struct {
	lookups  int
	provider bool
	failed   bool
}

// follow counts the lookups a record costs, those of its includes with it, and
// looks for the provider. It ends when the count is over what receivers allow,
// so that records which include each other end too.
func (e *examination) follow(ctx context.Context, s SPF) walk {
	w := walk{lookups: s.Lookups}
	queue := next(s)
	for len(queue) > 0 && w.lookups <= maxLookups {
		name := queue[0]
		queue = queue[1:]
		if below(name, e.options.Include) {
			w.provider = true
		}
		if !hostname(name) {
			continue // a macro: it depends on the message
		}
		a := e.checker.txt(ctx, name)
		w.failed = w.failed || a.failed
		for _, r := range a.records {
			if inner, err := ParseSPF(r); err == nil {
				w.lookups += inner.Lookups
				queue = append(queue, next(inner)...)
			}
		}
	}
	return w
}

// next lists the domains whose records a record refers to.
func next(s SPF) []string {
	if s.Redirect == "" || strings.Contains(s.Redirect, "%") {
		return s.Includes
	}
	return append(append([]string{}, s.Includes...), s.Redirect)
}
