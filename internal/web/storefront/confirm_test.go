package storefront

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// standIn is an engine that knows one confirmation link.
type standIn struct {
	Engine
	page      journey.LinkPage
	confirmed int
	// stopped: the shopper has said no since they were asked.
	stopped bool
}

func (s *standIn) LinkPage(_ context.Context, purpose message.Link, token string) (journey.LinkPage, error) {
	if purpose != message.LinkConfirm || token != "good" {
		return journey.LinkPage{}, fault.New(fault.NotFound, "no such link")
	}
	p := s.page
	p.Confirmed = s.confirmed > 0
	return p, nil
}

func (s *standIn) Confirm(ctx context.Context, token string) (journey.LinkPage, error) {
	p, err := s.LinkPage(ctx, message.LinkConfirm, token)
	if err == nil {
		s.confirmed++
		p.Confirmed = !s.stopped
	}
	return p, err
}

// ask sends a request to the confirmation pages.
func (s *standIn) ask(t *testing.T, method, token string) *httptest.ResponseRecorder {
	t.Helper()
	pages, err := New(s, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.Match([]string{http.MethodGet, http.MethodHead}, "/c/:token", pages.ShowConfirm, Headers)
	e.POST("/c/:token", pages.Confirm, Headers)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(method, "/c/"+token, nil))
	return w
}

// Opening the link shows what is confirmed; its button confirms.
func TestConfirmIsAPost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wording string
		has     []string
	}{
		{"", []string{"Ja, ich willige ein: Atelier Nord darf mir an diese Adresse automatische Werbe-E-Mails"}},
		{"Ich will den Newsletter <3", []string{"Ich will den Newsletter &lt;3"}},
	} {
		s := &standIn{page: journey.LinkPage{ShopName: "Atelier Nord", Locale: "de", Channel: event.Email, Address: "a•••@example.com", Wording: c.wording}}
		for _, method := range []string{http.MethodHead, http.MethodGet, http.MethodGet} {
			w := s.ask(t, method, "good")
			if w.Code != http.StatusOK || w.Header().Get("Referrer-Policy") != "no-referrer" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %v", method, w.Code, w.Header())
			}
			if method == http.MethodHead {
				continue
			}
			for _, want := range append(c.has, "Haben Sie Atelier Nord gebeten, Ihnen an a•••@example.com zu schreiben?", `method="post" action="/c/good"`, "Ja, ich bestätige") {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("the page lacks %q:\n%s", want, w.Body)
				}
			}
		}
		if s.confirmed != 0 {
			t.Fatalf("opening the link confirmed %d times", s.confirmed)
		}
		for range 2 {
			if w := s.ask(t, http.MethodPost, "good"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "darf Ihnen jetzt an a•••@example.com schreiben") || strings.Contains(w.Body.String(), "<form") {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		}
		if s.confirmed != 2 {
			t.Errorf("confirmed %d times", s.confirmed)
		}
		if w := s.ask(t, http.MethodGet, "good"); !strings.Contains(w.Body.String(), "Bestätigt") || strings.Contains(w.Body.String(), "<form") {
			t.Errorf("once confirmed the page asks again:\n%s", w.Body)
		}
	}
}

func TestConfirmKnowsOneToken(t *testing.T) {
	t.Parallel()
	s := &standIn{}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if w := s.ask(t, method, "other"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "leads nowhere") {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
	if s.confirmed != 0 {
		t.Error("confirmed by an unknown token")
	}
}

// A yes that a later no outweighs is not called confirmed, nor is one that comes too late.
func TestConfirmIsHonest(t *testing.T) {
	t.Parallel()
	stopped := &standIn{page: journey.LinkPage{ShopName: "S", Locale: "en", Channel: event.Email}, stopped: true}
	if w := stopped.ask(t, http.MethodPost, "good"); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "That cannot be done here") {
		t.Errorf("after a no: %d %s", w.Code, w.Body)
	}
	late := &standIn{page: journey.LinkPage{ShopName: "S", Locale: "en", Channel: event.Email, Expired: true}}
	if w := late.ask(t, http.MethodGet, "good"); !strings.Contains(w.Body.String(), "This link is too old") || strings.Contains(w.Body.String(), "<form") {
		t.Errorf("too late: %s", w.Body)
	}
}
