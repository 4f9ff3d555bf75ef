package woocommerce_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce/story"
)

func TestStories(t *testing.T) {
	t.Parallel()
	for _, f := range conformance.Check(t.Context(), story.Platform(), received) {
		t.Error(f)
	}
}
