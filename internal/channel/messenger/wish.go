package messenger

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// wrote reads what a person typed, or the button they answered with. "Yes" is
// no keyword here: in a conversation it answers a question, and it is Twilio
// that makes it one for texts.
func (m text) wrote(in *delivery.Inbound) {
	reply := delivery.ReadReply(m.Text)
	if reply.Asks != delivery.Start || reply.Words != "yes" {
		in.Keyword, in.Reason = reply.Asks, reply.Reason()
	}
	if m.QuickReply != nil {
		tapped(in, m.QuickReply.Payload)
	}
}

// tapped reads a button's payload. The page's owner wrote it, so only a bare
// keyword counts; a payload that is none leaves what the text said.
func tapped(in *delivery.Inbound, payload string) {
	reply := delivery.ReadReply(payload)
	if reply.By != delivery.ByKeyword || reply.Words == "yes" {
		return
	}
	in.Keyword, in.Reason = reply.Asks, "button: "+reply.Words
}

// began reads the button that opens a conversation before anything can be
// written. Its payload is the page's own, mostly after the example in Meta's
// documentation, its title Meta's, in the person's language.
func (p postback) began(in *delivery.Inbound) {
	payload := strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(p.Payload)), "_PAYLOAD")
	if in.Keyword == "" && (payload == "GET_STARTED" || strings.EqualFold(strings.TrimSpace(p.Title), "Get Started")) {
		in.Keyword, in.Reason = delivery.Begin, "button: get started"
	}
}

// declined reads Meta's own switch for a page's notifications. Its stop is a
// stop; its resume is not consent to ours, which takes the person's own word.
func (r *referral) declined(in *delivery.Inbound) {
	if r.Notifications == "STOP_NOTIFICATIONS" {
		in.Keyword, in.Reason = delivery.Stop, "provider: stop notifications"
	}
}
