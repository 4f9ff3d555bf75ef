package message

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// manual is the page for those who write templates.
const manual = "../../docs/templates.md"

// The references of the manual are what the program says of itself. With
// CARTOGRAPH_WRITE_DOCS=1 they are written.
func TestManualIsCurrent(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for name, table := range map[string]string{"kinds": kindsTable(), "conditions": conditionsTable(), "style": fieldsTable(StyleFields()), "advice": adviceTable(t), "names": namesTables()} {
		open, shut := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, found := strings.Cut(page, open)
		was, after, closed := strings.Cut(rest, shut)
		if !found || !closed {
			t.Fatalf("the manual has no place for %s", name)
		}
		if was != table {
			page = before + open + table + shut + after
			if os.Getenv("CARTOGRAPH_WRITE_DOCS") != "1" {
				t.Errorf("the manual's %s are not current; run CARTOGRAPH_WRITE_DOCS=1 go test -run TestManual ./internal/message", name)
			}
		}
	}
	if os.Getenv("CARTOGRAPH_WRITE_DOCS") == "1" {
		if err := os.WriteFile(manual, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func cells(columns ...string) string {
	for i, c := range columns {
		columns[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return "| " + strings.Join(columns, " | ") + " |\n"
}

func kindsTable() string {
	out := cells("kind", "what it is", "fields") + cells("---", "---", "---")
	for _, k := range BlockKinds() {
		var fields []string
		for _, f := range k.Fields {
			if f.Name != "when" {
				fields = append(fields, fieldInWords(f))
			}
		}
		out += cells("`"+k.Kind+"`", k.Name+". "+k.About, strings.Join(fields, "; "))
	}
	return out
}

func fieldInWords(f BlockField) string {
	words := "`" + f.Name + "`"
	var values []string
	for _, c := range f.Choices {
		if c.Value != "" {
			values = append(values, "`"+c.Value+"`")
		}
	}
	switch {
	case len(values) > 0:
		words += " (" + strings.Join(values, ", ") + ")"
	case f.Type == "number":
		words += fmt.Sprintf(" (%d to %d, else %s)", f.Min, f.Max, f.Default)
	case f.Required:
		words += " (needed)"
	}
	return words
}

func conditionsTable() string {
	out := cells("`when`", "shown only if", "in Liquid") + cells("---", "---", "---")
	for _, c := range conditions() {
		out += cells("`"+c.value+"`", c.label, "`"+c.liquid+"`")
	}
	return out
}

func fieldsTable(fields []BlockField) string {
	out := cells("field", "what it is", "values") + cells("---", "---", "---")
	for _, f := range fields {
		words := f.Label
		if f.About != "" {
			words += ". " + f.About
		}
		value := strings.TrimPrefix(fieldInWords(f), "`"+f.Name+"`")
		if f.Type == "colour" {
			value = "`#rrggbb`, else `" + f.Default + "`"
		}
		out += cells("`"+f.Name+"`", words, strings.Trim(strings.TrimSpace(value), "()"))
	}
	return out
}

var saidCode = regexp.MustCompile(`a\.say\("([a-z0-9-]+)", (Level\w+|level)`)

// adviceTable reads the codes where they are given, so that none is missing.
func adviceTable(t *testing.T) string {
	t.Helper()
	levels := map[string][]string{}
	for _, file := range []string{"advise.go", "advise_email.go", "advise_phone.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range saidCode.FindAllStringSubmatch(string(source), -1) {
			level := strings.ToLower(strings.TrimPrefix(m[2], "Level"))
			if level == "level" || level == "" {
				level = "warning or hint"
			}
			if !slices.Contains(levels[m[1]], level) {
				levels[m[1]] = append(levels[m[1]], level)
			}
		}
	}
	var codes []string
	for c := range levels {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	out := cells("code", "level") + cells("---", "---")
	for _, c := range codes {
		slices.Sort(levels[c])
		out += cells("`"+c+"`", strings.Join(levels[c], ", "))
	}
	return out
}

func namesTables() string {
	out := ""
	for _, kind := range []string{"variable", "filter", "tag", "snippet"} {
		out += "\n### " + strings.ToUpper(kind[:1]) + kind[1:] + "s\n\n" + cells("name", "what it is", "example") + cells("---", "---", "---")
		for _, n := range Names() {
			if n.Kind == kind {
				out += cells("`"+n.Name+"`", n.About, "`"+n.Example+"`")
			}
		}
	}
	return out
}
