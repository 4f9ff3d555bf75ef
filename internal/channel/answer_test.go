package channel_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		" 7 ":                           7 * time.Second,
		"-7":                            0,
		"99999999":                      24 * time.Hour,
		"soon":                          0,
		"1.5":                           0,
		"315360000":                     24 * time.Hour,
		"9223372036854775807":           24 * time.Hour,
		"99999999999999999999":          24 * time.Hour,
		"-99999999999999999999":         0,
		"Thu, 22 Nov 2036 10:00:00 GMT": 24 * time.Hour,
		"Sun, 22 Nov 2026 10:01:00 GMT": time.Minute,
		"Sun, 22 Nov 2026 09:00:00 GMT": 0,
	} {
		if got := channel.RetryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("RetryAfter(%q) = %v, want %v", value, got, want)
		}
	}
}

func TestTidyKeepsNobodysAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"The from address does not match a verified Sender Identity.": "The from address does not match a verified Sender Identity.",
		"550 <z@x.example> unknown":                                   "550 (…) unknown",
		"Invalid 'To' Phone Number: +33612345678":                     "Invalid 'To' Phone Number: (…)",
		"Malformed access token " + strings.Repeat("EAAB", 20):        "Malformed access token (…)",
		"two\nlines\x00 of text":                                      "two lines of text",
	} {
		if got := channel.Tidy(in); got != want {
			t.Errorf("Tidy(%q) = %q, want %q", in, got, want)
		}
	}
	if got := channel.Tidy(strings.Repeat("word ", 1000)); len(got) > 200 {
		t.Errorf("Tidy let %d bytes through", len(got))
	}
}

func TestHeaderSafe(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]bool{"SG.a-b_c": true, "": false, "a b": false, "key\n": false, "clé": false} {
		if channel.HeaderSafe(secret) != want {
			t.Errorf("HeaderSafe(%q) = %v", secret, !want)
		}
	}
}
