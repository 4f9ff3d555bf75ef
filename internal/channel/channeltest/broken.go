package channeltest

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// breaks are the ways a connection answers wrongly once it has the whole
// request. Reasons differ with the moment the client notices, so Code is only
// compared where a status line arrived.
func (s Subject) breaks() map[string]struct {
	act  func(*Exchange)
	want delivery.Verdict
} {
	status := s.Success.Status
	lost := delivery.Verdict{Outcome: delivery.Unsure}
	ok := delivery.Verdict{Outcome: delivery.OK, Code: fmt.Sprint(status), ProviderID: s.ID}
	torn := verdict(delivery.Unsure, status)
	if s.IDInHeader {
		torn = ok
	}
	head := s.Success.head()
	half := s.Success.Body[:len(s.Success.Body)/2]
	return map[string]struct {
		act  func(*Exchange)
		want delivery.Verdict
	}{
		"reset instead of an answer":     {func(x *Exchange) { x.Reset() }, lost},
		"closed instead of an answer":    {func(x *Exchange) { x.Hangup() }, lost},
		"reset in the status line":       {func(x *Exchange) { x.Write("HTTP/1.1 2"); x.Reset() }, lost},
		"closed in the headers":          {func(x *Exchange) { x.Write(head); x.Hangup() }, lost},
		"closed in the body":             {func(x *Exchange) { x.Write(head + "Content-Length: 999\r\n\r\n" + half); x.Hangup() }, torn},
		"reset in the body":              {func(x *Exchange) { x.Write(head + "Content-Length: 999\r\n\r\n" + half); x.Reset() }, torn},
		"closed before the body":         {func(x *Exchange) { x.Write(head + "Content-Length: 999\r\n\r\n"); x.Hangup() }, torn},
		"broken chunks":                  {func(x *Exchange) { x.Write(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"); x.Hangup() }, torn},
		"an endless body":                {func(x *Exchange) { x.Write(head + "\r\n"); x.pour("x") }, torn},
		"an endless refusal":             {func(x *Exchange) { x.Write("HTTP/1.1 401 \r\n\r\n"); x.pour("x") }, verdict(delivery.Broken, 401)},
		"an endless outage":              {func(x *Exchange) { x.Write("HTTP/1.1 503 \r\n\r\n"); x.pour("x") }, verdict(delivery.Unsure, 503)},
		"an endless header":              {func(x *Exchange) { x.Write(head + "X-More: "); x.pour("x") }, lost},
		"endless informational answers":  {func(x *Exchange) { x.pour("HTTP/1.1 103 \r\nX-More: " + strings.Repeat("x", 4096) + "\r\n\r\n") }, lost},
		"a bomb of zeros":                {func(x *Exchange) { x.Write(head + "Content-Encoding: gzip\r\n\r\n"); x.bomb() }, torn},
		"gzip that is none":              {func(x *Exchange) { x.Write(head + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope") }, torn},
		"no HTTP at all":                 {func(x *Exchange) { x.Write("SSH-2.0-OpenSSH_9.9\r\n"); x.Hangup() }, lost},
		"another protocol":               {func(x *Exchange) { x.Write("HTTP/1.1 101 \r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"); x.Hangup() }, verdict(delivery.Unsure, 101)},
		"informational answers, then it": {func(x *Exchange) { x.Write("HTTP/1.1 103 \r\n\r\nHTTP/1.1 100 \r\n\r\n"); x.Answer(s.Success) }, ok},
		"an answer in pieces":            {func(x *Exchange) { x.chunked(s.Success) }, ok},
	}
}

// brokenAnswers: whatever comes after the whole request was taken, it is never
// sent again, and never said to be certainly unsent.
func (s Subject) brokenAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range s.breaks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := Serve(t, c.act)
			got := s.New(client(t, patience)).Send(t.Context(), s.Account(srv.URL), s.Message)
			if c.want.Code == "" {
				if got.Code == "" {
					t.Error("the verdict has no code")
				}
				c.want.Code = got.Code
			}
			s.check(t, got, c.want)
			once(t, srv, 1)
		})
	}
}

// pour writes a text until the caller has gone.
func (x *Exchange) pour(text string) {
	x.shut = true
	text = strings.Repeat(text, 1+4096/len(text))
	for x.Write(text) {
	}
}

// bomb writes zeros, a thousandfold packed, until the caller has gone.
func (x *Exchange) bomb() {
	x.shut = true
	z := gzip.NewWriter(x.conn)
	zeros := make([]byte, 1<<20)
	for {
		if _, err := z.Write(zeros); err != nil {
			return
		}
	}
}

// chunked writes an answer byte by byte, each a chunk of its own.
func (x *Exchange) chunked(a Answer) {
	x.Write(a.head() + "Transfer-Encoding: chunked\r\n\r\n")
	for _, b := range []byte(a.Body) {
		_, _ = io.WriteString(x.conn, fmt.Sprintf("1\r\n%c\r\n", b))
	}
	x.Write("0\r\n\r\n")
}
