package web_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuarantineIsShownAndReplayed(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	in.do("GET", "/quarantine", "").has(t, "shopify carts/update", "the price has no currency", "52 bytes", "1.2 kB", "generic event", `href="/quarantine/replay"`)
	in.do("GET", "/quarantine/replay", "").has(t, "Replay 3 events?", `method="post" action="/quarantine/replay"`)
	one := in.do("GET", "/quarantine/q3", "")
	one.has(t, "<details><summary>Raw body", "ada@example.com", "&lt;script&gt;", "X-Shopify-Topic", `action="/quarantine/q3/replay"`)
	one.lacks(t, hostile, "<details open")
	in.do("GET", "/quarantine/q1", "").has(t, "It is no text")

	// A replay that folds nothing comes back to the event and says so.
	r := in.do("POST", "/quarantine/q3/replay", "", "Sec-Fetch-Site", "same-origin")
	r.expect(t, http.StatusSeeOther)
	if to := r.Header.Get("Location"); to != "/quarantine/q3?folded=0&left=1" {
		t.Errorf("to %q", to)
	}
	in.do("GET", r.Header.Get("Location"), "").has(t, "0 events folded, 1 still could not be.")
	all := in.do("POST", "/quarantine/replay", "", "Sec-Fetch-Site", "same-origin")
	if to := all.Header.Get("Location"); to != "/quarantine?folded=1&left=2" {
		t.Errorf("to %q", to)
	}
	in.do("GET", all.Header.Get("Location"), "").has(t, "1 event folded, 2 still could not be.")
	in.do("GET", "/quarantine", "").lacks(t, "orders/create", `role="status"`)
	if diff := cmp.Diff([]string{"sign in ada", "replay s1 q3", "replay s1"}, in.memory.written()); diff != "" {
		t.Error(diff)
	}
	in.do("GET", "/quarantine?folded=%3Cb%3E&left=x", "").lacks(t, `role="status"`)
}

// The filter stays in the address, and what is replayed is what it shows.
func TestQuarantineIsNarrowedByItsAddress(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	page := in.do("GET", "/quarantine?topic=orders%2Fcreate&reason=mended", "")
	page.has(t, "shopify orders/create", "Only orders/create, because “mended”", `<option value="orders/create" selected>`, `href="/quarantine/replay?reason=mended&amp;topic=orders%2Fcreate"`)
	page.lacks(t, "shopify carts/update")
	in.do("GET", "/quarantine?topic=-", "").has(t, "generic event", "Only no topic")
	in.do("GET", "/quarantine?reason=never", "").has(t, "Nothing like this is in quarantine", `<option value="never" selected>`)
	in.do("GET", "/quarantine/replay?topic=never", "").has(t, "Nothing to replay")
	in.do("GET", "/quarantine/replay?topic=orders%2Fcreate", "").has(t, "Replay 1 event?", `name="topic" value="orders/create"`)

	form := []string{"Sec-Fetch-Site", "same-origin", "Content-Type", "application/x-www-form-urlencoded"}
	r := in.do("POST", "/quarantine/replay", "topic=orders%2Fcreate&folded=2&left=1", form...)
	r.expect(t, http.StatusSeeOther)
	if to := r.Header.Get("Location"); to != "/quarantine?folded=3&left=1&topic=orders%2Fcreate" {
		t.Errorf("to %q", to)
	}
	// What is more than one request can do goes on from where it came to.
	in.do("POST", "/quarantine/replay", "topic="+endless+"&folded=500&left=x", form...).has(t, "500 events were looked at so far: 500 folded, 0 still could not be",
		`name="after" value="more"`, "data-carry-on", `href="/quarantine?topic=endless"`)
	if diff := cmp.Diff([]string{"sign in ada", "replay s1  orders/create", "replay s1  endless"}, in.memory.written()); diff != "" {
		t.Error(diff)
	}
}

func TestReplayIsTheShopsOwn(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	in := s.as("in-ada")
	for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		in.do("POST", "/quarantine/replay", "", from...).expect(t, http.StatusForbidden)
		in.do("POST", "/quarantine/q3/replay", "", from...).expect(t, http.StatusForbidden)
	}
	for _, path := range []string{"/quarantine/other-event/replay", "/quarantine/replay?shop=s2"} {
		in.do("POST", path, "", "Accept", "text/html").expect(t, http.StatusNotFound)
	}
	in.do("GET", "/quarantine/other-event", "").expect(t, http.StatusNotFound)
	s.do("POST", "/quarantine/replay", "").expect(t, http.StatusSeeOther) // to sign in
	s.do("GET", "/api/v1/quarantine/other-event", "", key("key-one")...).expect(t, http.StatusNotFound)
	if diff := cmp.Diff([]string{"sign in ada", "replay s1 other-event"}, s.memory.written()); diff != "" {
		t.Error(diff)
	}
}

func TestQuarantineByTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	page := s.do("GET", "/api/v1/quarantine?limit=1", "", key("key-one")...)
	page.has(t, `"id":"q3"`, `"topic":"carts/update"`, `"bytes":52`, `"next":"1"`)
	page.lacks(t, "ada@example.com", `"q2"`)
	s.do("GET", "/api/v1/quarantine/q1", "", key("key-one")...).has(t, `"base64":true`, `"body":"//4="`)
	json := append([]string{"Content-Type", "application/json"}, key("key-one")...)
	s.do("POST", "/api/v1/quarantine/replay", `{"id":"q1"}`, json...).has(t, `"folded":0,"left":[{"id":"q1"`, `"reason":"not readable"`)
	s.do("POST", "/api/v1/quarantine/replay", `{"id":"nothing"}`, json...).expect(t, http.StatusNotFound)
	s.do("GET", "/api/v1/quarantine?topic=orders/create", "", key("key-one")...).lacks(t, `"id":"q3"`, `"id":"q1"`)
	s.do("POST", "/api/v1/quarantine/replay", `{"topic":"endless"}`, json...).has(t, `"folded":0,"left":[],"next":"more"`)
	s.do("POST", "/api/v1/quarantine/replay", `{"id":7}`, json...).expect(t, http.StatusUnprocessableEntity)
	s.do("POST", "/api/v1/quarantine/replay", "", key("key-one")...).has(t, `"folded":1,"left":[{"id":"q3"`, `"id":"q1"`)
	sum := s.do("GET", "/api/v1/reports/summary", "", key("key-one")...)
	sum.has(t, `"hours":24`, `"p99_seconds":3`, `"capped":true`, `"channel":"sms","state":"open","failures":12`, `"quarantined":1`)
	s.do("GET", "/api/v1/messages?state=left&channel=sms&since=2026-11-01T00:00:00Z&late_seconds=1", "", key("key-one")...).has(t, `"id":"m2"`)
	s.do("GET", "/api/v1/messages?late_seconds=3600", "", key("key-one")...).lacks(t, `"id":"m`)
	s.do("GET", "/api/v1/messages?channel=pigeon", "", key("key-one")...).expect(t, http.StatusUnprocessableEntity)
}

func TestMessagesAreNarrowedByTheirAddress(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-ada")
	page := in.do("GET", "/messages?state=left&channel=email&since=2026-11-02T12:00:00Z&late=1s", "")
	page.has(t, "Only by Email since 2 Nov, 13:00 that left 1.0 s late or later", "/messages/m1", "channel=email&amp;late=1s&amp;since=2026-11-02T12%3A00%3A00Z&amp;state=bounced")
	page.lacks(t, "/messages/m2", "/messages/m3")
	in.do("GET", "/messages?late=1h", "").has(t, "No messages here.")
	for _, bad := range []string{"channel=pigeon", "since=yesterday", "late=-1s", "late=soon"} {
		in.do("GET", "/messages?"+bad, "", "Accept", "text/html").expect(t, http.StatusBadRequest)
	}
}
