package twilio

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// inbound translates a shopper's text; false when it names no sender or id.
func (f form) inbound(now time.Time) (delivery.Inbound, bool) {
	sid := f.text("MessageSid", 64)
	if sid == "" {
		sid = f.text("SmsSid", 64)
	}
	in := delivery.Inbound{
		Dedupe:  sid,
		Channel: event.SMS,
		From:    f.text("From", 320),
		To:      f.text("To", 320),
		Text:    f.text("Body", 2000),
		At:      now,
	}
	reply := delivery.ReadReply(f["Body"])
	in.Keyword, in.Reason = reply.Asks, reply.Reason()
	// With Advanced Opt-Out Twilio has decided, and answered, already; its words can be the merchant's own.
	switch kind := strings.ToLower(strings.TrimSpace(f["OptOutType"])); kind {
	case delivery.Stop, delivery.Start, delivery.Help:
		in.Keyword, in.Reason = kind, "provider: "+kind
	}
	return in, sid != "" && in.From != ""
}
