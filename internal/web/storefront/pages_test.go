package storefront

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Every page renders with everything known and with nothing known, in every language.
func TestEveryPageRenders(t *testing.T) {
	t.Parallel()
	s, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	full := journey.LinkPage{
		ShopName: "S", ShopDomain: "s.example", SupportEmail: "s@s.example", Channel: event.SMS, Address: "+33•••78",
		Items: []event.Item{{Title: "T", Variant: "V", Quantity: 2, ImageURL: "https://i.example/i"}}, Total: money.Money{Minor: 100, Currency: "EUR"},
	}
	why := journey.Why{LinkPage: full, SentAt: time.Unix(1, 0), Step: 1, LastActivity: time.Unix(1, 0), Permission: "consent.yes", ConsentSource: "checkout", ConsentAt: time.Unix(1, 0), UnsubscribeToken: "u"}
	pages := 0
	for _, tpl := range s.parsed.Templates() {
		if !strings.HasSuffix(tpl.Name(), ".html") || tpl.Name() == "frame.html" {
			continue
		}
		pages++
		for lang := range languages {
			full.Locale = lang
			rich, bare := newView(full, "t"), newView(journey.LinkPage{Locale: lang}, "")
			rich.Why, bare.Why = &why, &journey.Why{}
			for _, v := range []view{rich, bare} {
				var b bytes.Buffer
				if err := tpl.Execute(&b, v); err != nil {
					t.Error(err)
				}
				for _, bad := range []string{"<no value>", "%!", "ZgotmplZ", "0001", " style=", "<script>"} {
					if strings.Contains(b.String(), bad) {
						t.Errorf("%s holds %q:\n%s", tpl.Name(), bad, b.String())
					}
				}
				if strings.Count(b.String(), "<h1>") != 1 || !strings.Contains(b.String(), `lang="`+lang+`"`) {
					t.Errorf("%s has not one heading in its language", tpl.Name())
				}
			}
		}
	}
	if pages != 6 {
		t.Errorf("%d pages", pages)
	}
}

// A language is whole or not there.
func TestLanguagesAreWhole(t *testing.T) {
	t.Parallel()
	for lang, words := range languages {
		v := reflect.ValueOf(words)
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s lacks %s", lang, v.Type().Field(i).Name)
			}
		}
		for rule := range english.Permissions {
			if words.Permissions[rule] == "" {
				t.Errorf("%s does not explain %s", lang, rule)
			}
		}
	}
	for locale, want := range map[string]string{"en-GB": "en", "EN_us": "en", "xx": "en", "": "en"} {
		if _, got := textsFor(locale); got != want {
			t.Errorf("%q: %q", locale, got)
		}
	}
}

func TestOnlyWebAddressesLeave(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		"https://shop.example/cart?key=1": true, "http://localhost:9000/x": true, "javascript:alert(1)": false,
		"//evil.example": false, "/cart": false, "": false, "https://": false, "data:text/html,x": false, "https://a\n.example": false,
	} {
		if got := safeURL(raw); got != want {
			t.Errorf("%q: %v", raw, got)
		}
	}
}
