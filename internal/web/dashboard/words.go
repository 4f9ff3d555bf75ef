package dashboard

import (
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// explained says in words what a decision's rule means.
var explained = map[string]string{
	"address.none":                 "No address is known for any of the step’s channels.",
	"cart.active":                  "The shopper was active again, so the step’s time counts anew.",
	"cart.contents_unknown":        "What is in the cart is not known.",
	"cart.emptied":                 "The shopper took everything out of the cart.",
	"cart.nobody_known":            "Nobody is known to write to.",
	"cart.superseded":              "The shopper started a newer cart, which took this one’s place.",
	"channel.misconfigured":        "The provider refused our account or sender; somebody must mend the settings.",
	"channel.rejected":             "The provider refused the message for this address.",
	"channels.none_allowed":        "None of the step’s channels may be used for this shopper.",
	"condition.error":              "The step’s condition could not be worked out for this cart.",
	"condition.false":              "The step’s condition was not true for this cart.",
	"consent.no":                   "The shopper said no to messages on this channel.",
	"consent.off":                  "The shop does not ask for consent, and the shopper did not say no.",
	"consent.soft_opt_in":          "The shopper is a customer and did not object to email.",
	"consent.unknown":              "The shopper was never asked, and this shop only writes after a yes.",
	"consent.yes":                  "The shopper said yes to messages on this channel.",
	"holdout":                      "This shopper is in the control group that is deliberately not written to.",
	"messenger.window_closed":      "Messenger only allows a reply within a day, and the shopper has not written for longer.",
	"persona.none":                 "No persona fits, and there is none that catches all.",
	"provider.later":               "The provider asked us to come back later.",
	"provider.later_than_max_late": "The provider asked us to wait for longer than the step may be late.",
	"provider.unknown":             "It is not known whether the provider took the message, and it is never sent twice.",
	"quiet_hours":                  "It was night, by the shop’s quiet hours; the step waits until they end.",
	"quiet_hours.expired":          "The quiet hours end later than the step may be late.",
	"sequence.none":                "No sequence is made for this cart and persona.",
	"shop.before_activation":       "The step was due before the shop was switched on.",
	"step.too_late":                "The step was later than it may be, and stale messages are never sent.",
	"template.error":               "The template could not be filled in for this cart.",
	"template.missing":             "There is no template for this channel and language.",
}

// families explain rules by what their name starts with; the rest of the name
// ends the sentence.
var families = []struct{ prefix, sentence string }{
	{"order.matched.", "The cart was ordered; the order was matched by its "},
	{"suppressed.", "The address may not be written to any more: "},
	{"persona.", "The shopper looks like the persona "},
}

// explain says why, in a sentence, whatever the rule is called.
func explain(d journey.Decision) string { return explainRule(d.Rule) }

func explainRule(rule string) string {
	if said, ok := explained[rule]; ok {
		return said
	}
	for _, f := range families {
		if rest, ok := strings.CutPrefix(rule, f.prefix); ok {
			return f.sentence + spaced(rest) + "."
		}
	}
	return sentence(rule)
}

// sentence makes words of a dotted or underscored name.
func sentence(name string) string { return capital(spaced(name)) }

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func spaced(name string) string {
	return strings.NewReplacer("_", " ", ".", ": ", "-", " ").Replace(name)
}

// credited says in words why an order was credited.
func credited(r attribution.Rule) string {
	switch r {
	case attribution.LastClick:
		return "Last confirmed click, at most 5 days before the order"
	case attribution.SameCart:
		return "The same cart ordered within 24 hours of delivery"
	}
	return sentence(string(r))
}

// touched says in words what reached or was done.
func touched(k attribution.TouchKind) string {
	switch k {
	case attribution.Delivered:
		return "Message delivered"
	case attribution.Opened:
		return "Message opened (opens decide nothing)"
	case attribution.ClickRaw:
		return "Link fetched, perhaps by a scanner"
	case attribution.ClickConfirmed:
		return "Click confirmed: a person came back"
	case attribution.Replied:
		return "The shopper replied"
	}
	return sentence(string(k))
}

func channelName(c event.Channel) string {
	switch c {
	case event.Email:
		return "Email"
	case event.SMS:
		return "SMS"
	case event.Messenger:
		return "Messenger"
	}
	return string(c)
}

// The pages' names for the above.

// Why says why a decision fell as it did.
func (f frame) Why(d journey.Decision) string { return explain(d) }

// Rule says what a decision's rule means.
func (f frame) Rule(rule string) string { return explainRule(rule) }

// Credit says why an order was credited.
func (f frame) Credit(r attribution.Rule) string { return credited(r) }

// Touched says what a touch was.
func (f frame) Touched(k attribution.TouchKind) string { return touched(k) }

// Words makes words of any name ("cart_updated").
func (f frame) Words(name any) string {
	switch n := name.(type) {
	case string:
		return sentence(n)
	case event.Channel:
		return channelName(n)
	case event.Kind:
		return sentence(string(n))
	case journey.Outcome:
		return sentence(string(n))
	}
	return ""
}

// ItemCount counts lines of a cart in words.
func (f frame) ItemCount(n int) string { return sentenceCount(n, "item") }

func sentenceCount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// Nth counts from 1, as people do.
func (f frame) Nth(step int) int { return step + 1 }
