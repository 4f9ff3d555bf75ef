package sendgrid

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// plain are the events that say everything by their name.
var plain = map[string]delivery.Status{
	"processed": delivery.Processed,
	"deferred":  delivery.Deferral,
	"delivered": delivery.Delivery,
	"open":      delivery.Open,
	"click":     delivery.Click,
}

// report translates one event; false for events that are neither about one of
// our messages nor a reason to leave an address alone, and for kinds we do not
// know. A group_resubscribe is passed over too: what SendGrid lifts on its side
// is not consent given to the shop, for no wording was shown that we could keep.
func (n notice) report(now time.Time) (delivery.Report, bool) {
	r := delivery.Report{
		Dedupe:     n.dedupe(),
		MessageID:  event.Clean(n.messageID(), 100),
		ProviderID: event.Clean(n.providerID(), 200),
		At:         n.at(now),
		Address:    event.Clean(n.text("email"), 320),
	}
	kind := n.text("event")
	switch kind {
	case "bounce":
		n.bounce(&r)
	case "dropped":
		n.drop(&r)
	case "spamreport":
		r.Status, r.Suppress, r.Reason = delivery.Complaint, "complained", "marked as spam"
	case "unsubscribe", "group_unsubscribe":
		r.Status, r.Suppress, r.Reason = delivery.Unsubscribed, "opted_out", "unsubscribed at SendGrid"
	default:
		r.Status = plain[kind]
	}
	r.Machine = kind == "open" && n.flag("sg_machine_open")
	if kind == "click" {
		r.URL = event.Clean(n.text("url"), 2000)
	}
	// Late bounces and unsubscribes from SendGrid's own pages may carry no id; the
	// address must be left alone all the same. Of anything else they would be nothing.
	named := r.MessageID != "" || r.ProviderID != "" || r.Suppress != "" && r.Address != ""
	return r, r.Status != "" && named
}

// classes are SendGrid's bounce classifications, the only words of a bounce
// that are kept: its reason quotes the mailbox.
var classes = map[string]bool{
	"Invalid Address": true, "Technical": true, "Content": true, "Reputation": true,
	"Frequency/Volume": true, "Frequency or Volume Too High": true, "Mailbox Unavailable": true, "Unclassified": true,
}

// bounce tells an address that does not exist from a server that would not take the mail today.
func (n notice) bounce(r *delivery.Report) {
	r.Code, r.Reason = statusCode(n.text("status")), "bounced"
	if c := n.text("bounce_classification"); classes[c] {
		r.Reason = "bounced: " + strings.ToLower(c)
	}
	soft := n.text("type") == "blocked" || n.text("type") == "" && strings.HasPrefix(r.Code, "4")
	if soft {
		r.Status = delivery.Failure
		return
	}
	r.Status, r.Suppress = delivery.Bounce, "bounced"
}

// statusCode keeps an SMTP status ("5.1.1", "550") and nothing else.
func statusCode(s string) string {
	if len(s) > 12 || strings.Trim(s, "0123456789.") != "" {
		return ""
	}
	return s
}

// drop reads why SendGrid did not even try. Only the reasons that lie with the
// address suppress it; quota, content and header faults are the shop's.
func (n notice) drop(r *delivery.Report) {
	r.Status, r.Reason = delivery.Failure, "dropped by SendGrid"
	reason := strings.ToLower(n.text("reason"))
	switch {
	case strings.HasPrefix(reason, "unsubscribed address"):
		r.Suppress, r.Reason = "opted_out", "dropped: unsubscribed address"
	case strings.HasPrefix(reason, "bounced address"):
		r.Suppress, r.Reason = "bounced", "dropped: bounced address"
	case strings.HasPrefix(reason, "spam reporting address"):
		r.Suppress, r.Reason = "complained", "dropped: spam reporting address"
	case strings.HasPrefix(reason, "invalid smtpapi"):
		r.Reason = "dropped: invalid SMTPAPI header"
	case strings.HasPrefix(reason, "invalid"):
		r.Suppress, r.Reason = "invalid_address", "dropped: invalid address"
	case strings.HasPrefix(reason, "spam content"):
		r.Reason = "dropped: spam content"
	case strings.HasPrefix(reason, "recipient list over package quota"):
		r.Reason = "dropped: over the account's quota"
	}
}
