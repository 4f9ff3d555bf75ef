package consent

import (
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Review says where an entry of the reviewed data comes from. The data is an
// engineer's reading of the sources, not legal advice.
type Review struct {
	// Source names the law, code of conduct or article that was read.
	Source string
	// URL is where it can be read; "" where Source is a citation that suffices.
	URL string
	// Reviewed is the day on which somebody last compared the entry with its source.
	Reviewed time.Time
	// Note says what was simplified, chosen on the careful side, or is in doubt.
	Note string
}

// Pack is what the law of some countries, and the carriers' or platform's own
// rules, ask of one channel. A shop may be stricter, never looser.
type Pack struct {
	// Channel is the one channel that the pack is about.
	Channel event.Channel
	// Countries are upper-case ISO 3166-1 alpha-2 codes; none for the channel's
	// default, which holds wherever no other pack does.
	Countries []string
	Review

	// Week is when one may write, by the recipient's clock, if their region is
	// not known; where regions differ it is the careful choice.
	Week Week
	// Holidays names the Calendar whose days are closed; "" for none.
	Holidays string
	// Regions are the states whose hours or caps differ from Week and MaxPerDay.
	Regions []Region
	// MaxPerDay is how many messages of this channel one shopper may get from
	// one shop in any 24 hours, if their region is not known; 0 is no cap.
	MaxPerDay int

	// MaxPerCart is how many messages of this channel one cart may cause, however
	// its contents change; 0 is no cap.
	MaxPerCart int
	// Within is how long after a cart was abandoned its last message may leave; 0 is no limit.
	Within time.Duration
	// Window is how long after the shopper's own last message one may write
	// (Messenger); 0 is no limit.
	Window time.Duration
	// Margin is taken off Window for our own and the provider's delays.
	Margin time.Duration

	// Express is true where only a recorded yes of the shopper is enough:
	// neither soft opt-in nor the shop's mode Off will do.
	Express bool
	// SoftOptIn is true where the mode SoftOptIn is enough, which itself asks for an earlier sale.
	SoftOptIn bool
	// DoubleOptIn is true where a yes needs the confirmation of the address as proof.
	DoubleOptIn bool
	// ConsentNames is what the wording of the yes must name ("cart_reminders"); "" for nothing.
	ConsentNames string

	// Carries is what every message must hold; templates cannot take it out.
	Carries Carries

	// closed is the calendar that Holidays names.
	closed Calendar
}

// Region is a part of a country with hours or a cap of its own.
type Region struct {
	// Codes are the upper-case second parts of ISO 3166-2 codes ("FL").
	Codes []string
	// Week and MaxPerDay stand in place of the pack's.
	Week      Week
	MaxPerDay int
	Review
}

// Carries is what a message must hold so that its recipient knows who writes
// and how to stop it.
type Carries struct {
	// Sender is the shop's name.
	Sender bool
	// PostalAddress is the shop's mailing address.
	PostalAddress bool
	// Contact is a phone number, email or web address of the shop.
	Contact bool
	// Help says how to get help ("HELP for help"), Rates that the carrier may charge.
	Help, Rates bool
	// Automation says that a machine writes.
	Automation bool
	// OptOut are the ways to stop, each of which must be told.
	OptOut []OptOut
}

// OptOut is a way for a recipient to stop messages, told in the message.
type OptOut string

// The ways to stop.
const (
	// OptOutLink is a link to the page that unsubscribes, in the text.
	OptOutLink OptOut = "link"
	// OptOutHeader is the one-click List-Unsubscribe of RFC 8058, in the head of an email.
	OptOutHeader OptOut = "header"
	// OptOutReply is a word to answer with ("Reply STOP to opt out").
	OptOutReply OptOut = "reply"
)

// In gives the pack as it holds in a region of its country: with that region's
// week and cap. A region that the pack does not list, or "", changes nothing.
func (p Pack) In(region string) Pack {
	code := regionCode(region)
	for _, r := range p.Regions {
		if slices.Contains(r.Codes, code) {
			p.Week, p.MaxPerDay = r.Week, r.MaxPerDay
			return p
		}
	}
	return p
}

// regionCode gives "FL" for "fl" and "US-FL", and "QROO" for Shopify's "Q ROO".
func regionCode(s string) string {
	s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	if _, after, ok := strings.Cut(s, "-"); ok {
		return after
	}
	return s
}

// Moment is what the pack's final rules need to know of one message.
type Moment struct {
	// Now is when it would leave.
	Now time.Time
	// Abandoned is when its cart was abandoned; zero is not known, and too late where Within is set.
	Abandoned time.Time
	// Heard is when the shopper last wrote to the page; zero is never.
	Heard time.Time
	// ForCart is how many messages of this channel the cart has caused already,
	// those whose outcome is not known included.
	ForCart int
}

// Bars names the rule that forbids the message for good, "" if none does.
func (p Pack) Bars(m Moment) string {
	if p.MaxPerCart > 0 && m.ForCart >= p.MaxPerCart {
		return RuleOncePerCart
	}
	if end, rule := p.Deadline(m); rule != "" && m.Now.After(end) {
		return rule
	}
	return ""
}

// Deadline gives the last instant at which the message may leave, and the rule
// that then bars it; "" when there is no such instant.
func (p Pack) Deadline(m Moment) (end time.Time, rule string) {
	if p.Within > 0 {
		end, rule = m.Abandoned.Add(p.Within), RuleTooLate
	}
	if p.Window > 0 {
		if w := m.Heard.Add(p.Window - p.Margin); rule == "" || w.Before(end) {
			end, rule = w, RuleWindowClosed
		}
	}
	return end, rule
}

// Proof is what stands behind a recorded yes.
type Proof struct {
	// Confirmed is true once the address itself has answered a request to confirm.
	Confirmed bool
	// Names are what the wording named, in the words of Pack.ConsentNames.
	Names []string
}

// Accepts lets the law look at what May allowed: it keeps a refusal, and
// refuses a permission that is not enough here.
func (p Pack) Accepts(r Ruling, proof Proof) Ruling {
	switch {
	case !r.Allowed:
	case r.Rule == "consent.soft_opt_in" && (p.Express || !p.SoftOptIn), r.Rule == "consent.off" && p.Express:
		return Ruling{Rule: RuleExpressConsent}
	case r.Rule != "consent.yes":
	case p.DoubleOptIn && !proof.Confirmed:
		return Ruling{Rule: RuleDoubleOptIn}
	case p.ConsentNames != "" && !slices.Contains(proof.Names, p.ConsentNames):
		return Ruling{Rule: RuleConsentWording}
	}
	return r
}
