package web_test

import (
	"net/http"
	"testing"
)

func TestWhyIsAnsweredForEveryCart(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	in := s.as("in-ada")
	for id, words := range map[string][]string{
		"c1": {"One message was sent, by email at 09:15. Message 2 is due on 4 November at 09:00.", "<code>consent.yes</code>", "version 1", "<code>cart-value-conscious</code>",
			"The shopper said yes to messages on this channel.", "Europe/Paris", "still to come"},
		"c2": {"Nothing was sent: the shopper ordered 28 h after they were last active", "<code>order.stored</code>", "#1042", "3 Nov, 11:00 CET"},
		"c3": {"Nothing yet: the cart has been quiet for 4 h", "/readyz"},
	} {
		alone := in.do("GET", "/carts/"+id+"/why", "")
		alone.expect(t, http.StatusOK)
		alone.has(t, words...)
		alone.lacks(t, hostile, "<no value>", "0001-01-01")
		first := in.do("GET", "/carts/"+id, "")
		first.has(t, words[0], `href="/carts/`+id+`/why"`)
		api := s.do("GET", "/api/v1/carts/"+id+"/why", "", key("key-one")...)
		api.expect(t, http.StatusOK)
		api.has(t, `"cart_id":"`+id+`"`, words[0], `"zone":"Europe/Paris"`)
	}
	s.do("GET", "/api/v1/carts/c1/why", "", key("key-one")...).has(t,
		`"fate":"sent"`, `"decision_id":"d0","outcome":"deferred","rule":"quiet_hours"`, `"sequence":"cart-value-conscious","sequence_version":1,"step":0`, `"inputs":{"consent_mode":"opt_in","late":"2s"}`)
}

func TestWhyOfAnotherShopIsNotThere(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	s.as("in-ada").do("GET", "/carts/other-cart/why", "", "Accept", "text/html").expect(t, http.StatusNotFound)
	s.do("GET", "/api/v1/carts/other-cart/why", "", key("key-one")...).expect(t, http.StatusNotFound)
}

// The shopper's page tells times by the clock the decision recorded, and names it.
func TestWhyForShoppersNamesItsClock(t *testing.T) {
	t.Parallel()
	m := full()
	w := m.whys["good"]
	w.Decision.Inputs = map[string]string{"zone": "America/New_York"}
	m.whys["good"] = w
	serve(t, m).do("GET", "/why/good", "").has(t, "3 November 2026 at 06:00 EST", "you said yes to messages on this channel", "consent.yes")
	w.Decision.Inputs = map[string]string{"zone": "nowhere at all"}
	m.whys["good"] = w
	serve(t, m).do("GET", "/why/good", "").has(t, "3 November 2026 at 11:00 UTC")
}
