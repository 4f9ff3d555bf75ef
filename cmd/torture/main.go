// Command torture kills Cartograph at random moments under load, plays every
// fault its parts can suffer, and judges the promises afterwards. It is a
// developer's program; see `go run ./cmd/torture -help`.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/app/torture"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := 0
	if torture.Serving(os.Environ()) {
		code = torture.Serve(ctx, os.Environ(), os.Stderr)
	} else {
		code = run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	}
	stop()
	os.Exit(code)
}

// run gives the exit code: 0 when every promise was kept, 1 when one was
// broken, 2 when the command was wrong or nothing could be played.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	o, asJSON, err := options(args, errs)
	if err != nil {
		return 2
	}
	o.Progress = errs
	report, err := torture.Run(ctx, o)
	if report != nil && asJSON {
		report.PrintJSON(out) //nolint:errcheck // there is nobody left to tell
	} else if report != nil {
		report.Print(out)
	}
	if err != nil {
		fmt.Fprintln(errs, "torture:", err)
		return 2
	}
	if !report.OK() {
		return 1
	}
	return 0
}

func options(args []string, errs io.Writer) (o torture.Options, asJSON bool, err error) {
	f := flag.NewFlagSet("torture", flag.ContinueOnError)
	f.SetOutput(errs)
	var engines, workers, only string
	f.DurationVar(&o.Duration, "duration", 3*time.Minute, "how long rounds are begun")
	f.Uint64Var(&o.Seed, "seed", 0, "what all chance is drawn from; 0 takes a random one and prints it")
	f.StringVar(&engines, "engines", "sqlite,postgres", "pairs of engines: sqlite (with the Redis inside), postgres (with a Redis of its own)")
	f.StringVar(&workers, "workers", "1,2", "how many processes send")
	f.StringVar(&o.Histories, "histories", "", "a compiled test binary of generated histories (go test -c ./internal/recovery)")
	f.StringVar(&only, "only", "", "play only these phases: "+strings.Join(torture.Phases(), ", "))
	f.StringVar(&o.Keep, "keep", "", "an existing folder in which the rounds' files stay")
	f.StringVar(&o.Binary, "binary", "", "the program, built already; else it is built")
	f.BoolVar(&asJSON, "json", false, "print JSON before the last line")
	if err = f.Parse(args); err != nil {
		return o, asJSON, err
	}
	if o.Seed == 0 {
		o.Seed = rand.Uint64N(1_000_000_000)
	}
	o.Engines = strings.Split(engines, ",")
	if only != "" {
		o.Only = strings.Split(only, ",")
	}
	for _, text := range strings.Split(workers, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 8 {
			fmt.Fprintf(errs, "torture: %q is no number of workers from 1 to 8\n", text)
			return o, asJSON, flag.ErrHelp
		}
		o.Workers = append(o.Workers, n)
	}
	return o, asJSON, nil
}
