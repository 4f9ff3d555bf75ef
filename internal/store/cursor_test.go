package store_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func FuzzParseCursor(f *testing.F) {
	encode := base64.RawURLEncoding.EncodeToString
	for _, seed := range []string{"", "%", encode([]byte("1767225600000 0199")), encode([]byte("-1 ")), encode([]byte("1 \x00")), encode([]byte("1 \xff")), encode([]byte("99999999999999999999 a"))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		again, err := store.ParseCursor(s)
		if err != nil {
			wantCode(t, "a cursor that was not made here", err, fault.Invalid)
			return
		}
		text, err := base64.RawURLEncoding.DecodeString(again)
		if err != nil || !utf8.Valid(text) || strings.Contains(string(text), "\x00") {
			t.Errorf("%q became %q, %v", s, text, err)
		}
		if same, err := store.ParseCursor(again); err != nil || same != again {
			t.Errorf("%q read again is %q, %v", again, same, err)
		}
	})
}
