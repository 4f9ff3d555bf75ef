package platform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Each id is asked for once, for all its lines; what has none is not asked for.
func TestLinesByTheirID(t *testing.T) {
	t.Parallel()
	blue, typed, red := event.Item{VariantID: "2", Title: "Blue"}, event.Item{Title: "Typed by hand"}, event.Item{VariantID: "1", Title: "Red"}
	ids, lines := platform.LinesBy([]event.Item{blue, typed, red, blue}, platform.VariantOf)
	if diff := cmp.Diff([]string{"2", "1"}, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string][]event.Item{"2": {blue, blue}, "1": {red}}, lines); diff != "" {
		t.Error(diff)
	}
}
