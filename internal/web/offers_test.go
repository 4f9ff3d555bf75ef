package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var asJSON = []string{"Authorization", "Bearer key-one", "Content-Type", "application/json"}

func TestStocksAreToldByTheAPI(t *testing.T) {
	t.Parallel()
	got := serve(t, full()).do("GET", "/api/v1/offers", "", asJSON...)
	got.expect(t, http.StatusOK)
	want := `{"items":[{"key":"spring","free":3,"taken":10000,"taken_lately":40,"used_up":false,"low":true,"used_by":["cart-value-conscious"]}]}`
	if diff := cmp.Diff(want, strings.TrimSpace(got.body)); diff != "" {
		t.Error(diff)
	}
}

func TestCodesAreAddedByTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	type refusal struct {
		Index          int
		Field, Message string
		Remedy, Status string
	}
	type taken struct {
		Added, Known, Twice, Refused int
		Results                      []refusal
	}
	got := s.do("POST", "/api/v1/offers/spring/codes", `{"codes":["A-1"," A-2 ","a b","A-1",""]}`, asJSON...)
	got.expect(t, http.StatusOK)
	var out taken
	if err := json.Unmarshal([]byte(got.body), &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(taken{Added: 2, Twice: 1, Refused: 2, Results: []refusal{
		{2, "codes[2]", `a code cannot hold ' '`, "use letters, digits and - _ . + only", "rejected"},
		{4, "codes[4]", "the code is empty", "write a code such as COMEBACK10", "rejected"},
	}}, out); diff != "" {
		t.Error(diff)
	}
	if last := s.memory.lastWrite(); last != "codes A-1 A-2 s1 spring" {
		t.Errorf("wrote %q", last)
	}
	before := len(s.memory.written())
	for body, want := range map[string]int{
		`{"codes":["a b"]}`: http.StatusUnprocessableEntity, `{"codes":[]}`: http.StatusUnprocessableEntity,
		`{}`: http.StatusUnprocessableEntity, `{"codes":"A-1"}`: http.StatusUnprocessableEntity, `A-1`: http.StatusBadRequest,
	} {
		r := s.do("POST", "/api/v1/offers/spring/codes", body, asJSON...)
		r.expect(t, want)
		r.has(t, `"remedy"`)
	}
	s.do("POST", "/api/v1/offers/Spring!/codes", `{"codes":["A-1"]}`, asJSON...).expect(t, http.StatusUnprocessableEntity)
	s.do("POST", "/api/v1/offers/spring/codes", `{"codes":["A-1"]}`).expect(t, http.StatusUnauthorized)
	if w := s.memory.written()[before:]; len(w) > 1 {
		t.Errorf("refused requests wrote %q", w)
	}
}
