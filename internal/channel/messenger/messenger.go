// Package messenger writes to people on Facebook Messenger by the Graph API and
// reads Meta's webhooks.
//
// Meta leaves abandoned carts one free road: an answer within 24 hours of the
// person's last message. Whether that window is open is the engine's question;
// here messaging_type is always RESPONSE.
package messenger

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

const (
	root = "https://graph.facebook.com"
	// Version is the Graph version these calls were written against. Meta keeps
	// one for about two years and then silently serves the oldest it still has.
	Version = "v25.0"
)

// Options are what a Provider needs from outside.
type Options struct {
	// HTTP makes the calls; nil for channel.NewHTTPClient.
	HTTP *http.Client
	// Now is the clock that reads a Retry-After date; nil for time.Now.
	Now func() time.Time
	// Version is the Graph version; empty for Version.
	Version string
}

// Provider is Messenger. It holds no account: every call brings its own.
type Provider struct {
	http    *http.Client
	now     func() time.Time
	version string
}

var _ channel.Provider = (*Provider)(nil)

// New makes a Provider; it is safe for concurrent use.
func New(opts Options) *Provider {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Version == "" {
		opts.Version = Version
	}
	return &Provider{http: channel.Client(opts.HTTP), now: opts.Now, version: opts.Version}
}

// Send posts one message to one person.
func (p *Provider) Send(ctx context.Context, a delivery.Account, m delivery.Outbound) delivery.Verdict {
	base, fail := precheck(a, m)
	if fail != nil {
		return *fail
	}
	body, err := json.Marshal(compose(m))
	if err != nil {
		return delivery.Verdict{Outcome: delivery.Refused, Reason: "the message could not be encoded"}
	}
	var trail channel.Trail
	target := base + "/" + p.version + "/" + url.PathEscape(a.ID) + "/messages" + proof(a)
	req, err := http.NewRequestWithContext(trail.Follow(ctx), http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return delivery.Verdict{Outcome: delivery.Broken, Reason: "the Graph address cannot be called"}
	}
	// In the header, not the query: queries end in logs.
	req.Header.Set("Authorization", "Bearer "+a.Key)
	req.Header.Set("Content-Type", "application/json")
	res, err := p.http.Do(req)
	if err != nil {
		return trail.Lost(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return judge(res, answer, err != nil, p.now())
}

// proof shows Meta that we hold the app secret too, where the shop's is known.
func proof(a delivery.Account) string {
	if len(a.VerifyKeys) == 0 || a.VerifyKeys[0] == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(a.VerifyKeys[0]))
	mac.Write([]byte(a.Key))
	return "?appsecret_proof=" + hex.EncodeToString(mac.Sum(nil))
}

// precheck finds what no call could mend.
func precheck(a delivery.Account, m delivery.Outbound) (base string, fail *delivery.Verdict) {
	base, err := channel.Base(a.BaseURL, root)
	v := delivery.Verdict{Outcome: delivery.Broken}
	switch {
	case err != nil:
		v.Reason = "the Graph base URL is no http(s) address"
	case !channel.HeaderSafe(a.Key):
		v.Reason = "the page token is missing or holds blanks"
	case a.ID == "":
		v.Reason = "no Facebook page is set"
	case m.To == "":
		v.Outcome, v.Reason = delivery.Refused, "the message has no recipient"
	case m.Text == "" && m.Title == "":
		v.Outcome, v.Reason = delivery.Refused, "the message is empty"
	default:
		return base, nil
	}
	return "", &v
}
