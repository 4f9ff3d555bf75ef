package attribution

import (
	"strings"
	"time"
)

// Bounds of the heuristics. The sources (mail scanner notes of paminga,
// autoemails, yocto and Collie, read 2026-11) name 1.5 to 10 s and 2 to 3 s.
const (
	// TooSoon is how soon after delivery nobody has yet opened, read and tapped.
	TooSoon = 5 * time.Second
	// Burst is the span in which a person does not open BurstLinks different links.
	Burst = 3 * time.Second
	// BurstLinks is how many different links of one recipient within Burst make a scan.
	BurstLinks = 3
)

// Why a visit is taken for a robot's. They are stored beside the raw click
// (Touch.Robot), so they stay as they are.
const (
	// RobotMethod: it came by HEAD, OPTIONS or the like; a person's browser follows a link by GET.
	RobotMethod = "method"
	// RobotPrefetch: the browser said that nobody has asked for the page yet.
	RobotPrefetch = "prefetch"
	// RobotHoneypot: it opened the link that no person can see.
	RobotHoneypot = "honeypot"
	// RobotNoAgent: it named no user agent.
	RobotNoAgent = "no user agent"
	// RobotAgent: its user agent is a scanner, a preview, a script or a headless browser.
	RobotAgent = "user agent"
	// RobotTooSoon: it came less than TooSoon after the message was delivered.
	RobotTooSoon = "too soon after delivery"
	// RobotBurst: BurstLinks links or more of one recipient were opened within Burst.
	RobotBurst = "many links at once"
)

// Visit is one request to a link of a message, as far as it tells people from
// machines. Every visit is stored as a raw click whatever Robot says of it;
// only confirmed ones end sequences or earn credit. Opens are not visits and
// decide nothing anywhere: mail proxies load the pixels of mail nobody reads.
type Visit struct {
	// Method is the request's HTTP method.
	Method string
	// UserAgent, Purpose, SecPurpose and XMoz are the headers of these names.
	// Browsers that fetch ahead of a tap say so in one of the last three
	// (Sec-Purpose by the Fetch standard, Purpose by older Chrome and Safari,
	// X-Moz by older Firefox).
	UserAgent  string
	Purpose    string
	SecPurpose string
	XMoz       string
	// At is when the request came, DeliveredAt when the message was delivered, by
	// the provider's clock. A zero DeliveredAt (no report yet) judges nothing.
	At          time.Time
	DeliveredAt time.Time
	// LinksWithin is how many different links of this recipient, this one counted,
	// were opened in the Burst that ends with At.
	LinksWithin int
	// Honeypot is true for the link that the page or mail hides from people.
	Honeypot bool
	// Confirmed is true once the landing page's script posted back: strong proof
	// of a browser with a person, outweighing all that is only guessed.
	Confirmed bool
}

// Robot gives the first reason to take the visit for a machine's, "" for a
// person's. What the request says of itself (its method, a prefetch) stands
// even against a confirmation, for a page fetched ahead may run its script;
// everything else yields to it.
func (v Visit) Robot() (reason string) {
	switch {
	case v.Method != "GET" && v.Method != "POST":
		return RobotMethod
	case v.prefetched():
		return RobotPrefetch
	case v.Confirmed:
		return ""
	case v.Honeypot:
		return RobotHoneypot
	case strings.TrimSpace(v.UserAgent) == "":
		return RobotNoAgent
	case machine(v.UserAgent):
		return RobotAgent
	case v.tooSoon():
		return RobotTooSoon
	case v.LinksWithin >= BurstLinks:
		return RobotBurst
	}
	return ""
}

// prefetched reads the three headers; Sec-Purpose is a list with parameters
// ("prefetch;prerender").
func (v Visit) prefetched() bool {
	for _, said := range []string{v.SecPurpose, v.Purpose, v.XMoz} {
		for purpose := range strings.FieldsFuncSeq(strings.ToLower(said), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
			switch purpose {
			case "prefetch", "prerender", "preview":
				return true
			}
		}
	}
	return false
}

// tooSoon also covers a visit just before the delivery: scanners look while the
// mailbox is still taking the mail. A visit well before it proves only that the
// delivery was reported late, as texts' are, and is judged by nothing.
func (v Visit) tooSoon() bool {
	if v.DeliveredAt.IsZero() {
		return false
	}
	after := v.At.Sub(v.DeliveredAt)
	return after < TooSoon && after > -TooSoon
}
