// Package app wires everything: it alone imports all parts. It builds and runs
// servers, and holds the commands.
package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/playbook"
)

// Exit codes: 0 done, 1 something went wrong, 2 the command or configuration is wrong.
const (
	exitFailed = 1
	exitUsage  = 2
)

// Terminal is what a command talks to.
type Terminal struct {
	// In is only read where a command is told to; nil is empty.
	In       io.Reader
	Out, Err io.Writer
	Environ  []string
	Version  string
}

// commands is the whole command line.
type commands struct {
	Config      string `help:"Configuration file (default: cartograph.yaml in the working directory, if there is one)." placeholder:"FILE" type:"path"`
	DataDir     string `help:"Where the embedded database lives." placeholder:"DIR"`
	DatabaseURL string `name:"database-url" help:"postgres://… instead of the embedded SQLite file." placeholder:"URL"`
	RedisURL    string `name:"redis-url" help:"redis://… instead of the one inside the process." placeholder:"URL"`
	Listen      string `help:"Address to serve on; port 0 takes a free one." placeholder:"HOST:PORT"`
	PublicURL   string `name:"public-url" help:"Address under which the world reaches this installation." placeholder:"URL"`
	LogLevel    string `name:"log-level" help:"debug, info, warn or error." placeholder:"LEVEL"`

	Demo    demoCommand    `cmd:"" help:"Watch the whole thing work: a demo shop, simulated shoppers, no keys, nothing leaves this machine."`
	Serve   serveCommand   `cmd:"" help:"Run the server: webhooks, pages, API, and the workers that send."`
	Shop    shopCommand    `cmd:"" help:"Create and look at shops."`
	User    userCommand    `cmd:"" help:"Let people sign in, and say what they may do."`
	Key     keyCommand     `cmd:"" help:"API keys: make, list, revoke."`
	Reseal  resealCommand  `cmd:"" help:"Seal everything anew after the secret key was changed."`
	Shopper shopperCommand `cmd:"" help:"Give out or erase what is held of a shopper."`
	Consent consentCommand `cmd:"" help:"Take in answers to requests for consent from a file, and list a shopper's."`
	Offer   offerCommand   `cmd:"" help:"Add codes that are good once, and see how many are left."`
	Apply   applyCommand   `cmd:"" help:"Publish personas, sequences and templates from a file."`
	Export  exportCommand  `cmd:"" help:"Write a shop's personas, sequences and templates as a file."`
	Replay  replayCommand  `cmd:"" help:"Fold quarantined events again, after what stopped them was mended."`
	Migrate migrateCommand `cmd:"" help:"Change the database schema, or see where it stands."`
	Doctor  doctorCommand  `cmd:"" help:"Check configuration, database, Redis and a running server."`
	Conform conformCommand `cmd:"" help:"Tell a platform's stories to a server, and see whether it understands them."`
	Bench   benchCommand   `cmd:"" help:"Measure this machine against its own ceilings."`
	Ver     versionCommand `cmd:"" name:"version" help:"Print the version."`
}

// run is what every command is given.
type run struct {
	ctx  context.Context
	term Terminal
	root *commands
}

// Main runs a command line and gives the exit code.
func Main(ctx context.Context, args []string, term Terminal) int {
	var root commands
	code := -1
	parser, err := kong.New(&root,
		kong.Name("cartograph"),
		kong.Description("Brings abandoned carts back, by email, SMS and Messenger, and tells honestly what it earned.\n\nTry: cartograph demo"),
		kong.Vars{"platforms": strings.Join(platformNames(), ", ")}, kong.Writers(term.Out, term.Err), kong.Exit(func(c int) { code = c }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(term.Err, "cartograph:", err)
		return exitFailed
	}
	cmd, err := parser.Parse(args)
	if code >= 0 {
		// --help was asked for and printed.
		return code
	}
	if err != nil {
		fmt.Fprintf(term.Err, "cartograph: %v\n  %s\n", err, usageHelp(err))
		return exitUsage
	}
	if err := cmd.Run(&run{ctx: ctx, term: term, root: &root}); err != nil {
		return explain(term.Err, err)
	}
	return 0
}

// explain tells a person what went wrong and what to do, and gives the exit code.
func explain(w io.Writer, err error) int {
	if problems := config.ProblemsOf(err); problems != nil {
		fmt.Fprintf(w, "cartograph: the configuration has %d problem(s):\n%s\n", len(problems), problems.List())
		return exitUsage
	}
	var book playbook.Errors
	if errors.As(err, &book) {
		fmt.Fprintln(w, strings.Join(problemsOf(book), "\n"))
		return exitFailed
	}
	for _, e := range parts(err) {
		fmt.Fprintln(w, "cartograph: "+sentence(e))
	}
	if fault.Is(err, fault.Misconfigured) {
		return exitUsage
	}
	return exitFailed
}

// parts takes joined errors apart, so that each problem has its line.
func parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, parts(e)...)
	}
	return out
}

func sentence(err error) string {
	var fe *fault.Error
	if !errors.As(err, &fe) {
		return err.Error()
	}
	s := fe.Message
	if fe.Field != "" {
		s = fe.Field + ": " + s
	}
	if fe.Err != nil {
		s += ": " + fe.Err.Error()
	}
	if remedy := remedyOf(fe.Message, fe.Remedy); remedy != "" {
		s += "\n  " + remedy
	}
	return s
}

// load reads the configuration with the flags over it.
func (r *run) load() (config.Config, error) {
	flags := map[string]string{}
	for name, v := range map[string]string{
		"data-dir": r.root.DataDir, "database-url": r.root.DatabaseURL, "redis-url": r.root.RedisURL,
		"listen": r.root.Listen, "public-url": r.root.PublicURL, "log-level": r.root.LogLevel,
	} {
		if v != "" {
			flags[name] = v
		}
	}
	return config.Load(config.Source{File: r.root.Config, Environ: r.term.Environ, Flags: flags})
}

// open loads the configuration and opens the database, for the commands that
// work beside a running server.
func (r *run) open() (*core, error) {
	c, err := r.load()
	if err != nil {
		return nil, err
	}
	return openCore(r.ctx, c, newLog(r.term.Err, "warn"), time.Now)
}

// newLog writes structured lines. Objects that reach it carry ids, never addresses.
func newLog(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l}))
}

// printJSON writes one JSON document.
func (r *run) printJSON(v any) error {
	e := json.NewEncoder(r.term.Out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// printLineJSON writes one JSON document on one line.
func (r *run) printLineJSON(v any) error {
	e := json.NewEncoder(r.term.Out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (r *run) printf(format string, args ...any) { fmt.Fprintf(r.term.Out, format, args...) }

type versionCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the version.
func (v *versionCommand) Run(r *run) error {
	if v.JSON {
		return r.printJSON(map[string]string{"version": r.term.Version})
	}
	r.printf("cartograph %s\n", r.term.Version)
	return nil
}

// Standard is the terminal of a process.
func Standard(version string) Terminal {
	return Terminal{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Version: version}
}
