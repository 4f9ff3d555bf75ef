package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRestorePageShowsTheCartAndEscapes(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	r := s.do("GET", "/r/good", "", "User-Agent", "Mozilla/5.0")
	r.expect(t, http.StatusOK)
	r.has(t, "Atelier Nord", "Wool scarf", "€89.90", "Take me to my cart", `method="post" action="/r/good"`, `src="/assets/restore.js"`, `src="/assets/seen.js" data-seen="/r/good/seen"`,
		"&lt;script&gt;alert(", `src="https://img.example/scarf.jpg"`)
	r.lacks(t, hostile, "javascript:alert(2)", "ada@example.com", "atelier.example/secret")
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
		"X-Content-Type-Options": "nosniff", "Set-Cookie": "",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	policy := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "connect-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if diff := cmp.Diff([]string{"click r good Mozilla/5.0"}, s.memory.written()); diff != "" {
		t.Error(diff)
	}
}

// What looks ahead, by HEAD or for a browser that guesses, finds every page and leaves no trace.
func TestMachinesFetchingAheadAreNotClicks(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, path := range []string{"/r/good", "/r/good/all", "/u/good", "/why/good"} {
		head := s.do("HEAD", path, "")
		head.expect(t, http.StatusOK)
		if head.body != "" || head.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("HEAD %s: body %q, headers %v", path, head.body, head.Header)
		}
		for _, said := range [][2]string{
			{"Purpose", "prefetch"}, {"Sec-Purpose", "prefetch;prerender"}, {"X-Moz", "prefetch"}, {"X-Purpose", "preview"},
		} {
			s.do("GET", path, "", "User-Agent", "Mozilla/5.0", said[0], said[1]).expect(t, http.StatusOK)
		}
		s.do("OPTIONS", path, "")
	}
	if w := s.memory.written(); len(w) > 0 {
		t.Errorf("written: %v", w)
	}
}

// A link that no person sees is answered like any other, and noted for what it is.
func TestTheUnseenLinkIsNoted(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	s.do("GET", "/r/good", "", "User-Agent", "scanner").has(t, `<a href="/r/good/all" hidden tabindex="-1" aria-hidden="true"`)
	s.do("GET", "/r/good/all", "", "User-Agent", "scanner").has(t, "Take me to my cart")
	if diff := cmp.Diff([]string{"click r good scanner", "click r good scanner honeypot"}, s.memory.written()); diff != "" {
		t.Error(diff)
	}
}

// The page's beacon comes without a body, cookies or an origin that counts.
func TestTheBeaconConfirms(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	r := s.do("POST", "/r/good/seen", "", "Sec-Fetch-Site", "same-origin", "Origin", "null", "User-Agent", "Mozilla/5.0")
	r.expect(t, http.StatusNoContent)
	if r.body != "" || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("body %q, headers %v", r.body, r.Header)
	}
	s.do("GET", "/r/good/seen", "").expect(t, http.StatusMethodNotAllowed)
	if diff := cmp.Diff([]string{"seen good"}, s.memory.written()); diff != "" {
		t.Error(diff)
	}
}

func TestRestoreGoesWhereTheEngineSays(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	// A form may come from anywhere: mail apps open pages in their own ways.
	r := s.do("POST", "/r/good?url=https://evil.example", "url=https://evil.example", "Content-Type", "application/x-www-form-urlencoded",
		"Sec-Fetch-Site", "cross-site", "Origin", "null")
	r.expect(t, http.StatusSeeOther)
	if got := r.Header.Get("Location"); got != "https://shop.example/cart/restore?key=1" {
		t.Errorf("Location %q", got)
	}
	bad := s.do("POST", "/r/hostile", "")
	bad.expect(t, http.StatusInternalServerError)
	if bad.Header.Get("Location") != "" {
		t.Error("a script address was given out")
	}
	for token, words := range map[string]string{"ordered": "already ordered", "expired": "too old", "empty": "cart is empty"} {
		for _, method := range []string{"GET", "POST"} {
			r := s.do(method, "/r/"+token, "")
			r.expect(t, http.StatusOK)
			r.has(t, words)
			r.lacks(t, "Take me to my cart", "restore.js")
		}
	}
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	multipart := "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
	form := "application/x-www-form-urlencoded"
	tests := []struct {
		name, body, kind, note string
		empty                  bool
		has                    string
	}{
		{"one click, urlencoded", "List-Unsubscribe=One-Click", form, "unsubscribe good", true, ""},
		{"one click, multipart", multipart, `multipart/form-data; boundary=b`, "unsubscribe good", true, ""},
		{"one click, broken body", "--b\r\nnonsense", `multipart/form-data; boundary=b`, "unsubscribe good", true, ""},
		{"one click, no body", "", "", "unsubscribe good", true, ""},
		{"the button", "page=1", form, "unsubscribe good", false, "will not send you emails about carts"},
		{"everything", "page=1&everything=1", form, "unsubscribe good everything", false, "any messages about carts"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, full())
			// Twice: it counts as once, and never redirects or sets a cookie.
			for range 2 {
				r := s.do("POST", "/u/good", tc.body, "Content-Type", tc.kind, "Sec-Fetch-Site", "cross-site", "Origin", "https://mail.example")
				r.expect(t, http.StatusOK)
				if (r.body == "") != tc.empty || r.Header.Get("Set-Cookie") != "" || r.Header.Get("Location") != "" {
					t.Errorf("body %q, headers %v", r.body, r.Header)
				}
				r.has(t, tc.has)
			}
			if diff := cmp.Diff([]string{tc.note, tc.note}, s.memory.written()); diff != "" {
				t.Error(diff)
			}
		})
	}
	s := serve(t, full())
	page := s.do("GET", "/u/good", "")
	page.has(t, "a•••@example.com", "Unsubscribe", "Stop all messages from this shop", `name="everything" value="1"`)
	page.lacks(t, "<script", "ada@example.com")
	s.do("GET", "/u/stopped", "").has(t, "already stopped")
	if diff := cmp.Diff([]string{"click u good Go-http-client/1.1", "click u stopped Go-http-client/1.1"}, s.memory.written()); diff != "" {
		t.Errorf("showing the page wrote more than raw clicks: %s", diff)
	}
}

// Each channel stands with its masked address and its answer, can be stopped,
// and can be allowed where a yes may be given.
func TestPreferencesChannelByChannel(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	page := s.do("GET", "/u/good", "")
	page.has(t, "Your choices, channel by channel", "You said yes", "••• 78", "You have not been asked", "Stopped: you blocked the sender",
		`name="stop" value="email"`, `name="stop" value="sms"`)
	page.lacks(t, `name="stop" value="messenger"`, `name="allow"`, "You can only allow")
	stopped := s.do("GET", "/u/stopped", "")
	stopped.has(t, `name="allow" value="email"`, "Yes, Atelier Nord may send me automated emails at this address", "Stopped: an earlier message could not be delivered")
	stopped.has(t, "Messenger", "You can only allow this channel at Atelier Nord itself")
	stopped.lacks(t, `name="stop"`, `name="allow" value="sms"`)
	s.memory.forget()

	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	s.do("POST", "/u/good", "page=1&stop=sms", form...).has(t, "will not send you text messages about carts", `href="/u/good"`)
	s.do("POST", "/u/good", "page=1&allow=email", form...).has(t, "may write to you by email about carts again")
	refused := s.do("POST", "/u/good", "page=1&allow=sms", form...)
	refused.expect(t, http.StatusConflict)
	refused.has(t, "That cannot be done here")
	// What is not from our page is a one-click request, whatever it holds.
	s.do("POST", "/u/good", "allow=email", form...).expect(t, http.StatusOK)
	want := []string{
		"prefer good sms no",
		"prefer good email yes preference page 2026-11.2, en: Yes, Atelier Nord may send me automated emails at this address about carts I left in the shop, offers included. I can stop this at any time.",
		"unsubscribe good",
	}
	if diff := cmp.Diff(want, s.memory.written()); diff != "" {
		t.Error(diff)
	}
}

func TestWhyTellsInWords(t *testing.T) {
	t.Parallel()
	r := serve(t, full()).do("GET", "/why/good", "")
	r.expect(t, http.StatusOK)
	r.has(t, "Why did I get this?", "3 November 2026 at 10:00 UTC", "Atelier Nord may write to you: you said yes to messages on this channel.",
		"in the shop’s checkout, 1 November 2026 at 12:00 UTC", "the shop’s own system reported it", "“I want news, version 3”", "consent.yes",
		"Taken for where you are: France.", "A yes of yours, or an earlier purchase without objection.", "at these times only: Monday to Saturday 08:00 to 22:00",
		"They may not arrive on public holidays.", "Source: Some law; last checked on 1 November 2026.",
		"Ada L.", "a•••@example.com", "••• 78", "phone", "French", "Wool scarf “Fjord” (Blue)", "€89.90", "Shopify", `href="/u/good"`)
	r.lacks(t, "ada@example.com", "Lovelace")
}

// The page speaks the message's language; where that is none of ours, the browser's.
func TestPagesSpeakTheShoppersLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ locale, accept, lang, words, amount string }{
		{"fr-FR", "de", "fr", "Votre panier vous attend", "89,90\u00a0€"},
		{"de", "", "de", "Ihr Warenkorb ist noch da", "89,90\u00a0€"},
		{"es-MX", "", "es", "Tu carrito sigue aquí", "€89.90"},
		{"it", "nl, de-CH;q=0.9, en;q=0.1", "de", "Ihr Warenkorb ist noch da", "€\u00a089.90"},
		{"", "fr-CA,fr;q=0.8", "fr", "Votre panier vous attend", "89,90\u00a0€"},
		{"it", "pt", "en", "Your cart is still here", "€89.90"},
		{"en", "fr", "en", "Your cart is still here", "€89.90"},
		{"", ";q=nonsense", "en", "Your cart is still here", "€89.90"},
	} {
		m := full()
		p := m.pages["good"]
		p.Locale = c.locale
		m.pages["good"] = p
		serve(t, m).do("GET", "/r/good", "", "Accept-Language", c.accept).has(t, `<html lang="`+c.lang+`" dir="ltr">`, c.words, c.amount)
	}
	unknown := serve(t, full()).do("GET", "/u/zz", "", "Accept-Language", "es")
	unknown.has(t, "Este enlace no lleva a ninguna parte", `lang="es"`)
}

func TestUnknownTokensGetAFriendlyPage(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, call := range [][2]string{{"GET", "/r/zz"}, {"POST", "/r/zz"}, {"GET", "/u/zz"}, {"POST", "/u/zz"}, {"GET", "/why/zz"}, {"GET", "/r/zz/all"}, {"POST", "/r/zz/seen"}} {
		r := s.do(call[0], call[1], "")
		r.expect(t, http.StatusNotFound)
		r.has(t, "This link leads nowhere")
		r.lacks(t, "zz")
		if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/html") {
			t.Errorf("%v: content type %q", call, got)
		}
	}
	if w := s.memory.written(); len(w) > 0 {
		t.Errorf("written: %v", w)
	}
}

// Nothing on a page that knows next to nothing breaks or shows a gap.
func TestBarePagesHold(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	for _, path := range []string{"/r/bare", "/u/bare", "/why/bare"} {
		r := s.do("GET", path, "")
		r.expect(t, http.StatusOK)
		r.lacks(t, "%!", "0001", "<no value>", "ZgotmplZ")
	}
}
