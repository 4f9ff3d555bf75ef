package web_test

import (
	"net/http"
	"slices"
	"testing"
)

// A shop sees why its email rests and what its domain lacks, and an editor lifts the pause.
func TestSenderPage(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	in := s.as("in-ada")
	in.do("GET", "/sender", "").has(t, "Email rests", "6 of 100 emails were marked as spam", "shop@shop.example", "_dmarc.shop.example TXT v=DMARC1; p=none",
		`method="post" action="/sender/lift"`)
	r := in.do("POST", "/sender/lift", "", "Sec-Fetch-Site", "same-origin")
	r.expect(t, http.StatusSeeOther)
	if !slices.Contains(m.written(), "lift s1") {
		t.Errorf("nothing was lifted: %v", m.written())
	}
	s.as("in-bob").do("GET", "/sender", "").has(t, "the sandbox: nothing leaves")
}
