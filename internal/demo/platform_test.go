package demo

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	genericapi "github.com/cartograph-dev/cartograph/internal/platform/generic"
	shopifyapi "github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

// morning is when the tests' clock stands still.
var morning = time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)

// received is what one webhook meant to the adapter that took it.
type received struct {
	header http.Header
	event  event.Event
}

// shopServer takes webhooks through the real adapters.
type shopServer struct {
	*httptest.Server
	got []received
}

func newShopServer(t *testing.T, secret string) *shopServer {
	t.Helper()
	s := &shopServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		d := event.Delivery{Header: r.Header, Body: body, ReceivedAt: morning, ShopID: "s1", Domain: "atelier-nord.example", Currency: "EUR", Country: "FR"}
		verify, parse := shopifyapi.New().Verify, shopifyapi.New().Parse
		if strings.HasPrefix(r.URL.Path, "/webhooks/generic/") {
			verify, parse = genericapi.New().Verify, genericapi.New().Parse
		}
		if err := verify(d, []string{secret}); err != nil {
			http.Error(w, "signature", http.StatusUnauthorized)
			return
		}
		events, err := parse(d)
		if err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		for _, e := range events {
			s.got = append(s.got, received{r.Header, e})
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shopServer) kinds() []event.Kind {
	var out []event.Kind
	for _, r := range s.got {
		out = append(out, r.event.Kind)
	}
	return out
}

func posterTo(url, secret string) *poster {
	return &poster{client: http.DefaultClient, o: &Options{
		URL: url, ShopID: "s1", Domain: "atelier-nord.example", Secret: secret, Zone: time.UTC,
		Now: func() time.Time { return morning }, Sleep: func(context.Context, time.Duration) error { return nil },
	}}
}

// story is a whole journey through a platform.
func story(t *testing.T, p platform, b *bag) {
	t.Helper()
	b.Began = morning
	placed := b.order(0, b.Basket, morning)
	back := placed
	back.Refunded = placed.part(0.5)
	for _, do := range []func() error{
		func() error { return p.past(t.Context(), b, b.order(1, b.Basket, morning.Add(-1000*time.Hour))) },
		func() error { return p.look(t.Context(), b) },
		func() error { return p.fill(t.Context(), b) },
		func() error { return p.fail(t.Context(), b) },
		func() error { return p.empty(t.Context(), b) },
		func() error { return p.buy(t.Context(), b, placed) },
		func() error { return p.refund(t.Context(), b, back) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestShopifyStory(t *testing.T) {
	t.Parallel()
	s := newShopServer(t, "shpss")
	p := Draw(1, 3)
	p.Checkout = true
	b := newBag(&p, 1)
	story(t, shopify{posterTo(s.URL, "shpss"), time.UTC}, b)
	want := []event.Kind{
		event.OrderPlaced, event.CartUpdated, event.CartUpdated, event.CheckoutUpdated, event.CartUpdated, event.CheckoutUpdated,
		event.OrderPlaced, event.OrderPlaced, event.OrderRefunded,
	}
	if diff := cmp.Diff(want, s.kinds()); diff != "" {
		t.Fatal(diff)
	}
	cartAndOrder(t, b, s.got[3].event, s.got[7].event)
	if at := s.got[0].event.Order.PlacedAt; at.After(morning.Add(-999 * time.Hour)) {
		t.Errorf("the earlier order was placed at %s", at)
	}
	if n := len(s.got[5].event.Contents.Items); n != 0 {
		t.Errorf("the emptied checkout has %d items", n)
	}
	answers(t, s.got[3].event, event.Email, event.SMS)
}

func TestGenericStory(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]string{"plain secret": "shpss", "standard secret": "whsec_c2VjcmV0"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShopServer(t, secret)
			p := Draw(1, 2)
			p.Checkout = true
			b := newBag(&p, 1)
			story(t, generic{posterTo(s.URL, secret)}, b)
			want := []event.Kind{
				event.OrderPlaced, event.ProductViewed, event.ItemAdded, event.CartUpdated, event.CheckoutUpdated, event.PaymentFailed,
				event.CartUpdated, event.OrderPlaced, event.OrderRefunded,
			}
			if diff := cmp.Diff(want, s.kinds()); diff != "" {
				t.Fatal(diff)
			}
			cartAndOrder(t, b, s.got[3].event, s.got[7].event)
			answers(t, s.got[3].event, event.Email, event.Messenger)
			bothSignatures(t, s.got)
		})
	}
}

// cartAndOrder holds a cart and its order against each other and the plan.
func cartAndOrder(t *testing.T, b *bag, cart, order event.Event) {
	t.Helper()
	shared := slices.ContainsFunc(cart.Links, func(l event.Link) bool { return slices.Contains(order.Links, l) })
	if !shared {
		t.Errorf("the order %v does not belong to the cart %v", order.Links, cart.Links)
	}
	if !slices.Contains(cart.Person.Keys, event.Key{Kind: event.KeyEmail, Value: b.Email}) {
		t.Errorf("the cart is of %v", cart.Person.Keys)
	}
	if cart.Contents.Total != sum(b.Basket) || order.Order.Total != sum(b.Basket) || !order.Order.Creditable {
		t.Errorf("cart %v, order %+v, basket %v", cart.Contents.Total, order.Order, sum(b.Basket))
	}
	if cart.RestoreURL == "" || order.Order.Number != b.OrderNumber() {
		t.Errorf("restore URL %q, order number %q", cart.RestoreURL, order.Order.Number)
	}
}

// answers wants a yes on exactly these channels.
func answers(t *testing.T, e event.Event, want ...event.Channel) {
	t.Helper()
	var got []event.Channel
	for _, c := range e.Consents {
		if c.Answer == event.Yes {
			got = append(got, c.Channel)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func bothSignatures(t *testing.T, got []received) {
	t.Helper()
	own, standard := 0, 0
	for _, r := range got {
		if r.header.Get("X-Cartograph-Signature") != "" {
			own++
		}
		if r.header.Get("Webhook-Signature") != "" {
			standard++
		}
	}
	if own == 0 || standard == 0 {
		t.Errorf("%d webhooks had our signature, %d that of Standard Webhooks", own, standard)
	}
}

// TestWrongSecret shows that the adapters really look at the signatures.
func TestWrongSecret(t *testing.T) {
	t.Parallel()
	s := newShopServer(t, "right")
	p := Draw(1, 0)
	post := posterTo(s.URL, "wrong")
	for _, on := range []platform{shopify{post, time.UTC}, generic{post}} {
		err := on.look(t.Context(), newBag(&p, 1))
		if err == nil || !strings.Contains(err.Error(), "401") {
			t.Errorf("got %v", err)
		}
	}
	if len(s.got) != 0 {
		t.Errorf("%d events were taken", len(s.got))
	}
}

// TestSilentSayNothing: whoever was not asked has neither said yes nor no.
func TestSilentSayNothing(t *testing.T) {
	t.Parallel()
	s := newShopServer(t, "shpss")
	p := Draw(1, 5)
	p.Checkout = true
	post := posterTo(s.URL, "shpss")
	for _, on := range []platform{shopify{post, time.UTC}, generic{post}} {
		if err := on.fill(t.Context(), newBag(&p, 1)); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range s.got {
		if len(r.event.Consents) > 0 {
			t.Errorf("%s says %v", r.event.Topic, r.event.Consents)
		}
	}
	if p.Reach != Silent || len(s.got) != 4 {
		t.Errorf("%s shopper, %d events", p.Reach, len(s.got))
	}
}

func TestDeliverTriesAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answers   []int
		again     bool
		wantCalls int
		wantErr   fault.Code
	}{
		"at once":            {answers: []int{200}, wantCalls: 1},
		"repeats itself":     {answers: []int{200, 200}, again: true, wantCalls: 2},
		"overload passes":    {answers: []int{503, 429, 200}, wantCalls: 3},
		"overload stays":     {answers: []int{503, 503, 503}, wantCalls: 3, wantErr: fault.Overloaded},
		"refusal is final":   {answers: []int{401}, wantCalls: 1, wantErr: fault.Internal},
		"202 is not a 200":   {answers: []int{202}, wantCalls: 1, wantErr: fault.Internal},
		"repetition refused": {answers: []int{200, 400}, again: true, wantCalls: 2, wantErr: fault.Internal},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.answers[min(calls, len(tt.answers)-1)])
				calls++
			}))
			t.Cleanup(srv.Close)
			err := posterTo(srv.URL, "x").deliver(t.Context(), webhook{path: "/", name: "test"}, tt.again)
			if calls != tt.wantCalls || fault.CodeOf(err) != tt.wantErr {
				t.Errorf("%d calls, %v", calls, err)
			}
		})
	}
}
