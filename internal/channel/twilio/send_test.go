package twilio_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/channel/twilio"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

var clock = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func now() time.Time { return clock }

func provider() *twilio.Provider {
	return twilio.New(twilio.Options{Now: now})
}

// account has a SID and a token that the library's own client would reject for their characters.
func account(base string) delivery.Account {
	return delivery.Account{ID: "AC-test", Key: "test-token!", From: "+15005550006", BaseURL: base}
}

func outbound() delivery.Outbound {
	return delivery.Outbound{
		MessageID: "msg-1", ShopID: "shop-1", Channel: event.SMS, To: "+33612345678", Text: "Your bag & more",
		CallbackURL: "https://app.example/callbacks/twilio/shop-1/status?m=msg-1",
	}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestSendPostsExactlyThis(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		from    string
		expires time.Time
		want    url.Values
	}{
		"number":            {"+15005550006", time.Time{}, url.Values{"From": {"+15005550006"}, "ValidityPeriod": {"3600"}}},
		"Messaging Service": {"MG123", time.Time{}, url.Values{"MessagingServiceSid": {"MG123"}, "ValidityPeriod": {"3600"}}},
		"expires":           {"Shop", clock.Add(90 * time.Second), url.Values{"From": {"Shop"}, "ValidityPeriod": {"90"}}},
		"expires far away":  {"Shop", clock.Add(48 * time.Hour), url.Values{"From": {"Shop"}, "ValidityPeriod": {"36000"}}},
		"expired":           {"Shop", clock.Add(-time.Hour), url.Values{"From": {"Shop"}, "ValidityPeriod": {"1"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if err := r.ParseForm(); err != nil {
					t.Error(err)
				}
				user, pass, _ := r.BasicAuth()
				if r.URL.Path != "/prefix/2010-04-01/Accounts/AC-test/Messages.json" || user != "AC-test" || pass != "test-token!" {
					t.Errorf("%s called by %s", r.URL.Path, user)
				}
				tt.want.Set("To", "+33612345678")
				tt.want.Set("Body", "Your bag & more")
				tt.want.Set("StatusCallback", "https://app.example/callbacks/twilio/shop-1/status?m=msg-1")
				if diff := cmp.Diff(tt.want, r.PostForm); diff != "" {
					t.Errorf("form (-want +got):\n%s", diff)
				}
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, `{"sid":"SM1","status":"queued","num_segments":"1","error_code":null}`)
			})
			a, m := account(base+"/prefix"), outbound()
			a.From, m.Expires = tt.from, tt.expires
			v := provider().Send(t.Context(), a, m)
			if diff := cmp.Diff(delivery.Verdict{Outcome: delivery.OK, ProviderID: "SM1", Code: "201"}, v); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEnvironmentMovesNothing is not parallel: it sets what the library reads.
func TestEnvironmentMovesNothing(t *testing.T) {
	for _, name := range []string{"TWILIO_EDGE", "TWILIO_REGION", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"} {
		t.Setenv(name, "elsewhere")
	}
	var host, path string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		host, path = r.Host, r.URL.Path
		w.WriteHeader(http.StatusCreated)
	})
	if v := provider().Send(t.Context(), account(base), outbound()); v.Outcome != delivery.OK {
		t.Errorf("verdict %+v", v)
	}
	if "http://"+host != base || path != "/2010-04-01/Accounts/AC-test/Messages.json" {
		t.Errorf("called %s%s", host, path)
	}
}

func TestASIDCannotChangeThePath(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() != "/2010-04-01/Accounts/..%2Fx%3Fy/Messages.json" || r.URL.RawQuery != "" {
			t.Errorf("called %s", r.URL)
		}
		w.WriteHeader(http.StatusCreated)
	})
	a := account(base)
	a.ID = "../x?y"
	provider().Send(t.Context(), a, outbound())
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	code := func(n int) string { return fmt.Sprintf(`{"code":%d,"message":"about +33612345678","status":400}`, n) }
	tests := map[string]struct {
		status int
		header http.Header
		body   string
		want   delivery.Verdict
	}{
		"created without an id":  {201, nil, `{}`, delivery.Verdict{Outcome: delivery.OK, Code: "201"}},
		"created, empty body":    {201, nil, "", delivery.Verdict{Outcome: delivery.OK, Code: "201"}},
		"created, HTML":          {200, nil, "<html>", delivery.Verdict{Outcome: delivery.Unsure, Code: "200"}},
		"opted out":              {400, nil, code(21610), delivery.Verdict{Outcome: delivery.Refused, Code: "21610", Suppress: "opted_out"}},
		"invalid number":         {400, nil, code(21211), delivery.Verdict{Outcome: delivery.Refused, Code: "21211", Suppress: "invalid_address"}},
		"cannot receive":         {400, nil, code(21614), delivery.Verdict{Outcome: delivery.Refused, Code: "21614", Suppress: "invalid_address"}},
		"landline":               {400, nil, code(21635), delivery.Verdict{Outcome: delivery.Refused, Code: "21635", Suppress: "invalid_address"}},
		"unroutable":             {400, nil, code(21612), delivery.Verdict{Outcome: delivery.Broken, Code: "21612"}},
		"country off":            {400, nil, code(21408), delivery.Verdict{Outcome: delivery.Broken, Code: "21408"}},
		"sender without SMS":     {400, nil, code(21606), delivery.Verdict{Outcome: delivery.Broken, Code: "21606"}},
		"trial account":          {400, nil, code(21608), delivery.Verdict{Outcome: delivery.Broken, Code: "21608"}},
		"wrong token":            {401, nil, code(20003), delivery.Verdict{Outcome: delivery.Broken, Code: "20003"}},
		"wrong SID":              {404, nil, code(20404), delivery.Verdict{Outcome: delivery.Broken, Code: "20404"}},
		"service without sender": {400, nil, code(21703), delivery.Verdict{Outcome: delivery.Broken, Code: "21703"}},
		"service unusable":       {400, nil, code(21704), delivery.Verdict{Outcome: delivery.Broken, Code: "21704"}},
		"too long":               {400, nil, code(21617), delivery.Verdict{Outcome: delivery.Refused, Code: "21617"}},
		"empty":                  {400, nil, code(21602), delivery.Verdict{Outcome: delivery.Refused, Code: "21602"}},
		"unknown code":           {400, nil, code(29999), delivery.Verdict{Outcome: delivery.Refused, Code: "29999"}},
		"400 that is not JSON":   {400, nil, "<html>", delivery.Verdict{Outcome: delivery.Refused, Code: "400"}},
		"401 that is not JSON":   {401, nil, "", delivery.Verdict{Outcome: delivery.Broken, Code: "401"}},
		"queue full":             {400, nil, code(21611), delivery.Verdict{Outcome: delivery.Later, Code: "21611"}},
		"service queue full":     {400, nil, code(30001), delivery.Verdict{Outcome: delivery.Later, Code: "30001"}},
		"limited":                {429, nil, code(20429), delivery.Verdict{Outcome: delivery.Later, Code: "20429"}},
		"limited, retry after":   {429, http.Header{"Retry-After": {"4"}}, "", delivery.Verdict{Outcome: delivery.Later, Code: "429", After: 4 * time.Second}},
		"redirect":               {307, http.Header{"Location": {"/"}}, "", delivery.Verdict{Outcome: delivery.Broken, Code: "307"}},
		"500":                    {500, nil, code(20500), delivery.Verdict{Outcome: delivery.Unsure, Code: "20500"}},
		"503 of a proxy":         {503, nil, "<html>Service Unavailable</html>", delivery.Verdict{Outcome: delivery.Unsure, Code: "503"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				for k, v := range tt.header {
					w.Header()[k] = v
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			v := provider().Send(t.Context(), account(base), outbound())
			if v.Outcome != delivery.OK && v.Reason == "" || strings.Contains(v.Reason, "+33") || calls != 1 {
				t.Errorf("after %d calls, reason %q", calls, v.Reason)
			}
			v.Reason = ""
			if diff := cmp.Diff(tt.want, v); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
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
		"no SID":       {func(a *delivery.Account, _ *delivery.Outbound) { a.ID = "" }, delivery.Broken},
		"no token":     {func(a *delivery.Account, _ *delivery.Outbound) { a.Key = "" }, delivery.Broken},
		"no sender":    {func(a *delivery.Account, _ *delivery.Outbound) { a.From = "" }, delivery.Broken},
		"base URL":     {func(a *delivery.Account, _ *delivery.Outbound) { a.BaseURL = "nonsense" }, delivery.Broken},
		"no recipient": {func(_ *delivery.Account, m *delivery.Outbound) { m.To = "" }, delivery.Refused},
		"no text":      {func(_ *delivery.Account, m *delivery.Outbound) { m.Text = " \n" }, delivery.Refused},
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

func TestConcurrentSendsNeverMix(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		user, pass, _ := r.BasicAuth()
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"sid":"%s|%s|%s|%s"}`, user, pass, r.PostFormValue("To"), r.PostFormValue("Body"))
	})
	p := provider()
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			for i := worker; i < 200; i += 16 {
				a, m := account(base), outbound()
				a.ID, a.Key = fmt.Sprintf("AC%d", i%7), fmt.Sprintf("token%d", i%7)
				m.To, m.Text = fmt.Sprintf("+1%010d", i), fmt.Sprintf("for %d", i)
				want := a.ID + "|" + a.Key + "|" + m.To + "|" + m.Text
				if v := p.Send(t.Context(), a, m); v.ProviderID != want {
					t.Errorf("sent %q, want %q", v.ProviderID, want)
				}
			}
		})
	}
	wg.Wait()
}
