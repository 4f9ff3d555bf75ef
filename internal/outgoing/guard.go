package outgoing

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// dial connects to a host. The check of the address sits in the dialer's
// Control, which runs between the lookup and the connection, for every address
// that is tried.
func (o Options) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: min(5*time.Second, o.Timeout), KeepAlive: 30 * time.Second, Resolver: o.Resolver}
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a host to call has no port")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a host to call has no readable port")
	}
	if !o.knows(plainHost(host), int(n)) {
		dialer.Control = o.control
	}
	return dialer.DialContext(ctx, network, hostport)
}

// control judges the address a socket is about to be connected to. Its form is
// the kernel's, whatever the URL said.
func (o Options) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "an address to connect to cannot be read")
	}
	return o.refuse(to.Addr())
}

// guarded checks every request's URL, also those that redirects lead to, and
// bounds every body.
type guarded struct {
	next    *http.Transport
	options Options
}

// RoundTrip implements http.RoundTripper.
func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.options.allowed(r.URL); err != nil {
		if r.Body != nil {
			err = errors.Join(err, r.Body.Close())
		}
		return nil, err
	}
	res, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if res.ContentLength > g.options.MaxBody {
		return nil, errors.Join(tooLarge(g.options.MaxBody), res.Body.Close())
	}
	res.Body = &bounded{body: res.Body, left: g.options.MaxBody, most: g.options.MaxBody}
	return res, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the pool.
func (g guarded) CloseIdleConnections() { g.next.CloseIdleConnections() }

// bounded fails when more than most bytes are read: half an answer taken for
// the whole would be worse than none.
type bounded struct {
	body       io.ReadCloser
	left, most int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, tooLarge(b.most)
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // one more than allowed, to tell the end from too much
	}
	n, err := b.body.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, tooLarge(b.most)
	}
	return n, err
}

// Close implements io.Closer.
func (b *bounded) Close() error { return b.body.Close() }

// tooLarge is the error of an answer over the bound.
func tooLarge(most int64) error {
	return fault.New(fault.TooLarge, "the answer is larger than %d bytes", most)
}

// Plain gives a call's error without what must not stand in a log: the
// standard library puts the whole URL and the resolved address into its own. A
// *fault.Error of this package stays as it is; anything else becomes a
// fault.Unprocessable that says what failed, in general.
func Plain(err error) error {
	var own *fault.Error
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	var certificate *tls.CertificateVerificationError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own
	case errors.Is(err, context.Canceled):
		return fault.New(fault.Unprocessable, "the call was given up")
	case errors.As(err, &dns) && dns.IsNotFound:
		return fault.New(fault.Unprocessable, "the address's host does not exist").Try("look for a typing error in it")
	case errors.As(err, &timeout) && timeout.Timeout():
		return fault.New(fault.Unprocessable, "the address did not answer in time")
	case errors.As(err, &certificate):
		return fault.New(fault.Unprocessable, "the address's certificate is not to be trusted").
			Try("let its server show a valid certificate for its name, with the whole chain")
	}
	return fault.New(fault.Unprocessable, "the address could not be reached, or did not speak HTTP")
}
