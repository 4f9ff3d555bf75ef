package channel_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/channel"
)

// FuzzAnswer: what answers write becomes waits and words within their bounds.
func FuzzAnswer(f *testing.F) {
	f.Add("7", "STOP")
	f.Add("Sun, 22 Nov 2026 10:01:00 GMT", "mail a@example.com or +1 415 555 0100")
	f.Add("-9223372036854775808", "ＳＴＯＰ\u0301\x00\xff")
	f.Add("99999999999999999999", strings.Repeat("1 ", 500))
	f.Fuzz(func(t *testing.T, header, text string) {
		if d := channel.RetryAfter(http.Header{"Retry-After": {header}}, noon); d < 0 || d > 24*time.Hour {
			t.Fatalf("%q asks to wait %v", header, d)
		}
		tidy := channel.Tidy(text)
		if len(tidy) > 200 || !utf8.ValidString(tidy) || strings.ContainsAny(tidy, "@\x00\r\n") {
			t.Fatalf("%q is tidied to %q", text, tidy)
		}
		if own, err := channel.Base(text, "https://api.example.com"); err == nil && text != "" && !strings.HasPrefix(own, "http") && !strings.HasPrefix(strings.ToLower(own), "http") {
			t.Fatalf("%q is the base %q", text, own)
		}
	})
}
