package channel

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// maxWait is the longest wait a provider can impose; beyond it a header is a mistake.
const maxWait = 24 * time.Hour

// RetryAfter reads how long an answer asks to wait, in seconds or as a date;
// zero when it does not say or says the past, a day at most.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseInt(v, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		// Held before the product, which would overflow.
		return Wait(time.Duration(min(max(n, 0), int64(maxWait/time.Second))) * time.Second)
	}
	if at, err := http.ParseTime(v); err == nil {
		return Wait(at.Sub(now))
	}
	return 0
}

// Wait holds a wait within what is sensible: none in the past, a day at most.
func Wait(d time.Duration) time.Duration {
	return min(max(d, 0), maxWait)
}

// Tidy makes a provider's own words fit to be kept: one line of at most 200
// bytes, without email addresses, long numbers (phones, page-scoped ids) and
// long words (tokens, links).
func Tidy(s string) string {
	words := strings.Fields(event.Clean(s, 1000))
	for i, w := range words {
		if personal(w) {
			words[i] = "(…)"
		}
	}
	return event.Clean(strings.Join(words, " "), 200)
}

func personal(word string) bool {
	digits := 0
	for _, r := range word {
		if r == '@' {
			return true
		}
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= 6 || len(word) > 32
}
