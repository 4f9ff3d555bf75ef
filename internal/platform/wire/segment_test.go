package wire_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

func TestSegment(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"252": true, "d30016e2-23c0-4a90-884f-2e92ac135476": true, "a_B-9": true,
		"": false, ".": false, "..": false, "a/b": false, "a?b": false, "a%2Fb": false, "a b": false, `a"b`: false, "ä": false,
		strings.Repeat("a", 200): true, strings.Repeat("a", 201): false,
	} {
		if wire.Segment(id) != want {
			t.Errorf("%q: %v", id, !want)
		}
	}
}

// Mail's spelling of times is the one of some older APIs; its day may have one digit.
func TestTimesAsInMail(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		"Tue, 05 Mar 2019 21:40:11 +0000": time.Date(2019, 3, 5, 21, 40, 11, 0, time.UTC),
		"Thu, 2 Apr 2020 11:32:00 -0400":  time.Date(2020, 4, 2, 15, 32, 0, 0, time.UTC),
	} {
		if got, ok := wire.ParseTime(text); !ok || !got.Equal(want) {
			t.Errorf("%s: %v", text, got)
		}
	}
}
