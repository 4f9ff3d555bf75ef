package channeltest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// neverReached: where the request cannot have arrived whole, it is asked for
// again later, and the reason says what is wrong with the way.
func (s Subject) neverReached(t *testing.T) {
	t.Parallel()
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		s.unreached(t, client(t, patience), "http://"+shut(t), "connection_refused")
	})
	t.Run("the name does not resolve", func(t *testing.T) {
		t.Parallel()
		c := client(t, patience)
		c.Transport.(*http.Transport).DialContext = (&net.Dialer{Resolver: noNames(t)}).DialContext
		s.unreached(t, c, "http://provider.example", "unknown_host")
	})
	t.Run("the certificate is not trusted", func(t *testing.T) {
		t.Parallel()
		srv := httptest.NewUnstartedServer(http.NotFoundHandler())
		srv.Config.ErrorLog = quiet()
		srv.StartTLS()
		t.Cleanup(srv.Close)
		s.unreached(t, client(t, patience), srv.URL, "certificate")
	})
	t.Run("no TLS behind https", func(t *testing.T) {
		t.Parallel()
		srv := Listen(t, func(_ *Server, conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 400 \r\n\r\n") })
		s.unreached(t, client(t, patience), strings.Replace(srv.URL, "http", "https", 1), "")
	})
	t.Run("reset in the handshake", func(t *testing.T) {
		t.Parallel()
		srv := Listen(t, func(_ *Server, conn net.Conn) { Reset(conn) })
		s.unreached(t, client(t, patience), strings.Replace(srv.URL, "http", "https", 1), "connection_closed")
	})
	t.Run("a handshake that hangs", func(t *testing.T) {
		t.Parallel()
		srv := Listen(t, func(_ *Server, conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
		c := client(t, patience)
		c.Transport.(*http.Transport).TLSHandshakeTimeout = 20 * time.Millisecond
		s.unreached(t, c, strings.Replace(srv.URL, "http", "https", 1), "timeout")
	})
	t.Run("reset while the request was on its way", s.tornRequest)
	t.Run("no connection is free", s.noConnection)
}

// unreached sends and demands Later, with this code where one is named.
func (s Subject) unreached(t *testing.T, c *http.Client, base, code string) {
	t.Helper()
	got := s.New(c).Send(t.Context(), s.Account(base), s.Message)
	want := delivery.Verdict{Outcome: delivery.Later, Code: code}
	if code == "" {
		want.Code = got.Code
	}
	s.check(t, got, want)
}

// tornRequest cuts the connection when a part of a large message has come.
func (s Subject) tornRequest(t *testing.T) {
	t.Parallel()
	srv := Listen(t, func(_ *Server, conn net.Conn) {
		_, _ = io.ReadFull(conn, make([]byte, 1<<16))
		Reset(conn)
	})
	// The code depends on whether writing or reading meets the reset first.
	got := s.New(client(t, patience)).Send(t.Context(), s.Account(srv.URL), s.Large)
	s.check(t, got, delivery.Verdict{Outcome: delivery.Later, Code: got.Code})
	if n := srv.Connections.Load(); n != 1 {
		t.Errorf("the client tried %d times by itself", n)
	}
}

// noConnection: the only connection hangs with another call, whose caller alone
// may not know what became of it.
func (s Subject) noConnection(t *testing.T) {
	t.Parallel()
	there := make(chan struct{})
	srv := Serve(t, func(x *Exchange) { close(there); x.Await() })
	c := client(t, patience)
	c.Transport.(*http.Transport).MaxConnsPerHost = 1
	p := s.New(c)
	first, giveUp := context.WithCancel(t.Context())
	verdicts := make(chan delivery.Verdict)
	go func() { verdicts <- p.Send(first, s.Account(srv.URL), s.Message) }()
	<-there

	second, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	s.check(t, p.Send(second, s.Account(srv.URL), s.Message), delivery.Verdict{Outcome: delivery.Later, Code: "timeout"})
	giveUp()
	s.check(t, <-verdicts, delivery.Verdict{Outcome: delivery.Unsure, Code: "cancelled"})
	once(t, srv, 1)
}

// shut gives an address at which nobody listens.
func shut(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// noNames resolves through a name server that knows no name.
func noNames(t *testing.T) *net.Resolver {
	t.Helper()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = udp.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := udp.ReadFrom(packet)
			if err != nil {
				return
			}
			// The question comes back as its own answer: a response, recursion available, NXDOMAIN.
			packet[2], packet[3] = packet[2]|0x80, 0x83
			_, _ = udp.WriteTo(packet[:n], from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", udp.LocalAddr().String())
	}}
}
