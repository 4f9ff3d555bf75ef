package message

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	got := Diff("Hi\nYour bag is saved.\nBye\n", "Hi\nYour whole bag is saved.\nNew\nBye")
	want := []Line{
		{Kind: LineSame, Text: "Hi", Old: 1, New: 1},
		{Kind: LineRemoved, Text: "Your bag is saved.", Old: 2, Words: []Words{{Text: "Your bag is saved."}}},
		{Kind: LineAdded, Text: "Your whole bag is saved.", New: 2, Words: []Words{{Text: "Your "}, {"whole ", true}, {Text: "bag is saved."}}},
		{Kind: LineAdded, Text: "New", New: 3},
		{Kind: LineSame, Text: "Bye", Old: 3, New: 4},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Diff("", ""); got != nil {
		t.Errorf("nothing differs from nothing: %v", got)
	}
	for _, l := range Diff("alpha beta", "gamma delta") {
		if l.Words != nil {
			t.Errorf("marks in a line with nothing in common: %+v", l)
		}
	}
}

// Both texts can be read out of a comparison, and it says no more than needed.
func TestDiffKeepsBothTexts(t *testing.T) {
	t.Parallel()
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c d", "", "c e é", "{{ x }}"})).Draw(t, "lines"), "\n")
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		var olds, news []string
		for _, l := range Diff(before, after) {
			if l.Kind != LineAdded {
				olds = append(olds, l.Text)
				if l.Old != len(olds) {
					t.Fatalf("line %d is numbered %d", len(olds), l.Old)
				}
			}
			if l.Kind != LineRemoved {
				news = append(news, l.Text)
				if l.New != len(news) {
					t.Fatalf("line %d is numbered %d", len(news), l.New)
				}
			}
			joined := ""
			for _, w := range l.Words {
				joined += w.Text
			}
			if l.Words != nil && joined != l.Text {
				t.Fatalf("the words %q are not the line %q", joined, l.Text)
			}
		}
		if !cmp.Equal(olds, lines(before)) || !cmp.Equal(news, lines(after)) {
			t.Fatalf("%q and %q became %q and %q", before, after, olds, news)
		}
		for _, l := range Diff(before, before) {
			if l.Kind != LineSame {
				t.Fatalf("a text differs from itself: %+v", l)
			}
		}
	})
}

func TestDiffOfMuch(t *testing.T) {
	t.Parallel()
	var a, b strings.Builder
	a.WriteString("same\n")
	b.WriteString("same\n")
	for range 3_000 {
		a.WriteString("x\n")
		b.WriteString("y\n")
	}
	got := Diff(a.String(), b.String())
	if len(got) != 6_001 || got[0].Kind != LineSame || got[1].Kind != LineRemoved || got[3_001].Kind != LineAdded {
		t.Errorf("%d lines, beginning with %+v", len(got), got[:2])
	}
}
