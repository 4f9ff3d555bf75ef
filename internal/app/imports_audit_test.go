package app

import (
	"fmt"
	"strings"
	"testing"
)

// A file that changes more than a line of the log can name is counted whole.
func TestBookDetailCountsWhatItCannotName(t *testing.T) {
	t.Parallel()
	var changed []string
	for i := range maxNamed + 2 {
		changed = append(changed, fmt.Sprintf("template: t%d", i))
	}
	got := bookDetail(changed, map[string]int{"templates": len(changed), "personas": 0})
	if got["templates"] != "52" || got["personas"] != "" {
		t.Errorf("counts %v", got)
	}
	if named := got["changed"]; !strings.HasSuffix(named, "template: t49; and 2 more") {
		t.Errorf("named %q", named)
	}
}
