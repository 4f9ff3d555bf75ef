package twilio

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// keywords are Twilio's defaults and the French pair that French law wants.
var keywords = map[string]string{
	"stop": channel.Stop, "unsubscribe": channel.Stop, "end": channel.Stop, "quit": channel.Stop,
	"stopall": channel.Stop, "stop all": channel.Stop, "revoke": channel.Stop, "optout": channel.Stop,
	"opt out": channel.Stop, "opt-out": channel.Stop, "cancel": channel.Stop, "arret": channel.Stop, "arrêt": channel.Stop,
	"start": channel.Start, "yes": channel.Start, "unstop": channel.Start,
	"help": channel.Help, "info": channel.Help, "aide": channel.Help,
}

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
		Keyword: channel.Keyword(f["Body"], keywords),
	}
	// With Advanced Opt-Out Twilio has decided, and answered, already; its words can be the merchant's own.
	switch kind := strings.ToLower(strings.TrimSpace(f["OptOutType"])); kind {
	case channel.Stop, channel.Start, channel.Help:
		in.Keyword = kind
	}
	return in, sid != "" && in.From != ""
}
