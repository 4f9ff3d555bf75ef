package channel_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

var channels = []event.Channel{event.Email, event.SMS, event.Messenger}

// TestFaultsBecomeVerdicts plays every outage against every provider, and
// counts what really went out.
func TestFaultsBecomeVerdicts(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html"}}
	tests := map[string]struct {
		fault *sandbox.Fault
		want  delivery.Outcome
		sent  int
	}{
		"all is well":              {nil, delivery.OK, 1},
		"nothing wrong":            {&sandbox.Fault{}, delivery.OK, 1},
		"rate limit":               {&sandbox.Fault{Status: 429}, delivery.Later, 0},
		"credentials":              {&sandbox.Fault{Status: 401}, delivery.Broken, 0},
		"500":                      {&sandbox.Fault{Status: 500}, delivery.Unsure, 0},
		"500, but sent":            {&sandbox.Fault{Status: 500, Taken: true}, delivery.Unsure, 1},
		"503 of a proxy":           {&sandbox.Fault{Status: 503, Header: html, Body: "<html>"}, delivery.Unsure, 0},
		"503 that breaks off":      {&sandbox.Fault{Status: 503, Header: html, Body: "<html>", Torn: true}, delivery.Unsure, 0},
		"hang":                     {&sandbox.Fault{Hang: true}, delivery.Unsure, 0},
		"hang, but sent":           {&sandbox.Fault{Hang: true, Taken: true}, delivery.Unsure, 1},
		"an endless drip":          {&sandbox.Fault{Drip: time.Hour}, delivery.Unsure, 1},
		"an endless refusal":       {&sandbox.Fault{Drip: time.Hour, Status: 400}, delivery.Unsure, 0},
		"a drip that ends":         {&sandbox.Fault{Drip: time.Microsecond}, delivery.OK, 1},
		"connection cut":           {&sandbox.Fault{Reset: true}, delivery.Unsure, 0},
		"connection cut, but sent": {&sandbox.Fault{Reset: true, Taken: true}, delivery.Unsure, 1},
		"a success without an id":  {&sandbox.Fault{Nameless: true}, delivery.OK, 1},
	}
	for name, tt := range tests {
		for _, ch := range channels {
			t.Run(string(ch)+": "+name, func(t *testing.T) {
				t.Parallel()
				ctx, giveUp := context.WithCancel(t.Context())
				defer giveUp()
				r := newRig(t, sandbox.Options{Fault: func(event.Channel) *sandbox.Fault {
					if tt.fault != nil && (tt.fault.Hang || tt.fault.Drip >= time.Hour) {
						giveUp() // The whole request is there.
					}
					return tt.fault
				}})
				v := r.providers[ch].Send(ctx, r.account(ch, "shop-1"), r.outbound(ch))
				r.settle()
				if v.Outcome != tt.want || len(r.sandbox.Outbox()) != tt.sent {
					t.Errorf("%+v and %d sent, want %s and %d", v, len(r.sandbox.Outbox()), tt.want, tt.sent)
				}
				nameless := tt.fault != nil && tt.fault.Nameless
				if (v.ProviderID != "") != (v.Outcome == delivery.OK && !nameless) {
					t.Errorf("the id is %q", v.ProviderID)
				}
			})
		}
	}
}

// TestATornSuccess: SendGrid's id stands in a header and has arrived; the other
// two tell it in the body, of which half is nothing.
func TestATornSuccess(t *testing.T) {
	t.Parallel()
	for ch, want := range map[event.Channel]delivery.Outcome{
		event.Email: delivery.OK, event.SMS: delivery.Unsure, event.Messenger: delivery.Unsure,
	} {
		r := newRig(t, sandbox.Options{Fault: func(event.Channel) *sandbox.Fault { return &sandbox.Fault{Torn: true} }})
		v := r.providers[ch].Send(t.Context(), r.account(ch, "shop-1"), r.outbound(ch))
		if v.Outcome != want || len(r.sandbox.Outbox()) != 1 {
			t.Errorf("%s: %+v, want %s", ch, v, want)
		}
	}
}

// TestCallbacksComeAsTheyPlease: whatever the order, the same reports under the
// same keys, and enough in each to find the message without the call's answer.
func TestCallbacksComeAsTheyPlease(t *testing.T) {
	t.Parallel()
	inOrder := []string{"processed", "delivered"}
	for way, want := range map[sandbox.Callbacks][]string{
		"":                         inOrder,
		sandbox.CallbacksFirst:     inOrder,
		sandbox.CallbacksTwice:     {"processed", "delivered", "processed", "delivered"},
		sandbox.CallbacksBackwards: {"delivered", "processed"},
		sandbox.CallbacksNever:     nil,
	} {
		for _, ch := range channels {
			t.Run(strings.TrimSpace(string(ch)+" "+string(way)), func(t *testing.T) {
				t.Parallel()
				done := make(chan sandbox.Sent, 1)
				r := newRig(t, sandbox.Options{
					AutoDeliver: true,
					Fault:       func(event.Channel) *sandbox.Fault { return &sandbox.Fault{Callbacks: way} },
					OnMessage:   func(_ context.Context, s sandbox.Sent) { done <- s },
				})
				v := r.providers[ch].Send(t.Context(), r.account(ch, "shop-1"), r.outbound(ch))
				early := r.reports()
				if way == sandbox.CallbacksFirst && len(early) != 2 {
					t.Errorf("%d reports came before the answer", len(early))
				}
				s := <-done
				r.checkReports(t, ch, v, s, want)
			})
		}
	}
}

// reports gives all reports so far.
func (r *rig) reports() []delivery.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []delivery.Report
	for _, b := range r.batches {
		all = append(all, b.Reports...)
	}
	return all
}

func (r *rig) checkReports(t *testing.T, ch event.Channel, v delivery.Verdict, s sandbox.Sent, want []string) {
	t.Helper()
	if v.Outcome != delivery.OK || v.ProviderID != s.ProviderID {
		t.Errorf("verdict %+v for %+v", v, s)
	}
	var got []string
	keys := map[string]bool{}
	for _, rep := range r.reports() {
		got, keys[rep.Dedupe] = append(got, string(rep.Status)), true
		// Meta's receipts name the message by Meta's id alone.
		named := rep.MessageID == "msg-"+string(ch) || ch == event.Messenger && rep.Status == delivery.Delivery
		if rep.ProviderID != s.ProviderID || !named {
			t.Errorf("the report names %q and %q", rep.MessageID, rep.ProviderID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	if distinct := len(slices.Compact(slices.Sorted(slices.Values(want)))); len(keys) != distinct {
		t.Errorf("%d keys for %d reports", len(keys), distinct)
	}
}

// TestAnUnknownOutcomeIsSettled: the call is lost, the message is not, and its
// callbacks bring both ids together.
func TestAnUnknownOutcomeIsSettled(t *testing.T) {
	t.Parallel()
	for _, ch := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		t.Run(string(ch), func(t *testing.T) {
			t.Parallel()
			done := make(chan sandbox.Sent, 1)
			r := newRig(t, sandbox.Options{
				AutoDeliver: true,
				Fault:       func(event.Channel) *sandbox.Fault { return &sandbox.Fault{Reset: true, Taken: true} },
				OnMessage:   func(_ context.Context, s sandbox.Sent) { done <- s },
			})
			v := r.providers[ch].Send(t.Context(), r.account(ch, "shop-1"), r.outbound(ch))
			if v.Outcome != delivery.Unsure {
				t.Fatalf("%+v", v)
			}
			s := <-done
			got, _ := r.heard()
			if len(got) != 2 || got[0] != "processed msg-"+string(ch)+" "+s.ProviderID {
				t.Errorf("reports %q", got)
			}
		})
	}
}
