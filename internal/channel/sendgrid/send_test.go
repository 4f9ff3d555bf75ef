package sendgrid_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

var clock = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func now() time.Time { return clock }

func provider() *sendgrid.Provider {
	return sendgrid.New(sendgrid.Options{Now: now})
}

func account(base string) delivery.Account {
	return delivery.Account{Key: "SG.test-key", From: "hello@shop.example", BaseURL: base}
}

func outbound() delivery.Outbound {
	return delivery.Outbound{
		MessageID: "msg-1", ShopID: "shop-1", Channel: event.Email,
		To: "ada@example.com", ToName: "Ada", FromName: "Blue Shop", ReplyTo: "help@shop.example",
		Subject: "Your bag\r\nis waiting", HTML: "<p>Hello</p>", Text: "Hello",
		UnsubscribeURL: "https://shop.example/u/token",
	}
}

// serve starts a server for one test.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestSendPostsExactlyThis(t *testing.T) {
	t.Parallel()
	var got map[string]any
	var auth, method, path string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		auth, method, path = r.Header.Get("Authorization"), r.Method, r.URL.Path
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.Header().Set("X-Message-Id", "abc")
		w.WriteHeader(http.StatusAccepted)
	})

	v := provider().Send(t.Context(), account(base), outbound())

	if diff := cmp.Diff(delivery.Verdict{Outcome: delivery.OK, ProviderID: "abc", Code: "202"}, v); diff != "" {
		t.Errorf("verdict (-want +got):\n%s", diff)
	}
	if auth != "Bearer SG.test-key" || method != http.MethodPost || path != "/v3/mail/send" {
		t.Errorf("called %s %s with %q", method, path, auth)
	}
	type obj = map[string]any
	want := obj{
		"from":             obj{"email": "hello@shop.example", "name": "Blue Shop"},
		"reply_to":         obj{"email": "help@shop.example"},
		"subject":          "Your bag  is waiting",
		"personalizations": []any{obj{"to": []any{obj{"email": "ada@example.com", "name": "Ada"}}}},
		"content": []any{
			obj{"type": "text/plain", "value": "Hello"},
			obj{"type": "text/html", "value": "<p>Hello</p>"},
		},
		"custom_args": obj{"message_id": "msg-1"},
		"headers": obj{
			"List-Unsubscribe":      "<https://shop.example/u/token>",
			"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		},
		"tracking_settings": obj{
			"click_tracking":        obj{"enable": false, "enable_text": false},
			"open_tracking":         obj{"enable": true},
			"subscription_tracking": obj{"enable": false},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	fault := func(field, message string) string {
		return fmt.Sprintf(`{"errors":[{"message":%q,"field":%s,"help":null}]}`, message, field)
	}
	reset := fmt.Sprint(clock.Add(90 * time.Second).Unix())
	tests := map[string]struct {
		status int
		header http.Header
		body   string
		want   delivery.Verdict
	}{
		"accepted":                {202, http.Header{"X-Message-Id": {"id-1"}}, "", delivery.Verdict{Outcome: delivery.OK, ProviderID: "id-1"}},
		"accepted without an id":  {202, nil, "", delivery.Verdict{Outcome: delivery.OK}},
		"sandbox mode":            {200, nil, "", delivery.Verdict{Outcome: delivery.OK}},
		"limited, reset time":     {429, http.Header{"X-Ratelimit-Reset": {reset}}, "", delivery.Verdict{Outcome: delivery.Later, After: 90 * time.Second}},
		"limited, retry after":    {429, http.Header{"Retry-After": {"5"}}, "", delivery.Verdict{Outcome: delivery.Later, After: 5 * time.Second}},
		"limited, the later one":  {429, http.Header{"Retry-After": {"5"}, "X-Ratelimit-Reset": {reset}}, "", delivery.Verdict{Outcome: delivery.Later, After: 90 * time.Second}},
		"limited, reset is past":  {429, http.Header{"X-Ratelimit-Reset": {"1"}}, "", delivery.Verdict{Outcome: delivery.Later}},
		"limited, ten years":      {429, http.Header{"X-Ratelimit-Reset": {fmt.Sprint(clock.AddDate(10, 0, 0).Unix())}}, "", delivery.Verdict{Outcome: delivery.Later, After: 24 * time.Hour}},
		"limited, milliseconds":   {429, http.Header{"X-Ratelimit-Reset": {reset + "000"}, "Retry-After": {"5"}}, "", delivery.Verdict{Outcome: delivery.Later, After: 5 * time.Second}},
		"limited, negative":       {429, http.Header{"X-Ratelimit-Reset": {"-1"}}, "", delivery.Verdict{Outcome: delivery.Later}},
		"limited, no header":      {429, nil, "", delivery.Verdict{Outcome: delivery.Later}},
		"wrong key":               {401, nil, fault("null", "The provided authorization grant is invalid, expired, or revoked"), delivery.Verdict{Outcome: delivery.Broken}},
		"no credits":              {401, nil, fault("null", "Maximum credits exceeded"), delivery.Verdict{Outcome: delivery.Broken}},
		"sender not verified":     {403, nil, fault(`"from"`, "The from address does not match a verified Sender Identity."), delivery.Verdict{Outcome: delivery.Broken}},
		"no such path":            {404, nil, "not found", delivery.Verdict{Outcome: delivery.Broken}},
		"redirect":                {307, http.Header{"Location": {"/"}}, "", delivery.Verdict{Outcome: delivery.Broken}},
		"invalid address":         {400, nil, fault(`"personalizations.0.to.0.email"`, "Does not contain a valid address."), delivery.Verdict{Outcome: delivery.Refused, Suppress: "invalid_address"}},
		"invalid address, array":  {400, nil, fault(`"personalizations[0].to[0].email"`, "Does not contain a valid address."), delivery.Verdict{Outcome: delivery.Refused, Suppress: "invalid_address"}},
		"invalid name":            {400, nil, fault(`"personalizations.0.to.0.name"`, "The name is too long."), delivery.Verdict{Outcome: delivery.Refused}},
		"invalid sender":          {400, nil, fault(`"from.email"`, "Does not contain a valid address."), delivery.Verdict{Outcome: delivery.Broken}},
		"bad template":            {400, nil, fault(`"content.1.value"`, "The content value must be a string."), delivery.Verdict{Outcome: delivery.Refused}},
		"400 that is not JSON":    {400, nil, "<html>Bad Request</html>", delivery.Verdict{Outcome: delivery.Refused}},
		"too large":               {413, nil, "", delivery.Verdict{Outcome: delivery.Refused}},
		"500":                     {500, nil, fault("null", "Internal Server Error"), delivery.Verdict{Outcome: delivery.Unsure}},
		"502 of a proxy":          {502, nil, "<html>Bad Gateway</html>", delivery.Verdict{Outcome: delivery.Unsure}},
		"503 of a proxy":          {503, nil, "<html>Service Unavailable</html>", delivery.Verdict{Outcome: delivery.Unsure}},
		"503 of SendGrid's own":   {503, http.Header{"Retry-After": {"3"}}, fault("null", "Service unavailable"), delivery.Verdict{Outcome: delivery.Later, After: 3 * time.Second}},
		"a body beyond all sizes": {401, nil, strings.Repeat("x", 3<<20), delivery.Verdict{Outcome: delivery.Broken}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				calls++
				for k, v := range tt.header {
					w.Header()[k] = v
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			v := provider().Send(t.Context(), account(base), outbound())
			if v.Outcome != tt.want.Outcome || v.After != tt.want.After || v.Suppress != tt.want.Suppress || v.ProviderID != tt.want.ProviderID {
				t.Errorf("verdict %+v, want %+v", v, tt.want)
			}
			if v.Code != fmt.Sprint(tt.status) || calls != 1 {
				t.Errorf("code %s after %d calls, want %d after 1", v.Code, calls, tt.status)
			}
			if v.Outcome != delivery.OK && v.Reason == "" {
				t.Error("no reason")
			}
			if strings.Contains(v.Reason, "ada@") {
				t.Errorf("reason %q names the recipient", v.Reason)
			}
		})
	}
}

func TestSendFindsFaultsBeforeCalling(t *testing.T) {
	t.Parallel()
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a call was made") })
	tests := map[string]struct {
		change func(*delivery.Account, *delivery.Outbound)
		want   delivery.Outcome
	}{
		"no key":             {func(a *delivery.Account, _ *delivery.Outbound) { a.Key = "" }, delivery.Broken},
		"key with newline":   {func(a *delivery.Account, _ *delivery.Outbound) { a.Key = "SG.x\n" }, delivery.Broken},
		"no sender":          {func(a *delivery.Account, _ *delivery.Outbound) { a.From = "" }, delivery.Broken},
		"base URL is none":   {func(a *delivery.Account, _ *delivery.Outbound) { a.BaseURL = "nonsense" }, delivery.Broken},
		"no recipient":       {func(_ *delivery.Account, m *delivery.Outbound) { m.To = "" }, delivery.Refused},
		"nothing to be read": {func(_ *delivery.Account, m *delivery.Outbound) { m.Text, m.HTML = "", "" }, delivery.Refused},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, m := account(base), outbound()
			tt.change(&a, &m)
			if v := provider().Send(t.Context(), a, m); v.Outcome != tt.want || v.Reason == "" {
				t.Errorf("verdict %+v, want %s with a reason", v, tt.want)
			}
		})
	}
}

// TestConcurrentSendsNeverMix holds one Provider to many shops and recipients at
// once: each mail must arrive once, whole, and with its own shop's key.
func TestConcurrentSendsNeverMix(t *testing.T) {
	t.Parallel()
	const sends = 400
	var mu sync.Mutex
	got := map[string]string{}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var m struct {
			Personalizations []struct {
				To []struct{ Email string }
			}
			Content    []struct{ Value string }
			CustomArgs map[string]string `json:"custom_args"`
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		to := m.Personalizations[0].To[0].Email
		if _, twice := got[to]; twice {
			t.Errorf("%s was written to twice", to)
		}
		got[to] = r.Header.Get("Authorization") + " " + m.CustomArgs["message_id"] + " " + m.Content[0].Value
		w.Header().Set("X-Message-Id", "for-"+to)
		w.WriteHeader(http.StatusAccepted)
	})

	p := provider()
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			for i := worker; i < sends; i += 16 {
				to := fmt.Sprintf("%d@example.com", i)
				a, m := account(base), outbound()
				a.Key = fmt.Sprintf("SG.%d", i%7)
				m.To, m.MessageID, m.Text = to, fmt.Sprintf("msg-%d", i), fmt.Sprintf("for %d", i)
				if v := p.Send(t.Context(), a, m); v.ProviderID != "for-"+to {
					t.Errorf("send %d: %+v", i, v)
				}
			}
		})
	}
	wg.Wait()

	want := map[string]string{}
	for i := range sends {
		want[fmt.Sprintf("%d@example.com", i)] = fmt.Sprintf("Bearer SG.%d msg-%d for %d", i%7, i, i)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}
