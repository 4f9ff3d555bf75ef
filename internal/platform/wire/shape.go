package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Object is an object that platforms written in PHP or Ruby also send as []
// when it is empty. Anything but an object leaves V zero.
type Object[T any] struct {
	// V is the object, Set whether one was there.
	V   T
	Set bool
}

// UnmarshalJSON reads an object and ignores any other value.
func (o *Object[T]) UnmarshalJSON(b []byte) error {
	*o = Object[T]{}
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' {
		return nil
	}
	o.Set = true
	return json.Unmarshal(b, &o.V)
}

// List is an array; null and an empty object are no array. Any other shape is
// an error and not an empty list: a list of cart lines that cannot be read must
// never look like an emptied cart.
type List[T any] struct {
	// V is the array's values, Set whether an array (or {}) was there.
	V   []T
	Set bool
}

// UnmarshalJSON reads an array, {} or null.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	*l = List[T]{}
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0 || b[0] == 'n':
		return nil
	case b[0] == '{' && len(bytes.TrimSpace(b[1:])) == 1:
		l.Set = true
		return nil
	case b[0] != '[':
		return &json.UnmarshalTypeError{Value: "value that is no list", Type: reflect.TypeOf(l.V)}
	}
	l.Set = true
	return json.Unmarshal(b, &l.V)
}

// bom is the byte order mark that some plugins put before their JSON.
var bom = []byte("\xef\xbb\xbf")

// Check reports a body that is no JSON at all as fault.Invalid, and gives the
// body without white space and byte order mark around it.
func Check(body []byte) ([]byte, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, bom))
	if len(body) == 0 {
		return nil, fault.New(fault.Invalid, "the body is empty").Try("send the event as JSON")
	}
	var raw json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		if odd := written(body); odd != nil {
			return nil, odd
		}
		f := fault.Wrap(fault.Invalid, err, "the body is not JSON")
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			f.Message = fault.New(fault.Invalid, "the body is not JSON: it breaks off or goes wrong at byte %d of %d",
				syntax.Offset, len(body)).Message
		}
		return nil, f.Try("send the whole body, as UTF-8 JSON")
	}
	return body, nil
}

// written tells how a body is written that is not plain UTF-8 JSON, where its
// first bytes show it; nil where they do not.
func written(body []byte) error {
	for _, w := range []struct{ begins, is, remedy string }{
		{"\x1f\x8b", "the body is compressed with gzip", "send it as it is, without Content-Encoding; a signature is made over the plain bytes"},
		{"\xff\xfe", "the body is UTF-16", "send it as UTF-8"},
		{"\xfe\xff", "the body is UTF-16", "send it as UTF-8"},
		{"<", "the body is a page or XML and not JSON", "send the event as JSON"},
	} {
		if bytes.HasPrefix(body, []byte(w.begins)) {
			return fault.New(fault.Invalid, "%s", w.is).Try(w.remedy)
		}
	}
	return nil
}

// Decode reads a body that must be one JSON object into v. Unreadable JSON is
// fault.Invalid, readable JSON of the wrong shape fault.Unprocessable.
func Decode(body []byte, v any) error {
	body, err := Check(body)
	if err != nil {
		return err
	}
	if body[0] != '{' {
		return fault.New(fault.Unprocessable, "the body is JSON but not an object").
			Try("send one JSON object")
	}
	if err := json.Unmarshal(body, v); err != nil {
		f := fault.Wrap(fault.Unprocessable, err, "a field has a shape that cannot be read")
		var shape *json.UnmarshalTypeError
		if errors.As(err, &shape) {
			f = f.In(shape.Field)
		}
		return f.Try("compare the field with the platform's documentation")
	}
	return nil
}
