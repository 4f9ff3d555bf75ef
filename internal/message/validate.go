package message

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/osteele/liquid/parser"
)

// role is what the validator must know of a tag.
type role int

const (
	rolePlain   role = iota + 1 // stands alone, with an expression
	roleBare                    // stands alone or is a clause, without arguments
	roleClause                  // a clause with an expression
	roleBlock                   // opens a block
	roleLoop                    // opens a loop
	roleVerbose                 // comment and raw: nothing inside counts
	roleEnd                     // closes a block
)

// allowed is the list of tags; everything else is refused. Table rows make
// HTML, so the text engine has none.
func allowed(tag string, html bool) (role, bool) {
	switch tag {
	case "assign", "render":
		return rolePlain, true
	case "else", "break", "continue":
		return roleBare, true
	case "elsif", "when":
		return roleClause, true
	case "if", "unless", "case":
		return roleBlock, true
	case "for":
		return roleLoop, true
	case "tablerow":
		return roleLoop, html
	case "comment", "raw":
		return roleVerbose, true
	case "endif", "endunless", "endcase", "endfor", "endcomment", "endraw":
		return roleEnd, true
	case "endtablerow":
		return roleEnd, html
	}
	return 0, false
}

var remedies = map[string]string{
	"capture":   "use assign, or write the text where it is needed",
	"include":   "use {% render 'name' %} with a shipped snippet",
	"liquid":    "write each tag in its own {% %}",
	"echo":      "use {{ }}",
	"cycle":     "use forloop.index with modulo",
	"increment": "use assign with plus",
	"decrement": "use assign with minus",
}

// opened is a block that is not closed yet.
type opened struct {
	tag   string
	line  int
	index int // of its token
	work  int // done before it
}

// validator walks a template's tokens once, before the engine sees them.
type validator struct {
	html    bool
	filters map[string]bool
	snippet func(name string) bool

	stack   []opened
	work    int
	ticks   map[int]int // loop token index → work of one turn
	uses    []use
	defined map[string]*shape
	names   *shape
}

// validate checks a source against everything the sandbox demands before
// rendering, and gives it back with a tick tag at the head of every loop's body.
func (v *validator) validate(src string, open bool) (string, error) {
	tokens, err := scan(src)
	if err != nil {
		return "", err
	}
	v.ticks, v.defined, v.names = map[int]int{}, map[string]*shape{}, names()
	for i, t := range tokens {
		if err := v.token(i, t); err != nil {
			return "", err
		}
	}
	if n := len(v.stack); n > 0 {
		o := v.stack[n-1]
		return "", refuse(o.line, "add {% end"+o.tag+" %}", "{%% %s %%} is not closed", o.tag)
	}
	for _, u := range v.uses {
		if err := u.check(v.names, v.defined, open); err != nil {
			return "", err
		}
	}
	return withTicks(tokens, v.ticks), nil
}

func (v *validator) token(i int, t parser.Token) error {
	line := t.SourceLoc.LineNo
	if n := len(v.stack); n > 0 {
		if top := v.stack[n-1].tag; top == "comment" || top == "raw" {
			if t.Type == parser.TagTokenType && t.Name == "end"+top {
				v.stack = v.stack[:n-1]
			}
			return nil
		}
	}
	switch t.Type {
	case parser.ObjTokenType:
		return v.expression(t.Args, line)
	case parser.TagTokenType:
		return v.tag(i, t)
	case parser.TextTokenType:
		// A second guard: whatever the engine would print instead of running it.
		if strings.Contains(t.Source, "{{") || strings.Contains(t.Source, "{%") {
			return refuse(line, "check its brackets", "a {{ or {%% cannot be read")
		}
	}
	return nil
}

func (v *validator) tag(i int, t parser.Token) error {
	line := t.SourceLoc.LineNo
	r, ok := allowed(t.Name, v.html)
	if !ok {
		remedy := remedies[t.Name]
		if remedy == "" {
			remedy = "use assign, if, unless, case, for, comment, raw or render"
		}
		return refuse(line, remedy, "the tag {%% %s %%} is not available", t.Name)
	}
	v.work++
	switch r {
	case roleBlock, roleLoop, roleVerbose:
		if len(v.stack) == maxNesting {
			return refuse(line, "make it flatter", "tags are nested more than %d deep", maxNesting)
		}
		v.stack = append(v.stack, opened{t.Name, line, i, v.work})
	case roleEnd:
		return v.end(t.Name, line)
	}
	if err := v.arguments(t, r); err != nil {
		return err
	}
	return nil
}

func (v *validator) end(tag string, line int) error {
	n := len(v.stack)
	if n == 0 {
		return refuse(line, "remove it", "{%% %s %%} closes nothing", tag)
	}
	o := v.stack[n-1]
	if tag != "end"+o.tag {
		return refuse(line, fmt.Sprintf("close {%% %s %%} of line %d first", o.tag, o.line), "{%% %s %%} comes too early", tag)
	}
	v.stack = v.stack[:n-1]
	if o.tag == "for" || o.tag == "tablerow" {
		v.ticks[o.index] = v.work - o.work + 1
	}
	return nil
}

// withTicks writes the tokens back with {% tick N %} after each loop's head,
// N being the work of one turn. A head that trims (-%}) keeps doing so.
func withTicks(tokens []parser.Token, ticks map[int]int) string {
	var b strings.Builder
	for i, t := range tokens {
		b.WriteString(t.Source)
		if n, ok := ticks[i]; ok {
			b.WriteString("{% tick " + strconv.Itoa(n))
			if strings.HasSuffix(t.Source, "-%}") {
				b.WriteString(" -")
			}
			b.WriteString("%}")
		}
	}
	return b.String()
}
