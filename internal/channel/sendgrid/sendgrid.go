// Package sendgrid sends email by SendGrid's v3 Mail Send API and reads its
// signed event webhook.
//
// It takes requests and mail structures from the official library, but not the
// library's Client: that one keeps the body on a shared receiver (a race that
// mails the wrong person), has no timeout and retries by itself.
package sendgrid

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/sendgrid/rest"
	sg "github.com/sendgrid/sendgrid-go"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

const (
	root = "https://api.sendgrid.com"
	path = "/v3/mail/send"
)

// Options are what a Provider needs from outside.
type Options struct {
	// HTTP makes the calls; nil for channel.NewHTTPClient.
	HTTP *http.Client
	// Now is the clock that turns SendGrid's reset time into a wait; nil for time.Now.
	Now func() time.Time
}

// Provider is SendGrid. It holds no account: every call brings its own.
type Provider struct {
	rest *rest.Client
	now  func() time.Time
}

var _ channel.Provider = (*Provider)(nil)

// New makes a Provider; it is safe for concurrent use.
func New(opts Options) *Provider {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Provider{rest: &rest.Client{HTTPClient: channel.Client(opts.HTTP)}, now: opts.Now}
}

// Send posts one mail to one recipient.
func (p *Provider) Send(ctx context.Context, a delivery.Account, m delivery.Outbound) delivery.Verdict {
	host, fail := precheck(a, m)
	if fail != nil {
		return *fail
	}
	body, err := json.Marshal(compose(a, m))
	if err != nil {
		return refused("", "the mail could not be encoded")
	}
	// A request of its own with a header map of its own: nothing is shared between sends.
	req := sg.GetRequest(a.Key, path, host)
	req.Method, req.Body = rest.Post, body
	var trail channel.Trail
	res, err := p.rest.SendWithContext(trail.Follow(ctx), req)
	if res == nil {
		return trail.Lost(err)
	}
	// An error beside an answer is a cut body; status and headers are whole.
	return judge(res.StatusCode, http.Header(res.Headers), []byte(res.Body), err != nil, p.now())
}

// precheck finds what no call could mend.
func precheck(a delivery.Account, m delivery.Outbound) (host string, fail *delivery.Verdict) {
	host, err := channel.Base(a.BaseURL, root)
	var v delivery.Verdict
	switch {
	case err != nil:
		v = broken("", "the SendGrid base URL is no http(s) address")
	case !channel.HeaderSafe(a.Key):
		v = broken("", "the SendGrid API key is missing or holds blanks")
	case a.From == "":
		v = broken("", "no sender address is set for email")
	case m.To == "":
		v = refused("", "the message has no recipient")
	case m.Text == "" && m.HTML == "":
		v = refused("", "the mail is empty")
	default:
		return host, nil
	}
	return "", &v
}
