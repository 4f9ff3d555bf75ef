package twilio

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/twilio/twilio-go/client"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	signatureHeader = "X-Twilio-Signature"
	// messageQuery names the query value of our status callback URL that carries
	// our message id; the signature covers it.
	messageQuery = "m"
	twimlType    = "text/xml"
	// twiml is the empty answer: Twilio itself already answers keywords.
	twiml = `<?xml version="1.0" encoding="UTF-8"?><Response/>`
)

// Callback verifies and parses one webhook: …/status about a text of ours,
// …/inbound a text of a shopper's.
func (p *Provider) Callback(a delivery.Account, r delivery.Request) (delivery.Batch, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return delivery.Batch{}, fault.New(fault.Invalid, "the callback URL cannot be read")
	}
	f, err := verified(a, r)
	if err != nil {
		return delivery.Batch{}, err
	}
	b := delivery.Batch{ReplyType: twimlType, ReplyBody: twiml}
	switch path := strings.TrimSuffix(u.Path, "/"); {
	case strings.HasSuffix(path, "/status"):
		if rep, ok := f.report(u.Query().Get(messageQuery), r.ReceivedAt); ok {
			b.Reports = []delivery.Report{rep}
		}
	case strings.HasSuffix(path, "/inbound"):
		if in, ok := f.inbound(r.ReceivedAt); ok {
			b.Inbounds = []delivery.Inbound{in}
		}
	default:
		return delivery.Batch{}, fault.New(fault.NotFound, "no Twilio callback lives here").
			Try("point status callbacks at …/status and incoming messages at …/inbound")
	}
	return b, nil
}

// form is a verified callback's fields, each given once.
type form map[string]string

// text gives a field fit to store.
func (f form) text(name string, max int) string { return event.Clean(f[name], max) }

// verified reads the form and checks its signature with every auth token of the account.
func verified(a delivery.Account, r delivery.Request) (form, error) {
	sig := r.Get(signatureHeader)
	if sig == "" || r.Method != http.MethodPost {
		return nil, fault.New(fault.Unauthorized, "the Twilio signature is missing").
			Try("let Twilio call by HTTP POST")
	}
	values, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the Twilio form cannot be read")
	}
	f := make(form, len(values))
	for name, v := range values {
		// Twilio's scheme signs one value per field: a second one would be unsigned.
		if len(v) != 1 {
			return nil, fault.New(fault.Unauthorized, "a field of the Twilio form is given twice")
		}
		f[name] = v[0]
	}
	for _, token := range a.VerifyKeys {
		v := client.NewRequestValidator(token)
		if token != "" && v.Validate(r.URL, f, sig) {
			return f, nil
		}
	}
	return nil, fault.New(fault.Unauthorized, "no Twilio auth token of this shop verifies the signature").
		Try("check the shop's auth token and the public URL, which Twilio signs")
}
