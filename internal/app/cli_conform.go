package app

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

type conformCommand struct {
	Platform  string   `arg:"" help:"The platform whose stories are told."`
	URL       string   `help:"The server, such as http://127.0.0.1:8080." placeholder:"URL"`
	Shop      string   `help:"Its shop, made for this." placeholder:"ID"`
	APIKey    string   `name:"api-key" help:"A key of the shop that may read." placeholder:"KEY"`
	Secret    string   `help:"The key that deliveries are signed with; the kit's own without." placeholder:"SECRET"`
	APIListen string   `name:"api-listen" help:"Play the platform's API at this address, which the shop's platform_url has to name." placeholder:"HOST:PORT"`
	Trait     []string `help:"Only these stories." placeholder:"NAME"`
	Setup     bool     `help:"Print how the shop has to be made, and tell nothing."`
	JSON      bool     `name:"json" help:"Print JSON."`
}

// Help is shown by --help.
func (*conformCommand) Help() string {
	return `For people who write plugins, adapters or servers: it posts the bodies that a platform posts while shoppers fill carts, leave, buy and do what they do oddly, in order, repeated, shuffled and forged, and reads by the API whether each story ended as it should. It knows nothing of the server but its addresses.

Each telling has ids and addresses of its own, so a shop can be told the stories again and again. Make a shop for it: they are stored like any others. --setup prints how.

A platform whose webhooks only name things is asked by its API; --api-listen plays that API. The server must be allowed to call it: CARTOGRAPH_OUTGOING_ALLOW=HOST:PORT.

It ends with exit code 1 when a story did not end as it should.`
}

// conformResult is what came of one story.
type conformResult struct {
	Trait conformance.Trait `json:"trait"`
	// Rounds were told; Cannot says why none was, Findings what went wrong.
	Rounds   []string `json:"rounds,omitempty"`
	Cannot   string   `json:"cannot,omitempty"`
	Findings []string `json:"findings,omitempty"`
}

// Run tells the stories.
func (c *conformCommand) Run(r *run) error {
	p, err := storyOf(c.Platform)
	if err != nil {
		return err
	}
	if c.Setup {
		return c.printSetup(r, p)
	}
	if c.URL == "" || c.Shop == "" || c.APIKey == "" {
		return fault.New(fault.Misconfigured, "--url, --shop and --api-key are needed").Try("make a shop as `cartograph conform " + p.Name + " --setup` prints")
	}
	server, stop, err := c.server(r, p)
	if err != nil {
		return err
	}
	defer stop()
	var results []conformResult
	for i, t := range conformance.Traits() {
		if len(c.Trait) == 0 || slices.Contains(c.Trait, string(t)) {
			results = append(results, tellOne(r.ctx, server, p, t, i, WallClock().Now()))
		}
	}
	return c.print(r, p, results)
}

// storyOf finds a platform of the kit.
func storyOf(name string) (conformance.Platform, error) {
	var names []string
	for _, p := range Stories() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return conformance.Platform{}, fault.New(fault.Unprocessable, "there are no stories of %q", name).In("platform").
		Try("choose one of " + strings.Join(names, ", "))
}

// server is the one to tell to, with the platform's API beside it where that is wanted.
func (c *conformCommand) server(r *run, p conformance.Platform) (s conformance.Server, stop func(), err error) {
	signing, _ := p.Secrets(1)
	s = conformance.Server{
		URL: strings.TrimRight(c.URL, "/"), ShopID: c.Shop, APIKey: c.APIKey, Signing: signing, Client: &http.Client{Timeout: 30 * time.Second},
		Looks: 150, Pause: func(ctx context.Context) error {
			select {
			case <-time.After(100 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
	}
	if c.Secret != "" {
		s.Signing = c.Secret
	}
	if c.APIListen == "" {
		return s, func() {}, nil
	}
	var lc net.ListenConfig
	l, err := lc.Listen(r.ctx, "tcp", c.APIListen)
	if err != nil {
		return s, nil, fault.Wrap(fault.Misconfigured, err, "cannot listen on %s", c.APIListen).In("api-listen")
	}
	s.API = conformance.NewAPI(p)
	api := &http.Server{Handler: s.API, ReadHeaderTimeout: 10 * time.Second}
	go api.Serve(l) //nolint:errcheck // it ends with stop, and reports just that
	return s, func() { _ = api.Close() }, nil
}

// tellOne tells one trait's story: all in order, the one that ends in a
// purchase also repeated, shuffled and forged.
func tellOne(ctx context.Context, s conformance.Server, p conformance.Platform, t conformance.Trait, n int, now time.Time) conformResult {
	out := conformResult{Trait: t, Cannot: p.Cannot[t]}
	story, ok := p.Story(t)
	if !ok {
		return out
	}
	rounds := []conformance.Round{conformance.RoundInOrder}
	if t == conformance.Bought {
		rounds = append(rounds, conformance.RoundTwice, conformance.RoundShuffled, conformance.RoundForged)
	}
	for i, round := range rounds {
		run := conformance.Run{Serial: conformance.Serial(now, n*10+i), Now: now}
		finding, told := s.Tell(ctx, p, story, run, round)
		switch {
		case !told:
			continue
		case finding != nil:
			out.Findings = append(out.Findings, string(round)+": "+finding.What)
		}
		out.Rounds = append(out.Rounds, string(round))
	}
	if len(out.Rounds) == 0 {
		out.Cannot = "only the adapter's own test tells it: it hangs on when the platform's API is asked what changed"
		if s.API == nil {
			out.Cannot = "it needs the platform's API: play it with --api-listen, or let the adapter's own test tell it"
		}
	}
	return out
}

func (c *conformCommand) print(r *run, p conformance.Platform, results []conformResult) error {
	wrong := 0
	for _, res := range results {
		if len(res.Findings) > 0 {
			wrong++
		}
	}
	if c.JSON {
		if err := r.printJSON(map[string]any{"platform": p.Name, "stories": results, "wrong": wrong}); err != nil {
			return err
		}
	} else {
		for _, res := range results {
			r.printf("%s\n", lineOf(res))
		}
		r.printf("%s\n", summed(results))
	}
	if wrong > 0 {
		return fault.New(fault.Unprocessable, "%d of %d stories did not end as they should", wrong, len(results)).
			Try("each finding above names the story, how it was told, how it ended and how it should have")
	}
	return nil
}

func lineOf(res conformResult) string {
	switch {
	case len(res.Findings) > 0:
		return fmt.Sprintf("%-16s WRONG\n  %s", res.Trait, strings.ReplaceAll(strings.Join(res.Findings, "\n"), "\n", "\n  "))
	case len(res.Rounds) == 0:
		return fmt.Sprintf("%-16s not told: %s", res.Trait, res.Cannot)
	}
	return fmt.Sprintf("%-16s well (%s)", res.Trait, strings.Join(res.Rounds, ", "))
}

// summed is the last line: how many stories were told, and how they ended.
func summed(results []conformResult) string {
	well, wrong, untold := 0, 0, 0
	for _, res := range results {
		switch {
		case len(res.Findings) > 0:
			wrong++
		case len(res.Rounds) == 0:
			untold++
		default:
			well++
		}
	}
	return fmt.Sprintf("%d stories: %d well, %d wrong, %d not told", len(results), well, wrong, untold)
}

// setup is how a shop has to be made for the stories.
type setup struct {
	Platform      string            `json:"platform"`
	Domain        string            `json:"domain"`
	Currency      string            `json:"currency"`
	Country       string            `json:"country"`
	WebhookSecret string            `json:"webhook_secret"`
	Set           map[string]string `json:"set"`
}

func (c *conformCommand) printSetup(r *run, p conformance.Platform) error {
	_, verifying := p.Secrets(1)
	facts := conformance.Facts(event.Delivery{})
	s := setup{Platform: p.Name, Domain: p.Domain, Currency: facts.Currency, Country: facts.Country, WebhookSecret: verifying, Set: map[string]string{}}
	for name, value := range p.Values {
		s.Set[name] = value
	}
	if p.Values != nil && c.APIListen != "" {
		s.Set["platform_url"] = "http://" + c.APIListen
	}
	if c.JSON {
		return r.printJSON(s)
	}
	r.printf("cartograph shop create --name Conformance --platform %s --domain %s --currency %s --country %s --timezone Europe/Paris --locale en --webhook-secret=%s", s.Platform, s.Domain, s.Currency, s.Country, shellQuoted(s.WebhookSecret))
	for _, name := range slices.Sorted(maps.Keys(s.Set)) {
		r.printf(" --set %s=%s", name, shellQuoted(s.Set[name]))
	}
	r.printf("\n")
	return nil
}

// shellQuoted writes a text for a shell as it is: keys have lines of their own and
// begin with dashes.
func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
