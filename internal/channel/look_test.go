package channel_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/channel/twilio"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Whatever a provider answers, looking at an account changes nothing there, and
// tells no secret.
func TestLookingAtAccounts(t *testing.T) {
	t.Parallel()
	type checker interface {
		Check(ctx context.Context, a delivery.Account) delivery.Health
	}
	client := channel.NewHTTPClient()
	for name, c := range map[string]struct {
		checker checker
		path    string
		good    string
		poor    []string
	}{
		"sendgrid":  {sendgrid.New(sendgrid.Options{HTTP: client}), "/v3/scopes", `{"scopes":["a","mail.send"]}`, []string{`{"scopes":["a"]}`, `{"scopes":"mail.send"}`, `<html>`, ``}},
		"twilio":    {twilio.New(twilio.Options{HTTP: client}), "/2010-04-01/Accounts/AC1.json", `{"status":"active","type":"Full"}`, []string{`{"status":"suspended"}`, `{}`, `[`, ``}},
		"messenger": {messenger.New(messenger.Options{HTTP: client}), "/v25.0/AC1", `{"id":"AC1","name":"Shop"}`, []string{`{}`, `{"error":{}}`, ``}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := http.StatusOK, c.good
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet || r.URL.Path != c.path || strings.Contains(r.URL.RawQuery, "secret-key") || r.Header.Get("Authorization") == "" {
					t.Errorf("asked %s %s", r.Method, r.URL)
				}
				w.WriteHeader(status)
				if _, err := w.Write([]byte(body)); err != nil {
					t.Error(err)
				}
			}))
			defer srv.Close()
			a := delivery.Account{ID: "AC1", Key: "secret-key", From: "x@shop.example", VerifyKeys: []string{"app"}, BaseURL: srv.URL}
			if got := c.checker.Check(t.Context(), a); !got.OK || got.Says == "" {
				t.Errorf("a good account: %+v", got)
			}
			for _, body = range c.poor {
				if got := c.checker.Check(t.Context(), a); got.OK || got.Says == "" {
					t.Errorf("%q: %+v", body, got)
				}
			}
			body = c.good
			for _, status = range []int{301, 400, 401, 403, 404, 418, 429, 500, 503} {
				if got := c.checker.Check(t.Context(), a); got.OK || got.Says == "" || strings.Contains(got.Says, "secret-key") {
					t.Errorf("%d: %+v", status, got)
				}
			}
			srv.Close()
			for _, broken := range []delivery.Account{a, {}, {ID: "AC1", Key: "with blanks\n", BaseURL: srv.URL}, {ID: "AC1", Key: "k", BaseURL: "gopher://x"}} {
				if got := c.checker.Check(t.Context(), broken); got.OK || got.Says == "" || strings.Contains(got.Says, srv.URL) {
					t.Errorf("%+v: %+v", broken, got)
				}
			}
		})
	}
}
