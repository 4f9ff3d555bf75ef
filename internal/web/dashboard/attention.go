package dashboard

import (
	"fmt"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// notice is something that needs a person first.
type notice struct {
	// Mark is the state shown beside it, Text what is the matter, Remedy what to do.
	Mark, Text, Remedy string
	// Link leads to the rows behind it, Action names it; "" for none.
	Link, Action string
}

// attention lists what needs a person: providers that are not called, email that
// rests for the shop's reputation, stocks of codes that run out, and events that
// wait in quarantine.
func attention(f frame, s journey.Summary) []notice {
	var out []notice
	for _, h := range s.Health {
		if h.State == "" || h.State == "closed" {
			continue
		}
		n := notice{
			Mark: spaced(h.State), Text: fmt.Sprintf("%s is not being sent: its provider failed %d times in a row", channelName(h.Channel), h.Failures),
			Remedy: "Nothing is lost: the messages wait, as long as their steps may be late. Look at the provider’s status and at the channel’s keys.",
			Link:   f.Link("/messages", "channel", string(h.Channel), "state", "reserved"), Action: "The messages that wait",
		}
		if h.Reason != "" {
			n.Text += " (" + h.Reason + ")"
		}
		if !h.OpenedAt.IsZero() {
			n.Text += ", since " + f.Time(h.OpenedAt)
		}
		if h.Until.After(f.Now) {
			n.Text += "; it is tried again " + f.Ago(h.Until)
		}
		n.Text += "."
		out = append(out, n)
	}
	if f.Shop.Settings.Address == "" && !slices.Contains(f.Sandboxed, event.Email) {
		out = append(out, notice{
			Mark: "address", Text: "Emails go out without a postal address: the law of most countries asks for one in every message.",
			Remedy: "If your own templates hold it, set it all the same: the text part of an email has it from here.",
			Link:   f.Link("/settings") + "#address", Action: "Set the address",
		})
	}
	if s.EmailRests != "" {
		out = append(out, notice{
			Mark: "paused", Text: "Email rests since " + f.Time(s.EmailRestsSince) + ": " + s.EmailRests,
			Remedy: "It goes on by itself when the rate is well below the bound again. When the cause is mended, the pause can be lifted at once.",
			Link:   f.Link("/sender"), Action: "How the shop stands as a sender",
		})
	}
	out = append(out, scarceCodes(f, s.Codes)...)
	if q := s.Quarantined; q > 0 {
		are := "were genuine but could not be understood, and are kept."
		if q == 1 {
			are = "was genuine but could not be understood, and is kept."
		}
		out = append(out, notice{
			Mark: "quarantined", Text: sentenceCount(q, "event") + " " + are,
			Remedy: "When what stopped them is mended, replay them there or with “cartograph replay”.",
			Link:   f.Link("/quarantine"), Action: "Look into the quarantine",
		})
	}
	return out
}

// latenessRow is one line of the lateness table, with the rows behind its numbers.
type latenessRow struct {
	journey.Lateness
	// Name says window and channel; All leads to the measured messages, Slowest to those as late as the p99.
	Name, All, Slowest string
}

func latenessRows(f frame, all []journey.Lateness) []latenessRow {
	var out []latenessRow
	for _, l := range all {
		name := map[time.Duration]string{24 * time.Hour: "24 hours", 7 * 24 * time.Hour: "7 days"}[l.Window]
		if name == "" {
			name = journey.Span(l.Window)
		}
		if l.Channel != "" {
			name += ", " + channelName(l.Channel)
		}
		n := narrowed{Channel: l.Channel, Since: l.Since}
		r := latenessRow{Lateness: l, Name: name, All: f.Link("/messages", append(n.query(), "state", left)...)}
		n.LateBy = l.P99
		r.Slowest = f.Link("/messages", append(n.query(), "state", left)...)
		out = append(out, r)
	}
	return out
}

// Exact writes a few seconds to a tenth, a longer duration as Span does.
func (f frame) Exact(d time.Duration) string {
	if d < time.Second || d >= 10*time.Second {
		return journey.Span(d)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// Size writes a number of bytes.
func (f frame) Size(n int) string {
	switch {
	case n < 1000:
		return sentenceCount(n, "byte")
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
