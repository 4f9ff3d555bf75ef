package messenger_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/cartograph-dev/cartograph/internal/channel/channeltest"
	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func FuzzAnswer(f *testing.F) { channeltest.FuzzAnswer(f, subject()) }

func FuzzCallback(f *testing.F) {
	for _, seed := range []string{
		page(hello),
		page(`{"delivery":{"mids":["m"]}},{"message":{"is_echo":true,"mid":"m","metadata":"x"}}`),
		`{"object":"page","entry":[{"id":1e3,"messaging":[{"sender":{"id":5},"postback":{"payload":"STOP"}}]}]}`,
		page(`{"sender":{"id":"p"},"timestamp":-1,"optin":{"ref":"\u0000"}},{"sender":{"id":"1001"},"referral":{"ref":"x"}}`),
		`{"object":"page","entry":[7,{"id":"1001","messaging":7},{"id":"1001","changes":[{"field":"feed","value":{}}]}]}`,
		page(`{"sender":{"id":"p"},"read":{"watermark":1,"mid":"m"}},{"sender":{"id":"p"},"message":{"mid":"m","text":"STOP","attachments":[{"type":"image"}]}}`),
	} {
		f.Add(seed, uint(3), byte(1))
	}
	f.Fuzz(func(t *testing.T, body string, at uint, mask byte) {
		a := delivery.Account{VerifyKeys: []string{secret}}
		r := signed(body)
		all, err := provider().Callback(a, r)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
		channeltest.Callback(t, provider(), a, r, signatureHeader, at, mask, false)
		everyPage(t, a, r, all)
	})
}

// everyPage: what all pages hear together is what each hears alone, and nobody
// hears of a page that the body does not name.
func everyPage(t *testing.T, a delivery.Account, r delivery.Request, all delivery.Batch) {
	t.Helper()
	reports, inbounds := 0, 0
	pages := messenger.Pages(r.Body)
	for _, id := range append([]string{"not named"}, pages...) {
		a.ID = id
		b, err := provider().Callback(a, r)
		if err == nil && id == "not named" && !slices.Contains(pages, id) && len(b.Reports)+len(b.Inbounds) > 0 {
			t.Fatalf("a page that is not named hears %+v", b)
		}
		if id != "not named" {
			reports, inbounds = reports+len(b.Reports), inbounds+len(b.Inbounds)
		}
	}
	if slices.Contains(pages, "not named") {
		return
	}
	// Entries without a page id belong to no page.
	if reports > len(all.Reports) || inbounds > len(all.Inbounds) {
		t.Fatalf("the pages hear %d and %d alone, %d and %d together", reports, inbounds, len(all.Reports), len(all.Inbounds))
	}
}

// FuzzSubscription: only the right token is answered, and only by digits.
func FuzzSubscription(f *testing.F) {
	f.Add("hub.mode=subscribe&hub.verify_token=tok&hub.challenge=12345", "tok")
	f.Add("hub.mode=subscribe&hub.verify_token=&hub.challenge=12345", "")
	f.Add("hub.mode=subscribe&hub.verify_token=tok&hub.challenge=%3Cscript%3E&hub.challenge=1", "tok")
	f.Add("hub.mode=subscribe;hub.verify_token=tok&%zz", "tok")
	f.Fuzz(func(t *testing.T, query, token string) {
		a := delivery.Account{VerifyToken: token, VerifyKeys: []string{secret}}
		b, err := provider().Callback(a, delivery.Request{Method: http.MethodGet, URL: hookURL + "?" + query})
		if err != nil {
			if c := fault.CodeOf(err); c != fault.Invalid && c != fault.Unauthorized {
				t.Fatal(err)
			}
			return
		}
		if token == "" || b.ReplyType != "text/plain" || b.ReplyBody == "" || len(b.ReplyBody) > 64 || strings.Trim(b.ReplyBody, "0123456789") != "" {
			t.Fatalf("%q for the token %q is answered %+v", query, token, b)
		}
		if !strings.Contains(query, "hub.challenge=") && !strings.Contains(query, "%") || len(b.Reports)+len(b.Inbounds) > 0 {
			t.Fatalf("%q is answered %+v", query, b)
		}
	})
}

// FuzzForms: whatever a message holds, what is posted keeps to Meta's limits
// and says the text from its beginning.
func FuzzForms(f *testing.F) {
	f.Add("Your bag", "Blue shirt", "https://i.example/1.png", "https://r.example/", "Finish")
	f.Add(strings.Repeat("👩‍👩‍👧", 300), "\xff", "", "", "")
	f.Fuzz(func(t *testing.T, text, title, image, link, button string) {
		m := outbound()
		m.Text, m.Title, m.ImageURL, m.ButtonURL, m.ButtonTitle = text, title, image, link, button
		if text == "" && title == "" {
			return
		}
		var sent any
		c := &http.Client{Transport: reading{t, &sent}}
		if v := messenger.New(messenger.Options{HTTP: c, Now: now}).Send(t.Context(), account("http://127.0.0.1:1"), m); v.Outcome != delivery.OK {
			t.Fatalf("%+v", v)
		}
		limits(t, sent.(obj)["message"].(obj))
	})
}

func limits(t *testing.T, m obj) {
	t.Helper()
	within := func(text any, most int) {
		t.Helper()
		if s, _ := text.(string); len(utf16.Encode([]rune(s))) > most {
			t.Fatalf("%d units, at most %d: %q", len(utf16.Encode([]rune(s))), most, s)
		}
	}
	within(m["text"], 2000)
	a, ok := m["attachment"].(obj)
	if !ok {
		return
	}
	p := a["payload"].(obj)
	within(p["text"], 640)
	elements, _ := p["elements"].([]any)
	for _, e := range elements {
		within(e.(obj)["title"], 80)
		within(e.(obj)["subtitle"], 80)
	}
	buttons, _ := p["buttons"].([]any)
	for _, b := range buttons {
		within(b.(obj)["title"], 20)
	}
}
