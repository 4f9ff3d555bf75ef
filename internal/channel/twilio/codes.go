package twilio

import (
	"net/http"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Why an address is suppressed, in the words of the suppression list.
const (
	optedOut = "opted_out"
	invalid  = "invalid_address"
	blocked  = "blocked"
)

// meaning is what one of Twilio's error codes says.
type meaning struct {
	// outcome is the verdict when the code answers a call; callbacks do not use it.
	outcome  delivery.Outcome
	reason   string
	suppress string
}

// codes are Twilio's error codes as far as they call for different acts.
var codes = map[int]meaning{
	// The recipient.
	21610: {delivery.Refused, "the recipient replied STOP", optedOut},
	21211: {delivery.Refused, "the phone number is invalid", invalid},
	21614: {delivery.Refused, "the number cannot receive texts", invalid},
	21635: {delivery.Refused, "the number is a landline", invalid},
	30003: {delivery.Refused, "the handset is unreachable", ""},
	30004: {delivery.Refused, "the recipient or carrier blocks these texts", blocked},
	30005: {delivery.Refused, "the handset is unknown", invalid},
	30006: {delivery.Refused, "the number is a landline or its carrier unreachable", invalid},
	30007: {delivery.Refused, "the carrier filtered the text", ""},
	30008: {delivery.Refused, "the carrier gave no reason", ""},
	30450: {delivery.Refused, "stopped by protection against SMS pumping", blocked},
	60410: {delivery.Refused, "stopped by protection against SMS pumping", blocked},
	// The text.
	21602: {delivery.Refused, "the text is empty", ""},
	21617: {delivery.Refused, "the text is longer than 1600 characters", ""},
	21609: {delivery.Refused, "the status callback URL is invalid", ""},
	30047: {delivery.Refused, "quiet hours: the text could not be rescheduled", ""},
	30610: {delivery.Refused, "quiet hours at the recipient", ""},
	35114: {delivery.Refused, "the scheduled time is out of range", ""},
	35115: {delivery.Refused, "the scheduled time is out of range", ""},
	35117: {delivery.Refused, "scheduling is not possible for this text", ""},
	35118: {delivery.Refused, "scheduling needs a Messaging Service", ""},
	// The account or the sender.
	20003: {delivery.Broken, "the Twilio credentials are wrong", ""},
	20404: {delivery.Broken, "the Twilio account or service does not exist", ""},
	21212: {delivery.Broken, "the sender number is invalid", ""},
	21408: {delivery.Broken, "texting this country is not enabled in Twilio", ""},
	21603: {delivery.Broken, "the sender is missing", ""},
	21606: {delivery.Broken, "the sender cannot send texts", ""},
	21608: {delivery.Broken, "the Twilio account may only text verified numbers", ""},
	21612: {delivery.Broken, "Twilio cannot route from this sender to this number", ""},
	21659: {delivery.Broken, "the sender is no number of this account", ""},
	21660: {delivery.Broken, "the sender belongs to another account", ""},
	21703: {delivery.Broken, "the Messaging Service has no senders", ""},
	21704: {delivery.Broken, "the Messaging Service has no senders", ""},
	21705: {delivery.Broken, "the Messaging Service SID is invalid", ""},
	30032: {delivery.Broken, "the toll-free number is not verified", ""},
	30034: {delivery.Broken, "the sender is not registered for A2P 10DLC", ""},
	// Only the moment.
	20429: {delivery.Later, "too many requests at once", ""},
	21611: {delivery.Later, "the sender's queue is full", ""},
	30001: {delivery.Later, "the Messaging Service's queue is full", ""},
	30022: {delivery.Later, "the carrier's rate limit is reached", ""},
	30023: {delivery.Later, "the carrier's daily cap is reached", ""},
}

// verdict turns a refusal into a verdict: by Twilio's code, else by the status.
func (e *answerError) verdict(now time.Time) delivery.Verdict {
	m, known := codes[e.code]
	if !known {
		m = byStatus(e.status)
		if e.message != "" && m.outcome != delivery.Unsure {
			m.reason = channel.Tidy(e.message)
		}
	}
	v := delivery.Verdict{Outcome: m.outcome, Code: strconv.Itoa(e.status), Reason: m.reason, Suppress: m.suppress}
	if e.code != 0 {
		v.Code = strconv.Itoa(e.code)
	}
	if v.Outcome == delivery.Later {
		v.After = channel.RetryAfter(e.header, now)
	}
	return v
}

func byStatus(status int) meaning {
	switch {
	case status == http.StatusTooManyRequests:
		return meaning{outcome: delivery.Later, reason: "Twilio's rate limit is reached"}
	case status >= 500, status == http.StatusRequestTimeout, status < 200:
		return meaning{outcome: delivery.Unsure, reason: "Twilio failed after it had the request"}
	case status == http.StatusBadRequest:
		return meaning{outcome: delivery.Refused, reason: "Twilio refuses the text"}
	}
	return meaning{outcome: delivery.Broken, reason: "Twilio refuses this account or address"}
}
