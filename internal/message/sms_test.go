package message

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

func TestSegments(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	tests := []struct {
		name, text string
		n          int
		encoding   string
	}{
		{"empty", "", 0, EncodingGSM7},
		{"one part", r("a", 160), 1, EncodingGSM7},
		{"161 need two", r("a", 161), 2, EncodingGSM7},
		{"two full parts", r("a", 306), 2, EncodingGSM7},
		{"three parts", r("a", 307), 3, EncodingGSM7},
		{"basic characters", "@£$¥èéùìòÇØøÅåΔÆæßÉ¤ÄÖÑÜ§¿äöñüà\n\r", 1, EncodingGSM7},
		{"extension counts two", r("€", 80), 1, EncodingGSM7},
		{"81 euros need two", r("€", 81), 2, EncodingGSM7},
		{"all of the extension", r("^{}\\[~]|€\f", 8), 1, EncodingGSM7},
		{"one more than fits", r("^{}\\[~]|€\f", 8) + "a", 2, EncodingGSM7},
		{"an escape pair does not straddle", r("a", 152) + "€" + r("a", 152) + "€", 3, EncodingGSM7},
		{"lower-case c cedilla", "ça va", 1, EncodingUCS2},
		{"upper-case c cedilla", "Ça va", 1, EncodingGSM7},
		{"circumflex", r("ê", 70), 1, EncodingUCS2},
		{"71 in UCS-2", r("ê", 71), 2, EncodingUCS2},
		{"134 in UCS-2", r("ê", 134), 2, EncodingUCS2},
		{"135 in UCS-2", r("ê", 135), 3, EncodingUCS2},
		{"one curly quote turns all", r("a", 80) + "’", 2, EncodingUCS2},
		{"no-break space", "12\u00a0€", 1, EncodingUCS2},
		{"narrow no-break space", "12\u202f€", 1, EncodingUCS2},
		{"backtick", "`", 1, EncodingUCS2},
		{"35 emoji", r("🙂", 35), 1, EncodingUCS2},
		{"a surrogate pair does not straddle", r("🙂", 67), 3, EncodingUCS2},
		{"66 emoji", r("🙂", 66), 2, EncodingUCS2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if n, enc := Segments(tt.text); n != tt.n || enc != tt.encoding {
				t.Errorf("got %d %s, want %d %s", n, enc, tt.n, tt.encoding)
			}
		})
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("a€🙂ç\x00\xff")
	f.Add(strings.Repeat("€", 100))
	f.Fuzz(func(t *testing.T, s string) {
		n, enc := Segments(s)
		runes := len([]rune(s))
		if (n == 0) != (s == "") || n > runes || enc != EncodingGSM7 && enc != EncodingUCS2 {
			t.Errorf("%d parts of %s for %d runes", n, enc, runes)
		}
		if more, _ := Segments(s + "ê"); more < n {
			t.Errorf("a longer text has fewer parts: %d < %d", more, n)
		}
	})
}

func sms(t *testing.T, body, locale string) (Rendered, error) {
	t.Helper()
	return NewRenderer(nil).Render(t.Context(), Template{Channel: event.SMS, Body: body}, Sample(locale))
}

func TestSMS(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, locale, want, encoding string }{
		"typography":           {"“It’s” — yours… `now`", "en", `"It's" - yours... 'now'` + "\nReply STOP to opt out", EncodingGSM7},
		"money in French":      {"{{ cart.total }}", "fr", "84,00 €\nSTOP pour ne plus recevoir de SMS", EncodingGSM7},
		"no HTML escaping":     {"{{ 'a & b' }}", "en", "a & b\nReply STOP to opt out", EncodingGSM7},
		"its own way out":      {"Hi. Txt STOP to end", "en", "Hi. Txt STOP to end", EncodingGSM7},
		"stop in another word": {"Don't stop now, NONSTOP sale", "en", "Don't stop now, NONSTOP sale\nReply STOP to opt out", EncodingGSM7},
		"an emoji stays":       {"Hi 🙂 STOP", "en", "Hi 🙂 STOP", EncodingUCS2},
		"control characters":   {"a\tb\x07c\r\nd STOP", "en", "a bc\nd STOP", EncodingGSM7},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := sms(t, tt.body, tt.locale)
			if err != nil {
				t.Fatal(err)
			}
			if got.Text != tt.want || got.Encoding != tt.encoding || got.Segments != 1 {
				t.Errorf("got %q (%d %s), want %q (%s)", got.Text, got.Segments, got.Encoding, tt.want, tt.encoding)
			}
		})
	}
}

func TestAProductCalledStopIsNoWayOut(t *testing.T) {
	t.Parallel()
	in := Sample("en")
	in.Cart.Facts.Contents.Items[0].Title = "STOP sign"
	got, err := NewRenderer(nil).Render(t.Context(), Template{Channel: event.SMS, Body: "{{ cart.items.first.title }}"}, in)
	if err != nil || got.Text != "STOP sign\nReply STOP to opt out" {
		t.Errorf("got %q, %v", got.Text, err)
	}
}

func TestTheOptOutOfEveryLanguageIsPlain(t *testing.T) {
	t.Parallel()
	for _, l := range []string{"en", "fr", "de", "es", "it", "nl", "pt", "sv"} {
		w := wordsOf(l)
		if _, enc := Segments(w.optOut); enc != EncodingGSM7 || !stopWord.MatchString(w.optOut) {
			t.Errorf("%s: %q", l, w.optOut)
		}
		if n := len([]rune(w.back)); n == 0 || n > maxMessengerButton {
			t.Errorf("%s: %q is %d long", l, w.back, n)
		}
	}
}

func TestSMSBounds(t *testing.T) {
	t.Parallel()
	if _, err := sms(t, strings.Repeat("a", maxSMS-5)+" STOP", "en"); err != nil {
		t.Errorf("%d characters: %v", maxSMS, err)
	}
	_, err := sms(t, strings.Repeat("a", maxSMS-4)+" STOP", "en")
	refused(t, err, "body", "1601")
	_, err = sms(t, strings.Repeat("🙂", maxSMS/2)+" STOP", "en")
	refused(t, err, "body", "1605")
	_, err = sms(t, "  \n", "en")
	refused(t, err, "body", "empty")
}

func TestPlaceholdersCountLikeTokens(t *testing.T) {
	t.Parallel()
	got, err := sms(t, "{{ cart.restore_url }} STOP", "en")
	if err != nil {
		t.Fatal(err)
	}
	filled := Fill(got, map[Link]string{LinkRestore: "AbCdEfGhIjKlMnOpQrStUv"})
	if len(filled.Text) != len(got.Text) || !strings.Contains(filled.Text, "/r/AbCdEfGhIjKlMnOpQrStUv ") {
		t.Errorf("got %q from %q", filled.Text, got.Text)
	}
}
