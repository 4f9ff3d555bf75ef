package channel_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/channel/twilio"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

var (
	noon   = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	secret = []byte("installation secret")
)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// rig is a sandbox, the three providers calling it, and a receiver that hands
// its callbacks to them as the web package does.
type rig struct {
	sandbox   *sandbox.Server
	providers map[event.Channel]channel.Provider
	base      string
	hooks     string
	// settle ends the sandbox's answers; what it took by then is in its outbox.
	settle func()

	mu      sync.Mutex
	batches []delivery.Batch
	refused []error
}

func newRig(t *testing.T, opts sandbox.Options) *rig {
	t.Helper()
	r := &rig{providers: map[event.Channel]channel.Provider{
		event.Email:     sendgrid.New(sendgrid.Options{Now: at(noon)}),
		event.SMS:       twilio.New(twilio.Options{Now: at(noon)}),
		event.Messenger: messenger.New(messenger.Options{Now: at(noon)}),
	}}
	hooks := httptest.NewServer(http.HandlerFunc(r.receive))
	t.Cleanup(hooks.Close)
	r.hooks = hooks.URL
	opts.Secret, opts.Now, opts.Callback = secret, at(noon), sandbox.CallbacksAt(hooks.URL)
	r.sandbox = sandbox.New(opts)
	// Mounted under a prefix, as in one process with everything else.
	srv := httptest.NewServer(http.StripPrefix("/sandbox", r.sandbox))
	t.Cleanup(srv.Close)
	t.Cleanup(r.sandbox.Close)
	r.base, r.settle = srv.URL+"/sandbox", srv.Close
	return r
}

// account gives a shop's account as the engine would load it.
func (r *rig) account(ch event.Channel, shop string) delivery.Account {
	a := sandbox.Accounts(secret, shop)[ch]
	a.BaseURL = r.base
	return a
}

func (r *rig) receive(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	ch := map[string]event.Channel{"sendgrid": event.Email, "twilio": event.SMS, "messenger": event.Messenger}[parts[1]]
	shop := ""
	if ch == event.Messenger {
		shop, _ = sandbox.ShopOfPage(messenger.Pages(body)[0])
	} else {
		shop = parts[2]
	}
	b, err := r.providers[ch].Callback(r.account(ch, shop), delivery.Request{
		Method: req.Method, URL: r.hooks + req.URL.RequestURI(), Header: req.Header, Body: body, ReceivedAt: noon,
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.refused = append(r.refused, err)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	r.batches = append(r.batches, b)
	w.Header().Set("Content-Type", b.ReplyType)
	_, _ = io.WriteString(w, b.ReplyBody)
}

// heard gives what came in since the last call: "status message provider suppress".
func (r *rig) heard() (reports []string, inbounds []delivery.Inbound) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.batches {
		for _, rep := range b.Reports {
			reports = append(reports, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", rep.Status, rep.MessageID, rep.ProviderID, rep.Suppress)))
		}
		inbounds = append(inbounds, b.Inbounds...)
	}
	r.batches = nil
	return reports, inbounds
}

func (r *rig) outbound(ch event.Channel) delivery.Outbound {
	m := delivery.Outbound{MessageID: "msg-" + string(ch), ShopID: "shop-1", Channel: ch, Text: "Your bag: https://r.example/c/tok"}
	switch ch {
	case event.Email:
		m.To, m.ToName, m.FromName, m.Subject, m.HTML = "ada@example.com", "Ada", "Blue Shop", "Your bag", "<p>Your bag</p>"
		m.UnsubscribeURL = "https://r.example/u/tok"
	case event.SMS:
		m.To, m.CallbackURL = "+33612345678", r.hooks+"/callbacks/twilio/shop-1/status?m="+m.MessageID
	case event.Messenger:
		m.To, m.Title, m.ButtonTitle, m.ButtonURL = "psid-1", "Blue shirt", "Finish order", "https://r.example/c/tok"
	}
	return m
}

func (r *rig) send(t *testing.T, ch event.Channel) sandbox.Sent {
	t.Helper()
	m := r.outbound(ch)
	v := r.providers[ch].Send(t.Context(), r.account(ch, "shop-1"), m)
	if v.Outcome != delivery.OK || v.ProviderID == "" {
		t.Fatalf("%s: %+v", ch, v)
	}
	box := r.sandbox.Outbox()
	s := box[len(box)-1]
	if s.ProviderID != v.ProviderID || s.MessageID != m.MessageID || s.To != m.To || s.ShopID != "shop-1" || !strings.Contains(s.Text, m.Text) {
		t.Fatalf("%s: the outbox holds %+v", ch, s)
	}
	return s
}

func TestRoundTripEmail(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	s, ctx := r.send(t, event.Email), t.Context()
	if s.Subject != "Your bag" || s.HTML != "<p>Your bag</p>" || s.UnsubscribeURL != "https://r.example/u/tok" {
		t.Errorf("the outbox holds %+v", s)
	}
	id := " msg-email " + s.ProviderID
	must(t, r.sandbox.Deliver(ctx, s))
	must(t, r.sandbox.MachineOpen(ctx, s))
	must(t, r.sandbox.Click(ctx, s, "https://r.example/c/tok"))
	must(t, r.sandbox.Complain(ctx, s))
	must(t, r.sandbox.Stop(ctx, s))
	must(t, r.sandbox.Bounce(ctx, s))
	got, _ := r.heard()
	want := []string{
		"processed" + id, "delivered" + id, "opened" + id, "clicked" + id,
		"complained" + id + " complained", "unsubscribed" + id + " opted_out", "bounced" + id + " bounced",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reports (-want +got):\n%s\nrefused: %v", diff, r.refused)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRoundTripText(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	s, ctx := r.send(t, event.SMS), t.Context()
	must(t, r.sandbox.Deliver(ctx, s))
	must(t, r.sandbox.Bounce(ctx, s))
	must(t, r.sandbox.Stop(ctx, s))

	got, inbounds := r.heard()
	id := " msg-sms " + s.ProviderID
	if diff := cmp.Diff([]string{"processed" + id, "delivered" + id, "bounced" + id + " invalid_address"}, got); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	if len(inbounds) != 1 || inbounds[0].Keyword != "stop" || inbounds[0].From != "+33612345678" || inbounds[0].To != s.From {
		t.Errorf("inbounds %+v", inbounds)
	}

	// Who texted STOP is refused from then on, until START.
	v := r.providers[event.SMS].Send(ctx, r.account(event.SMS, "shop-1"), r.outbound(event.SMS))
	if v.Outcome != delivery.Refused || v.Code != "21610" || v.Suppress != "opted_out" {
		t.Errorf("after STOP: %+v", v)
	}
	if v := r.providers[event.SMS].Send(ctx, r.account(event.SMS, "shop-2"), r.outbound(event.SMS)); v.Outcome != delivery.OK {
		t.Errorf("another shop's text: %+v", v)
	}
	must(t, r.sandbox.Reply(ctx, s, "start"))
	r.send(t, event.SMS)
}

func TestRoundTripMessagingService(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	a := r.account(event.SMS, "shop-1")
	a.From = "MG0123"
	if v := r.providers[event.SMS].Send(t.Context(), a, r.outbound(event.SMS)); v.Outcome != delivery.OK {
		t.Fatalf("%+v", v)
	}
	must(t, r.sandbox.Reply(t.Context(), r.sandbox.Outbox()[0], "where is it?"))
	if _, in := r.heard(); len(in) != 1 || in[0].To == "" || in[0].Keyword != "" {
		t.Errorf("inbounds %+v", in)
	}
}

func TestRoundTripMessenger(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	s, ctx := r.send(t, event.Messenger), t.Context()
	if s.Link != "https://r.example/c/tok" || !strings.HasPrefix(s.Text, "Blue shirt") {
		t.Errorf("the outbox holds %+v", s)
	}
	must(t, r.sandbox.Deliver(ctx, s))
	must(t, r.sandbox.Open(ctx, s)) // a watermark: names no message, so nothing is reported
	must(t, r.sandbox.Stop(ctx, s))
	must(t, r.sandbox.Enter(ctx, "shop-1", "psid-2", "token-2"))

	got, in := r.heard()
	if diff := cmp.Diff([]string{"processed msg-messenger " + s.ProviderID, "delivered  " + s.ProviderID}, got); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	if len(in) != 2 || in[0].Keyword != "stop" || in[0].From != "psid-1" || in[1].Ref != "token-2" || in[1].From != "psid-2" {
		t.Errorf("inbounds %+v", in)
	}
}

// TestForeignCallbacks: what is signed for one shop is worth nothing at another.
func TestForeignCallbacks(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	for _, ch := range []event.Channel{event.Email, event.SMS} {
		s := r.send(t, ch)
		s.ShopID = "shop-2"
		// Signed as shop-2, posted to shop-1's address.
		forger := sandbox.New(sandbox.Options{Secret: secret, Now: at(noon), Callback: func(_ string, ch event.Channel) string {
			return sandbox.CallbacksAt(r.hooks)("shop-1", ch)
		}})
		if err := forger.Stop(t.Context(), s); err == nil {
			t.Errorf("%s: shop-2's signature was taken at shop-1", ch)
		}
		forger.Close()
	}
	if len(r.refused) != 2 || !fault.Is(r.refused[0], fault.Unauthorized) || !fault.Is(r.refused[1], fault.Unauthorized) {
		t.Errorf("refused: %v", r.refused)
	}
}

func TestWrongCredentials(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	for _, ch := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		for name, change := range map[string]func(*delivery.Account){
			"another secret's": func(a *delivery.Account) { a.Key = sandbox.Accounts([]byte("other"), "shop-1")[ch].Key },
			"another shop's":   func(a *delivery.Account) { a.Key = sandbox.Accounts(secret, "shop-2")[ch].Key + "x" },
			"real ones":        func(a *delivery.Account) { a.Key, a.ID = "SG.real", "AC0123" },
		} {
			a := r.account(ch, "shop-1")
			change(&a)
			if v := r.providers[ch].Send(t.Context(), a, r.outbound(ch)); v.Outcome != delivery.Broken {
				t.Errorf("%s, %s: %+v", ch, name, v)
			}
		}
	}
	if n := len(r.sandbox.Outbox()); n != 0 {
		t.Errorf("%d messages were taken", n)
	}
}

func TestRefusalsOfTheSandboxAreUnderstood(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	tests := map[string]struct {
		ch     event.Channel
		change func(*delivery.Account, *delivery.Outbound)
		want   delivery.Verdict
	}{
		"bad email address": {event.Email, func(_ *delivery.Account, m *delivery.Outbound) { m.To = "nobody" }, delivery.Verdict{Outcome: delivery.Refused, Suppress: "invalid_address"}},
		"bad sender":        {event.Email, func(a *delivery.Account, _ *delivery.Outbound) { a.From = "nobody" }, delivery.Verdict{Outcome: delivery.Broken}},
		"no subject":        {event.Email, func(_ *delivery.Account, m *delivery.Outbound) { m.Subject = "" }, delivery.Verdict{Outcome: delivery.Refused}},
		"bad number":        {event.SMS, func(_ *delivery.Account, m *delivery.Outbound) { m.To = "0612345678" }, delivery.Verdict{Outcome: delivery.Refused, Suppress: "invalid_address"}},
		"text too long":     {event.SMS, func(_ *delivery.Account, m *delivery.Outbound) { m.Text = strings.Repeat("é", 1601) }, delivery.Verdict{Outcome: delivery.Refused}},
		"wrong app secret":  {event.Messenger, func(a *delivery.Account, _ *delivery.Outbound) { a.VerifyKeys = []string{"old"} }, delivery.Verdict{Outcome: delivery.Broken}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, m := r.account(tt.ch, "shop-1"), r.outbound(tt.ch)
			tt.change(&a, &m)
			v := r.providers[tt.ch].Send(t.Context(), a, m)
			if v.Outcome != tt.want.Outcome || v.Suppress != tt.want.Suppress {
				t.Errorf("%+v, want %+v", v, tt.want)
			}
		})
	}
}

// TestManyAtOnce sends on all channels together with callbacks running, for the
// race detector and for the count.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	const each = 60
	all.Add(3 * each)
	r := newRig(t, sandbox.Options{AutoDeliver: true, OnMessage: func(context.Context, sandbox.Sent) { all.Done() }})
	var wg sync.WaitGroup
	for ch := range r.providers {
		for i := range each {
			wg.Go(func() {
				m := r.outbound(ch)
				m.MessageID = fmt.Sprintf("%s-%d", ch, i)
				m.CallbackURL = r.hooks + "/callbacks/twilio/shop-1/status?m=" + m.MessageID
				if v := r.providers[ch].Send(t.Context(), r.account(ch, "shop-1"), m); v.Outcome != delivery.OK {
					t.Errorf("%s: %+v", m.MessageID, v)
				}
			})
		}
	}
	wg.Wait()
	all.Wait()
	settled := map[string]int{}
	reports, _ := r.heard()
	for _, rep := range reports {
		if f := strings.Fields(rep); f[0] == "processed" {
			settled[f[1]]++
		}
	}
	if len(settled) != 3*each {
		t.Errorf("%d messages were confirmed, want %d", len(settled), 3*each)
	}
}
