package app_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// abilities are what adapters can be asked for, as the matrix calls it.
var abilities = []struct {
	name string
	has  func(platform.Adapter) bool
}{
	{"fetch-back", func(a platform.Adapter) bool { _, ok := a.(platform.Fetcher); return ok }},
	{"reconciliation", func(a platform.Adapter) bool { _, ok := a.(platform.Lister); return ok }},
	{"products", func(a platform.Adapter) bool { _, ok := a.(platform.Shelf); return ok }},
	{"way back", func(a platform.Adapter) bool { _, ok := a.(platform.Opener); return ok }},
	{"published keys", func(a platform.Adapter) bool { _, ok := a.(platform.Keyed); return ok }},
}

// The matrix of the docs is what the kit finds, told now: nobody types it.
// CARTOGRAPH_WRITE_DOCS=1 writes it anew.
func TestPlatformMatrixIsCurrent(t *testing.T) {
	t.Parallel()
	const path, begin, end = "../../docs/platforms.md", "<!-- matrix -->\n", "<!-- /matrix -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the matrix", path)
	}
	want := before + begin + matrix(t.Context(), t) + end + after
	if want == string(text) {
		return
	}
	if os.Getenv("CARTOGRAPH_WRITE_DOCS") == "" {
		t.Fatal("the matrix is not current; run CARTOGRAPH_WRITE_DOCS=1 go test -run TestPlatformMatrix ./internal/app")
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func matrix(ctx context.Context, t *testing.T) string {
	t.Helper()
	all := append(app.Stories(), app.Vocabularies()...)
	var b, why strings.Builder
	b.WriteString("\n| |")
	for _, p := range all {
		b.WriteString(" " + p.Title + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(all)) + "\n")
	results := map[string][]conformance.Result{}
	for _, p := range all {
		results[p.Title] = conformance.Results(ctx, p, time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC))
	}
	for i, trait := range conformance.Traits() {
		fmt.Fprintf(&b, "| %s |", strings.ReplaceAll(string(trait), "_", " "))
		for _, p := range all {
			r := results[p.Title][i]
			switch {
			case r.Well:
				b.WriteString(" yes |")
			case r.Cannot != "":
				b.WriteString(" – |")
				fmt.Fprintf(&why, "- **%s, %s**: %s.\n", p.Title, strings.ReplaceAll(string(trait), "_", " "), r.Cannot)
			default:
				t.Errorf("%s does not tell %s well", p.Name, trait)
			}
		}
		b.WriteString("\n")
	}
	for _, a := range abilities {
		fmt.Fprintf(&b, "| *%s* |", a.name)
		for _, p := range all {
			b.WriteString(map[bool]string{true: " yes |", false: " – |"}[a.has(p.Adapter)])
		}
		b.WriteString("\n")
	}
	b.WriteString("\nWhy not:\n\n" + why.String())
	for _, p := range all {
		if p.Unsigned != "" {
			fmt.Fprintf(&b, "- **%s**: its deliveries are not signed. %s.\n", p.Title, strings.TrimSuffix(p.Unsigned, "."))
		}
		for _, untold := range p.Untold {
			fmt.Fprintf(&b, "- **%s never tells**: %s.\n", p.Title, strings.TrimSuffix(untold, "."))
		}
	}
	return b.String() + "\n"
}
