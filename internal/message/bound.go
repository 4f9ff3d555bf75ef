package message

import (
	"net/url"
	"strings"
	"time"

	"github.com/osteele/liquid/values"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// object is a group of variables. Printed as a whole it gives a mark that the
// output refuses, instead of Go's notation of a map.
type object map[string]any

// String gives the mark.
func (object) String() string { return wholeObject }

// absent is a known variable without a value: it prints nothing, is false in a
// condition, equals "", nil and blank, and takes a default.
type absent struct{ values.Value }

func newAbsent() absent { return absent{values.ValueOf(nil)} }

// Equal holds for the ways merchants write "nothing".
func (absent) Equal(v values.Value) bool {
	x := v.Interface()
	return x == nil || x == ""
}

// PropertyValue gives the size of nothing.
func (a absent) PropertyValue(v values.Value) values.Value {
	if v.Interface() == "size" {
		return values.ValueOf(0)
	}
	return a.Value.PropertyValue(v)
}

// text cleans a value for a template; an empty one is absent.
func text(s string) any {
	if s = clean(s); s == "" {
		return newAbsent()
	}
	return s
}

// clean also takes our placeholders out: no shopper or product may smuggle in
// a place for a secret token.
func clean(s string) string {
	s = event.Clean(s, maxField)
	for _, l := range []Link{LinkRestore, LinkUnsubscribe, LinkWhy} {
		if strings.Contains(s, l.Placeholder()) {
			s = strings.ReplaceAll(s, l.Placeholder(), "")
		}
	}
	return s
}

func list(values []string) []any {
	out := []any{}
	for _, v := range values {
		if v = clean(v); v != "" && len(out) < maxLines {
			out = append(out, v)
		}
	}
	return out
}

// address lets http and https addresses through and nothing else.
func address(s string) any {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return newAbsent()
	}
	return text(u.String())
}

func date(t time.Time, zone *time.Location, locale string) any {
	if t.IsZero() {
		return newAbsent()
	}
	return formatDate(t.In(zone), locale)
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
