package event_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/event"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		max      int
		want     string
	}{
		{"plain", "Mug", 10, "Mug"},
		{"blanks around", "  Mug \t", 10, "Mug"},
		{"NUL", "Mu\x00g", 10, "Mug"},
		{"line breaks cannot start a new header", "Hi\r\nBcc: x@y.z", 40, "Hi  Bcc: x@y.z"},
		{"other control characters", "\x01M\x1bu\x7fg", 10, "Mug"},
		{"invalid UTF-8", "Mu\xffg", 10, "Mu\uFFFDg"},
		{"a cut at the limit", "abcdef", 3, "abc"},
		{"a cut never splits a rune", "aé", 2, "a"},
		{"nor a wide one", "日本語", 7, "日本"},
		{"exactly as long as allowed", "日本語", 9, "日本語"},
		{"nothing fits", "日", 2, ""},
		{"no room", "abc", 0, ""},
		{"empty", "", 5, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := event.Clean(c.in, c.max); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("Mug\x00", 2)
	f.Add("日本\xff語\r\n", 7)
	f.Add(" \x01 ", 1)
	f.Fuzz(func(t *testing.T, s string, max int) {
		if max < 0 || max > 1<<20 {
			t.Skip()
		}
		got := event.Clean(s, max)
		if len(got) > max || !utf8.ValidString(got) {
			t.Fatalf("%q cut to %d gave %q", s, max, got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return r < 0x20 || r == 0x7f }); i >= 0 {
			t.Fatalf("%q kept a control character: %q", s, got)
		}
	})
}
