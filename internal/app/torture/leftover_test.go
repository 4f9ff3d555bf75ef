package torture

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// stopped gives a context that a SIGTERM ends.
func stopped() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM) //nolint:govet // it lives as long as the process
	return ctx
}

// processesOf lists the processes that work in a folder or below it.
func processesOf(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, link := range all {
		if at, err := os.Readlink(link); err == nil && strings.HasPrefix(at, dir) {
			out = append(out, filepath.Dir(link))
		}
	}
	return strings.Join(out, " ")
}
