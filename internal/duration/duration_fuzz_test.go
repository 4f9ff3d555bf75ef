package duration

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// FuzzParse: what is read is whole seconds, and written again reads the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"90s", "1h30m", "3d", "1w2d3h4m5s", "15250w", "15251w", "99999999999999999999s", "1m1h", "-1h", "é", "00000000000000000000000000000000000000001s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) || utf8.ValidString(text) && !utf8.ValidString(err.Error()) || len(err.Error()) > 1000 {
				t.Fatal(err)
			}
			return
		}
		if d < 0 || d%time.Second != 0 {
			t.Fatalf("%q is %v", text, d)
		}
		if again, err := Parse(Format(d)); err != nil || again != d {
			t.Fatalf("%q is %v, written %q, read again %v, %v", text, d, Format(d), again, err)
		}
	})
}
