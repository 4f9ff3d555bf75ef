package wire

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// URL gives an absolute http or https address, or "". An address without a
// scheme ("//cdn…", as storefronts print image sources) becomes https; one that
// carries a user name is refused, since it reads as another host than it is.
func URL(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 2048 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xfffd }) {
		return ""
	}
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return ""
	}
	return s
}

// Country gives an upper-case ISO 3166-1 alpha-2 code, or "".
func Country(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	if len(s) != 2 {
		return ""
	}
	r, err := language.ParseRegion(s)
	if err != nil || !r.IsCountry() {
		return ""
	}
	return s
}

// Locale gives a BCP 47 tag ("fr_CA" becomes "fr-CA"), or "".
func Locale(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if s == "" || len(s) > 35 {
		return ""
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// Zone gives an IANA time zone that exists, or "".
func Zone(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s == "Local" || len(s) > 64 {
		return ""
	}
	if _, err := time.LoadLocation(s); err != nil {
		return ""
	}
	return s
}

// Device tells "mobile", "tablet" or "desktop" from such a word or from a
// browser's user agent; "" if there is nothing to go by.
func Device(s string) string {
	s = strings.ToLower(s)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(s, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("ipad", "tablet"), has("android") && has("mozilla") && !has("mobi"):
		return "tablet"
	case has("mobi", "iphone", "android", "ios", "phone"):
		return "mobile"
	case has("desktop", "windows", "macintosh", "x11", "cros"):
		return "desktop"
	}
	return ""
}
