package attribution

import (
	"strings"
	"testing"
)

// The table is kept by hand: every mark must be findable, said once and sourced.
func TestAgentsAreSourced(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, a := range agents {
		if a.mark != strings.ToLower(a.mark) || len(a.mark) < 4 || a.source == "" || seen[a.mark] {
			t.Errorf("%q from %q", a.mark, a.source)
		}
		seen[a.mark] = true
	}
}
