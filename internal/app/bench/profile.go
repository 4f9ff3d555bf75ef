package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// profiled runs a phase and, if asked to, writes its CPU profile.
func (b *bench) profiled(name string, phase func() error) error {
	if b.Profiles == "" {
		return phase()
	}
	f, err := os.Create(filepath.Join(b.Profiles, name+".prof"))
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot write profiles").In("--profiles").Try("name a directory that exists")
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return fault.Wrap(fault.Internal, err, "cannot profile")
	}
	defer pprof.StopCPUProfile()
	return phase()
}

// say tells a person what is going on.
func (b *bench) say(format string, args ...any) {
	if b.Progress != nil {
		fmt.Fprintf(b.Progress, format+"\n", args...)
	}
}
