package persona

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// Form reads a rule back into rows. ok is false where rows cannot show it: it
// then stays text. What the rows say is always what the text says.
func (r *Rules) Form(text string) (f Form, ok bool) {
	if strings.TrimSpace(text) == "" {
		return Form{}, true
	}
	tree, issues := r.plain.Parse(text)
	if issues.Err() != nil {
		return Form{}, false
	}
	top := tree.NativeRep().Expr()
	f.Any = isCall(top, operators.LogicalOr)
	// Single rows stand together in the first group, each chain of the other kind in a group of its own.
	singles := Group{Any: f.Any}
	var chains []Group
	for _, term := range chain(top, joinOf(f.Any)) {
		if !isCall(term, joinOf(!f.Any)) {
			row, ok := readRow(term)
			if !ok {
				return Form{}, false
			}
			singles.Rows = append(singles.Rows, row)
			continue
		}
		g := Group{Any: !f.Any}
		for _, part := range chain(term, joinOf(g.Any)) {
			row, ok := readRow(part)
			if !ok {
				return Form{}, false
			}
			g.Rows = append(g.Rows, row)
		}
		chains = append(chains, g)
	}
	if len(singles.Rows) > 0 {
		f.Groups = append(f.Groups, singles)
	}
	f.Groups = append(f.Groups, chains...)
	return f, true
}

// newPlain makes the parser for Form: without macros, so that a rule is read as it is written.
func newPlain() (*cel.Env, error) {
	return cel.NewEnv(cel.ClearMacros(), cel.ParserExpressionSizeLimit(maxExpression), cel.ParserRecursionLimit(maxDepth))
}

func joinOf(any bool) string {
	if any {
		return operators.LogicalOr
	}
	return operators.LogicalAnd
}

func isCall(e ast.Expr, name string) bool {
	return e.Kind() == ast.CallKind && e.AsCall().FunctionName() == name
}

// chain flattens a && b && c, however it is nested.
func chain(e ast.Expr, name string) []ast.Expr {
	if !isCall(e, name) {
		return []ast.Expr{e}
	}
	var out []ast.Expr
	for _, a := range e.AsCall().Args() {
		out = append(out, chain(a, name)...)
	}
	return out
}

func readRow(e ast.Expr) (Row, bool) {
	if path, ok := factPath(e); ok {
		return checkedRow(Row{Fact: path, Op: OpYes})
	}
	if e.Kind() != ast.CallKind {
		return Row{}, false
	}
	c := e.AsCall()
	args := c.Args()
	switch {
	case c.FunctionName() == operators.LogicalNot && len(args) == 1:
		return readNot(args[0])
	case c.IsMemberFunction() && len(args) == 1:
		return readMember(c)
	case c.FunctionName() == operators.In && len(args) == 2:
		return readIn(args[0], args[1])
	case len(args) == 2:
		return readCompared(c.FunctionName(), args[0], args[1])
	}
	return Row{}, false
}

func readNot(e ast.Expr) (Row, bool) {
	row, ok := readRow(e)
	switch {
	case ok && row.Op == OpYes:
		row.Op = OpNo
	case ok && row.Op == OpHas:
		row.Op = OpHasNot
	default:
		return Row{}, false
	}
	return row, true
}

var members = map[string]string{"contains": OpContains, "startsWith": OpStarts, "endsWith": OpEnds}

func readMember(c ast.CallExpr) (Row, bool) {
	path, ok1 := factPath(c.Target())
	value, ok2 := textOf(c.Args()[0])
	op, ok3 := members[c.FunctionName()]
	if !ok1 || !ok2 || !ok3 {
		return Row{}, false
	}
	return checkedRow(Row{Fact: path, Op: op, Value: value})
}

// readIn reads both "label" in list, and fact in ["a", "b"].
func readIn(left, right ast.Expr) (Row, bool) {
	if value, ok := textOf(left); ok {
		path, ok := factPath(right)
		if !ok {
			return Row{}, false
		}
		return checkedRow(Row{Fact: path, Op: OpHas, Value: value})
	}
	path, ok := factPath(left)
	if !ok || right.Kind() != ast.ListKind {
		return Row{}, false
	}
	var values []string
	for _, e := range right.AsList().Elements() {
		v, ok := textOf(e)
		if !ok || strings.Contains(v, ",") || v == "" {
			return Row{}, false
		}
		values = append(values, v)
	}
	return checkedRow(Row{Fact: path, Op: OpOneOf, Value: strings.Join(values, ", ")})
}

var comparing = map[string]string{
	operators.Equals: OpIs, operators.NotEquals: OpIsNot, operators.Less: OpLess, operators.LessEquals: OpAtMost,
	operators.Greater: OpMore, operators.GreaterEquals: OpAtLeast,
}

// turned are the operators as they read with the sides exchanged.
var turned = map[string]string{
	operators.Equals: operators.Equals, operators.NotEquals: operators.NotEquals, operators.Less: operators.Greater,
	operators.LessEquals: operators.GreaterEquals, operators.Greater: operators.Less, operators.GreaterEquals: operators.LessEquals,
}

func readCompared(sign string, left, right ast.Expr) (Row, bool) {
	if _, ok := factPath(left); !ok {
		left, right, sign = right, left, turned[sign]
	}
	path, ok := factPath(left)
	op, known := comparing[sign]
	if !ok || !known || right.Kind() != ast.LiteralKind {
		return Row{}, false
	}
	row := Row{Fact: path, Op: op}
	switch v := right.AsLiteral().(type) {
	case types.String:
		row.Value = string(v)
		if row.Value == "" {
			row.Op = map[string]string{OpIs: OpNotKnown, OpIsNot: OpKnown}[op]
		}
	case types.Int:
		row.Value = strconv.FormatInt(int64(v), 10)
	case types.Double:
		row.Value = strconv.FormatFloat(float64(v), 'f', -1, 64)
	case types.Bool:
		return readTruth(path, op, bool(v))
	default:
		return Row{}, false
	}
	return checkedRow(row)
}

// readTruth reads fact == true and the like.
func readTruth(path, op string, v bool) (Row, bool) {
	switch {
	case op == OpIs && v, op == OpIsNot && !v:
		return checkedRow(Row{Fact: path, Op: OpYes})
	case op == OpIs, op == OpIsNot:
		return checkedRow(Row{Fact: path, Op: OpNo})
	}
	return Row{}, false
}

// checkedRow wants a row that can be written again as it is.
func checkedRow(r Row) (Row, bool) {
	if r.Value != strings.TrimSpace(r.Value) {
		return Row{}, false
	}
	_, err := r.text()
	return r, err == nil
}

// factPath reads shopper.orders, size(cart.items) and cart.items.size().
func factPath(e ast.Expr) (string, bool) {
	switch e.Kind() {
	case ast.SelectKind:
		s := e.AsSelect()
		if s.IsTestOnly() || s.Operand().Kind() != ast.IdentKind {
			return "", false
		}
		path := s.Operand().AsIdent() + "." + s.FieldName()
		_, ok := factOf(path)
		return path, ok
	case ast.CallKind:
		c := e.AsCall()
		if c.FunctionName() != "size" {
			return "", false
		}
		of := c.Args()
		if c.IsMemberFunction() {
			of = append([]ast.Expr{c.Target()}, of...)
		}
		if len(of) != 1 || of[0].Kind() != ast.SelectKind || of[0].AsSelect().Operand().Kind() != ast.IdentKind {
			return "", false
		}
		s := of[0].AsSelect()
		path := "size(" + s.Operand().AsIdent() + "." + s.FieldName() + ")"
		_, ok := factOf(path)
		return path, ok
	}
	return "", false
}

func textOf(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	v, ok := e.AsLiteral().(types.String)
	return string(v), ok
}
