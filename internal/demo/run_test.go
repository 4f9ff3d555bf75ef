package demo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// town is everything around a crowd, without a network: it notes what is done
// and answers 200.
type town struct {
	mu   sync.Mutex
	done []string
	// restore is what the restore page says; status answers everything if set.
	restore string
	status  int
	trouble []error
}

func (w *town) note(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, what)
}

// RoundTrip implements http.RoundTripper.
func (w *town) RoundTrip(r *http.Request) (*http.Response, error) {
	what := r.Header.Get("X-Shopify-Topic")
	status, body := http.StatusOK, ""
	switch {
	case strings.HasPrefix(r.URL.Path, "/r/") && r.Method == http.MethodPost:
		what, status = "restore", http.StatusSeeOther
	case strings.HasPrefix(r.URL.Path, "/r/"):
		what, body = "look at cart", w.restore
	case strings.HasPrefix(r.URL.Path, "/u/"):
		what = "unsubscribe"
	case what == "":
		what = "app"
	}
	if w.status != 0 {
		status = w.status
	}
	w.note(what)
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: r}, nil
}

func (w *town) act(what string) error                      { w.note(what); return nil }
func (w *town) Open(context.Context) error                 { return w.act("open") }
func (w *town) MachineOpen(context.Context) error          { return w.act("machine") }
func (w *town) Click(context.Context, string) error        { return w.act("click") }
func (w *town) Stop(context.Context) error                 { return w.act("stop") }
func (w *town) Bounce(context.Context) error               { return w.act("bounce") }
func (w *town) Complain(context.Context) error             { return w.act("complain") }
func (w *town) enter(_ context.Context, _, _ string) error { return w.act("enter chat") }

func (w *town) options() Options {
	return Options{
		URL: "http://demo.example", Client: &http.Client{Transport: w}, ShopID: "s1", Domain: "atelier-nord.example", Secret: "x",
		Zone: time.UTC, Now: time.Now, Enter: w.enter, Seed: 1, Every: time.Minute,
		Sleep: func(ctx context.Context, d time.Duration) error {
			select {
			case <-time.After(d):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		Trouble: func(err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.trouble = append(w.trouble, err)
		},
	}
}

// letter is one that a shopper of the town gets.
func (w *town) letter(c event.Channel, to string) Letter {
	l := Letter{Channel: c, To: to, Text: "Back: http://demo.example/r/abc_DEF-1 bye", Provider: w}
	if c == event.Email {
		l.UnsubscribeURL = "http://demo.example/u/abc"
	}
	return l
}

// page is a restore page with its form.
const page = `<form id="restore">`

// TestReplies plays every reply to a letter.
func TestReplies(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		plan    Plan
		channel event.Channel
		restore string
		want    []string
	}{
		"returns by email":     {Plan{Reply: Returns}, event.Email, page, []string{"open", "click", "look at cart", "restore", "orders/create"}},
		"returns by SMS":       {Plan{Reply: Returns}, event.SMS, page, []string{"look at cart", "restore", "orders/create"}},
		"returns in Messenger": {Plan{Reply: Returns, Generic: true}, event.Messenger, page, []string{"open", "look at cart", "restore", "app"}},
		"cart is gone":         {Plan{Reply: Returns}, event.SMS, "nothing here", []string{"look at cart"}},
		"remembers":            {Plan{Reply: Remembers}, event.Email, page, []string{"open", "orders/create"}},
		"looks":                {Plan{Reply: Looks}, event.Email, page, []string{"open", "click", "look at cart", "restore"}},
		"opens":                {Plan{Reply: Opens}, event.Email, page, []string{"open"}},
		"reads a text":         {Plan{Reply: Opens}, event.SMS, page, nil},
		"ignores":              {Plan{Reply: Ignores}, event.Email, page, nil},
		"unsubscribes":         {Plan{Reply: Stops}, event.Email, page, []string{"unsubscribe"}},
		"answers STOP":         {Plan{Reply: Stops}, event.SMS, page, []string{"stop"}},
		"complains":            {Plan{Reply: Complains}, event.Email, page, []string{"complain"}},
		"complains by text":    {Plan{Reply: Complains}, event.SMS, page, []string{"stop"}},
		"bounces":              {Plan{Reply: Bounces}, event.Email, page, []string{"bounce"}},
		"proxy and scanner":    {Plan{Reply: Ignores, Proxied: true, Scanned: true}, event.Email, page, []string{"machine", "look at cart"}},
		"refunds":              {Plan{Reply: Remembers, RefundShare: 1}, event.SMS, page, []string{"orders/create", "orders/updated"}},
		"not yet":              {Plan{Reply: Returns, AnswersTo: 2}, event.Email, page, []string{"open"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &town{restore: tt.restore}
				tt.plan.Email, tt.plan.Pace, tt.plan.Currency = "a@example.com", time.Minute, "EUR"
				tt.plan.Basket = []Line{{Product: catalogue()[0], Quantity: 1, Price: price(1850, "EUR")}}
				tt.plan.AnswersTo = max(tt.plan.AnswersTo, 1)
				readOne(t, w, tt.plan, tt.channel)
				if diff := cmp.Diff(tt.want, w.done); diff != "" {
					t.Error(diff)
				}
				if len(w.trouble) > 0 {
					t.Error(w.trouble)
				}
			})
		})
	}
}

// readOne lets a crowd of one read a letter and gives it a day.
func readOne(t *testing.T, w *town, p Plan, c event.Channel) {
	t.Helper()
	crowd := New(w.options())
	ctx, cancel := context.WithCancel(t.Context())
	crowd.ctx = ctx
	crowd.visitor(p)
	crowd.Read(w.letter(c, p.Email))
	time.Sleep(24 * time.Hour)
	cancel()
	crowd.work.Wait()
}

// TestBuyersReadNothing: who has bought answers no letter any more.
func TestBuyersReadNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &town{restore: page}
		crowd := New(w.options())
		ctx, cancel := context.WithCancel(t.Context())
		crowd.ctx = ctx
		v := crowd.visitor(Draw(1, 0))
		if err := v.buy(ctx); err != nil {
			t.Fatal(err)
		}
		before := len(w.done)
		crowd.Read(w.letter(event.SMS, v.bag.Email))
		if err := v.buy(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		if before == 0 || len(w.done) != before {
			t.Errorf("after the purchase came %v", w.done[before:])
		}
		cancel()
		crowd.work.Wait()
	})
}

// TestRun lets a crowd in and sends it home.
func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &town{restore: page}
		o := w.options()
		o.Shoppers = 40
		crowd := New(o)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan struct{})
		go func() { defer close(gone); crowd.Run(ctx) }()
		time.Sleep(2 * time.Hour)
		crowd.Read(w.letter(event.Email, Draw(1, 0).Email))
		crowd.Read(w.letter(event.SMS, "+15551234567"))
		time.Sleep(2 * time.Hour)
		cancel()
		<-gone
		before := len(w.done)
		crowd.Read(w.letter(event.Email, Draw(1, 2).Email))
		time.Sleep(24 * time.Hour)
		tally := crowd.Tally()
		if tally.Shoppers != 40 || tally.Letters[event.Email] != 2 || tally.Letters[event.SMS] != 1 || tally.Webhooks < 100 || tally.Trouble != 0 {
			t.Errorf("%+v, %v", tally, w.trouble)
		}
		for _, want := range []string{"carts/create", "checkouts/create", "orders/create", "app", "enter chat", "restore"} {
			if !slices.Contains(w.done, want) {
				t.Errorf("nobody did %q", want)
			}
		}
		if len(w.done) != before {
			t.Errorf("after the end came %v", w.done[before:])
		}
	})
}

// TestTroubleIsTold: a webhook that is refused is not swallowed, and its
// shopper's secrets are not told.
func TestTroubleIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &town{status: http.StatusUnauthorized}
		readOne(t, w, Draw(1, 0), event.SMS)
		if len(w.trouble) != 1 {
			t.Fatalf("got %v", w.trouble)
		}
		if text := w.trouble[0].Error(); !strings.Contains(text, "401") || strings.Contains(text, "abc_DEF") {
			t.Error(text)
		}
	})
}

// TestSecretsStayOutOfErrors: a link that cannot be reached is not spelt out.
func TestSecretsStayOutOfErrors(t *testing.T) {
	t.Parallel()
	o := (&town{}).options()
	o.Client = &http.Client{Transport: broken{}}
	crowd := New(o)
	v := crowd.visitor(Draw(1, 0))
	_, err := v.visit(t.Context(), "http://demo.example/r/abc_DEF-1", "test")
	if err == nil || strings.Contains(err.Error(), "abc_DEF") || !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

var errBroken = errors.New("line is broken")

type broken struct{}

func (broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, errBroken }

// TestForget: a long demo does not remember everybody.
func TestForget(t *testing.T) {
	t.Parallel()
	crowd := New((&town{}).options())
	for n := range remembered + 10 {
		crowd.visitor(Plan{N: n, Email: Draw(1, n).Email})
	}
	if len(crowd.known) != remembered || crowd.known[Draw(1, 0).Email] != nil || crowd.known[Draw(1, remembered).Email] == nil {
		t.Errorf("%d addresses are known", len(crowd.known))
	}
}
