package playbook

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"github.com/cartograph-dev/cartograph/internal/message"
)

// blockFields are a block's fields in the order of files.
var blockFields = []string{"kind", "text", "label", "link", "image", "alt", "by", "most", "pictures", "size", "align", "emphasis", "when"}

// styleFields are a style's.
var styleFields = []string{"brand", "ink", "font", "width", "corners"}

// blocks reads an email's blocks; what they may hold is the renderer's to check.
func (r *reader) blocks(at string, n ast.Node) []message.Block {
	var out []message.Block
	for i, e := range r.entries(at, n) {
		here := fmt.Sprintf("%s[%d]", at, i)
		r.stand(here, e)
		f := r.fields(here, r.bare(here, e), blockFields...)
		text := func(name string) string { return r.text(here+"."+name, f[name]) }
		out = append(out, message.Block{
			Kind: text("kind"), Text: text("text"), Label: text("label"), Link: text("link"), Image: text("image"), Alt: text("alt"),
			By: text("by"), Most: r.number(here+".most", f["most"]), Pictures: text("pictures"), Size: text("size"),
			Align: text("align"), Emphasis: text("emphasis"), When: text("when"),
		})
	}
	return out
}

func (r *reader) style(at string, n ast.Node) message.Style {
	if n = r.bare(at, n); n == nil {
		return message.Style{}
	}
	f := r.fields(at, n, styleFields...)
	text := func(name string) string { return r.text(at+"."+name, f[name]) }
	return message.Style{Brand: text("brand"), Ink: text("ink"), Font: text("font"), Width: r.number(at+".width", f["width"]), Corners: text("corners")}
}

// number reads a whole number that is not negative; nothing gives 0.
func (r *reader) number(path string, n ast.Node) int {
	text := r.text(path, n)
	if text == "" {
		return 0
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < 0 || v > 1_000_000 {
		r.report(path, "it should be a number", "write a whole number, such as 6")
		return 0
	}
	return v
}

// fieldOf is one field of a block or style with its value.
type fieldOf struct{ name, value string }

// numeral writes a number, nothing for 0.
func numeral(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func blockValues(b message.Block) []fieldOf {
	return []fieldOf{
		{"kind", b.Kind}, {"text", b.Text}, {"label", b.Label}, {"link", b.Link}, {"image", b.Image}, {"alt", b.Alt}, {"by", b.By},
		{"most", numeral(b.Most)}, {"pictures", b.Pictures}, {"size", b.Size}, {"align", b.Align}, {"emphasis", b.Emphasis}, {"when", b.When},
	}
}

func (w *writer) blocks(all []message.Block) {
	if len(all) == 0 {
		return
	}
	w.line("blocks:")
	for i, b := range all {
		w.block(fmt.Sprintf("%s.blocks[%d]", w.path, i), b)
	}
}

// block writes a block on one line, or its fields below each other where that
// is too wide or a text has several lines.
func (w *writer) block(path string, b message.Block) {
	values := blockValues(b)
	if one := "      - {" + w.inline(path, values) + "}"; utf8.RuneCountInString(one) <= maxLine && !strings.Contains(b.Text, "\n") {
		w.out.WriteString(one + "\n")
		w.kept = false
		return
	}
	indent := "      - "
	for _, f := range values {
		if f.value == "" {
			continue
		}
		if header, body, ok := block(f.value, "          "); ok && f.name != "most" {
			w.check(within(path, f.name), f.value)
			w.out.WriteString(indent + f.name + ": " + header + "\n" + body)
			w.kept = header != "|" && header != "|-"
		} else {
			w.out.WriteString(indent + f.name + ": " + w.plainOrQuoted(path, f, false) + "\n")
			w.kept = false
		}
		indent = "        "
	}
}

// inline writes fields in one line, without the empty ones.
func (w *writer) inline(path string, values []fieldOf) string {
	var out []string
	for _, f := range values {
		if f.value != "" {
			out = append(out, f.name+": "+w.plainOrQuoted(path, f, true))
		}
	}
	return strings.Join(out, ", ")
}

// plainOrQuoted writes a value; numbers stand as they are.
func (w *writer) plainOrQuoted(path string, f fieldOf, inFlow bool) string {
	if f.name == "most" || f.name == "width" {
		return f.value
	}
	return w.scalar(within(path, f.name), f.value, inFlow)
}

func (w *writer) style(s message.Style) {
	if s == (message.Style{}) {
		return
	}
	values := []fieldOf{{"brand", s.Brand}, {"ink", s.Ink}, {"font", s.Font}, {"width", numeral(s.Width)}, {"corners", s.Corners}}
	w.line("style: {" + w.inline(within(w.path, "style"), values) + "}")
}
