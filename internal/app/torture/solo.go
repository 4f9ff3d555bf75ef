package torture

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// solos are the faults that no other one may disturb: the full disk and the
// moving clock. A moved clock makes all steps of the moment too late, so that
// it comes every other round, and a short round has one of them.
func (r *round) solos() []trouble {
	var all []trouble
	odd := r.opts.Turn%2 == 1
	if r.wants("disk") && r.config.Engine == EngineSQLite && len(r.skipped) == 0 && !(odd && r.opts.Short) {
		all = append(all, trouble{kind: "disk full", play: (*round).fillDisk})
	}
	if r.wants("clock") && (odd || len(r.opts.Only) > 0) {
		all = append(all, trouble{kind: "clock forward two days and back", play: (*round).moveClock})
	}
	return all
}

// diskSize is the size of the small disk in megabytes; a round needs a tenth of it.
const diskSize = 192

// smallDisk puts the data directory on a small file system of its own, where
// the system allows it, so that it can be filled up.
func (r *round) smallDisk(data string) error {
	if !r.wants("disk") {
		return nil
	}
	if err := mountSmall(data, diskSize); err != nil {
		r.skipped = append(r.skipped, "disk full: a small file system cannot be mounted here ("+err.Error()+")")
		return nil
	}
	r.later(func() {
		if r.opts.Keep != "" {
			copyDatabase(r.dsn, filepath.Join(r.place.root, "kept")) //nolint:errcheck // then it is not kept
		}
		unmount(data) //nolint:errcheck // what cannot be unmounted goes with the machine
	})
	return nil
}

// fillDisk fills the disk under the load for a while and makes room again. The
// server may refuse events meanwhile; it must not lose any, nor need a restart.
func (r *round) fillDisk(ctx context.Context) error {
	r.ledger.fault("disk full")
	ballast := filepath.Join(r.place.env["CARTOGRAPH_DATA_DIR"], "ballast")
	if err := fill(ballast); err != nil {
		return err
	}
	err := pause(ctx, 3*time.Second)
	if gone := os.Remove(ballast); gone != nil {
		return fault.Wrap(fault.Internal, gone, "the disk cannot be made free again")
	}
	if err != nil {
		return err
	}
	if err := pause(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	return r.noteInFlight(ctx)
}

// fill writes a file until there is no room left.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the disk cannot be filled")
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 1 << 12} {
		block := make([]byte, size)
		for written := 0; written <= diskSize<<20; written += size {
			if _, err = f.Write(block); err != nil {
				break
			}
		}
		if err == nil {
			return fault.New(fault.Internal, "the disk is larger than it should be")
		}
	}
	return nil
}

// ahead is how far the clock is moved.
const ahead = 48 * time.Hour

// moveClock lets the servers live by the harness's clock for a while, moves it
// two days forward and back, and then starts the real ones again.
func (r *round) moveClock(ctx context.Context) error {
	if err := r.reborn(ctx, true); err != nil {
		return err
	}
	for _, step := range []struct {
		to    time.Duration
		lasts time.Duration
	}{{0, time.Second}, {ahead, 3 * time.Second}, {0, 1500 * time.Millisecond}} {
		jump := Jump{At: time.Now(), From: r.skew.ahead(), To: step.to}
		r.ledger.do(func(s *Seen) { s.Jumps = append(s.Jumps, jump) })
		if err := errors.Join(r.skew.set(step.to), pause(ctx, step.lasts)); err != nil {
			return err
		}
		if step.to != 0 {
			r.ledger.fault("clock +2d and back")
		}
	}
	return r.reborn(ctx, false)
}

// reborn kills all servers and starts them by the other clock.
func (r *round) reborn(ctx context.Context, skewed bool) error {
	defer hold(r.servers...)()
	for _, s := range r.servers {
		s.kill()
		r.kills.Add(1)
	}
	if err := r.noteInFlight(ctx); err != nil {
		return err
	}
	for _, s := range r.servers {
		s.skewed = skewed
		if err := s.start(ctx); err != nil {
			return err
		}
	}
	return nil
}
