package persona

import (
	"context"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Program is a compiled expression. It may be run by many goroutines at once.
type Program struct {
	text    string
	program cel.Program
}

// String gives the expression's text.
func (p *Program) String() string { return p.text }

// Match answers the expression for one shopper and cart. It stops with an
// error at the cost limit, or when ctx ends. Errors never quote the facts.
func (p *Program) Match(ctx context.Context, f Facts) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, interrupted(err)
	}
	out, _, err := p.program.ContextEval(ctx, map[string]any{"shopper": &f.Shopper, "cart": &f.Cart})
	if err != nil {
		if cause := ctx.Err(); cause != nil {
			return false, interrupted(cause)
		}
		return false, notAnswered(err)
	}
	yes, ok := out.Value().(bool)
	if !ok {
		return false, notBool(out.Type().TypeName())
	}
	return yes, nil
}

func interrupted(cause error) error {
	return fault.Wrap(fault.Overloaded, cause, "the rule was interrupted before it had an answer")
}

// failures are the run-time failures that can be told without quoting a fact:
// what CEL says, what we say, and what to do.
var failures = []struct{ cel, message, remedy string }{
	{"cost limit exceeded", "the rule does more work than is allowed", "use fewer loops inside loops"},
	{"divi", "the rule divides by zero", "guard it, as in cart.items.size() > 0 && …"},
	{"modulus by zero", "the rule divides by zero", "guard it, as in cart.items.size() > 0 && …"},
	{"index out of bounds", "the rule asks for an element that is not there", "test size(…) first"},
	{"overflow", "a number in the rule grows too large", ""},
	{"no such overload", "the rule uses a value in a way its type does not allow", ""},
}

// notAnswered tells a run-time failure. CEL's own text may quote a name or an
// address ("parsing \"Anna\""), so it is neither shown nor kept.
func notAnswered(err error) error {
	text := err.Error()
	for _, f := range failures {
		if strings.Contains(text, f.cel) {
			return fault.New(fault.Unprocessable, "%s", f.message).Try(f.remedy)
		}
	}
	return fault.New(fault.Unprocessable, "the rule could not be answered for this cart").
		Try("check its conversions and regular expressions")
}
