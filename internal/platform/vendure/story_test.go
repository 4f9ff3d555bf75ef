package vendure_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/vendure/story"
)

func TestStories(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)
	for _, f := range conformance.Check(t.Context(), story.Platform(), now) {
		t.Error(f)
	}
}
