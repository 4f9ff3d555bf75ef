package twilio

import (
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// statuses are Twilio's message statuses in our words; the missing ones (of
// inbound texts) are not about our messages.
var statuses = map[string]delivery.Status{
	"accepted":            delivery.Processed,
	"scheduled":           delivery.Processed,
	"queued":              delivery.Processed,
	"sending":             delivery.Processed,
	"sent":                delivery.Processed,
	"delivered":           delivery.Delivery,
	"delivery_unknown":    delivery.Processed,
	"partially_delivered": delivery.Delivery,
	"read":                delivery.Open,
	"undelivered":         delivery.Failure,
	"failed":              delivery.Failure,
	"canceled":            delivery.Failure,
}

// report translates a status callback; false when it is about no message or
// brings a status we do not know. Twilio sends no time, so ours stands in.
func (f form) report(messageID string, now time.Time) (delivery.Report, bool) {
	sid, status := f.text("MessageSid", 64), strings.ToLower(f.text("MessageStatus", 32))
	if sid == "" {
		sid = f.text("SmsSid", 64)
	}
	if status == "" {
		status = strings.ToLower(f.text("SmsStatus", 32))
	}
	r := delivery.Report{
		Dedupe:     sid + ":" + status,
		MessageID:  event.Clean(messageID, 100),
		ProviderID: sid,
		Status:     statuses[status],
		At:         now,
		Address:    f.text("To", 320),
	}
	if sid == "" || r.Status == "" {
		return delivery.Report{}, false
	}
	if r.Status == delivery.Failure {
		f.explain(&r, status)
	}
	return r, true
}

// explain adds why a text was not delivered. A number that cannot be texted at
// all is a bounce, as with email.
func (f form) explain(r *delivery.Report, status string) {
	r.Reason = status
	code, err := strconv.Atoi(f["ErrorCode"])
	if err != nil || code <= 0 {
		return
	}
	r.Code = strconv.Itoa(code)
	m, known := codes[code]
	if !known {
		return
	}
	r.Reason, r.Suppress = m.reason, m.suppress
	if m.suppress == invalid {
		r.Status = delivery.Bounce
	}
}
