package message

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"strings"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/render"
)

// partial is the parsed argument of {% render 'name', key: value %}.
type partial struct {
	name   string
	params []param
}

type param struct {
	name    string
	lexemes []lexeme
}

// maxPartials bounds snippets within snippets.
const maxPartials = 5

// parsePartial reads a snippet's name, which must be written out, and its parameters.
func parsePartial(args string) (partial, error) {
	ls, err := lex(args)
	if err != nil {
		return partial{}, err
	}
	if len(ls) == 0 || ls[0].kind != kindText {
		return partial{}, fmt.Errorf("render needs a snippet's name in quotation marks")
	}
	p := partial{name: ls[0].text}
	for rest := ls[1:]; len(rest) > 0; {
		if len(rest) < 3 || !rest[0].is(kindOp, ",") || rest[1].kind != kindKey {
			return partial{}, fmt.Errorf("render's parameters are written as key: value, with commas between")
		}
		n := 3
		for n < len(rest) && !(rest[n].is(kindOp, ",") && n+1 < len(rest) && rest[n+1].kind == kindKey) {
			n++
		}
		p.params = append(p.params, param{rest[1].text, rest[2:n]})
		rest = rest[n:]
	}
	return p, nil
}

// renderTag makes the render tag. Unlike the engine's own it knows only the
// shipped snippets, parsed once, and shares the surrounding variables with
// them, and gives them words of the message's language; what a snippet assigns
// stays inside.
func (e *engine) renderTag(args string) (func(io.Writer, render.Context) error, error) {
	p, err := parsePartial(args)
	if err != nil {
		return nil, err
	}
	values := make([]expressions.Expression, len(p.params))
	for i, a := range p.params {
		var raw []string
		for _, l := range a.lexemes {
			raw = append(raw, l.raw)
		}
		if values[i], err = expressions.Parse(strings.Join(raw, " ")); err != nil {
			return nil, err
		}
	}
	return func(w io.Writer, ctx render.Context) error {
		vars := maps.Clone(ctx.Bindings())
		for i, v := range values {
			x, err := ctx.Evaluate(v)
			if err != nil {
				return err
			}
			vars[p.params[i].name] = x
		}
		return e.partial(w, p.name, vars)
	}, nil
}

func (e *engine) partial(w io.Writer, name string, vars map[string]any) error {
	run, ok := vars[runKey].(*run)
	prog := e.snippets[name]
	if !ok || prog == nil {
		return fmt.Errorf("the snippet %q is broken", name)
	}
	if run.depth++; run.depth > maxPartials {
		return run.stop(refuse(0, "use fewer", "snippets are nested more than %d deep", maxPartials))
	}
	defer func() { run.depth-- }()
	if err := run.charge(prog.work); err != nil {
		return err
	}
	vars["words"] = snippetWords(run.money.locale)
	// A typed nil must not become an error.
	if err := render.Render(prog.root, w, vars, run.config); err != nil {
		return err
	}
	return nil
}

// load reads snippets/<name>.<suffix> from the file system and compiles them.
// A broken one is kept as nil: rendering it fails, and broken says why.
func (e *engine) load(snippets fs.FS, suffix string) {
	if snippets == nil {
		return
	}
	files, _ := fs.Glob(snippets, "snippets/*"+suffix)
	for _, f := range files {
		e.snippets[strings.TrimSuffix(path.Base(f), suffix)] = nil
	}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), suffix)
		src, err := fs.ReadFile(snippets, f)
		if err == nil {
			var prog *program
			if prog, err = e.compile(string(src), name); err == nil {
				e.snippets[name] = prog
				continue
			}
		}
		e.broken = fmt.Errorf("snippet %s: %w", path.Base(f), err)
	}
}
