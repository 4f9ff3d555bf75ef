package commercetools_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/commercetools/story"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

func TestStories(t *testing.T) {
	t.Parallel()
	for _, f := range conformance.Check(t.Context(), story.Platform(), time.Date(2026, 5, 2, 10, 0, 0, 0, time.UTC)) {
		t.Error(f)
	}
}
