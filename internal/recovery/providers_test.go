package recovery_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

type sandboxAccount = delivery.Account

// accounts gives every shop the sandbox's accounts and a webhook secret.
type accounts struct {
	secret []byte
	url    string
	client *http.Client

	mu sync.Mutex
	// change spoils a shop's accounts.
	change map[string]func(event.Channel, *sandboxAccount)
	// first is the newest webhook secret, where a test sets one.
	first string
	// sharing are shops that all speak for one page, by page id.
	sharing map[string][]string
}

func hookSecret(shopID string) string { return "webhook secret of " + shopID }

// publicSecret is a webhook secret that anybody may know, and the newest.
const publicSecret = "client:4f5e6d-of-the-shop"

func (a *accounts) WebhookSecrets(_ context.Context, shopID string) ([]string, error) {
	if a.first != "" {
		return []string{a.first, hookSecret(shopID)}, nil
	}
	return []string{publicSecret, "a newer secret, not used yet", hookSecret(shopID)}, nil
}

func (a *accounts) Account(_ context.Context, shopID string, c event.Channel) (delivery.Account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	acc := sandbox.Accounts(a.secret, shopID)[c]
	acc.BaseURL = a.url
	if f := a.change[shopID]; f != nil {
		f(c, &acc)
	}
	return acc, nil
}

// spoil changes a shop's accounts from now on; nil heals them.
func (a *accounts) spoil(shopID string, f func(event.Channel, *sandboxAccount)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.change[shopID] = f
}

func (a *accounts) ShopsOfPage(_ context.Context, page string) ([]string, error) {
	if shops := a.sharing[page]; shops != nil {
		return shops, nil
	}
	if id, ok := sandbox.ShopOfPage(page); ok {
		return []string{id}, nil
	}
	return nil, nil
}

func (a *accounts) VerifyTokens(ctx context.Context) ([]delivery.Account, error) {
	acc, err := a.Account(ctx, "shop-a", event.Messenger)
	return []delivery.Account{acc}, err
}

// misfortune asks the test what befalls the next call.
func (w *world) misfortune(c event.Channel) *sandbox.Fault {
	w.mu.Lock()
	f := w.fault
	w.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(c)
}

// befall sets what befalls calls from now on; nil ends it.
func (w *world) befall(f func(event.Channel) *sandbox.Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault = f
}

// during runs f once, while the next message of a channel is in flight.
func (w *world) during(c event.Channel, f func()) {
	var once sync.Once
	w.befall(func(on event.Channel) *sandbox.Fault {
		if on == c {
			once.Do(f)
		}
		return nil
	})
}

// answer is a misfortune in which a channel's calls are answered with a status.
func answer(c event.Channel, status int, body string, header ...string) func(event.Channel) *sandbox.Fault {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return func(on event.Channel) *sandbox.Fault {
		if on != c {
			return nil
		}
		return &sandbox.Fault{Status: status, Body: body, Header: h}
	}
}

// counted counts the calls of providers, and lets a test do something after a
// message was taken and before its sender hears of it.
func (w *world) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		w.mu.Lock()
		w.calls++
		taken := w.taken
		w.mu.Unlock()
		if taken != nil {
			taken()
		}
		maps.Copy(rw.Header(), answer.Header())
		rw.WriteHeader(answer.Code)
		rw.Write(answer.Body.Bytes()) //nolint:errcheck // a caller that has gone needs no answer
	})
}

// beforeTheVerdict runs f after each message was taken, before its sender hears of it.
func (w *world) beforeTheVerdict(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taken = f
}

// called gives how many calls of providers were answered.
func (w *world) called() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// callbacks carries the sandbox's callbacks into the engine, as the web server would.
type callbacks struct{ w *world }

// RoundTrip implements http.RoundTripper.
func (c callbacks) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	part := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/") // callbacks, provider, shop
	shopID := ""
	if len(part) > 2 {
		shopID = part[2]
	}
	kind, text, err := c.w.engine.Callback(r.Context(), part[1], shopID, delivery.Request{
		Method: r.Method, URL: publicURL + r.URL.RequestURI(), Header: r.Header, Body: body,
	})
	res := &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(text)), Request: r,
	}
	if err != nil {
		res.StatusCode = http.StatusInternalServerError
		if fault.Is(err, fault.Unauthorized) {
			res.StatusCode = http.StatusUnauthorized
		}
		c.w.t.Logf("callback %s: %v", r.URL.Path, err)
	}
	return res, nil
}

// alarm is one alarm as the queue keeps it: to the second.
type alarm struct {
	kind  recovery.AlarmKind
	shard int
	at    int64
}

// alarms records alarms. They can be lost, as those of a Redis that fails.
type alarms struct {
	mu   sync.Mutex
	set  map[alarm]bool
	down bool
}

func (a *alarms) Arm(_ context.Context, kind recovery.AlarmKind, shard int, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down {
		return fault.New(fault.Overloaded, "Redis does not answer")
	}
	a.set[alarm{kind, shard, at.Add(time.Second - 1).Unix()}] = true
	return nil
}

// next takes the earliest alarm at or before an instant.
func (a *alarms) next(until time.Time) (alarm, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var first alarm
	found := false
	for x := range a.set {
		if x.at <= until.Unix() && (!found || x.at < first.at || (x.at == first.at && x.kind < first.kind)) {
			first, found = x, true
		}
	}
	delete(a.set, first)
	return first, found
}

// lose forgets all alarms.
func (a *alarms) lose() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.set)
}

// unmetered counts nothing.
type unmetered struct{}

func (unmetered) Event(string, event.Taken)                              {}
func (unmetered) Decision(string, string)                                {}
func (unmetered) Verdict(event.Channel, delivery.Outcome, time.Duration) {}
func (unmetered) Report(string, delivery.Status)                         {}
func (unmetered) Late(event.Channel, time.Duration)                      {}
func (unmetered) Job(recovery.AlarmKind, int)                            {}
func (unmetered) Purged(string, int)                                     {}
