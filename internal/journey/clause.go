package journey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// clause tells a decision with the inputs it was made by.
func (r *reading) clause(d Decision) string {
	said, in := Mean(d.Rule).Clause, d.Inputs
	switch d.Rule {
	case "sequence.none":
		if p := in["persona"]; p != "" {
			return fmt.Sprintf("no live sequence matches the persona %s at the stage %s", p, first(in["stage"], "cart"))
		}
	case "shop.before_activation":
		return "the shopper was last active " + r.stamp(in["last_activity"]) + ", before the shop was switched on, and stale messages are never sent"
	case "step.too_late":
		if in["max_late"] != "" {
			return fmt.Sprintf("the message was %s late and may be %s late at most; stale messages are never sent", spanOf(in["late"]), spanOf(in["max_late"]))
		}
	case "offer.expired", "offer.recent", "offer.none_left":
		return said + r.offer(in)
	case "condition.false":
		if in["when"] != "" {
			return said + " (" + in["when"] + ")"
		}
	case "condition.error", "persona.none":
		if in["error"] != "" {
			return said + " (" + in["error"] + ")"
		}
	case "quiet_hours", "quiet_hours.expired":
		if in["quiet_hours"] != "" {
			return strings.Replace(said, "quiet hours", "quiet hours "+in["quiet_hours"]+zoneNote(in["zone"]), 1)
		}
	case "provider.later", "provider.later_than_max_late":
		return said + provider(in)
	case "channel.paused":
		return said + r.paused(d)
	case "catch_up":
		if in["alarm_late"] != "" {
			return said + " (it was " + spanOf(in["alarm_late"]) + " late)"
		}
	case "channel.misconfigured", "channel.rejected":
		if d.Channel != "" || in["code"] != "" {
			return said + provider(in)
		}
	}
	if by := r.channels(d); by != "" {
		return by
	}
	return said
}

// offer adds what stood against a step's offer.
func (r *reading) offer(in map[string]string) string {
	if in["offered"] != "" {
		return bracket("the last one was made " + r.stamp(in["offered"]))
	}
	if in["offer_expires"] != "" {
		return bracket("it ended " + r.stamp(in["offer_expires"]))
	}
	if stock, ok := strings.CutPrefix(in["offer"], "codes:"); ok {
		return bracket("the stock " + stock)
	}
	return ""
}

func zoneNote(zone string) string {
	if zone == "" {
		return ""
	}
	return " in " + zone
}

// paused adds which channel waits and what its provider said last.
func (r *reading) paused(d Decision) string {
	if d.Channel != "" {
		return provider(d.Inputs)
	}
	var said []string
	for _, c := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		if why, ok := d.Inputs["paused "+string(c)]; ok {
			said = append(said, strings.TrimSpace(channelWord(c)+" "+why))
		}
	}
	return bracket(strings.Join(said, ", "))
}

// provider adds what the provider said.
func provider(in map[string]string) string {
	said := strings.TrimSpace(in["code"] + " " + in["reason"])
	if said == "" {
		return ""
	}
	return " (" + said + ")"
}

// channels tells why each channel of a step could not be used, or "" where the
// decision does not turn on channels.
func (r *reading) channels(d Decision) string {
	by := map[string][]event.Channel{}
	var order []string
	for _, c := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		rule := d.Inputs["channel "+string(c)]
		if c == d.Channel && rule == "" {
			rule = d.Rule
		}
		if rule == "" || (rule != d.Rule && d.Rule != "channels.none_allowed") {
			continue
		}
		if !slices.Contains(order, rule) {
			order = append(order, rule)
		}
		by[rule] = append(by[rule], c)
	}
	var said []string
	for _, rule := range order {
		said = append(said, r.shut(d, rule, by[rule]))
	}
	return strings.Join(said, "; ")
}

// shut tells why some channels were shut by one rule.
func (r *reading) shut(d Decision, rule string, on []event.Channel) string {
	names := channelWords(on)
	switch rule {
	case "consent.no":
		return "consent for " + names + " is no" + r.saidBy(on, d.At)
	case "consent.unknown":
		return "nobody asked the shopper about " + names + ", and this shop only writes after a yes" + r.mode()
	case "address.none":
		return "no address for " + names + " is known"
	case "template.missing":
		return "there is no template for " + names
	case "template.error":
		return "the template for " + names + " could not be filled in" + bracket(d.Inputs["error "+string(on[0])])
	case "channel.rejected":
		return "the provider refused the message by " + names
	case "messenger.window_closed":
		return Mean(rule).Clause
	}
	if why, ok := strings.CutPrefix(rule, "suppressed."); ok {
		return "the address for " + names + " may not be written to any more: " + suppressedFor(why)
	}
	return Mean(rule).Clause
}

func bracket(said string) string {
	if said == "" {
		return ""
	}
	return " (" + said + ")"
}

// mode says how far the shop's consent mode reaches, where it reaches further than a yes.
func (r *reading) mode() string {
	if r.terms.ConsentMode == consent.SoftOptIn {
		return " (but for email to customers)"
	}
	return ""
}

// saidBy tells who said no and when, if that answer was the newest at the time.
func (r *reading) saidBy(on []event.Channel, by time.Time) string {
	for _, c := range r.Consents {
		if c.Channel == on[0] && c.Answer == event.No && !c.At.After(by) {
			return fmt.Sprintf(" (said by %s %s)", first(c.Source, "the shop’s platform"), r.moment(c.At))
		}
	}
	return ""
}

func channelWord(c event.Channel) string {
	switch c {
	case event.SMS:
		return "SMS"
	case event.Messenger:
		return "Messenger"
	}
	return string(c)
}

func channelWords(on []event.Channel) string {
	var names []string
	for _, c := range on {
		names = append(names, channelWord(c))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
