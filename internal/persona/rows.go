package persona

import (
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Form is a rule as rows that people fill in: groups of comparisons, joined by
// "all" or "any". Every form has a text; not every text has a form.
type Form struct {
	// Any joins the groups by "or", else by "and".
	Any    bool    `json:"any"`
	Groups []Group `json:"groups"`
}

// Group is some rows joined in one way.
type Group struct {
	// Any joins the rows by "or", else by "and".
	Any  bool  `json:"any"`
	Rows []Row `json:"rows"`
}

// Row compares one fact with one value.
type Row struct {
	// Fact is a Fact's Path, Op a Comparison's, Value as typed: several of them
	// are separated by commas.
	Fact  string `json:"fact"`
	Op    string `json:"op"`
	Value string `json:"value"`
}

// Text writes the form as a rule. Faults are *fault.Error that name the row in
// words; an empty form is an empty rule.
func (f Form) Text() (string, error) {
	var parts []string
	n := 0
	for _, g := range f.Groups {
		var rows []string
		for _, r := range g.Rows {
			n++
			text, err := r.text()
			if err != nil {
				return "", err.In("row " + strconv.Itoa(n))
			}
			rows = append(rows, text)
		}
		if len(rows) == 0 {
			continue
		}
		part := strings.Join(rows, joiner(g.Any))
		if len(rows) > 1 && g.Any != f.Any {
			part = "(" + part + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, joiner(f.Any)), nil
}

func joiner(any bool) string {
	if any {
		return " || "
	}
	return " && "
}

func (r Row) text() (string, *fault.Error) {
	fact, ok := factOf(r.Fact)
	if !ok {
		return "", fault.New(fault.Unprocessable, "there is no fact %q", r.Fact).Try("choose one from the list")
	}
	c, ok := comparisonOf(r.Op)
	if !ok || !fits(c, fact.Kind) {
		return "", fault.New(fault.Unprocessable, "“%s” cannot be compared in this way", fact.Label).Try("choose another comparison")
	}
	if c.Bare {
		return bare(fact, c.Op), nil
	}
	switch fact.Kind {
	case Number, Amount:
		return r.numeric(fact)
	case Labels:
		return r.labelled(fact)
	}
	return r.textual(fact)
}

func fits(c Comparison, k Kind) bool {
	for _, have := range c.Kinds {
		if have == k {
			return true
		}
	}
	return false
}

func bare(f Fact, op string) string {
	switch op {
	case OpYes:
		return f.Path
	case OpNo:
		return "!" + f.Path
	case OpKnown:
		return f.Path + ` != ""`
	}
	return f.Path + ` == ""`
}

// signs are the comparisons that are operators between a fact and a value.
var signs = map[string]string{OpIs: "==", OpIsNot: "!=", OpLess: "<", OpAtMost: "<=", OpMore: ">", OpAtLeast: ">="}

// numeric writes a number as a whole one for counts, and so that both sides
// are of one type where two amounts are held to be equal.
func (r Row) numeric(f Fact) (string, *fault.Error) {
	v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(r.Value), ",", "."), 64)
	if err != nil || v < -1e12 || v > 1e12 || v != v {
		return "", fault.New(fault.Unprocessable, "“%s” needs a number", f.Label).Try("write it in digits, such as 80 or 19.90")
	}
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if f.Kind == Number && strings.Contains(text, ".") {
		return "", fault.New(fault.Unprocessable, "“%s” is counted in whole numbers", f.Label).Try("write a whole number")
	}
	equal := r.Op == OpIs || r.Op == OpIsNot
	if f.Kind == Amount && equal && !strings.Contains(text, ".") {
		text += ".0"
	}
	return f.Path + " " + signs[r.Op] + " " + text, nil
}

func (r Row) labelled(f Fact) (string, *fault.Error) {
	value := strings.TrimSpace(r.Value)
	if value == "" {
		return "", fault.New(fault.Unprocessable, "“%s” needs a value", f.Label).Try("write one label")
	}
	text := quote(value) + " in " + f.Path
	if r.Op == OpHasNot {
		return "!(" + text + ")", nil
	}
	return text, nil
}

func (r Row) textual(f Fact) (string, *fault.Error) {
	value := strings.TrimSpace(r.Value)
	if value == "" {
		return "", fault.New(fault.Unprocessable, "“%s” needs a value", f.Label).Try("write one, or choose “is not known”")
	}
	switch r.Op {
	case OpContains:
		return f.Path + ".contains(" + quote(value) + ")", nil
	case OpStarts:
		return f.Path + ".startsWith(" + quote(value) + ")", nil
	case OpEnds:
		return f.Path + ".endsWith(" + quote(value) + ")", nil
	case OpOneOf:
		return r.oneOf(f)
	}
	return f.Path + " " + signs[r.Op] + " " + quote(value), nil
}

func (r Row) oneOf(f Fact) (string, *fault.Error) {
	var quoted []string
	for v := range strings.SplitSeq(r.Value, ",") {
		if v = strings.TrimSpace(v); v != "" {
			quoted = append(quoted, quote(v))
		}
	}
	if len(quoted) == 0 || len(quoted) > maxRowValues {
		return "", fault.New(fault.Unprocessable, "“%s” needs 1 to %d values", f.Label, maxRowValues).Try("separate them by commas")
	}
	return f.Path + " in [" + strings.Join(quoted, ", ") + "]", nil
}

// quote writes a text as CEL reads it.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
}
