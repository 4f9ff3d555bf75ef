package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// codesForm is a form with a file beside what was pasted.
func codesForm(t *testing.T, stock, pasted, file string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range map[string]string{"stock": stock, "codes": pasted} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile("file", "codes.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func TestCodesAreAddedAndRemoved(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	ed := s.as("in-ed")
	ed.do("GET", "/codes", "").has(t, "spring", "10,000&#43;", "Add the codes", "Remove the free codes")
	for name, tc := range map[string]struct{ stock, pasted, file, noted, to string }{
		"pasted":         {"spring", "A-1\r\nA-2\r\nA-1", "", "codes A-1 A-2 s1 spring", "/codes?added=2&known=0&stock=spring&twice=1"},
		"a file":         {"spring", "", "code,value\nB-1,10\n", "codes B-1 s1 spring", "/codes?added=1&known=0&stock=spring&twice=0"},
		"pasted and one": {"autumn", "C-1", "C-2", "codes C-1 C-2 s1 autumn", "/codes?added=2&known=0&stock=autumn&twice=0"},
	} {
		body, kind := codesForm(t, tc.stock, tc.pasted, tc.file)
		got := ed.do("POST", "/codes", body, "Content-Type", kind)
		got.expect(t, http.StatusSeeOther)
		if to := got.Header.Get("Location"); to != tc.to {
			t.Errorf("%s leads to %s", name, to)
		}
		if last := s.memory.lastWrite(); last != tc.noted {
			t.Errorf("%s wrote %q", name, last)
		}
	}
	ed.do("GET", "/codes?stock=spring&added=2&known=1&twice=1", "").has(t, "2 codes added to “spring”", "1 code was in it already")
	bad, kind := codesForm(t, "Spring!", "A 1", "")
	refused := ed.do("POST", "/codes", bad, "Content-Type", kind)
	refused.expect(t, http.StatusUnprocessableEntity)
	refused.has(t, "Nothing was done", "A 1", `value="Spring!"`)
	huge, kind := codesForm(t, "spring", strings.Repeat("A", 9<<20), "")
	ed.do("POST", "/codes", huge, "Content-Type", kind).expect(t, http.StatusRequestEntityTooLarge)
	ed.do("POST", "/codes/spring/remove", "").expect(t, http.StatusSeeOther)
	ed.do("POST", "/codes/other-stock/remove", "").expect(t, http.StatusNotFound)
	s.as("in-vera").do("GET", "/codes", "").lacks(t, "Add the codes", "Remove the free codes")
}

// A step's offer is typed beside its words and comes back as it was typed.
func TestAStepsOfferIsTyped(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	ed := s.as("in-ed")
	step := []string{"revision", "7", "stage", "purchase", "trigger", "cart_abandoned", "after", "1h", "template", "cart-reminder", "channel_1", "email"}
	post := func(offer ...string) reply {
		return ed.do("POST", "/sequences/cart-value-conscious/draft", formOf(append(step, offer...)...), asDeskForm...)
	}
	post("offer", "one", "offer_code", "COMEBACK10", "offer_codes", "spring", "offer_value", "10 %", "offer_for", "48h").expect(t, http.StatusSeeOther)
	if w := s.memory.lastWrite(); w != "save s1 cart-value-conscious 1h0m0s [email] cart-reminder 10 % by COMEBACK10, good for 48h" {
		t.Errorf("saved %s", w)
	}
	unread := post("offer", "own", "offer_codes", "spring", "offer_value", "10 %", "offer_for", "soon")
	unread.expect(t, http.StatusUnprocessableEntity)
	unread.has(t, "“soon” is not a time", `<option value="own" selected>`, `<option value="spring" selected>`, `value="10 %"`)
}
