package torture

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// skew is by how much the engine's clock is ahead of the machine's. The
// harness writes it to a file; servers it runs itself follow the file.
type skew struct {
	file string
	now  atomic.Int64
}

func (s *skew) ahead() time.Duration { return time.Duration(s.now.Load()) }

// time is the engine's time.
func (s *skew) time() time.Time { return time.Now().Add(s.ahead()) }

// set moves the clock. The file is replaced whole, so that no half number is read.
func (s *skew) set(d time.Duration) error {
	s.now.Store(int64(d))
	tmp := s.file + ".new"
	if err := os.WriteFile(tmp, []byte(strconv.FormatInt(int64(d), 10)), 0o600); err != nil {
		return fault.Wrap(fault.Internal, err, "the clock's file cannot be written")
	}
	if err := os.Rename(tmp, s.file); err != nil {
		return fault.Wrap(fault.Internal, err, "the clock's file cannot be put in place")
	}
	return nil
}

// read takes what the file says; a file that cannot be read changes nothing.
func (s *skew) read() {
	text, err := os.ReadFile(filepath.Clean(s.file))
	if err != nil {
		return
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
		s.now.Store(n)
	}
}

// follow reads the file again and again until ctx ends.
func (s *skew) follow(ctx context.Context) {
	for pause(ctx, 10*time.Millisecond) == nil {
		s.read()
	}
}

// clock is the skewed clock as a server takes it.
func (s *skew) clock() app.Clock {
	return app.Clock{Speed: 1, Now: s.time, Wall: func(t time.Time) time.Time { return t.Add(-s.ahead()) }}
}
