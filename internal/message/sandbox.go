package message

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
	"github.com/osteele/liquid/tags"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Bounds on one rendering. A step of work is about a tenth of a microsecond,
// so that a template which uses all of it ends within the second.
const (
	maxOutput = 512 << 10
	maxTurns  = 10_000
	maxWork   = 1_000_000
)

const (
	// mainSource is the engine's name for the template itself; snippets have their own.
	mainSource = "template"
	// runKey holds the run among the variables, under a name no template can spell.
	runKey = "\x00run"
	// wholeObject is what an object prints as; the writer refuses it.
	wholeObject = "\x00"
)

// engine is Liquid reduced to what is safe: allow-listed tags and filters,
// strict variables, no files. One escapes HTML, the other does not.
type engine struct {
	html     bool
	base     render.Config
	filters  map[string]bool
	snippets map[string]*program
	// broken is the last snippet's error, nil when all compiled.
	broken error
	// runs are reused: their filters are built once.
	runs sync.Pool
}

// program is a compiled template; safe for concurrent use.
type program struct {
	root render.Node
	// work is what one pass costs at most, loops counted once.
	work int
}

type denyStore struct{}

// ReadTemplate refuses: templates never read files.
func (denyStore) ReadTemplate(string) ([]byte, error) {
	return nil, errors.New("templates cannot read files")
}

func newEngine(html bool) *engine {
	e := &engine{html: html, base: render.NewConfig(), snippets: map[string]*program{}}
	tags.AddStandardTags(&e.base)
	for _, t := range []string{"include", "cycle", "increment", "decrement"} {
		e.base.UnregisterTag(t)
	}
	e.base.AddTag("render", e.renderTag)
	e.base.AddTag("tick", tickTag)
	e.base.TemplateStore = denyStore{}
	e.base.StrictVariables = true
	if html {
		e.base.SetAutoEscapeReplacer(render.HtmlEscaper)
	}
	e.filters = newRun(e).names
	e.runs.New = func() any { return newRun(e) }
	return e
}

// tickTag is put at the head of each loop's body by the validator.
func tickTag(args string) (func(io.Writer, render.Context) error, error) {
	work, err := strconv.Atoi(args)
	if err != nil {
		return nil, err
	}
	return func(_ io.Writer, ctx render.Context) error {
		run, ok := ctx.Get(runKey).(*run)
		if !ok {
			return errors.New("no run")
		}
		if run.turns++; run.turns > maxTurns {
			return run.stop(refuse(0, "loop over less, or use limit:", "the template's loops make more than %d turns", maxTurns))
		}
		return run.charge(work)
	}, nil
}

// compile validates a source and parses it. name is a snippet's, "" for a template.
func (e *engine) compile(src, name string) (prog *program, err error) {
	defer func() {
		if p := recover(); p != nil {
			prog, err = nil, refuse(0, "simplify it", "the template cannot be read")
		}
	}()
	v := &validator{html: e.html, filters: e.filters, snippet: func(s string) bool { _, ok := e.snippets[s]; return ok }}
	src, err = v.validate(src, name != "")
	if err != nil {
		return nil, err
	}
	loc := parser.SourceLoc{Pathname: mainSource, LineNo: 1}
	if name != "" {
		loc.Pathname = "snippet " + name
	}
	root, perr := e.base.Compile(src, loc)
	if perr != nil {
		return nil, syntaxFault(perr)
	}
	return &program{root, v.work + 1}, nil
}

// syntaxFault words the parser's error; it quotes the template only.
func syntaxFault(err parser.Error) error {
	text := err.Error()
	if _, after, ok := strings.Cut(text, "): "); ok {
		text = after
	}
	text = strings.TrimSuffix(text, " in "+err.Path())
	return refuse(err.LineNumber(), "correct the expression", "%s", text)
}

// execute renders a program into text within all bounds.
func (e *engine) execute(ctx context.Context, prog *program, vars map[string]any, m moneyFormat) (out string, err error) {
	r := e.runs.Get().(*run)
	r.reset(ctx, m)
	defer func() {
		if p := recover(); p != nil {
			// A run that panicked is thrown away, not reused.
			out, err = "", r.verdict(fmt.Errorf("panic"))
			return
		}
		// Nothing of this render stays behind for the next.
		r.reset(ctx, moneyFormat{})
		r.ctx = nil
		e.runs.Put(r)
	}()
	if err := r.charge(prog.work); err != nil {
		return "", r.verdict(err)
	}
	bound := make(map[string]any, len(vars)+1)
	for k, v := range vars {
		bound[k] = v
	}
	bound[runKey] = r
	if rerr := render.Render(prog.root, &r.page, bound, r.config); rerr != nil {
		return "", r.verdict(rerr)
	}
	if r.err != nil {
		return "", r.err
	}
	return r.page.buf.String(), nil
}

// verdict words why rendering ended. The engine's own messages may hold a
// shopper's data, so only their kind is told.
func (r *run) verdict(err error) error {
	line, where := 0, ""
	var at render.Error
	if errors.As(err, &at) {
		line = at.LineNumber()
		if p := at.Path(); p != mainSource && p != "" {
			line, where = 0, " in the "+p
		}
	}
	if r.err != nil {
		return r.located(line)
	}
	var interp expressions.InterpreterError
	var filter expressions.FilterError
	switch {
	case errors.As(err, &interp) && where != "":
		return refuse(line, "give it what it needs, as in {% render 'button', label: 'Go' %}", "a variable%s is not known", where)
	case errors.As(err, &interp):
		return refuse(line, "check its spelling, and that lists are long enough for their index", "a variable is not known")
	case errors.As(err, &filter):
		return refuse(line, "check what the filter is given", "the filter %q cannot work on this value%s", filter.FilterName, where)
	}
	return refuse(line, "simplify the expression there", "the template%s cannot be rendered", where)
}

// located adds the line to why the run was stopped. Output is noticed some
// tokens late, so what it was stopped for has no line.
func (r *run) located(line int) error {
	var f *fault.Error
	if line == 0 || r.page.stopped || !errors.As(r.err, &f) || f.Code != fault.Unprocessable {
		return r.err
	}
	return refuse(line, f.Remedy, "%s", f.Message)
}
