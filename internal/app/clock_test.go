package app_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// clock are the functions of package time that read the clock or wait for it.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// clockReads gives one line for every use of the clock in a file.
func clockReads(name string, source any) ([]string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var reads []string
	ast.Inspect(file, func(n ast.Node) bool {
		use, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := use.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(clock, use.Sel.Name) {
			reads = append(reads, fmt.Sprintf("%s: time.%s", set.Position(use.Pos()), use.Sel.Name))
		}
		return true
	})
	return reads, nil
}

// TestNobodyReadsTheClock: rules are told what time it is, so that a test can
// tell them another.
func TestNobodyReadsTheClock(t *testing.T) {
	t.Parallel()
	packages := append([]string{"fault", "money", "shop", "recovery"}, path...)
	for _, name := range packages {
		files, err := filepath.Glob(filepath.Join("..", name, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			reads, err := clockReads(file, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, read := range reads {
				t.Errorf("%s: take the time as a parameter or from a field that app sets", read)
			}
		}
	}
}

func TestClockReadsAreFound(t *testing.T) {
	t.Parallel()
	reads, err := clockReads("a.go", "package a\n\nimport \"time\"\n\nvar now = time.Now\n\n"+
		"func f(t time.Time) time.Duration { return time.Since(t) + time.Hour }\n")
	if err != nil || len(reads) != 2 || reads[0] != "a.go:5:11: time.Now" {
		t.Errorf("got %q, %v", reads, err)
	}
}
