package recovery

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// mentions gives a test of whether a body from outside names a person. In JSON
// it looks at values as they mean, however they are escaped or a number is
// written; in anything else at the text.
func mentions(names []event.Key) func(body []byte) bool {
	return func(body []byte) bool {
		if len(names) == 0 || len(body) == 0 {
			return false
		}
		v, ok := decoded(body)
		if !ok {
			return mentionedIn(string(body), names)
		}
		found := false
		walk(v, "", func(path, text string) string {
			found = found || slices.ContainsFunc(names, func(k event.Key) bool { return means(path, text, k) })
			return text
		})
		return found
	}
}

// mentionedIn looks for names in a text that is no JSON, such as a form.
func mentionedIn(text string, names []event.Key) bool {
	text = strings.ToLower(strings.ReplaceAll(text, "%40", "@"))
	return slices.ContainsFunc(names, func(k event.Key) bool {
		return len(k.Value) >= 6 && (strings.Contains(text, strings.ToLower(k.Value)) ||
			k.Kind == event.KeyPhone && strings.Contains(digits(text), digits(k.Value)))
	})
}

func decoded(body []byte) (v any, ok bool) {
	if !json.Valid(body) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return v, d.Decode(&v) == nil
}

// walk gives a JSON value with every scalar as each would have it, and tells it
// the names of the fields on the way.
func walk(v any, path string, each func(path, text string) string) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = walk(inner, path+"."+strings.ToLower(name), each)
		}
	case []any:
		for i, inner := range v {
			v[i] = walk(inner, path, each)
		}
	case string:
		return each(path, v)
	case json.Number:
		if text := each(path, v.String()); text != v.String() {
			return text
		}
	}
	return v
}

// means reports whether a value is a name of the person's.
func means(path, text string, k event.Key) bool {
	switch k.Kind {
	case event.KeyEmail:
		return strings.Contains(strings.ToLower(text), k.Value)
	case event.KeyPhone:
		return samePhone(text, k.Value)
	case event.KeyCustomer:
		// Small numbers are many things: the field has to speak of a person.
		return text == k.Value && (len(text) >= 12 || strings.Contains(path, "customer") || strings.Contains(path, "user"))
	}
	return text == k.Value
}

// nationalDigits are as many digits of a number as are the same however it is written.
const nationalDigits = 8

// samePhone compares a number as people type it with an E.164 one.
func samePhone(typed, e164 string) bool {
	if strings.ContainsFunc(typed, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }) {
		return false
	}
	d, full := strings.TrimLeft(digits(typed), "0"), digits(e164)
	return len(d) >= nationalDigits && strings.HasSuffix(full, d) || d == full && d != ""
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// masked gives a body with the names of other people replaced, and anything
// that is no JSON as a JSON text.
func masked(body []byte, others []event.Key) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	v, ok := decoded(body)
	if !ok {
		text := strings.ToValidUTF8(string(body), "\uFFFD")
		if mentionedIn(text, others) {
			text = anotherPerson
		}
		out, _ := json.Marshal(text) // a text always marshals
		return out
	}
	if len(others) == 0 {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	v = walk(v, "", func(path, text string) string {
		if slices.ContainsFunc(others, func(k event.Key) bool { return means(path, text, k) }) {
			return anotherPerson
		}
		return text
	})
	out, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return out
}

// anotherPerson stands in an export for what is somebody else's.
const anotherPerson = "[another person]"
