package persona

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Match is the outcome of routing one cart, with the way to it.
type Match struct {
	Persona Persona `json:"persona"`
	// Index is its place in the list, from 0.
	Index int `json:"index"`
	// Considered are the personas looked at, in order; the last is the one that matched.
	Considered []Tried `json:"considered"`
}

// Tried is one persona looked at, for the decision ledger.
type Tried struct {
	Key string `json:"key"`
	// Rule is as it was; empty for the catch-all.
	Rule    string `json:"rule,omitempty"`
	Matched bool   `json:"matched"`
	// Err says why the rule had no answer, which counts as not matched; it
	// quotes nothing of the shopper.
	Err string `json:"err,omitempty"`
}

// Route finds the first persona whose rule matches. A rule that fails counts
// as not matched and is recorded; an end of ctx does not, since it would send
// everybody to the catch-all. Without a catch-all nobody may match, which is
// fault.Misconfigured.
func Route(ctx context.Context, rules *Rules, personas []Persona, f Facts) (Match, error) {
	var m Match
	for i, p := range personas {
		t := try(ctx, rules, p, f)
		if err := ctx.Err(); err != nil {
			return m, interrupted(err)
		}
		m.Considered = append(m.Considered, t)
		if t.Matched {
			m.Persona, m.Index = p, i
			return m, nil
		}
	}
	return m, fault.New(fault.Misconfigured, "no persona matches and there is no catch-all").
		Try("let the last persona have no rule")
}

func try(ctx context.Context, rules *Rules, p Persona, f Facts) Tried {
	t := Tried{Key: p.Key, Rule: p.Rule}
	if p.Rule == "" {
		t.Matched = true
		return t
	}
	program, err := rules.Compile(p.Rule)
	if err == nil {
		t.Matched, err = program.Match(ctx, f)
	}
	if err != nil {
		t.Err = err.Error()
	}
	return t
}
