package message

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"html/template"
	"io/fs"
	"sync"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

//go:embed layout.html
var layoutSource string

// Bounds on the compiled templates kept in memory.
const (
	maxCached      = 2_000
	maxCachedBytes = 8 << 20
)

// Renderer turns templates into messages. It keeps what it compiled and is
// safe for concurrent use.
type Renderer struct {
	html, text *engine
	layout     *template.Template

	mu     sync.Mutex
	cache  map[cacheKey]*program
	cached int // bytes of source
	sizes  map[cacheKey]int
	// blocks are what was made of blocks, by the hash of all that they are made of.
	blocks map[[sha256.Size]byte]liquidParts
}

// cacheKey is the content's hash; the engines compile the same source differently.
type cacheKey struct {
	html bool
	sum  [sha256.Size]byte
}

// NewRenderer makes a renderer. snippets holds what {% render 'name' %} can
// name: snippets/<name>.html.liquid for HTML bodies, snippets/<name>.txt.liquid
// for everything else; nil for none.
func NewRenderer(snippets fs.FS) *Renderer {
	r := &Renderer{
		html: newEngine(true), text: newEngine(false),
		layout: template.Must(template.New("layout").Parse(layoutSource)),
		cache:  map[cacheKey]*program{}, sizes: map[cacheKey]int{},
		blocks: map[[sha256.Size]byte]liquidParts{},
	}
	r.html.load(snippets, ".html.liquid")
	r.text.load(snippets, ".txt.liquid")
	return r
}

// Render makes the message of a template for one input, strictly: an unknown
// variable is an error and never a hole in someone's mailbox. The error is
// fault.Unprocessable and names the template's field and, where known, the line.
func (r *Renderer) Render(ctx context.Context, t Template, in Input) (Rendered, error) {
	t, err := r.made(t)
	if err != nil {
		return Rendered{}, err
	}
	p := pass{ctx: ctx, r: r, t: t, in: in, vars: bindings(t, in),
		money: moneyFormat{currency: currencyOf(in), locale: in.Locale}}
	switch t.Channel {
	case event.Email:
		return p.email()
	case event.SMS:
		return p.sms()
	case event.Messenger:
		return p.messenger()
	}
	return Rendered{}, fault.New(fault.Unprocessable, "there is no channel %q", t.Channel).
		In("channel").Try("use email, sms or messenger")
}

// pass is one rendering of one template.
type pass struct {
	ctx   context.Context
	r     *Renderer
	t     Template
	in    Input
	vars  map[string]any
	money moneyFormat
}

// liquid renders one field.
func (p *pass) liquid(e *engine, field, src string) (string, error) {
	if src == "" {
		return "", nil
	}
	prog, err := p.r.compiled(e, src)
	if err != nil {
		return "", inField(err, field)
	}
	out, err := e.execute(p.ctx, prog, p.vars, p.money)
	if err != nil {
		return "", inField(err, field)
	}
	return out, nil
}

// compiled gives a source's program from the cache or compiles it. Two at once
// may compile the same source; the result is the same.
func (r *Renderer) compiled(e *engine, src string) (*program, error) {
	key := cacheKey{e.html, sha256.Sum256([]byte(src))}
	r.mu.Lock()
	prog := r.cache[key]
	r.mu.Unlock()
	if prog != nil {
		return prog, nil
	}
	prog, err := e.compile(src, "")
	if err != nil {
		return nil, err
	}
	r.keep(key, prog, len(src))
	return prog, nil
}

// keep stores a program, putting out any others while there are too many:
// compiling again costs little, so no order is kept.
func (r *Renderer) keep(key cacheKey, prog *program, size int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.cache[key]; there {
		return
	}
	for old := range r.cache {
		if len(r.cache) < maxCached && r.cached+size <= maxCachedBytes {
			break
		}
		r.cached -= r.sizes[old]
		delete(r.cache, old)
		delete(r.sizes, old)
	}
	r.cache[key], r.sizes[key] = prog, size
	r.cached += size
}

// inField names the template's field in a copy of the error.
func inField(err error, field string) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return fault.Wrap(fault.Unprocessable, err, "the template cannot be rendered").In(field)
	}
	named := *e
	return named.In(field)
}
