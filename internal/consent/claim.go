package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Said is an answer as a merchant or a program hands it in: everything is
// still text, as an API body or a line of a file has it.
type Said struct {
	// Email, Phone, Customer, Messenger and Anonymous name who said it; one is enough.
	Email, Phone, Customer, Messenger, Anonymous string
	// Channel is email, sms or messenger; Answer yes or no.
	Channel, Answer string
	// Source says where it was given, Wording what was agreed to.
	Source, Wording string
	// At is when it was given: RFC 3339, or a day.
	At string
	// Confirmed says yes where the address itself confirmed the answer (double opt-in).
	Confirmed string
	// Names are what the wording named ("cart_reminders").
	Names []string
	// Evidence is what shows it, in the sender's words; it is kept in the raw event only.
	Evidence string
	// ID is the sender's own id of this answer, the same for every repetition; "" for none.
	ID string
	// Err is why the sender's form of it could not be read; nothing else is looked at then.
	Err error
}

// Claim is an answer that was handed in and makes sense. Whoever handed it in
// vouches for it: nothing here can tell whether the person said so.
type Claim struct {
	event.Consent
	// Keys name who said it, strongest first.
	Keys []event.Key
	// Evidence and ID are the sender's.
	Evidence string
	ID       string
	// said is At as it was written, "" when it was left out: the same text gives the same fingerprint on every day.
	said string
}

// The longest texts of an answer, in bytes. Longer ones are refused, not cut: a
// wording that was cut shows something else than what was agreed to.
const (
	maxSource   = 100
	maxWording  = 500
	maxEvidence = 1000
	maxClaimID  = 100
	maxNames    = 20
)

// earliest is before anything a shop may have asked; a year of two digits ends there.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// Claim checks an answer. An answer without a time is of now.
//
// Errors: fault.Unprocessable, naming the field and what to write there.
func (s Said) Claim(now time.Time) (c Claim, err error) {
	if s.Err != nil {
		return c, s.Err
	}
	if c.Keys, err = s.keys(); err != nil {
		return c, err
	}
	if c.Channel, c.Answer, err = s.answer(); err != nil {
		return c, err
	}
	if c.At, err = moment(s.At, c.Answer, now); err != nil {
		return c, err
	}
	c.said = strings.TrimSpace(s.At)
	if err := s.texts(&c); err != nil {
		return c, err
	}
	if c.Names, err = s.names(); err != nil {
		return c, err
	}
	return c, s.confirmed(&c)
}

func (s Said) keys() ([]event.Key, error) {
	var out []event.Key
	for _, n := range []struct {
		kind event.KeyKind
		text string
	}{
		{event.KeyCustomer, s.Customer}, {event.KeyEmail, s.Email}, {event.KeyPhone, s.Phone},
		{event.KeyMessenger, s.Messenger}, {event.KeyAnonymous, s.Anonymous},
	} {
		if strings.TrimSpace(n.text) == "" {
			continue
		}
		k, err := shopper.ParseKey(n.kind, n.text)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Unprocessable, "nobody is named").In("email").
			Try("give an email, phone, customer_id, messenger_id or anonymous_id")
	}
	return out, nil
}

func (s Said) answer() (event.Channel, event.Answer, error) {
	c := event.Channel(strings.ToLower(strings.TrimSpace(s.Channel)))
	if !slices.Contains(channels, c) {
		return "", "", fault.New(fault.Unprocessable, "this is no channel").In("channel").Try("write email, sms or messenger")
	}
	switch strings.ToLower(strings.TrimSpace(s.Answer)) {
	case "yes", "y", "true", "1", "subscribed", "granted", "opted_in":
		return c, event.Yes, nil
	case "no", "n", "false", "0", "unsubscribed", "denied", "opted_out":
		return c, event.No, nil
	}
	return "", "", fault.New(fault.Unprocessable, "this is neither yes nor no").In("answer").
		Try("write yes or no; leave out whoever was not asked or has not answered")
}

// moment reads when an answer was given. Of a day, a yes counts from its first
// moment and a no until its last, by UTC: where both fall on one day, the no stands.
func moment(text string, a event.Answer, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return now.UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	day := err != nil
	if day {
		t, err = time.Parse(time.DateOnly, text)
	}
	switch {
	case err != nil:
		return t, fault.New(fault.Unprocessable, "this is no time").In("at").
			Try("write RFC 3339 such as 2026-05-02T10:00:00Z, or a day such as 2026-05-02")
	case t.Before(earliest):
		return t, fault.New(fault.Unprocessable, "this is too long ago").In("at").Try("write the year with four digits")
	case t.After(now.Add(maxAhead)):
		return t, fault.New(fault.Unprocessable, "this is in the future").In("at").Try("write when the answer was given")
	}
	if day && a == event.No {
		t = t.Add(24*time.Hour - time.Second)
	}
	if t.After(now) {
		t = now
	}
	return t.UTC(), nil
}

// maxAhead is how far a sender's clock may run before ours.
const maxAhead = 10 * time.Minute

func (s Said) texts(c *Claim) error {
	for _, t := range []struct {
		field, text string
		max         int
		into        *string
	}{
		{"source", s.Source, maxSource, &c.Source}, {"wording", s.Wording, maxWording, &c.Wording},
		{"evidence", s.Evidence, maxEvidence, &c.Evidence}, {"id", s.ID, maxClaimID, &c.ID},
	} {
		if len(t.text) > t.max {
			return fault.New(fault.Unprocessable, "this is longer than %d bytes", t.max).In(t.field).
				Try("shorten it, or name its version")
		}
		*t.into = event.Clean(t.text, t.max)
	}
	return nil
}

var claimName = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)

func (s Said) names() ([]string, error) {
	var out []string
	for _, n := range s.Names {
		if n = strings.ToLower(strings.TrimSpace(n)); n == "" {
			continue
		}
		if !claimName.MatchString(n) || len(out) == maxNames {
			return nil, fault.New(fault.Unprocessable, "this is no name of what a wording names").In("names").
				Try(`write what it names, such as "cart_reminders"`)
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// confirmed reads whether the address itself confirmed. That can only be said
// of an address that is named, and means nothing for a no.
func (s Said) confirmed(c *Claim) error {
	switch strings.ToLower(strings.TrimSpace(s.Confirmed)) {
	case "", "no", "n", "false", "0":
		return nil
	case "yes", "y", "true", "1":
	default:
		return fault.New(fault.Unprocessable, "this is neither yes nor no").In("confirmed").Try("write yes or no, or leave it empty")
	}
	kind := addressOf[c.Channel]
	if c.Answer == event.Yes && !slices.ContainsFunc(c.Keys, func(k event.Key) bool { return k.Kind == kind }) {
		return fault.New(fault.Unprocessable, "a confirmed yes names the address that confirmed it").In("confirmed").
			Try("add the " + addressField[c.Channel] + ", or leave confirmed empty")
	}
	c.Confirmed = c.Answer == event.Yes
	return nil
}

// addressOf is the kind of name that is a channel's address, addressField what it is called where answers are handed in.
var (
	addressOf    = map[event.Channel]event.KeyKind{event.Email: event.KeyEmail, event.SMS: event.KeyPhone, event.Messenger: event.KeyMessenger}
	addressField = map[event.Channel]string{event.Email: "email", event.SMS: "phone", event.Messenger: "messenger_id"}
)

// Dated reports whether the answer says when it was given.
func (c Claim) Dated() bool { return c.said != "" }

// Fingerprint is the same for the same answer of the same person at the same
// time, whatever shows it.
func (c Claim) Fingerprint() string {
	text, err := json.Marshal([]any{c.Keys, c.Channel, c.Answer, c.Source, c.Wording, c.said, c.Confirmed, c.Names})
	if err != nil { // texts and lists of texts can always be written
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
