package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/google/go-cmp/cmp"
)

func TestCollectTellsWhatBecameOfEachEvent(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	r := s.do("POST", "/api/v1/events", `[{"event":"Cart Updated"},{"event":"again"},{}]`, key("key-one")...)
	r.expect(t, http.StatusOK)
	r.has(t, `"accepted":1,"duplicate":1,"rejected":1`, `"index":2,"status":"rejected"`, `"remedy":"name it"`)
	if diff := cmp.Diff([]string{"collect s1 Cart Updated"}, s.memory.written()); diff != "" {
		t.Error(diff)
	}

	one := s.do("POST", "/api/v1/events", `{}`, key("key-one")...)
	one.expect(t, http.StatusUnprocessableEntity)
	one.has(t, `"detail":"the event has no name"`, `"field":"event"`, `"results":[{"index":0`)
	if one.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("content type %q", one.Header.Get("Content-Type"))
	}
	s.do("POST", "/api/v1/events", `[{},{}]`, key("key-one")...).has(t, `"detail":"no event was taken in"`, `"index":1`)
	s.do("POST", "/api/v1/events", `{"event`, key("key-one")...).expect(t, http.StatusBadRequest)
	s.do("POST", "/api/v1/events", ``, key("key-one")...).expect(t, http.StatusBadRequest)
	s.do("POST", "/api/v1/events", `[]`, key("key-one")...).has(t, `"accepted":0`, `"results":[]`)

	s.memory.failing = fault.New(fault.Overloaded, "the database is busy")
	busy := s.do("POST", "/api/v1/events", `{"event":"x"}`, key("key-one")...)
	busy.expect(t, http.StatusServiceUnavailable)
	if busy.Header.Get("Retry-After") != "5" {
		t.Error("no Retry-After")
	}
}

func TestEveryProblemIsProblemJSON(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	tests := []struct {
		name, method, path, body, key string
		status                        int
		code, field                   string
	}{
		{"no key", "GET", "/api/v1/carts", "", "", 401, "unauthorized", ""},
		{"unknown key", "GET", "/api/v1/carts", "", "nope", 401, "unauthorized", ""},
		{"no key, unread body", "POST", "/api/v1/events", "{", "", 401, "unauthorized", ""},
		{"not found", "GET", "/api/v1/carts/zz", "", "key-one", 404, "not_found", ""},
		{"no such route", "GET", "/api/v1/nothing", "", "key-one", 404, "not_found", ""},
		{"no such method", "DELETE", "/api/v1/carts", "", "key-one", 405, "invalid", ""},
		{"limit too small", "GET", "/api/v1/carts?limit=0", "", "key-one", 422, "unprocessable", "query.limit"},
		{"limit too large", "GET", "/api/v1/messages?limit=201", "", "key-one", 422, "unprocessable", "query.limit"},
		{"limit no number", "GET", "/api/v1/orders?limit=all", "", "key-one", 422, "unprocessable", "query.limit"},
		{"book refused", "PUT", "/api/v1/playbook", "broken", "key-one", 422, "unprocessable", "personas[0].key"},
		{"report of nobody's shop", "GET", "/p/nobody", "", "", 404, "not_found", ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := s.do(tc.method, tc.path, tc.body, "Authorization", "Bearer "+tc.key, "Content-Type", "application/yaml")
			r.expect(t, tc.status)
			if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("content type %q", got)
			}
			var p struct {
				Type, Title, Detail, Code, Field string
				Status                           int
			}
			if err := json.Unmarshal([]byte(r.body), &p); err != nil {
				t.Fatalf("%v: %s", err, r.body)
			}
			if p.Code != tc.code || p.Field != tc.field || p.Status != tc.status || p.Title != http.StatusText(tc.status) || p.Detail == "" || p.Type != "/docs#"+tc.code {
				t.Errorf("problem %+v", p)
			}
			if tc.status == 401 && r.Header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
		})
	}
}

func TestOneShopNeverReadsAnother(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, path := range []string{"/carts/other-cart", "/carts/other-cart/decisions", "/shoppers/p-other-cart", "/messages/other-message"} {
		s.do("GET", "/api/v1"+path, "", key("key-one")...).expect(t, http.StatusNotFound)
		s.do("GET", "/api/v1"+path, "", key("key-two")...).expect(t, http.StatusOK)
	}
	for _, path := range []string{"/carts", "/messages", "/orders", "/recoveries"} {
		s.do("GET", "/api/v1"+path, "", key("key-one")...).lacks(t, "other-", "Mallory")
		s.do("GET", "/api/v1"+path, "", key("key-two")...).lacks(t, "Ada", `"m1"`, `"o1"`, `"r1"`)
	}
}

func TestPagingReachesEveryCartOnce(t *testing.T) {
	t.Parallel()
	m := full()
	m.crowd("s1", 12)
	s := serve(t, m)
	var seen []string
	cursor := ""
	for range 10 {
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		r := s.do("GET", "/api/v1/carts?limit=5&cursor="+cursor, "", key("key-one")...)
		if err := json.Unmarshal([]byte(r.body), &page); err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			seen = append(seen, c.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	var want []string
	for i := range 12 {
		want = append(want, fmt.Sprintf("n%02d", i))
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestWireFormat(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	head := s.do("HEAD", "/api/v1/carts", "", key("key-one")...)
	head.expect(t, http.StatusOK)
	if head.body != "" || head.Header.Get("Cache-Control") != "no-store" || !strings.Contains(head.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("HEAD: body %q, headers %v", head.body, head.Header)
	}
	one := s.do("GET", "/api/v1/carts/c1", "", key("key-one")...)
	one.has(t, `"total":{"amount":"89.90","minor":8990,"currency":"EUR"}`, `"last_activity":"2026-11-03T07:00:00Z"`)
	// A restore address is a bearer secret; times that have not come are left out.
	one.lacks(t, "secret-restore", "0001-01-01", "null")
	open := s.do("GET", "/api/v1/carts?state=open", "", key("key-one")...)
	open.lacks(t, "abandoned_at", "ordered_at", `"c1"`)
	open.has(t, `"id":"c3"`)
	s.do("GET", "/api/v1/sequences", "", key("key-one")...).has(t, `"after":"1h"`, `"max_late":"6h"`, `"version":1`)
	s.do("GET", "/api/v1/reports/summary", "", key("key-one")...).has(t, `"lateness_p50_seconds":0.42`)
	book := s.do("GET", "/api/v1/playbook", "", key("key-one")...)
	book.has(t, `"personas":[{"key":"value-conscious"`, `"after":"1h"`)
	book.lacks(t, `"version"`)
	s.do("PUT", "/api/v1/playbook", book.body, key("key-one")...).has(t, `"changed":["persona value-conscious"]`)
}

// Nothing of a secret in an internal failure reaches the caller; all of it is in the log.
func TestInternalCauseStaysInTheLog(t *testing.T) {
	t.Parallel()
	m := full()
	m.failing = errBoom
	s := serve(t, m)
	r := s.do("POST", "/api/v1/events", `{"event":"x"}`, key("key-one")...)
	r.expect(t, http.StatusInternalServerError)
	r.lacks(t, "hunter2", "10.0.0.7")
	if !strings.Contains(s.log.String(), "hunter2") {
		t.Error("the log does not hold the cause")
	}
}
