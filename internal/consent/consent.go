// Package consent answers "may we write to this address, on this channel, now?"
// from the shopper's answers, the suppressions, the shop's mode and its quiet
// hours. Where a fact is missing it says no.
package consent

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Mode is how a shop reads silence.
type Mode string

// The modes.
const (
	// OptIn: only a yes allows a message. The default.
	OptIn Mode = "opt_in"
	// SoftOptIn: unknown is enough for email to an existing customer of this shop; other channels need a yes.
	SoftOptIn Mode = "soft_opt_in"
	// Off: only a no forbids. For shops whose platform has already asked, and for trying things.
	Off Mode = "off"
)

// Known is what is known about one shopper's address on one channel.
type Known struct {
	Channel event.Channel
	// Answer is the newest answer, "" when unknown.
	Answer event.Answer
	// Suppressed gives the reason of a suppression of the address, or "".
	Suppressed string
	// Customer is true when the shopper has bought here before.
	Customer bool
}

// Ruling is the answer with its reason.
type Ruling struct {
	Allowed bool
	// Rule names what decided ("consent.yes", "consent.unknown", "suppressed.opted_out").
	Rule string
}

// May rules on one channel. Suppression beats consent; no beats everything else.
func May(mode Mode, k Known) Ruling {
	switch {
	case k.Suppressed != "":
		return Ruling{false, "suppressed." + k.Suppressed}
	case k.Answer == event.No:
		return Ruling{false, "consent.no"}
	case k.Answer == event.Yes:
		return Ruling{true, "consent.yes"}
	case mode == Off:
		return Ruling{true, "consent.off"}
	case mode == SoftOptIn && k.Channel == event.Email && k.Customer:
		return Ruling{true, "consent.soft_opt_in"}
	}
	return Ruling{false, "consent.unknown"}
}

// MessengerWindow is how long after a shopper's last message a page may write
// to them, less a margin for our own delays (Meta: 24 hours).
const MessengerWindow = 24*time.Hour - 10*time.Minute
