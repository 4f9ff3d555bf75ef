package message

import (
	"bytes"
	"context"
	"reflect"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/filters"
	"github.com/osteele/liquid/render"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// run is one rendering: its budgets, its output and the filters that charge
// it. Runs are reused one after the other, never shared.
type run struct {
	config render.Config
	html   bool
	names  map[string]bool
	page   page

	ctx   context.Context
	money moneyFormat
	turns int
	work  int
	depth int
	// err is why the run was stopped; nothing goes on after it.
	err error
}

// moneyFormat is what the money filter needs to know.
type moneyFormat struct{ currency, locale string }

func newRun(e *engine) *run {
	r := &run{config: e.base, html: e.html, names: map[string]bool{}}
	r.page.run = r
	r.config.Config.Config = expressions.Config{}
	filters.AddStandardFilters(r)
	r.addOwnFilters()
	return r
}

func (r *run) reset(ctx context.Context, m moneyFormat) {
	r.ctx, r.money = ctx, m
	r.turns, r.work, r.depth, r.err = 0, 0, 0, nil
	r.page.buf.Reset()
	r.page.stopped = false
}

// stop ends the run with its reason.
func (r *run) stop(err error) error {
	if r.err == nil {
		r.err = err
	}
	return r.err
}

// charge counts work done and looks whether anyone still waits for it.
func (r *run) charge(work int) error {
	if r.err != nil {
		return r.err
	}
	if r.ctx != nil && r.ctx.Err() != nil {
		return r.stop(fault.Wrap(fault.Internal, r.ctx.Err(), "rendering was interrupted"))
	}
	if r.work += work; r.work > maxWork {
		return r.stop(refuse(0, "loop over less and use fewer filters", "the template takes too much work to render"))
	}
	return nil
}

// standard are the engine's filters that are let through: none prints internals,
// reads the clock or makes its result longer than its arguments.
func standard(name string) bool {
	switch name {
	case "default", "compact", "map", "reverse", "sort", "sort_natural", "first", "last", "uniq", "where", "sum",
		"abs", "ceil", "floor", "modulo", "minus", "plus", "times", "round", "at_least", "at_most",
		"size", "pluralize", "handleize", "handle", "capitalize", "downcase", "upcase",
		"remove", "remove_first", "remove_last", "slice", "strip_html", "strip_newlines", "strip", "lstrip", "rstrip",
		"truncate", "truncatewords", "url_decode":
		return true
	}
	return false
}

// AddFilter takes one of the engine's standard filters, if it is let through,
// with a charge for the length of what it works on.
func (r *run) AddFilter(name string, fn any) {
	if !standard(name) {
		return
	}
	f := reflect.ValueOf(fn)
	call := f.Call
	if f.Type().IsVariadic() {
		call = f.CallSlice
	}
	r.add(name, reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
		if err := r.charge(cost(name, args[0])); err != nil {
			panic(err)
		}
		return call(args)
	}).Interface())
}

func (r *run) add(name string, fn any) {
	r.names[name] = true
	r.config.AddFilter(name, fn)
}

// cost estimates a filter's work in steps.
func cost(name string, v reflect.Value) int {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		return 1 + v.Len()/32
	case reflect.Slice, reflect.Array:
		if name == "uniq" {
			return 1 + v.Len()*v.Len()
		}
		return 1 + 16*v.Len()
	}
	return 1
}

// page is the output: bounded, interruptible, and closed to whole objects.
type page struct {
	run *run
	buf bytes.Buffer
	// stopped is true when the run ended for what was printed.
	stopped bool
}

// Write takes rendered text.
func (p *page) Write(b []byte) (int, error) {
	if err := p.run.charge(1); err != nil {
		return 0, err
	}
	if p.buf.Len()+len(b) > maxOutput {
		p.stopped = true
		return 0, p.run.stop(refuse(0, "print less", "the template makes more than %d KB", maxOutput>>10))
	}
	if bytes.IndexByte(b, 0) >= 0 {
		p.stopped = true
		return 0, p.run.stop(refuse(0, "print its fields, as in {{ shop.name }}", "the template prints a whole object"))
	}
	return p.buf.Write(b)
}
