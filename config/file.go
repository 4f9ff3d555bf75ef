package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// readFile lays a YAML file over c. Unknown names are problems: a misspelt
// option that is silently ignored costs more than a refused start.
func (c *Config) readFile(path string) Problems {
	content, err := os.ReadFile(path) // #nosec G304 -- the file that the operator names
	if err != nil {
		return Problems{{path, "the file cannot be read: " + err.Error(), "name a file that this user may read"}}
	}
	return c.readYAML(filepath.Base(path), content)
}

// readYAML goes through the options one by one, so that all mistakes are
// found at once, each with its line.
func (c *Config) readYAML(name string, content []byte) Problems {
	tree, err := parser.ParseBytes(content, 0)
	if err != nil {
		return Problems{{name, plain(err), "mend the YAML; cartograph.example.yaml shows the form"}}
	}
	var problems Problems
	for _, document := range tree.Docs {
		if document.Body == nil || document.Body.Type() == ast.NullType {
			continue // nothing but comments
		}
		options, ok := document.Body.(ast.MapNode)
		if !ok {
			return Problems{{name, "it does not hold options", "write one option a line, as name: value"}}
		}
		for pairs := options.MapRange(); pairs.Next(); {
			if p, bad := c.set(name, pairs.Key(), pairs.Value()); bad {
				problems = append(problems, p)
			}
		}
	}
	return problems
}

// set decodes one option of the file. An option without a value keeps its default.
func (c *Config) set(file string, key ast.MapKeyNode, value ast.Node) (p Problem, bad bool) {
	at := key.GetToken()
	place := fmt.Sprintf("%s:%d:%d", file, at.Position.Line, at.Position.Column)
	var names []string
	for _, o := range c.options() {
		names = append(names, o.name)
		if o.name != at.Value {
			continue
		}
		if value.Type() == ast.NullType {
			return Problem{}, false
		}
		if err := decode(value, o.field.Addr().Interface()); err != nil {
			return Problem{place, "the value of " + o.name + " cannot be read", "write " + o.form()}, true
		}
		return Problem{}, false
	}
	p = Problem{place, fmt.Sprintf("unknown option %q", at.Value), "see cartograph.example.yaml for all options"}
	if near := nearest(at.Value, names); near != "" {
		p.Remedy = "did you mean " + near + "?"
	}
	return p, true
}

// decode reads a value into an option. What looks like a number to YAML stays
// the text it is in a text option (+15550001111, 007), and one text is a list of one.
func decode(value ast.Node, into any) error {
	switch into := into.(type) {
	case *string:
		switch value.Type() {
		case ast.IntegerType, ast.FloatType, ast.BoolType:
			*into = value.GetToken().Value
			return nil
		}
	case *[]string:
		if _, one := value.(ast.ScalarNode); one {
			*into = make([]string, 1)
			return decode(value, &(*into)[0])
		}
	}
	return yaml.NodeToValue(value, into, yaml.Strict())
}

// plain gives a YAML error without the excerpt of the file, which may hold secrets.
func plain(err error) string {
	var located yaml.Error
	if errors.As(err, &located) {
		return yaml.FormatError(err, false, false)
	}
	return err.Error()
}
