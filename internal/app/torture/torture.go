// Package torture kills the real program at random moments under load, plays
// every fault that its parts can suffer, and then compares what the providers
// received with what the database says.
//
// A run is made of rounds. Each sets up an installation of its own (for
// Postgres: a private server and a private Redis), opens shops, lets simulated
// shoppers come, and meanwhile kills processes, empties Redis, restarts
// Postgres, fills the disk, moves the clock and has the providers misbehave.
// Then the faults stop, everything comes to rest, and the promises are judged
// from both sides: lost, duplicate, after the purchase, unknown, undecided, late.
//
// It is a developer's program (cmd/torture) and no part of the product.
package torture

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// The pairs of engines.
const (
	// EngineSQLite is SQLite with the Redis inside the process.
	EngineSQLite = "sqlite"
	// EnginePostgres is Postgres with a Redis of its own process.
	EnginePostgres = "postgres"
)

// Config is one arrangement of an installation.
type Config struct {
	Engine string `json:"engine"`
	// Workers is how many processes send.
	Workers int `json:"workers"`
	// Split says that a process of its own takes in the webhooks.
	Split bool `json:"split"`
}

// String names the configuration as the table does.
func (c Config) String() string {
	if c.Split {
		return fmt.Sprintf("%s, web + %d worker", c.Engine, c.Workers)
	}
	return c.Engine + ", all in one"
}

// Options are what a run is asked for.
type Options struct {
	// Duration is how long rounds are begun; the last one ends a little later.
	Duration time.Duration
	// Seed makes everything random; rounds have seeds of their own, derived from it.
	Seed uint64
	// Engines and Workers span the configurations.
	Engines []string
	Workers []int
	// Binary is the program; "" builds it from source.
	Binary string
	// Self is the harness's own program, which serves by a clock of its own; "" for this one.
	Self string
	// Histories is a compiled test binary of generated histories, "" for none.
	Histories string
	// Only names the phases to play; empty for all.
	Only []string
	// Keep is a folder in which the rounds' folders stay; "" removes them.
	Keep string
	// Scratch is where the rounds' folders are made; "" for Keep or the system's place.
	Scratch string
	// Rate is how many new shoppers come in a second; 0 follows the machine.
	Rate float64
	// Gap is about how long it is between two faults; 0 for 0.8 s.
	Gap time.Duration
	// Short says that a round has no time for every fault.
	Short bool
	// Turn is which round it is: not every one has every fault.
	Turn int
	// Progress is told what is done; nil for nothing.
	Progress io.Writer
}

// Phases are the names that Only knows.
func Phases() []string {
	return []string{"kill", "term", "redis", "postgres", "provider", "disk", "clock", "histories"}
}

func (o *Options) complete(ctx context.Context) (err error) {
	for _, one := range o.Only {
		if !slices.Contains(Phases(), one) {
			return fault.New(fault.Misconfigured, "there is no phase %q", one).Try(fmt.Sprintf("the phases are %v", Phases()))
		}
	}
	for _, one := range o.Engines {
		if one != EngineSQLite && one != EnginePostgres {
			return fault.New(fault.Misconfigured, "there is no engine %q", one).Try("the engines are sqlite and postgres")
		}
	}
	if o.Scratch == "" {
		o.Scratch = o.Keep
	}
	if o.Rate == 0 {
		o.Rate = min(max(float64(3*runtime.NumCPU()), 5), 14)
	}
	if o.Gap == 0 {
		o.Gap = 800 * time.Millisecond
	}
	if o.Self == "" {
		if o.Self, err = os.Executable(); err != nil {
			return fault.Wrap(fault.Internal, err, "the harness does not know its own program")
		}
	}
	return nil
}

// build builds the program into a folder.
func build(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "cartograph")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", path, "github.com/cartograph-dev/cartograph/cmd/cartograph").CombinedOutput()
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "the program cannot be built: %s", out)
	}
	return path, nil
}

// configs spans the configurations. SQLite serves a single process.
func (o *Options) configs() (all []Config) {
	for _, engine := range o.Engines {
		for _, n := range o.Workers {
			switch {
			case engine == EngineSQLite && n == 1:
				all = append(all, Config{Engine: engine, Workers: 1})
			case engine == EnginePostgres && n == 1:
				all = append(all, Config{Engine: engine, Workers: 1}, Config{Engine: engine, Workers: 1, Split: true})
			case engine == EnginePostgres:
				all = append(all, Config{Engine: engine, Workers: n, Split: true})
			}
		}
	}
	return all
}
