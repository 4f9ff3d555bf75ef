package channel

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Trail follows one request, to tell afterwards whether it may have reached
// the provider. The zero value is ready; use one per call.
type Trail struct{ step atomic.Int32 }

// The steps of a request. A transport that repeats a request (only ever one
// that was provably not taken) starts again at waiting.
const (
	waiting   int32 = iota // no connection yet: nothing can have left
	connected              // on a connection, fate of the write unknown
	written                // the whole request was handed over
	torn                   // the write failed: what arrived is no whole request
)

// Follow gives a context whose request this trail follows.
func (t *Trail) Follow(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.step.Store(waiting) },
		GotConn: func(httptrace.GotConnInfo) { t.step.Store(connected) },
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			if i.Err != nil {
				t.step.Store(torn)
				return
			}
			t.step.Store(written)
		},
	})
}

// Left reports whether the request may have reached the provider whole.
func (t *Trail) Left() bool {
	s := t.step.Load()
	return s == connected || s == written
}

// Lost is the verdict on a call that brought no answer: Later when nothing can
// have left, Unsure otherwise.
func (t *Trail) Lost(err error) delivery.Verdict {
	code, why := cause(err)
	if t.Left() {
		return delivery.Verdict{Outcome: delivery.Unsure, Code: code, Reason: "no answer after the request left: " + why}
	}
	return delivery.Verdict{Outcome: delivery.Later, Code: code, Reason: "the provider was not reached: " + why}
}

// cause names a transport error without repeating it: its text holds addresses.
func cause(err error) (code, why string) {
	var timeout net.Error
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		return "cancelled", "the call was cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout", "time ran out"
	case errors.As(err, &dns):
		return "unknown_host", "its host name does not resolve"
	case errors.As(err, &cert):
		return "certificate", "its certificate is not trusted"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection_refused", "it refused the connection"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection_closed", "it closed the connection"
	}
	return "connection_failed", "the connection failed"
}
