package dashboard

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/access"
)

// What went into the shop from a file stands in the log with its name.
func TestAuditNamesWhatWasImported(t *testing.T) {
	t.Parallel()
	for _, e := range []access.Entry{
		{Action: access.CodesAdded, Object: "spring-10"},
		{Action: access.CodesRemoved, Object: "spring-10"},
		{Action: access.ConsentImported, Object: "newsletter.csv"},
	} {
		if got := (frame{}).Object(e); got != e.Object {
			t.Errorf("%s: the log names %q, want %q", e.Action, got, e.Object)
		}
		if got := (frame{}).Did(e.Action); got == string(e.Action) {
			t.Errorf("%s has no words", e.Action)
		}
	}
}
