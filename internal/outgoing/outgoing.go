// Package outgoing makes HTTP clients for addresses that a shop's user can set:
// where to post webhooks, where to fetch a product from. Such an address must
// not turn the server into a door to what only it can reach (server-side
// request forgery; OWASP ASVS, "SSRF protection"; CWE-918).
//
// What it guards:
//
//   - The address connected to, checked when the socket is opened, after every
//     lookup: a name that resolves to a public address when it is saved and to
//     127.0.0.1 when it is called (DNS rebinding) is refused, and so is every way
//     of writing an address that a resolver understands (127.1, 0x7f000001).
//     Refused are loopback, private, link-local (with the clouds' metadata
//     service), shared (CGNAT), multicast, unspecified, documentation and
//     reserved addresses, IPv4 inside IPv6 (mapped, NAT64, 6to4, Teredo) and all
//     IPv6 outside global unicast.
//   - The URL of every hop: http or https only, no user info, ports of a list; at
//     most three redirects, each checked like the first, none from https to http.
//   - What comes back: bounded headers, a bounded body after decompression, and a
//     time limit for the whole call. No cookies are kept or sent. A proxy of the
//     environment is not asked: it would connect in our place, unchecked.
//
// What it does not guard: public addresses that trust this server's own public
// address (an allow-list at a partner, a NAT gateway that lets its inside talk to
// its outside); services on allowed ports of allowed hosts and networks; what the
// caller puts into a request, such as secrets in headers or a Host header that
// differs from the URL; and what it does with the answer, which must not be shown
// to the user as it is. A 307 or 308 repeats a POST's body at the new address.
// Where the network can forbid these connections too, let it.
package outgoing

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// The bounds where Options leaves them open.
const (
	standardTimeout = 10 * time.Second
	standardBody    = 1 << 20
	maxHeader       = 64 << 10
	// MaxRedirects is how many redirects are followed at most.
	MaxRedirects = 3
)

// Options are what a client may reach. The zero value is right for the public
// internet: http and https on ports 80 and 443.
type Options struct {
	// HTTPSOnly refuses http, but for Hosts.
	HTTPSOnly bool
	// Ports are the ports that may be called; none means 80 and 443.
	Ports []int
	// Hosts are names that may be called wherever they resolve to, for
	// self-hosted setups and tests: "shop.internal" on any of Ports, or
	// "shop.internal:8080" on that port only. Whoever can change such a name's
	// address can point the client anywhere.
	Hosts []string
	// Networks are addresses that may be connected to although they are not public.
	Networks []netip.Prefix
	// Timeout bounds a whole call, with its redirects and the reading of its
	// body; zero means ten seconds.
	Timeout time.Duration
	// MaxBody bounds a body in bytes, after decompression; zero means one
	// mebibyte. Reading beyond it is a fault.TooLarge.
	MaxBody int64
	// Redirects is how many redirects are followed: zero means MaxRedirects,
	// more is cut to it, and a negative number none (the 3xx is the answer).
	Redirects int
	// Resolver looks names up; nil is the system's.
	Resolver *net.Resolver
	// Roots are the certificate authorities to trust; nil is the system's.
	Roots *x509.CertPool
}

// NewClient makes a client. Make it once and share it; it is safe for
// concurrent use. Changing its Transport or CheckRedirect removes the guard.
func NewClient(o Options) *http.Client {
	o = o.filled()
	transport := &http.Transport{
		Proxy:                  nil,
		DialContext:            o.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  o.Timeout,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        16,
	}
	return &http.Client{
		Timeout:       o.Timeout,
		Transport:     guarded{next: transport, options: o},
		CheckRedirect: o.redirect,
	}
}

// filled gives the options with the bounds that were left open, cut off from
// the caller's slices.
func (o Options) filled() Options {
	if len(o.Ports) == 0 {
		o.Ports = []int{80, 443}
	}
	if o.Timeout <= 0 {
		o.Timeout = standardTimeout
	}
	if o.MaxBody <= 0 {
		o.MaxBody = standardBody
	}
	if o.Redirects == 0 || o.Redirects > MaxRedirects {
		o.Redirects = MaxRedirects
	}
	o.Ports, o.Hosts, o.Networks = slices.Clone(o.Ports), slices.Clone(o.Hosts), slices.Clone(o.Networks)
	return o
}

// redirect decides whether a redirect is followed.
func (o Options) redirect(next *http.Request, via []*http.Request) error {
	switch {
	case o.Redirects < 0:
		return http.ErrUseLastResponse
	case len(via) > o.Redirects:
		return fault.New(fault.Unprocessable, "the address redirected more than %d times", o.Redirects).
			Try("give the address that the redirects end at")
	case via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme != "https":
		return fault.New(fault.Unprocessable, "the address redirected from https to an insecure one").
			Try("let it redirect to https, or give the final address")
	}
	return nil // guarded judges the URL, as it did the first
}
