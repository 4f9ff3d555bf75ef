package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Steps are done by what was seen, not by being clicked.
func TestStartIsToldByFacts(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	in := s.as("in-ada")
	in.do("GET", "/", "").has(t, "Getting started: 0 of 5", "Next: Connect your shop")
	page := in.do("GET", "/start", "")
	page.has(t, "https://cart.example/webhooks/shopify/s1", "Notifications → Webhooks", "Waiting for the first event", "whose signature does not verify")
	m.start["s1"] = journey.StartFacts{First: &journey.Arrival{Platform: "shopify", Topic: "carts/update", At: noon.Add(-time.Minute)}}
	in.do("GET", "/start", "").has(t, "The first event came 1 min ago: carts/update (shopify).")
	in.do("GET", "/", "").has(t, "Getting started: 1 of 5", "Next: Say who you are")
	in.post("/start/identity", "name", "Atelier Nord", "address", "1 rue du Port\r\nNantes", "support_email", "help@atelier.example", "timezone", "Europe/Paris").expect(t, http.StatusSeeOther)
	in.post("/start/skip", "step", "channels").expect(t, http.StatusSeeOther)
	in.post("/start/skip", "step", "everything").expect(t, http.StatusBadRequest)
	in.do("GET", "/", "").has(t, "Getting started: 3 of 5")
	in.post("/start/rules", "quiet_hours.off", "1", "consent_mode", "opt_in").expect(t, http.StatusSeeOther)
	f := m.start["s1"]
	f.RulesChosen, f.Tested, f.Live = noon, noon, noon
	m.start["s1"] = f
	in.do("GET", "/", "").lacks(t, "Getting started")
	in.do("GET", "/start", "").has(t, "Everything is set up")
	// Nobody else is asked to.
	s.as("in-vera").do("GET", "/", "").lacks(t, "Getting started")
}

// The answer to a test is its verdict, and what was written, as text.
func TestTestSendTellsItsVerdict(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	ed := s.as("in-ed")
	sent := ed.post("/start/test", "to", "ed@example.com")
	sent.expect(t, http.StatusOK)
	sent.has(t, "The sandbox took it", "[Test] Your bag", "&lt;script&gt;")
	sent.lacks(t, hostile, "data-live")
	none := ed.post("/start/test", "to", "")
	none.expect(t, http.StatusUnprocessableEntity)
	none.has(t, "neither an email address nor a phone number", `id="test-trouble"`)
	if diff := cmp.Diff([]string{"sign in ed", "test s1"}, m.written()); diff != "" {
		t.Error(diff)
	}
}
