// Package delivery is what happens to a message after it was rendered: the
// provider's verdict on the call, its later callbacks, and the states these
// lead through. It holds no HTTP; provider packages translate to its words.
package delivery

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// State is a message's state.
type State string

// The states. The way on is one direction only:
//
//	reserved → sending → accepted → delivered → complained
//	                   ↘ unknown  ↗ ↘ bounced, failed
//	reserved → cancelled            (the gate closed before the call)
//	sending  → rejected             (the provider refused: nothing was sent)
//	sending  → reserved             (told to try again later: nothing was sent)
const (
	// Reserved: the step's one place is taken; nothing has left.
	Reserved State = "reserved"
	// Sending: the provider is being called now.
	Sending State = "sending"
	// Accepted: the provider took it.
	Accepted State = "accepted"
	// Delivered: the mailbox or handset has it.
	Delivered State = "delivered"
	// Bounced: the address refused it.
	Bounced State = "bounced"
	// Failed: the provider took it and could not deliver it.
	Failed State = "failed"
	// Unknown: the call's outcome is not known. It is never repeated; callbacks settle it.
	Unknown State = "unknown"
	// Rejected: the provider refused the call; nothing was sent.
	Rejected State = "rejected"
	// Cancelled: an order, a withdrawal or the like came before the call.
	Cancelled State = "cancelled"
	// Complained: delivered, and marked as spam.
	Complained State = "complained"
)

// Outcome is a verdict's kind.
type Outcome string

// The outcomes of one provider call.
const (
	// OK: the provider accepted the message.
	OK Outcome = "accepted"
	// Later: it certainly did not send it and may be asked again after Verdict.After.
	Later Outcome = "retry_after"
	// Refused: it certainly did not and never will send it to this address.
	Refused Outcome = "rejected"
	// Broken: credentials, sender or account are wrong; no address would work.
	Broken Outcome = "misconfigured"
	// Unsure: the request may or may not have been carried out.
	Unsure Outcome = "unknown"
)

// Verdict is the outcome of one provider call.
type Verdict struct {
	Outcome Outcome
	// ProviderID is the provider's own message id, when it accepted.
	ProviderID string
	// After is how long to wait before asking again; only with Later. Zero leaves it to the engine's backoff.
	After time.Duration
	// Code is the provider's error code or the HTTP status as text ("21610", "429"), for people and tests.
	Code string
	// Reason says in a few words what happened, free of addresses and other personal data.
	Reason string
	// Suppress asks that the address be suppressed, giving the reason ("opted_out",
	// "invalid_address", "blocked"); empty otherwise.
	Suppress string
}

// Outbound is one rendered message on its way to a provider.
type Outbound struct {
	// MessageID is our id. It goes into the provider's metadata, alone: providers keep metadata for ever.
	MessageID string
	ShopID    string
	Channel   event.Channel
	// To is the address: an email address, E.164 phone or page-scoped id.
	To string
	// ToName is shown beside an email address; may be empty.
	ToName string
	// FromName is the shop's name as the sender shows it.
	FromName string
	// ReplyTo is the shop's support address; may be empty.
	ReplyTo string
	// Subject, HTML and Text are an email's parts; SMS and Messenger use Text only.
	Subject string
	HTML    string
	Text    string
	// Title, ImageURL, ButtonTitle and ButtonURL make a Messenger card; an empty title means plain text.
	Title       string
	ImageURL    string
	ButtonTitle string
	ButtonURL   string
	// UnsubscribeURL becomes the List-Unsubscribe header (RFC 8058).
	UnsubscribeURL string
	// CallbackURL is where the provider reports (Twilio's StatusCallback).
	CallbackURL string
	// Expires is when it is no use any more; providers with a validity period are told. Zero: their default.
	Expires time.Time
}

// Account is one shop's account at one provider, unsealed for the call.
type Account struct {
	// Key is the secret: SendGrid API key, Twilio auth token, Messenger page token.
	Key string
	// ID is the account: Twilio account SID, Messenger page id; unused by SendGrid.
	ID string
	// From is the sender: email address, phone number or Messaging Service SID.
	From string
	// VerifyKeys verify callbacks, several during rotation: SendGrid webhook public keys,
	// Twilio auth tokens, Messenger app secrets. None: every callback is refused.
	VerifyKeys []string
	// VerifyToken is what Messenger's subscription check must show.
	VerifyToken string
	// BaseURL is the provider's API root without a trailing slash; empty for the real one.
	BaseURL string
	// Sandbox is true when the shop has no keys and BaseURL is our own sandbox.
	Sandbox bool
}

// Request is one callback request as it arrived.
type Request struct {
	Method string
	// URL is the public URL the provider called, with its query: from the configured
	// public address, never from forwarded headers (Twilio signs it).
	URL string
	// Header holds the headers under canonical names, Body the raw bytes.
	Header map[string][]string
	Body   []byte
	// ReceivedAt is our clock.
	ReceivedAt time.Time
}

// Get gives the first value of a header by its canonical name, or "".
func (r Request) Get(name string) string {
	if v := r.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Batch is what one verified callback request holds.
type Batch struct {
	Reports  []Report
	Inbounds []Inbound
	// ReplyType and ReplyBody answer the provider (Twilio wants empty TwiML); empty for a plain 200.
	ReplyType string
	ReplyBody string
}

// Status is what a report says happened.
type Status string

// The statuses of reports, in our words.
const (
	// Processed: the provider confirms that it has the message (settles an unknown).
	Processed    Status = "processed"
	Delivery     Status = "delivered"
	Bounce       Status = "bounced"
	Failure      Status = "failed"
	Deferral     Status = "deferred"
	Open         Status = "opened"
	Click        Status = "clicked"
	Complaint    Status = "complained"
	Unsubscribed Status = "unsubscribed"
)

// Report is one normalized callback about one message.
type Report struct {
	// Dedupe is equal for every delivery of the same report; unique per shop and provider.
	Dedupe string
	// MessageID is ours, from the metadata; ProviderID the provider's. At least one
	// is set, unless Suppress and Address are: then the report is about an address alone.
	MessageID  string
	ProviderID string
	Status     Status
	// At is the provider's time of it.
	At time.Time
	// Code and Reason explain a bounce or failure, without personal data.
	Code   string
	Reason string
	// Address is whom it is about, for suppression; may be empty.
	Address string
	// Suppress gives the reason to suppress the address, or "".
	Suppress string
	// Machine is true where the provider says a machine did it (Apple's mail proxy).
	Machine bool
	// URL is the link of a click.
	URL string
}

// Inbound is something a shopper wrote or did in a channel.
type Inbound struct {
	// Dedupe is equal for every delivery of the same message.
	Dedupe  string
	Channel event.Channel
	// From is the shopper's address in the channel, To the shop's own.
	From string
	To   string
	Text string
	At   time.Time
	// Keyword is Stop, Start, Help or Begin when the text asks for it by a keyword or, a
	// stop, in free words (see ReadReply), or when the provider says so; else "".
	Keyword string
	// Reason says how that was read, as evidence for the consent ledger: the
	// reading and the words that decided (`keyword: stop`, `free text: leave me
	// alone`, `provider: stop`, `button: stop`); empty without a Keyword. It holds
	// words of a reviewed list only, never the rest of the text.
	Reason string
	// Ref is the opaque token of an m.me link or button, if any.
	Ref string
}
