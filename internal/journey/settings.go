package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Source is where a channel's account comes from.
type Source string

// The sources.
const (
	// OwnAccount: the shop's own keys. SharedAccount: those of the installation.
	OwnAccount    Source = "own"
	SharedAccount Source = "installation"
	// NoAccount: the sandbox; nothing leaves.
	NoAccount Source = "sandbox"
)

// ChannelSetup is how one channel of a shop is set up.
type ChannelSetup struct {
	Channel event.Channel
	Source  Source
	// Hints are the ends of the shop's own credentials by name, the whole of
	// those that are no secret; only for owners.
	Hints map[string]string
	// Callbacks are the addresses to enter at the provider, by what they are for.
	Callbacks []Callback
	Health    ChannelHealth
	// Checked is what the last look at the account found, its At zero for never.
	Checked Check
}

// Callback is one address to enter at a provider.
type Callback struct {
	// Purpose is what the provider calls it, URL the address.
	Purpose, URL string
}

// Check is what a look at an account or a domain found.
type Check struct {
	// What is the channel's name, or "domain" for the sender's.
	What string
	OK   bool
	// Code is the provider's, for people who look it up; Says is in words, without secrets.
	Code, Says string
	At         time.Time
}

// Webhooks are how a shop's events come in.
type Webhooks struct {
	// URL is the address to enter at the platform.
	URL string
	// Secrets are the valid secrets by their ends, newest first; only for owners.
	Secrets []Secret
	// Arrivals are the newest events, newest first; First is the oldest still
	// there, nil before any.
	Arrivals []Arrival
	First    *Arrival
	Failures []SignatureFailures
	// Warnings say what is left open as things are entered here, for people; only for owners.
	Warnings []string
}

// Secret is one valid signing secret as it may be shown.
type Secret struct {
	// ID names it to be removed; it says nothing of it.
	ID string
	// Hint is its end; CreatedAt is when it was stored.
	Hint      string
	CreatedAt time.Time
}

// Arrival is one event as it came in.
type Arrival struct {
	ID string
	// Platform, Topic and Kind say what it was; Status is folded, ignored or
	// quarantined, Note why.
	Platform, Topic string
	Kind            event.Kind
	Status, Note    string
	At              time.Time
}

// SignatureFailures count the requests of one day that did not verify.
type SignatureFailures struct {
	// Source is the platform or provider they claimed to be.
	Source string
	// Day begins it, in UTC.
	Day      time.Time
	Failures int
	// LastAt and Reason are of the last one.
	LastAt time.Time
	Reason string
}

// Purges are what was removed because it was old, and what will be.
type Purges struct {
	// LastAt is when a look at everything old ended, zero for never; Last counts what it removed.
	LastAt time.Time
	Last   map[string]int
	// NextAt is when it is done again.
	NextAt time.Time
	// Waiting counts what is old already, by the setting's name, at most MaxPurgeCount of each.
	Waiting map[string]int
}

// MaxPurgeCount bounds what is counted before a purge.
const MaxPurgeCount = 10_000

// StartFacts are what tells how far a shop's first set-up has come.
type StartFacts struct {
	// First is the first event that came in, nil for none.
	First *Arrival
	// EmailChecked and DomainChecked are the last looks at them.
	EmailChecked, DomainChecked Check
	// RulesChosen, Tested and Live are when that happened, zero for not yet.
	RulesChosen, Tested, Live time.Time
	// Skipped are the steps that somebody chose to leave out.
	Skipped []string
}

// TestSend is what became of a message that a merchant sent to themself.
type TestSend struct {
	// Template, Locale and Channel say what was sent, To to whom.
	Template, Locale string
	Channel          event.Channel
	To               string
	// Sandbox is true when it left nowhere.
	Sandbox bool
	// Outcome is the provider's: accepted, retry_after, rejected, misconfigured
	// or unknown; Code and Reason say more.
	Outcome      string
	Code, Reason string
	// Rendered is what was written.
	Subject, Text string
}
