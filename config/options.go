package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// prefix starts the name of every environment variable read here.
const prefix = "CARTOGRAPH_"

// redacted stands where a secret was.
const redacted = "[redacted]"

// option is one field of Config with its names.
type option struct {
	// name is the option's name in the file.
	name string
	// env is the full name of its environment variable.
	env string
	// goName is the name of the struct's field, by which parsers report it.
	goName string
	// secret is "" for a public value, "url" for an address with a password in
	// it, "true" for a value that is secret as a whole.
	secret string
	// field can be set.
	field reflect.Value
}

// options lists every option of c, in the order of the struct. Setting an
// option's field sets c.
func (c *Config) options() []option { return walk(reflect.ValueOf(c).Elem()) }

func walk(group reflect.Value) []option {
	var all []option
	for i := range group.NumField() {
		tag, field := group.Type().Field(i).Tag, group.Field(i)
		if field.Kind() == reflect.Struct {
			all = append(all, walk(field)...)
			continue
		}
		all = append(all, option{
			name:   tag.Get("yaml"),
			env:    prefix + tag.Get("env"),
			goName: group.Type().Field(i).Name,
			secret: tag.Get("secret"),
			field:  field,
		})
	}
	return all
}

// problem makes a problem of this option, under both its names.
func (o option) problem(what, remedy string) Problem {
	return Problem{Option: o.name + " (" + o.env + ")", What: what, Remedy: remedy}
}

// form says how a value of this option is written.
func (o option) form() string {
	switch o.field.Interface().(type) {
	case time.Duration:
		return "a duration such as 30s, 45m or 1h"
	case int, int64:
		return "a whole number"
	case []string:
		return "a list of texts"
	}
	return "a text"
}

// texts gives the option's value where it is text, each element of a list.
func (o option) texts() []string {
	switch value := o.field.Interface().(type) {
	case string:
		return []string{value}
	case []string:
		return value
	}
	return nil
}

// sortedKeys makes reports come in the same order every time.
func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// Redacted gives a copy that is safe to print: secrets are replaced by a mark,
// addresses keep everything but their credentials.
func (c Config) Redacted() Config {
	for _, o := range c.options() {
		switch {
		case o.secret == "" || o.field.String() == "":
		case o.secret == "url":
			o.field.SetString(redactURL(o.field.String()))
		default:
			o.field.SetString(redacted)
		}
	}
	return c
}

// String is the redacted configuration as YAML, so that printing one by
// accident shows no secret.
func (c Config) String() string {
	var b strings.Builder
	safe := c.Redacted()
	for _, o := range safe.options() {
		value, err := yaml.Marshal(map[string]any{o.name: o.field.Interface()})
		if err != nil {
			value = []byte(o.name + ": " + redacted + "\n")
		}
		b.Write(value)
	}
	return b.String()
}

// GoString keeps %#v from showing what String hides.
func (c Config) GoString() string { return c.String() }

// redactURL hides the credentials in an address. What cannot be told apart
// with certainty is hidden too.
func redactURL(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return redacted
	}
	rest, query, hasQuery := strings.Cut(rest, "?")
	if strings.Contains(query, "@") {
		return scheme + "://" + redacted // an unescaped "?" in a password, or a password with "@"
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = redacted + rest[at:]
	}
	if !hasQuery {
		return scheme + "://" + rest
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if key, _, _ := strings.Cut(pair, "="); strings.Contains(strings.ToLower(key), "pass") {
			pairs[i] = key + "=" + redacted
		}
	}
	return scheme + "://" + rest + "?" + strings.Join(pairs, "&")
}
