package torture

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// box is the three providers: the sandbox, which speaks their protocols, behind
// a front that plays misfortunes and keeps a record of its own.
type box struct {
	inner  *sandbox.Server
	ledger *ledger
	oracle *oracle
	skew   *skew
	http   *http.Server
	url    string

	// calls is how many calls are in flight.
	calls atomic.Int64

	mu sync.Mutex
	// taken hands each message over from the sandbox to the call it came by.
	taken map[string]chan sandbox.Sent
	// held are the messages whose callbacks wait for the end.
	held []sandbox.Sent
	// release ends calls that hang.
	release chan struct{}

	// talking counts the callbacks under way; they end with stop. New ones may
	// begin while their end is waited for, which a WaitGroup does not allow.
	talking atomic.Int64
	ctx     context.Context
	stop    context.CancelFunc
}

// newBox starts the providers. Callbacks go to a public address.
func newBox(secret []byte, public string, l *ledger, o *oracle, s *skew) (*box, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fault.Wrap(fault.Misconfigured, err, "cannot listen on the loopback address")
	}
	b := &box{ledger: l, oracle: o, skew: s, url: "http://" + listener.Addr().String(), taken: map[string]chan sandbox.Sent{}, release: make(chan struct{})}
	b.ctx, b.stop = context.WithCancel(context.Background())
	b.inner = sandbox.New(sandbox.Options{
		Secret: secret, Now: s.time, Callback: sandbox.CallbacksAt(public), Keep: 1,
		OnMessage: func(_ context.Context, m sandbox.Sent) { b.handover(m.ProviderID) <- m },
	})
	b.http = &http.Server{Handler: b, ReadHeaderTimeout: 10 * time.Second}
	go b.http.Serve(listener) //nolint:errcheck // it ends with close, and reports just that
	return b, nil
}

// close ends everything, callbacks under way too.
func (b *box) close() {
	b.stop()
	b.calm()
	b.http.Close()
	until(context.Background(), patience, "callbacks end", b.silent) //nolint:errcheck // they end with ctx
	b.inner.Close()
}

// handover gives the place where a message waits for its call, or a call for its message.
func (b *box) handover(providerID string) chan sandbox.Sent {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.taken[providerID]
	if !ok {
		c = make(chan sandbox.Sent, 1)
		b.taken[providerID] = c
	}
	return c
}

// calm lets the calls go that hang, and ends bursts.
func (b *box) calm() {
	b.oracle.burst(nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.release)
	b.release = make(chan struct{})
}

func (b *box) released() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.release
}

func channelOf(path string) event.Channel {
	switch {
	case strings.HasPrefix(path, "/v3/"):
		return event.Email
	case strings.HasPrefix(path, "/2010-04-01/"):
		return event.SMS
	}
	return event.Messenger
}

// ServeHTTP is one call to a provider.
func (b *box) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived, ahead := time.Now(), b.skew.ahead()
	b.calls.Add(1)
	defer b.calls.Add(-1)
	ch := channelOf(r.URL.Path)
	f := b.oracle.fate(ch)
	body, err := readAll(w, r)
	if err != nil {
		return // it broke off: nothing was taken
	}
	id := messageID(ch, body)
	if !f.certain() {
		b.ledger.uncertain(id)
	}
	if f != well {
		b.ledger.fault("provider: " + string(f))
	}
	// It takes the provider a moment; a caller that dies meanwhile changes nothing.
	time.Sleep(b.oracle.draw(latency))
	if !f.taken() {
		refuse(w, f, b.oracle.draw(3*time.Second))
		return
	}
	rec := record(b.inner, r, body)
	if rec.status/100 == 2 {
		select {
		case m := <-b.handover(rec.providerID()):
			b.accepted(m, arrived, ahead)
		case <-b.ctx.Done():
			return
		}
	} else {
		b.ledger.problem("refused", "the provider's own rules refuse a "+string(ch)+" call: "+rec.body.String())
	}
	time.Sleep(b.oracle.draw(latency))
	b.answer(w, r, rec, f)
}

// latency bounds how long a provider takes before and after it has taken a message.
const latency = 40 * time.Millisecond

// messageID reads our own id out of a call, "" if it has none.
func messageID(ch event.Channel, body []byte) string {
	switch ch {
	case event.Email:
		var m struct {
			Args map[string]string `json:"custom_args"`
		}
		json.Unmarshal(body, &m) //nolint:errcheck // the sandbox refuses what is no JSON
		return m.Args["message_id"]
	case event.Messenger:
		var m struct {
			Message struct {
				Metadata string `json:"metadata"`
			} `json:"message"`
		}
		json.Unmarshal(body, &m) //nolint:errcheck // the sandbox refuses what is no JSON
		return m.Message.Metadata
	}
	return textID(body)
}
