package playbook

import (
	"fmt"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

type v struct{}

func (x v) Visit(n ast.Node) ast.Visitor {
	t := n.GetToken()
	fmt.Printf("%-12s %d:%d off %d %q", n.Type(), t.Position.Line, t.Position.Column, t.Position.Offset, t.Value)
	if l, ok := n.(*ast.LiteralNode); ok {
		fmt.Printf(" LIT %q", l.Value.Value)
	}
	fmt.Println()
	return x
}

func TestProbe(t *testing.T) {
	for _, src := range []string{
		"personas:\n  - key: café\n    name: \"é\\u00e9\\x41\\U0001F600 \\n\\t \\e \\0\"   # c\n    portrait: [é, b, 'x''y']\n    rule: |\n      a\n       b\n\n      c\n    goals: [a]\n",
		"a: |2\n   x\n  y\nb: |-\n  z\nc: |+\n  z\n\n\nd: e\n",
		"a: |\n  x\n\n   \n  y  \n",
		"---\na: 1\n---\nb: 2\n",
		"a: 0x10\nb: 1_000\nc: ~\nd:\ne: true\nf: .inf\n1: x\n? k\n: v\n",
		"a: &x 1\nb: *x\n<<: {a: 1}\nc: !!str 5\n",
		"a: 'x\n  y'\nb: \"x\n  y\"\nc: x\n  y\n",
		"a: b\na: c\n",
		"a: [\n",
		"a: \"x\n",
		"a: b: c\n", "\ta: b", "a:\n  - b\n c: d\n", "{{ shopper }}: x", "a: {{ shopper.first_name }} hi", "a: >\n  folded\n  text\n", "", "# only", "- a\n- b", "a: '\\n'\nb: \"\\/\"\n", "a: \"\\u2028\\N\\_\\L\\P\\ud83d\\ude00\"\n", "a: - b\n",
	} {
		fmt.Printf("=== %q\n", src)
		toks := lexer.Tokenize(src)
		for _, tk := range toks {
			fmt.Printf("%s(%d:%d %q) ", tk.Type, tk.Position.Line, tk.Position.Column, tk.Value)
		}
		fmt.Println()
		f, err := parser.ParseBytes([]byte(src), 0)
		if err != nil {
			fmt.Println("ERR", err)
			continue
		}
		for _, d := range f.Docs {
			if d.Body != nil {
				ast.Walk(v{}, d.Body)
			}
		}
	}
}
