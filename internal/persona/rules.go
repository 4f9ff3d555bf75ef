package persona

import (
	"container/list"
	"reflect"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	// costLimit ends an expression that does too much: an ordinary rule over a
	// cart of fifty lines costs a few hundred.
	costLimit = 10_000
	// interruptEvery is how many loop steps pass between looks at the context.
	interruptEvery = 100
	// maxExpression is the longest expression, in characters; maxNodes bounds
	// what macros may blow it up to, maxDepth how deep it may nest.
	maxExpression = 4_000
	maxNodes      = 5_000
	maxDepth      = 60
	// maxRegex bounds a regular expression's compiled program, in instructions.
	maxRegex = 2_000
	// maxPrograms is how many compiled expressions are kept.
	maxPrograms = 2_000
)

// Rules compiles expressions and keeps the compiled ones by their text, the
// most recently used first. It may be used by many goroutines at once.
type Rules struct {
	env *cel.Env
	// plain parses without expanding macros; see Form.
	plain *cel.Env

	mu sync.Mutex
	// byText finds an element of recent, whose values are *Program.
	byText map[string]*list.Element
	recent *list.List
	max    int
}

// NewRules makes a compiler. It fails only if the facts cannot be described to CEL.
func NewRules() (*Rules, error) {
	env, err := cel.NewEnv(
		ext.NativeTypes(ext.ParseStructTags(true), reflect.TypeFor[Shopper](), reflect.TypeFor[Cart](), reflect.TypeFor[Item]()),
		cel.Variable("shopper", cel.ObjectType("persona.Shopper")),
		cel.Variable("cart", cel.ObjectType("persona.Cart")),
		cel.CrossTypeNumericComparisons(true),
		ext.Strings(),
		cel.ParserExpressionSizeLimit(maxExpression),
		cel.ExpressionNodeLimit(maxNodes),
		cel.ParserRecursionLimit(maxDepth),
		cel.RegexProgramSizeLimit(maxRegex),
	)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the rule language could not be set up")
	}
	plain, err := newPlain()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the rule language could not be set up")
	}
	return &Rules{env: env, plain: plain, byText: map[string]*list.Element{}, recent: list.New(), max: maxPrograms}, nil
}

// Compile checks an expression and makes it ready to run. An expression that
// does not compile, or is not a yes-or-no question, is fault.Unprocessable
// with CEL's own position and caret.
func (r *Rules) Compile(expr string) (*Program, error) {
	if p := r.cached(expr); p != nil {
		return p, nil
	}
	p, err := r.compile(expr)
	if err != nil {
		return nil, err
	}
	r.keep(p)
	return p, nil
}

// Check is Compile for those who only want to know whether it would.
func (r *Rules) Check(expr string) error {
	_, err := r.Compile(expr)
	return err
}

func (r *Rules) compile(expr string) (*Program, error) {
	ast, issues := r.env.Compile(expr)
	if err := issues.Err(); err != nil {
		return nil, notCompiled(err)
	}
	if !ast.OutputType().IsExactType(cel.BoolType) {
		return nil, notBool(ast.OutputType().String())
	}
	program, err := r.env.Program(ast,
		cel.EvalOptions(cel.OptOptimize),
		cel.CostLimit(costLimit),
		cel.InterruptCheckFrequency(interruptEvery),
	)
	if err != nil {
		return nil, notCompiled(err)
	}
	return &Program{text: expr, program: program}, nil
}

func (r *Rules) cached(expr string) *Program {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.byText[expr]
	if !ok {
		return nil
	}
	r.recent.MoveToFront(e)
	return e.Value.(*Program)
}

// keep remembers a program and forgets the one unused for longest.
func (r *Rules) keep(p *Program) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.byText[p.text]; ok {
		return
	}
	r.byText[p.text] = r.recent.PushFront(p)
	if r.recent.Len() > r.max {
		oldest := r.recent.Remove(r.recent.Back()).(*Program)
		delete(r.byText, oldest.text)
	}
}
