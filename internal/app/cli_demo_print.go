package app

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/demo"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// channelsInOrder is how the demo lists the channels.
var channelsInOrder = []event.Channel{event.Email, event.SMS, event.Messenger}

// demoPrinter tells what happens: to a terminal in a line that lives, to
// anything else in lines now and then, or in JSON.
type demoPrinter struct {
	out      io.Writer
	json     bool
	terminal bool
	stage    *stage
}

func newDemoPrinter(out io.Writer, asJSON bool, s *stage) *demoPrinter {
	return &demoPrinter{out: out, json: asJSON, terminal: !asJSON && isTerminal(out), stage: s}
}

// every is how often a summary is wanted.
func (p *demoPrinter) every() time.Duration {
	if p.terminal || p.json {
		return tellTerminal
	}
	return tellLog
}

// Escape sequences of terminals: to the line's beginning and clear it; and let
// a long line end at the edge rather than go on below.
const (
	clearLine = "\r\x1b[K"
	noWrap    = "\x1b[?7l"
	wrap      = "\x1b[?7h"
)

// line writes one line that stays.
func (p *demoPrinter) line(format string, args ...any) {
	if p.terminal {
		fmt.Fprint(p.out, clearLine)
	}
	fmt.Fprintf(p.out, format+"\n", args...)
}

// object writes one line of JSON with its type first.
func (p *demoPrinter) object(v any) {
	e := json.NewEncoder(p.out)
	e.SetEscapeHTML(false)
	// A reader that has gone away is told by the signal that ends us.
	_ = e.Encode(v)
}

func (p *demoPrinter) started() {
	s := p.stage
	if p.json {
		p.object(demoStarted{Type: "started", URL: s.server.URL(), SignInURL: s.signIn, ShopID: s.shop.ID, APIKey: s.shop.APIKey, WebhookURL: s.shop.WebhookURL})
		return
	}
	p.line("%s is open. Watch it here (the link signs you in, once):\n\n    %s\n", s.shop.Name, s.signIn)
	p.line("Nothing leaves this machine: shoppers, providers and clock are simulated. Stop with Ctrl-C.")
	if s.kept {
		p.line("The data stays in %s.", s.dir)
	}
	p.line("")
}

// demoStarted is the first line of --json.
type demoStarted struct {
	Type       string `json:"type"`
	URL        string `json:"url"`
	SignInURL  string `json:"sign_in_url"`
	ShopID     string `json:"shop_id"`
	APIKey     string `json:"api_key"`
	WebhookURL string `json:"webhook_url"`
}

// demoSummary is a line of --json while the demo runs, and its last.
type demoSummary struct {
	Type string `json:"type"`
	// At is the demo's clock.
	At        time.Time      `json:"at"`
	Shoppers  int            `json:"shoppers"`
	Webhooks  int            `json:"webhooks"`
	Trouble   int            `json:"trouble"`
	Carts     map[string]int `json:"carts"`
	Letters   map[string]int `json:"letters"`
	Recovered int            `json:"recovered"`
	Revenue   []demo.Amount  `json:"revenue"`
	Rules     []demo.Revenue `json:"rules"`
	Seconds   float64        `json:"seconds,omitempty"`
}

func (p *demoPrinter) summaryOf(kind string, sum demo.Summary, t demo.Tally) demoSummary {
	letters := map[string]int{}
	for _, c := range channelsInOrder {
		letters[string(c)] = t.Letters[c]
	}
	return demoSummary{
		Type: kind, At: p.stage.clock.Now().UTC(), Shoppers: t.Shoppers, Webhooks: t.Webhooks, Trouble: t.Trouble,
		Carts: sum.Carts, Letters: letters, Recovered: sum.Recovered, Revenue: perCurrency(sum.Revenue), Rules: sum.Revenue,
	}
}

func (p *demoPrinter) summary(sum demo.Summary, t demo.Tally) {
	switch {
	case p.json:
		p.object(p.summaryOf("summary", sum, t))
	case p.terminal:
		fmt.Fprint(p.out, clearLine, noWrap, p.words(sum, t), wrap)
	default:
		p.line("%s", p.words(sum, t))
	}
}

// words is the summary as people read it.
func (p *demoPrinter) words(sum demo.Summary, t demo.Tally) string {
	now := p.stage.clock.Now().In(p.stage.zone)
	clock := now.Format("Mon 15:04")
	quiet := shop.Defaults().QuietHours
	if morning := quiet.Next(now, p.stage.zone); morning.After(now) {
		clock += " (quiet until " + morning.In(p.stage.zone).Format("15:04") + ")"
	}
	var sent []string
	for _, c := range channelsInOrder {
		sent = append(sent, fmt.Sprintf("%d %s", t.Letters[c], c))
	}
	text := fmt.Sprintf("%s · carts: %d open, %d abandoned, %d ordered · sent: %s · recovered: %d%s", clock,
		sum.Carts["open"], sum.Carts["abandoned"], sum.Carts["ordered"], strings.Join(sent, ", "), sum.Recovered, worth(sum.Revenue))
	if t.Trouble > 0 {
		text += fmt.Sprintf(" · trouble: %d", t.Trouble)
	}
	return text
}

// worth writes the recovered money, each currency by itself.
func worth(lines []demo.Revenue) string {
	var out []string
	for _, a := range perCurrency(lines) {
		out = append(out, format(a))
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, " + ") + ")"
}

func format(a demo.Amount) string {
	return money.Format(money.Money{Minor: a.Minor, Currency: a.Currency}, "en")
}

// perCurrency adds the rules of one currency: an order is credited by one only.
func perCurrency(lines []demo.Revenue) []demo.Amount {
	by := map[string]money.Money{}
	for _, l := range lines {
		by[l.Net.Currency] = money.Money{Minor: by[l.Net.Currency].Minor + l.Net.Minor, Currency: l.Net.Currency}
	}
	out := []demo.Amount{}
	for _, code := range slices.Sorted(maps.Keys(by)) {
		out = append(out, demo.Amount{Amount: by[code].Decimal(), Minor: by[code].Minor, Currency: code})
	}
	return out
}

// demoFirst is the line of --json for the first recovery.
type demoFirst struct {
	Type     string        `json:"type"`
	Seconds  float64       `json:"seconds"`
	Recovery demo.Recovery `json:"recovery"`
}

func (p *demoPrinter) first(r demo.Recovery, after time.Duration) {
	if p.json {
		p.object(demoFirst{Type: "first_recovery", Seconds: round(after), Recovery: r})
		return
	}
	p.line("first recovery after %.1f s: %s, credited by %s", after.Seconds(), format(r.Net), r.Rule)
}

func (p *demoPrinter) stopped(sum demo.Summary, t demo.Tally, after time.Duration) {
	if p.json {
		last := p.summaryOf("stopped", sum, t)
		last.Seconds = round(after)
		p.object(last)
		return
	}
	p.line("%s", p.words(sum, t))
	p.line("The demo ran for %s: %d shoppers, %d webhooks, %d carts recovered%s.", after.Round(time.Second),
		t.Shoppers, t.Webhooks, sum.Recovered, worth(sum.Revenue))
}

func round(d time.Duration) float64 {
	return float64(d.Round(100*time.Millisecond)) / float64(time.Second)
}
