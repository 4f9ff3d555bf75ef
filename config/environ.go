package config

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/caarlos0/env/v11"
)

// fileSuffix turns a variable's name into that of one that names a file with the value.
const fileSuffix = "_FILE"

// values gives what environment and flags set, by the environment's names.
func (src Source) values(c *Config) (map[string]string, Problems) {
	set := map[string]string{}
	for _, pair := range src.Environ {
		if name, value, _ := strings.Cut(pair, "="); value != "" && strings.HasPrefix(name, prefix) {
			set[name] = value
		}
	}
	problems := c.misspelt(set)
	problems = append(problems, c.readSecretFiles(set)...)
	return set, append(problems, c.addFlags(set, src.Flags)...)
}

// misspelt reports variables that are almost an option's. Others under the
// prefix are left alone: container platforms invent some of their own.
func (c *Config) misspelt(set map[string]string) Problems {
	known := []string{configVariable}
	for _, o := range c.options() {
		known = append(known, o.env, o.env+fileSuffix)
	}
	var problems Problems
	for _, name := range sortedKeys(set) {
		if near := nearest(name, known); near != "" && near != name {
			problems = append(problems, Problem{name, "no option has this name", "did you mean " + near + "?"})
		}
	}
	return problems
}

// readSecretFiles replaces every …_FILE variable by the value in the file it names.
func (c *Config) readSecretFiles(set map[string]string) Problems {
	var problems Problems
	for _, o := range c.options() {
		path, named := set[o.env+fileSuffix]
		if !named {
			continue
		}
		content, err := os.ReadFile(path) // #nosec G304 -- the file that the operator names
		value := strings.TrimRight(string(content), "\r\n")
		switch {
		case set[o.env] != "":
			problems = append(problems, o.problem("it is set twice, by value and by file",
				"unset "+o.env+" or "+o.env+fileSuffix))
		case err != nil:
			problems = append(problems, Problem{o.env + fileSuffix, "the file cannot be read: " + err.Error(),
				"name a file that this user may read"})
		case value == "":
			problems = append(problems, Problem{o.env + fileSuffix, "the file " + path + " is empty",
				"put the value into it, or unset the variable"})
		}
		set[o.env] = value
	}
	return problems
}

// addFlags lays the flags over the environment.
func (c *Config) addFlags(set, flags map[string]string) Problems {
	known := map[string]bool{}
	for _, o := range c.options() {
		known[o.name] = true
	}
	var problems Problems
	for _, flag := range sortedKeys(flags) {
		name := strings.ReplaceAll(flag, "-", "_")
		if !known[name] {
			problems = append(problems, Problem{"--" + flag, "no option has this name", ""})
			continue
		}
		if flags[flag] != "" {
			set[prefix+strings.ToUpper(name)] = flags[flag]
		}
	}
	return problems
}

// apply sets the options from values under the environment's names.
func (c *Config) apply(values map[string]string) Problems {
	err := env.ParseWithOptions(c, env.Options{Environment: values, Prefix: prefix})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return nil
	}
	var problems Problems
	for _, err := range all.Errors {
		problems = append(problems, c.unreadable(err, values))
	}
	return problems
}

// unreadable turns the parser's error, which names a struct field, into a
// problem that names the option. Text options are never unreadable, so the
// value it shows is no secret.
func (c *Config) unreadable(err error, values map[string]string) Problem {
	var parse env.ParseError
	if errors.As(err, &parse) {
		for _, o := range c.options() {
			if o.goName == parse.Name {
				return o.problem(fmt.Sprintf("%q cannot be read", values[o.env]), "write "+o.form())
			}
		}
	}
	return Problem{"environment", err.Error(), ""}
}
