package dashboard

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// sentence makes words of a dotted or underscored name.
func sentence(name string) string { return capital(spaced(name)) }

// stateWords writes a state as people do: "not enrolled".
func stateWords(state any) string { return spaced(fmt.Sprint(state)) }

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
func (f frame) Why(d journey.Decision) string { return f.Rule(d.Rule) }

// Rule says what a decision's rule means; a persona goes by its name.
func (f frame) Rule(rule string) string {
	if key, ok := strings.CutPrefix(rule, "persona."); ok && key != "none" {
		return "The shopper looks like " + f.PersonaName(key) + "."
	}
	return journey.Said(rule)
}

// Credit says why an order was credited.
func (f frame) Credit(r attribution.Rule) string { return credited(r) }

// Touched says what a touch was.
func (f frame) Touched(k attribution.TouchKind) string { return touched(k) }

// Words makes words of any name ("cart_updated").
func (f frame) Words(name any) string {
	switch n := name.(type) {
	case string:
		if n == left {
			return "Sent" // “left” is what addresses call it; to a reader it is a direction
		}
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
