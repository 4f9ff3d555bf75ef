package dashboard

import (
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/persona"
)

// ruleLine is one row of a rule in words: "Cart total", "is less than", "80".
type ruleLine struct{ Fact, Does, Value string }

// ruleWords is a group of a rule in words.
type ruleWords struct {
	// Any says that one of the lines is enough.
	Any   bool
	Lines []ruleLine
}

// Said is the rule in words, for those who read it and cannot change it; nothing
// where rows cannot say it, and then its text is all there is.
func (v ruleView) Said() []ruleWords {
	if !v.InRows {
		return nil
	}
	var out []ruleWords
	for _, g := range filled(v.Form).Groups {
		if len(g.Rows) == 0 {
			continue
		}
		w := ruleWords{Any: g.Any}
		for _, r := range g.Rows {
			w.Lines = append(w.Lines, lineOf(r))
		}
		out = append(out, w)
	}
	return out
}

// lineOf writes a row by the names that the form offers; what it does not know
// stays as it is.
func lineOf(r persona.Row) ruleLine {
	out := ruleLine{Fact: r.Fact, Does: r.Op, Value: r.Value}
	facts, all := persona.Vocabulary(), persona.Comparisons()
	if i := slices.IndexFunc(facts, func(f persona.Fact) bool { return f.Path == r.Fact }); i >= 0 {
		out.Fact = facts[i].Label
	}
	if i := slices.IndexFunc(all, func(c persona.Comparison) bool { return c.Op == r.Op }); i >= 0 {
		// What stands in brackets tells how to fill in the field.
		out.Does, _, _ = strings.Cut(all[i].Label, " (")
		if all[i].Bare {
			out.Value = ""
		}
	}
	return out
}
