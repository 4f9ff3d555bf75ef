package wire_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

func TestEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" Ann.Lee+x@Example.COM ":              "ann.lee+x@example.com",
		"test@example.com":                     "test@example.com",
		"a@bücher.de":                          "a@xn--bcher-kva.de",
		"ann@localhost":                        "",
		"Ann <ann@example.com>":                "",
		`"a b"@example.com`:                    "",
		"ann@[127.0.0.1]":                      "",
		"ann@example.com (home)":               "",
		"ann@exa mple.com":                     "",
		"ann@-x.com":                           "",
		"ann@example.com.":                     "",
		"änn@example.com":                      "",
		"ann":                                  "",
		"ann@xn--.example":                     "",
		"":                                     "",
		"ann@example.com\r\nBcc: b@c.de":       "",
		strings.Repeat("a", 65) + "@x.com":     "",
		"a@" + strings.Repeat("a.", 126) + "c": "",
	} {
		got, ok := wire.Email(in)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in      string
		regions []string
		want    string
	}{
		{"06 12 34 56 78", []string{"FR"}, "+33612345678"},
		{"06 12 34 56 78", []string{"", "FR"}, "+33612345678"},
		{"06 12 34 56 78", []string{"US", "fr"}, "+33612345678"},
		{"+33 6 12 34 56 78", nil, "+33612345678"},
		{"0033612345678", []string{"FR"}, "+33612345678"},
		{"(415) 555-0100", []string{"US"}, "+14155550100"},
		{"90909 09090", []string{"IN"}, "+919090909090"},
		{"06 12 34 56 78", nil, ""},
		{"12345", []string{"US"}, ""},
		{"+1 650 253 0000 ext. 5", nil, ""},
		{"+1 650 253 0000;ext=5", nil, ""},
		{"+1 650 253 0000 #5", nil, ""},
		{"1-800-FLOWERS", []string{"US"}, ""},
		{"+18003569377", nil, ""},
		{"555-555-SHIP", []string{"US"}, ""},
		{"", []string{"US"}, ""},
		{strings.Repeat("1", 60), []string{"US"}, ""},
	} {
		got, ok := wire.Phone(c.in, c.regions...)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q %v: got %q, %v; want %q", c.in, c.regions, got, ok, c.want)
		}
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://shop.example/c?key=a%20b":               "https://shop.example/c?key=a%20b",
		" http://shop.example ":                          "http://shop.example",
		"//cdn.example/i.png":                            "https://cdn.example/i.png",
		"javascript:alert(1)":                            "",
		"data:text/html,x":                               "",
		"https:///path":                                  "",
		"https://bank.example@evil.example/":             "",
		"/cart":                                          "",
		"https://x.example/\x00":                         "",
		"https://x.example/a b":                          "",
		"https://x.example/\nSet-Cookie:a":               "",
		"https://x.example/" + strings.Repeat("a", 3000): "",
	} {
		if got := wire.URL(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		read    func(string) string
		in, out string
	}{
		{"country", wire.Country, "fr", "FR"},
		{"country", wire.Country, "France", ""},
		{"country", wire.Country, "1_", ""},
		{"country", wire.Country, "EU", ""},
		{"locale", wire.Locale, "fr_CA", "fr-CA"},
		{"locale", wire.Locale, "en", "en"},
		{"locale", wire.Locale, "what is this", ""},
		{"zone", wire.Zone, "Europe/Paris", "Europe/Paris"},
		{"zone", wire.Zone, "Local", ""},
		{"zone", wire.Zone, "../../etc/passwd", ""},
		{"device", wire.Device, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148", "mobile"},
		{"device", wire.Device, "Mozilla/5.0 (Linux; Android 14; SM-X200) Safari", "tablet"},
		{"device", wire.Device, "Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile Safari", "mobile"},
		{"device", wire.Device, "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "desktop"},
		{"device", wire.Device, "Desktop", "desktop"},
		{"device", wire.Device, "toaster", ""},
	} {
		if got := c.read(c.in); got != c.out {
			t.Errorf("%s %q: got %q, want %q", c.name, c.in, got, c.out)
		}
	}
}

func TestPersonTellsOneAddressOfAKind(t *testing.T) {
	t.Parallel()
	var notes wire.Notes
	p := wire.Person{Notes: &notes}
	p.Key(event.KeyAnonymous, "anon")
	p.Key(event.KeyCustomer, "0", "", "77", "78")
	p.Email("", "nobody", "Ann@Example.com", "second@example.com")
	p.Phone("999", "FR")
	p.Phone("0612345678", "FR")
	p.Phone("0687654321", "FR")
	p.Name("", "")
	p.Name(" Ann\x00 ", "Lee")
	p.Name("Bob", "")
	p.Place("", "XX")
	p.Place("fr", "IDF")
	want := event.Person{
		Keys: []event.Key{{Kind: event.KeyCustomer, Value: "77"}, {Kind: event.KeyEmail, Value: "ann@example.com"},
			{Kind: event.KeyPhone, Value: "+33612345678"}, {Kind: event.KeyAnonymous, Value: "anon"}},
		FirstName: "Ann", LastName: "Lee", Country: "FR", Region: "IDF",
	}
	if diff := cmp.Diff(want, p.Done()); diff != "" {
		t.Error(diff)
	}
	if len(notes) != 2 || strings.Contains(strings.Join(notes, ""), "nobody") {
		t.Errorf("notes are %v; want two without the addresses themselves", notes)
	}
}
