package channel

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	// overall bounds one whole call; the engine's context may be shorter.
	overall = 20 * time.Second
	// maxAnswer bounds what is read of an answer; the real ones are a few hundred bytes.
	maxAnswer = 1 << 20
	// maxConns caps the connections to one host. Idle ones are kept up to the
	// same number: the default of two means a TLS handshake for most sends.
	maxConns = 128
)

// NewHTTPClient makes a client tuned for many small calls to one host. Call it
// once per provider: the connection pool is the point, and a pool shared by two
// providers behind one host lets a stuck one starve the other.
//
// It speaks HTTP/1.1 only. Over HTTP/2 one broken connection leaves every call
// on it without an answer, hundreds of messages of which nobody knows whether
// they were sent, and Go repeats a POST by itself where the server resets its
// stream with PROTOCOL_ERROR, however far it had got with it.
func NewHTTPClient() *http.Client {
	only := new(http.Protocols)
	only.SetHTTP1(true)
	return &http.Client{Timeout: overall, Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		Protocols:              only,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  15 * time.Second,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxAnswer,
		MaxIdleConns:           2 * maxConns,
		MaxIdleConnsPerHost:    maxConns,
		MaxConnsPerHost:        maxConns,
	}}
}

// Client makes a client safe for sending: nil becomes NewHTTPClient, a call
// without a time limit gets one, redirects are never followed (a 307 would post
// the message again elsewhere) and answers are bounded. The given client is not
// changed.
func Client(given *http.Client) *http.Client {
	if given == nil {
		given = NewHTTPClient()
	}
	c := *given
	if c.Timeout <= 0 {
		c.Timeout = overall
	}
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	c.Transport = bounded{next}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// bounded cuts every answer's body at maxAnswer.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxAnswer), res.Body}
	return res, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the pool.
func (b bounded) CloseIdleConnections() {
	if c, ok := b.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Base gives the API root to call: the account's own or, when that is empty,
// the provider's. It refuses what is no http(s) address.
func Base(own, standard string) (string, error) {
	if own == "" {
		return standard, nil
	}
	u, err := url.Parse(own)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", fault.New(fault.Misconfigured, "the provider's base URL is no http(s) address").
			Try("set it to something like https://api.example.com, or leave it empty")
	}
	for len(own) > 0 && own[len(own)-1] == '/' {
		own = own[:len(own)-1]
	}
	return own, nil
}

// HeaderSafe reports whether a secret can stand in a header at all: not empty,
// and without the blanks and line breaks that pasting brings along.
func HeaderSafe(secret string) bool {
	for i := 0; i < len(secret); i++ {
		if secret[i] <= ' ' || secret[i] >= 0x7f {
			return false
		}
	}
	return secret != ""
}
