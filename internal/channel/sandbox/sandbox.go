// Package sandbox plays SendGrid, Twilio and Messenger: an HTTP server that
// speaks their protocols as the real clients call them, keeps what it was given
// in an outbox, and calls back signed as they sign. Nothing leaves the machine.
//
// It serves the demo, shops that have no keys yet, and tests. It shares no code
// with the provider packages: what both sides agree on is the protocol.
package sandbox

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/event"
)

const (
	// standardKeep is how many messages the outbox keeps.
	standardKeep = 1000
	// maxBody is the largest request taken, SendGrid's 30 MB.
	maxBody = 30 << 20
	// maxCalls bounds the callbacks under way at once.
	maxCalls = 16
)

// Options are what a Server needs from outside.
type Options struct {
	// Secret is what every shop's credentials are derived from; the same secret
	// as given to Accounts, in every process.
	Secret []byte
	// Now is the clock; nil for time.Now.
	Now func() time.Time
	// Rand makes provider ids; nil for crypto/rand.
	Rand io.Reader
	// Client posts callbacks; nil for channel.NewHTTPClient.
	Client *http.Client
	// Callback gives the public URL a shop's webhooks of a channel go to (SendGrid
	// events, inbound texts, Meta's webhook); "" for none. See CallbacksAt.
	Callback func(shopID string, ch event.Channel) string
	// AutoDeliver reports every accepted message as taken and delivered, by itself.
	AutoDeliver bool
	// OnMessage is called for each accepted message, after AutoDeliver's reports,
	// on a goroutine of its own; ctx ends with Close.
	OnMessage func(ctx context.Context, s Sent)
	// OnFailure is told of callbacks that AutoDeliver could not deliver.
	OnFailure func(error)
	// Fault, asked before each request, plays an outage; nil or a nil answer: all is well.
	Fault func(ch event.Channel) *Fault
	// Keep is how many messages the outbox keeps; 0 for 1000.
	Keep int
}

// Server is the sandbox. It is an http.Handler; mount it at a root or, behind
// http.StripPrefix, anywhere.
type Server struct {
	opts  Options
	mux   *http.ServeMux
	call  *http.Client
	slots chan struct{}

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	outbox []Sent
	// stopped are the numbers that texted STOP, which Twilio then refuses (21610).
	stopped map[pair]bool
}

// pair is a shop and one of its shoppers' numbers.
type pair struct{ shop, phone string }

// New makes a Server. Close it.
func New(opts Options) *Server {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Rand == nil {
		opts.Rand = rand.Reader
	}
	if opts.Callback == nil {
		opts.Callback = func(string, event.Channel) string { return "" }
	}
	if opts.Keep <= 0 {
		opts.Keep = standardKeep
	}
	s := &Server{
		opts: opts, mux: http.NewServeMux(), call: channel.Client(opts.Client),
		slots: make(chan struct{}, maxCalls), stopped: map[pair]bool{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.mux.HandleFunc("POST /v3/mail/send", s.serve(event.Email, s.takeMail))
	s.mux.HandleFunc("POST /2010-04-01/Accounts/{sid}/Messages.json", s.serve(event.SMS, s.takeText))
	s.mux.HandleFunc("POST /{version}/{page}/messages", s.serve(event.Messenger, s.takeMessage))
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close ends callbacks under way and waits for them; hanging requests end too.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.work.Wait()
}

// CallbacksAt gives Cartograph's own callback addresses under a public URL
// (without a trailing slash), for Options.Callback.
func CallbacksAt(public string) func(shopID string, ch event.Channel) string {
	return func(shopID string, ch event.Channel) string {
		switch ch {
		case event.Email:
			return public + "/callbacks/sendgrid/" + shopID
		case event.SMS:
			return public + "/callbacks/twilio/" + shopID + "/inbound"
		case event.Messenger:
			return public + "/callbacks/messenger"
		}
		return ""
	}
}
