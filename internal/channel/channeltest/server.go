package channeltest

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// Server is a provider's address behind which anything can happen: it reads
// whole requests and then writes raw bytes, well-formed or not.
type Server struct {
	// URL is where it listens.
	URL string
	// Received counts the requests that arrived whole.
	Received atomic.Int32
	// Connections counts the connections that were made.
	Connections atomic.Int32

	listener net.Listener
	conns    sync.WaitGroup
}

// Exchange is one request that arrived whole, and the connection to answer on.
type Exchange struct {
	// Nth counts the requests of this connection, from 1.
	Nth int
	// Header is the request's.
	Header http.Header
	// Body is the request's, read to its end.
	Body []byte

	conn net.Conn
	shut bool
}

// Serve starts a server that answers every whole request by act, on connections
// that are kept. It ends with the test, which then waits until the client has
// let go of every connection: one that leaks would hold the test up.
func Serve(t *testing.T, act func(*Exchange)) *Server {
	t.Helper()
	return Listen(t, func(s *Server, conn net.Conn) {
		r := bufio.NewReader(conn)
		for n := 1; ; n++ {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			body, err := io.ReadAll(req.Body)
			if err != nil {
				return
			}
			s.Received.Add(1)
			x := &Exchange{Nth: n, Header: req.Header, Body: body, conn: conn}
			if act(x); x.shut {
				return
			}
		}
	})
}

// Listen starts a server that hands over every connection; it is closed when
// handle returns.
func Listen(t *testing.T, handle func(*Server, net.Conn)) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: "http://" + l.Addr().String(), listener: l}
	s.conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.Connections.Add(1)
			s.conns.Go(func() {
				defer conn.Close()
				handle(s, conn)
			})
		}
	})
	t.Cleanup(s.Close)
	return s
}

// Close stops listening and waits until no connection is left.
func (s *Server) Close() {
	_ = s.listener.Close()
	s.conns.Wait()
}

// Write writes raw bytes; false once the caller has gone.
func (x *Exchange) Write(text string) bool {
	_, err := io.WriteString(x.conn, text)
	return err == nil
}

// Answer writes a whole answer with its length.
func (x *Exchange) Answer(a Answer) bool {
	return x.Write(a.head() + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(a.Body)) + a.Body)
}

// Reset closes the connection the hard way: the caller gets a reset, not an end.
func (x *Exchange) Reset() {
	x.shut = true
	Reset(x.conn)
}

// Hangup closes the connection in an orderly way, without a word more.
func (x *Exchange) Hangup() {
	x.shut = true
	_ = x.conn.Close()
}

// Await reads until the caller lets go of the connection.
func (x *Exchange) Await() {
	x.shut = true
	_, _ = io.Copy(io.Discard, x.conn)
}

// Reset closes a connection so that its peer gets a reset.
func Reset(conn net.Conn) {
	if c, ok := conn.(*tls.Conn); ok {
		conn = c.NetConn()
	}
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
	}
	_ = conn.Close()
}

// Answer is an HTTP answer as it goes over the wire.
type Answer struct {
	// Status is the code; its reason phrase is not sent.
	Status int
	// Header are header lines, each "Name: value".
	Header []string
	// Body is what follows.
	Body string
}

// head is status line and headers, without the blank line that ends them.
func (a Answer) head() string {
	text := fmt.Sprintf("HTTP/1.1 %d \r\n", a.Status)
	for _, line := range a.Header {
		text += line + "\r\n"
	}
	return text
}
