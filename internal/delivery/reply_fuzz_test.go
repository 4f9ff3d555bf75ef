package delivery_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// FuzzReadReply: whatever people send, the reading is sound and depends neither
// on case nor on outer blanks; giving consent back takes the exact word.
func FuzzReadReply(f *testing.F) {
	for _, seed := range []string{
		"STOP", "please stop texting me", "I can't stop wearing it", "ne m’écrivez plus", "ＳＴＯＰ\u0301\x00\xff", "s t o p",
		"Liked “Reply STOP to opt out”", "start", "don't want to unsubscribe", strings.Repeat("stop the ", 100), "ſtop ıİß",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := delivery.ReadReply(text)
		sound(t, text, r)
		if len(text) > 2000 || !utf8.ValidString(text) {
			return
		}
		for _, same := range []string{strings.ToUpper(text), " \t" + text + "\r\n"} {
			if got := delivery.ReadReply(same); got != r {
				t.Fatalf("%q: %+v, but %q: %+v", text, r, same, got)
			}
		}
		// The words that decided by themselves do so again.
		if r.By == delivery.ByKeyword && delivery.ReadReply(r.Words) != r {
			t.Fatalf("%q decided %+v, alone it is %+v", r.Words, r, delivery.ReadReply(r.Words))
		}
	})
}

func sound(t *testing.T, text string, r delivery.Reply) {
	t.Helper()
	switch {
	case r.Asks == "" && (r != delivery.Reply{}),
		r.Asks != "" && (r.Words == "" || r.By == ""),
		(r.Asks == delivery.Start || r.Asks == delivery.Help) && r.By != delivery.ByKeyword,
		r.Asks != "" && r.Asks != delivery.Start && r.Asks != delivery.Help && r.Asks != delivery.Stop,
		!utf8.ValidString(r.Words):
		t.Fatalf("%q is read as %+v", text, r)
	}
}
