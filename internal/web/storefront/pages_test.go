package storefront

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
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
	why := journey.Why{
		LinkPage: full, SentAt: time.Unix(1, 0), Step: 1, LastActivity: time.Unix(1, 0), Permission: "consent.yes",
		ConsentSource: "checkout", ConsentAt: time.Unix(1, 0), ConsentWording: "W", Evidence: "event", UnsubscribeToken: "u",
		Law: someLaw(), Country: "FR", Known: journey.Known{
			Name: "N", Country: "FR", Device: "mobile", Locale: "fr", Platform: "shopify", Since: time.Unix(1, 0), Addresses: []journey.Choice{{Channel: event.SMS, Address: "•"}},
		},
	}
	choices := []journey.Choice{
		{Channel: event.SMS, Address: "•", Answer: event.No, Stopped: "opted_out", MayAllow: true}, {Channel: event.Email, Address: "•", Stopped: "bounced"},
		{Channel: event.Messenger, Address: "•", Answer: event.Yes},
	}
	pages := 0
	for _, tpl := range s.parsed.Templates() {
		if !strings.HasSuffix(tpl.Name(), ".html") || tpl.Name() == "frame.html" {
			continue
		}
		pages++
		for _, l := range languages {
			lang := l.tag.String()
			full.Locale = lang
			rich, bare := newView(full, "t", ""), newView(journey.LinkPage{Locale: lang}, "", "")
			rich.Why, rich.Choices, bare.Why = &why, choices, &journey.Why{}
			for _, v := range []view{rich, bare} {
				var b bytes.Buffer
				if err := tpl.Execute(&b, v); err != nil {
					t.Error(err)
				}
				for _, bad := range []string{"<no value>", "%!", "ZgotmplZ", "0001", " style=", "<script>", "{", "}"} {
					if strings.Contains(b.String(), bad) {
						t.Errorf("%s holds %q:\n%s", tpl.Name(), bad, b.String())
					}
				}
				if strings.Count(b.String(), "<h1>") != 1 || !strings.Contains(b.String(), `<html lang="`+lang+`" dir="ltr">`) {
					t.Errorf("%s has not one heading in its language", tpl.Name())
				}
			}
		}
	}
	if pages != 8 {
		t.Errorf("%d pages", pages)
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

// someLaw has something in every field that the page tells.
func someLaw() consent.Pack {
	return consent.Pack{
		Channel: event.SMS, Express: true, DoubleOptIn: true, ConsentNames: "cart_reminders", Week: consent.Daily(consent.Span{From: 480, To: 1320}),
		Holidays: "FR", MaxPerDay: 3, MaxPerCart: 1, Within: 48 * time.Hour, Window: 24 * time.Hour,
		Review: consent.Review{Source: "S", Reviewed: time.Unix(1, 0)},
	}
}

// A name that turns the direction of writing turns nothing but itself.
func TestNamesStayInTheirPlace(t *testing.T) {
	t.Parallel()
	s, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	const turned = "\u202eerotS"
	p := journey.LinkPage{ShopName: turned, Locale: "en", Items: []event.Item{{Title: turned, Variant: turned, Quantity: 1}}}
	v := newView(p, "t", "")
	v.Why = &journey.Why{LinkPage: p, Permission: "consent.yes", ConsentWording: turned, Known: journey.Known{Name: turned}}
	for page, want := range map[string]int{"restore.html": 3, "why.html": 4} {
		var b bytes.Buffer
		if err := s.parsed.ExecuteTemplate(&b, page, v); err != nil {
			t.Fatal(err)
		}
		// The shop's name also stands in the title and in sentences that end with it.
		if got := strings.Count(b.String(), "<bdi>"); got != want {
			t.Errorf("%s keeps %d names to themselves, want %d:\n%s", page, got, want, b.String())
		}
	}
}
