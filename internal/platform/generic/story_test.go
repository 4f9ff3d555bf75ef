package generic_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/generic/story"
)

func TestStories(t *testing.T) {
	t.Parallel()
	for _, p := range []conformance.Platform{story.Platform(), story.Segment(), story.GA4()} {
		t.Run(p.Title, func(t *testing.T) {
			t.Parallel()
			for _, f := range conformance.Check(t.Context(), p, time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)) {
				t.Error(f)
			}
		})
	}
}
