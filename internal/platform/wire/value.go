// Package wire reads the loose values that shop platforms put on the wire: ids
// that are now a string and now a number, objects that become an empty array,
// times in eight spellings, phone numbers as people type them. It turns them
// into the strict values of package event, says in notes what it left out, and
// never panics on what it is given.
package wire

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Text is a string that platforms also send as a number or a boolean. A number
// keeps its exact digits, so ids above 2^53 survive. null, objects and arrays
// are the empty text: a platform that changes an unimportant field's shape must
// not cost us the event.
type Text string

// UnmarshalJSON reads any JSON value.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = Text(scalar(b))
	return nil
}

// String gives the text as sent.
func (t Text) String() string { return string(t) }

// scalar gives a JSON scalar's text: a string unquoted, a number or boolean as
// written, anything else empty.
func scalar(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return ""
	}
	switch b[0] {
	case '"':
		var s string
		if json.Unmarshal(b, &s) != nil {
			return ""
		}
		return s
	case '{', '[', 'n':
		return ""
	}
	return string(b)
}

// Bool is a boolean that platforms also send as "true", "1", 1 or "yes".
type Bool struct {
	// Value is the boolean, Set whether a readable one was there at all.
	Value, Set bool
}

// UnmarshalJSON reads any JSON value; one that is no boolean leaves Set false.
func (v *Bool) UnmarshalJSON(b []byte) error {
	*v = ParseBool(scalar(b))
	return nil
}

// ParseBool reads a boolean's usual spellings.
func ParseBool(s string) Bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1", "yes", "y", "on":
		return Bool{Value: true, Set: true}
	case "false", "0", "no", "n", "off":
		return Bool{Set: true}
	}
	return Bool{}
}

// First gives the first text that is not blank, trimmed.
func First(texts ...Text) string {
	for _, t := range texts {
		if s := strings.TrimSpace(string(t)); s != "" {
			return s
		}
	}
	return ""
}
