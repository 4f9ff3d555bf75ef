package playbook

import (
	"maps"

	"github.com/goccy/go-yaml/token"
)

// The bounds of a file that is given to the YAML parser, which recurses and
// takes quadratic time over long maps and lists. The format needs far less.
const (
	// maxTokens bounds the whole file.
	maxTokens = 250_000
	// maxDepth is how deep flow lists and maps, or list dashes on one line, may nest.
	maxDepth = 12
	// maxFields and maxEntries bound one map and one list.
	maxFields  = 100
	maxEntries = 10_000
	// maxFlow bounds the fields of a file that is one flow map, as JSON is: a shop's whole
	// playbook in four languages has about 1,200.
	maxFlow = 4_000
)

// refused are YAML's indirections: with them a small file could stand for a
// huge one, and a reader could not see what is applied.
var refused = map[token.Type]struct{ what, remedy string }{
	token.AnchorType:     {"anchors (&) are not part of this format", "write the value out; put text that begins with & in quotes"},
	token.AliasType:      {"aliases (*) are not part of this format", "write the value out; put text that begins with * in quotes"},
	token.MergeKeyType:   {"merge keys (<<) are not part of this format", "write the fields out"},
	token.TagType:        {"tags (!) are not part of this format", "leave it out; put text that begins with ! in quotes"},
	token.DirectiveType:  {"directives (%) are not part of this format", "leave it out; put text that begins with % in quotes"},
	token.MappingKeyType: {"explicit keys (?) are not part of this format", `write "key: value"; put text that begins with ? in quotes`},
}

// inspect finds what the format refuses, and whether the file is fit to be parsed.
func inspect(tokens token.Tokens, file string) (found Errors, fit bool) {
	c := counter{fields: map[int]int{}, entries: map[int]int{}}
	for i, t := range tokens {
		p := Problem{File: file, Line: t.Position.Line, Column: max(t.Position.Column, 1)}
		c.count(t)
		if p.Message = c.excess(i); p.Message != "" {
			p.Remedy = "split the file; put text that begins with a bracket or dash in quotes"
			return append(found, p), false
		}
		if r, ok := refused[t.Type]; ok {
			p.Message, p.Remedy = r.what, r.remedy
			found = append(found, p)
		}
	}
	return found, len(found) <= maxProblems
}

// counter follows how deep the file nests and how many siblings there are.
type counter struct {
	// depth is of flow lists and maps; dashes are those on this line.
	depth, dashes, line int
	// fields and entries count keys and dashes by their column; those further
	// right are forgotten when something begins further left.
	fields, entries map[int]int
	// inFlow counts the fields inside the outermost flow list or map.
	inFlow int
	// crowded is true once a map or list has too many siblings.
	crowded bool
}

// excess says what is too much, "" while nothing is.
func (c *counter) excess(tokens int) string {
	switch {
	case c.depth > maxDepth || c.dashes > maxDepth:
		return "the file is nested too deep"
	case c.crowded:
		return "there are too many fields or entries in one place"
	case tokens >= maxTokens:
		return "the file holds too many values"
	}
	return ""
}

// count takes in the next token.
func (c *counter) count(t *token.Token) {
	if t.Position.Line != c.line {
		c.dashes, c.line = 0, t.Position.Line
	}
	switch t.Type {
	case token.MappingStartType, token.SequenceStartType:
		if c.depth++; c.depth == 1 {
			c.inFlow = 0
		}
	case token.MappingEndType, token.SequenceEndType:
		c.depth = max(c.depth-1, 0)
	case token.SequenceEntryType:
		c.dash(t.Position.Column)
	case token.MappingValueType:
		c.field(t)
	case token.DocumentHeaderType:
		clear(c.fields)
		clear(c.entries)
	}
}

func (c *counter) dash(column int) {
	c.dashes++
	forget(c.fields, column+1)
	forget(c.entries, column+1)
	c.entries[column]++
	c.crowded = c.crowded || c.entries[column] > maxEntries
}

// field counts a key, which stands before its colon.
func (c *counter) field(colon *token.Token) {
	if c.depth > 0 {
		c.inFlow++
		c.crowded = c.crowded || c.inFlow > maxFlow
		return
	}
	column := colon.Position.Column
	if colon.Prev != nil {
		column = colon.Prev.Position.Column
	}
	forget(c.fields, column+1)
	forget(c.entries, column)
	c.fields[column]++
	c.crowded = c.crowded || c.fields[column] > maxFields
}

// forget drops the counts from a column on.
func forget(counts map[int]int, from int) {
	maps.DeleteFunc(counts, func(column, _ int) bool { return column >= from })
}
