package sendgrid

import (
	"github.com/sendgrid/sendgrid-go/helpers/mail"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// messageArg is the custom argument that carries our message id. It is the
// only one: SendGrid keeps custom arguments for ever.
const messageArg = "message_id"

// maxName bounds display names; longer ones are a platform's mistake.
const maxName = 200

// maxSubject is the longest line that mail allows.
const maxSubject = 998

// compose makes the mail: one personalization, so that an error is about one recipient.
func compose(a delivery.Account, m delivery.Outbound) *mail.SGMailV3 {
	to := mail.NewPersonalization()
	to.AddTos(mail.NewEmail(event.Clean(m.ToName, maxName), m.To))

	out := mail.NewV3Mail()
	out.SetFrom(mail.NewEmail(event.Clean(m.FromName, maxName), a.From))
	// A line break in a subject is a 400.
	out.Subject = event.Clean(m.Subject, maxSubject)
	out.AddPersonalizations(to)
	if m.ReplyTo != "" {
		out.SetReplyTo(mail.NewEmail("", m.ReplyTo))
	}
	// SendGrid insists on plain text first.
	if m.Text != "" {
		out.AddContent(mail.NewContent("text/plain", m.Text))
	}
	if m.HTML != "" {
		out.AddContent(mail.NewContent("text/html", m.HTML))
	}
	if m.MessageID != "" {
		out.SetCustomArg(messageArg, m.MessageID)
	}
	if m.UnsubscribeURL != "" {
		out.SetHeader("List-Unsubscribe", "<"+m.UnsubscribeURL+">")
		out.SetHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	out.SetTrackingSettings(tracking())
	return out
}

// tracking leaves links alone (they are ours already, and a rewritten
// unsubscribe link is a broken one) and unsubscribing to us. Switches are said
// outright: one left out falls back to the account's setting.
func tracking() *mail.TrackingSettings {
	on, off := true, false
	return &mail.TrackingSettings{
		ClickTracking:        &mail.ClickTrackingSetting{Enable: &off, EnableText: &off},
		OpenTracking:         &mail.OpenTrackingSetting{Enable: &on},
		SubscriptionTracking: &mail.SubscriptionTrackingSetting{Enable: &off},
	}
}
