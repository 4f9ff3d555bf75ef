package recovery_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// script is one random history of a shop: what its platform tells, what its
// shoppers and providers do, and when processes die.
type script struct {
	// shop chooses one of historyShops.
	shop int
	// events are told by lines, by index. Their times are the platform's.
	events []event.Event
	lines  []scriptLine
	// fates befall the calls of providers: the n-th call to an address suffers the
	// n-th, and a call beyond the last goes well.
	fates []fate
}

// verb is what one line of a script does.
type verb string

// The verbs.
const (
	// tells: the platform tells of an event. repeats: it tells one of them again.
	tells   verb = "tell"
	repeats verb = "again"
	// meanwhile: an event is told between the next reservation and its call.
	meanwhile verb = "meanwhile"
	// passes: time passes, every alarm rings at its time. sleeps: time passes and
	// no alarm rings until the end, as in an outage.
	passes verb = "pass"
	sleeps verb = "sleep"
	// reports: a provider reports about one of the messages it got.
	reports verb = "report"
	// writes: a shopper writes to a channel.
	writes verb = "write"
	// leaves: an unsubscribe link is used.
	leaves verb = "leave"
	// dies: the process is killed when the next message reaches a state.
	dies verb = "die"
	// restarts: another process takes over.
	restarts verb = "restart"
)

// scriptLine is one line of a script.
type scriptLine struct {
	verb verb
	// event is an index of script.events, for tells, repeats and meanwhile.
	event int
	// span is how long, for passes and sleeps.
	span time.Duration
	// nth counts the calls back from the latest, for reports and leaves.
	nth int
	// status is reported; twice says it two times.
	status delivery.Status
	twice  bool
	// everything leaves all channels.
	everything bool
	// channel, from and keyword are what is written where by whom.
	channel event.Channel
	from    string
	keyword string
	// state is what a process dies of.
	state delivery.State
	// a and b are the names that somebody says are the same person's, or not, for rules.
	a, b event.Key
	same bool
}

// fate is what befalls one call of a provider.
type fate string

// The fates.
const (
	goesWell    fate = "ok"
	reportFirst fate = "reported before it is answered"
	later       fate = "later"
	soon        fate = "later, unsaid when"
	refused     fate = "refused"
	badAddress  fate = "refused, the address is bad"
	broken      fate = "misconfigured"
	// taken and dropped are unknown to the caller, as when a provider hangs.
	taken   fate = "unknown, taken"
	dropped fate = "unknown, not taken"
)

// String writes the script so that a person can play it.
func (s script) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "shop: %s\n", historyShops[s.shop].ID)
	if len(s.fates) > 0 {
		fmt.Fprintf(&b, "calls to each address: %q\n", s.fates)
	}
	for _, l := range s.lines {
		fmt.Fprintf(&b, "%s\n", s.line(l))
	}
	return b.String()
}

func (s script) line(l scriptLine) string {
	switch l.verb {
	case tells, meanwhile:
		return string(l.verb) + " " + tale(s.events[l.event])
	case repeats:
		return "again " + s.events[l.event].DedupeKey
	case passes, sleeps:
		return fmt.Sprintf("%s %s", l.verb, l.span)
	case reports:
		return fmt.Sprintf("report %s of call -%d twice=%t", l.status, l.nth, l.twice)
	case writes:
		return fmt.Sprintf("write %q from %s by %s", l.keyword, l.from, l.channel)
	case leaves:
		return fmt.Sprintf("leave by the link of call -%d everything=%t", l.nth, l.everything)
	case rules, unrules:
		return l.word()
	case dies:
		return fmt.Sprintf("die when %s", l.state)
	}
	return string(l.verb)
}

// tale writes an event in one line.
func tale(e event.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.DedupeKey, e.Kind)
	if !e.OccurredAt.IsZero() {
		fmt.Fprintf(&b, " at %s", since(e.OccurredAt))
	}
	for _, l := range e.Links {
		fmt.Fprintf(&b, " %s=%s", l.Kind, l.Value)
	}
	for _, k := range e.Person.Keys {
		fmt.Fprintf(&b, " %s:%s", k.Kind, k.Value)
	}
	if e.Contents != nil {
		fmt.Fprintf(&b, " holds %s", lines(e.Contents.Items))
	}
	for _, d := range e.Deltas {
		fmt.Fprintf(&b, " %+d×%s", d.Quantity, d.Item.SKU)
	}
	if o := e.Order; o != nil {
		fmt.Fprintf(&b, " order %s %s unpaid=%t creditable=%t refunded=%d", o.ID, o.Status, o.Unpaid, o.Creditable, o.Refunded.Minor)
		if !o.PlacedAt.IsZero() {
			fmt.Fprintf(&b, " placed %s", since(o.PlacedAt))
		}
	}
	for _, c := range e.Consents {
		fmt.Fprintf(&b, " says %s to %s", c.Answer, c.Channel)
	}
	return b.String()
}

func since(t time.Time) string { return t.Sub(historyStart).String() }

func lines(items []event.Item) string {
	var out []string
	for _, it := range items {
		out = append(out, fmt.Sprintf("%d×%s", it.Quantity, it.Same()))
	}
	return "[" + strings.Join(out, " ") + "]"
}

// providerOf names a channel's provider in callback addresses.
var providerOf = map[event.Channel]string{event.Email: "sendgrid", event.SMS: "twilio", event.Messenger: "messenger"}

var _ recovery.Provider = pretender{}
