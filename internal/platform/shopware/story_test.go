package shopware_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/shopware/story"
)

// received is our clock in these tests.
var received = time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)

func TestStories(t *testing.T) {
	t.Parallel()
	for _, f := range conformance.Check(t.Context(), story.Platform(), received) {
		t.Error(f)
	}
}
