// Package twilio sends texts by Twilio's Messages resource and reads its status
// and inbound webhooks.
//
// Of the official library only the generated API (rest/api/v2010) and the
// client package are used, on a client of our own: the library's has no
// context, leaks connections on errors, hides headers, rejects keys by their
// characters and lets environment variables move the host. Do not import the
// library's top level: it takes two minutes to compile.
package twilio

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

const (
	root = "https://api.twilio.com"
	// standardValidity is how long Twilio may hold a text that has no expiry of
	// its own; Twilio's default of ten hours would text people at night.
	standardValidity = 3600
	longestValidity  = 36000
)

// Options are what a Provider needs from outside.
type Options struct {
	// HTTP makes the calls; nil for channel.NewHTTPClient.
	HTTP *http.Client
	// Now is the clock that turns an expiry into a validity period; nil for time.Now.
	Now func() time.Time
}

// Provider is Twilio. It holds no account: every call brings its own.
type Provider struct {
	http *http.Client
	now  func() time.Time
}

var _ channel.Provider = (*Provider)(nil)

// New makes a Provider; it is safe for concurrent use.
func New(opts Options) *Provider {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Provider{http: channel.Client(opts.HTTP), now: opts.Now}
}

// Send posts one text.
func (p *Provider) Send(ctx context.Context, a delivery.Account, m delivery.Outbound) delivery.Verdict {
	base, fail := precheck(a, m)
	if fail != nil {
		return *fail
	}
	c := &call{ctx: ctx, http: p.http, base: base, sid: a.ID, token: a.Key}
	// The handler is made by hand: its constructor reads TWILIO_EDGE and TWILIO_REGION.
	res, err := api.NewApiService(&client.RequestHandler{Client: c}).CreateMessage(p.params(a, m))
	var failed *answerError
	switch {
	case errors.As(err, &failed):
		return failed.verdict(p.now())
	case c.status == 0:
		return c.trail.Lost(err)
	case err != nil && !c.empty:
		return delivery.Verdict{Outcome: delivery.Unsure, Code: c.code(), Reason: "Twilio's answer to an accepted request is unreadable"}
	}
	v := delivery.Verdict{Outcome: delivery.OK, Code: c.code()}
	if res != nil && res.Sid != nil {
		v.ProviderID = event.Clean(*res.Sid, 64)
	}
	return v
}

// precheck finds what no call could mend.
func precheck(a delivery.Account, m delivery.Outbound) (*url.URL, *delivery.Verdict) {
	text, err := channel.Base(a.BaseURL, root)
	var base *url.URL
	if err == nil {
		base, err = url.Parse(text)
	}
	v := delivery.Verdict{Outcome: delivery.Broken}
	switch {
	case err != nil:
		v.Reason = "the Twilio base URL is no http(s) address"
	case a.ID == "" || a.Key == "":
		v.Reason = "the Twilio account SID or auth token is missing"
	case a.From == "":
		v.Reason = "no sender number or Messaging Service is set for SMS"
	case m.To == "":
		v.Outcome, v.Reason = delivery.Refused, "the message has no recipient"
	case strings.TrimSpace(m.Text) == "":
		v.Outcome, v.Reason = delivery.Refused, "the text is empty"
	default:
		return base, nil
	}
	return nil, &v
}

func (p *Provider) params(a delivery.Account, m delivery.Outbound) *api.CreateMessageParams {
	out := &api.CreateMessageParams{}
	// The library puts the SID into the path as it is.
	out.SetPathAccountSid(url.PathEscape(a.ID))
	out.SetTo(m.To)
	out.SetBody(m.Text)
	out.SetValidityPeriod(p.validity(m.Expires))
	if strings.HasPrefix(a.From, "MG") {
		out.SetMessagingServiceSid(a.From)
	} else {
		out.SetFrom(a.From)
	}
	if m.CallbackURL != "" {
		out.SetStatusCallback(m.CallbackURL)
	}
	return out
}

// validity is how many seconds Twilio may hold the text in its queue.
func (p *Provider) validity(expires time.Time) int {
	if expires.IsZero() {
		return standardValidity
	}
	left := expires.Sub(p.now())
	return int(min(max(left, time.Second), longestValidity*time.Second) / time.Second)
}
