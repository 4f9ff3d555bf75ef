package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
)

// TestRequestsAreShopifys reads a request back as the server does.
func TestRequestsAreShopifys(t *testing.T) {
	t.Parallel()
	shop := Shop{ID: "s", Domain: "bench.example", Path: "/webhooks/shopify/s", Secret: "secret"}
	w := newWebhooks(shop, "127.0.0.1:1", time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	raw := w.request([]byte("before"), 42)
	if !bytes.HasPrefix(raw, []byte("before")) {
		t.Fatal("request does not append")
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw[len("before"):])))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(shop.Secret))
	mac.Write(body)
	if got, want := r.Header.Get("X-Shopify-Hmac-Sha256"), base64.StdEncoding.EncodeToString(mac.Sum(nil)); got != want {
		t.Errorf("signature %q, want %q", got, want)
	}
	if !json.Valid(body) || bytes.Contains(raw, []byte(marked(model))) {
		t.Errorf("the body is no JSON, or the model's number is left in it")
	}
	events, err := shopify.New().Parse(event.Delivery{Header: r.Header, Body: body, ReceivedAt: time.Now(), Domain: shop.Domain, Currency: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	e := events[0]
	if e.Kind != event.CheckoutUpdated || len(e.Contents.Items) != 3 || e.Contents.Total.Minor != 5450 || len(e.Consents) != 1 {
		t.Errorf("parsed as %+v", e)
	}
	if !slices.Contains(e.Person.Keys, event.Key{Kind: event.KeyEmail, Value: "buyer-n000000042@buyers.example"}) {
		t.Errorf("the shopper is %+v", e.Person.Keys)
	}
}

func TestSinkCountsShoppers(t *testing.T) {
	t.Parallel()
	s := &sink{mails: map[int64]int{}}
	for _, n := range []int64{7, 8, 8, 8, 10} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v3/mail/send", strings.NewReader(`{"to":"buyer-`+marked(n)+`@buyers.example"}`)))
		if w.Code != http.StatusAccepted || w.Header().Get("X-Message-Id") == "" {
			t.Fatalf("answered %d %v", w.Code, w.Header())
		}
	}
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader("buyer-n1")))
	if got, want := s.count(7, 3), (mails{shoppers: 2, doubles: 2}); got != want {
		t.Errorf("7 to 9 got %+v, want %+v", got, want)
	}
	if posts, _ := s.sizes(); posts != 6 {
		t.Errorf("%d posts, want 6", posts)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	sorted := []time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for share, want := range map[float64]time.Duration{0: 1, 0.5: 6, 0.99: 10, 1: 10} {
		if got := quantile(sorted, share); got != want {
			t.Errorf("quantile %g is %d, want %d", share, got, want)
		}
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("of nothing: %d", got)
	}
}

func TestEachStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	var done atomic.Int64
	if err := each(context.Background(), 100, 4, func(int) error { done.Add(1); return nil }); err != nil || done.Load() != 100 {
		t.Errorf("%d of 100 done, %v", done.Load(), err)
	}
	broken := errors.New("broken")
	done.Store(0)
	err := each(context.Background(), 1_000_000, 4, func(i int) error {
		done.Add(1)
		if i == 3 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) || done.Load() == 1_000_000 {
		t.Errorf("%d done, %v", done.Load(), err)
	}
}

// TestMetricsAreReadByTheirWholeName keeps jobs of another kind out of the count.
func TestMetricsAreReadByTheirWholeName(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "# HELP jobs x\njobs{kind=\"idle\"} 4\njobs{kind=\"due\"} 12\nwork 1.5e+03\n") //nolint:errcheck // the test's own server
	}))
	defer server.Close()
	got, err := samples(context.Background(), server.URL, `jobs{kind="due"}`, "work", "none")
	if err != nil || !slices.Equal(got, []float64{12, 1500, 0}) {
		t.Errorf("%v, %v", got, err)
	}
}
