package dashboard

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/labstack/echo/v4"
)

// ruleView is a rule as it is edited: as rows or as text.
type ruleView struct {
	// InRows says how it is shown; Form are its rows, Text what it says.
	InRows bool
	Form   persona.Form
	Text   string
	// Untold is true where rows cannot show the text.
	Untold bool
	// RowTrouble says which row cannot be read.
	RowTrouble string
	Mistakes   []persona.Mistake
	// Reach is nil where the rule does not compile or nothing was asked for it.
	Reach *journey.RuleReach
	// Condition is true for a step's condition, which may be empty.
	Condition bool
}

// ruleOf shows a stored rule: as rows where they can say it.
func (d *Dashboard) ruleOf(text string) ruleView {
	f, ok := d.Playbook.RuleForm(text)
	return ruleView{InRows: ok, Form: withRow(f), Text: text}
}

// withRow gives a form at least one row to fill in.
func withRow(f persona.Form) persona.Form {
	if len(f.Groups) == 0 {
		f.Groups = []persona.Group{{}}
	}
	for i := range f.Groups {
		if len(f.Groups[i].Rows) == 0 {
			f.Groups[i].Rows = []persona.Row{{}}
		}
	}
	return f
}

// postedRule reads the rule of a form, and does what its button asks: "row:0"
// adds a row to a group, "group" a group, "drop:2" takes the third row away,
// "text" and "rows" turn the rule into the other.
func (d *Dashboard) postedRule(f url.Values) ruleView {
	v := ruleView{InRows: f.Get("source") == "rows", Text: strings.TrimSpace(strings.ReplaceAll(f.Get("rule"), "\r\n", "\n"))}
	what, at, _ := strings.Cut(f.Get("do"), ":")
	if v.InRows {
		v.Form = changedRows(postedRows(f), what, number(at, -1))
		text, err := filled(v.Form).Text()
		if err != nil {
			v.RowTrouble = capital(err.Error())
		} else {
			v.Text = text
		}
		v.Form = withRow(v.Form)
	}
	switch {
	case what == "text" && v.RowTrouble == "":
		v.InRows = false
	case what == "rows":
		shown, ok := d.Playbook.RuleForm(v.Text)
		v.InRows, v.Untold = ok, !ok
		v.Form = withRow(shown)
	}
	return v
}

// postedRows reads the rows of a form, also those that are not filled in.
func postedRows(f url.Values) persona.Form {
	out := persona.Form{Any: f.Get("join") == "any"}
	for _, join := range f["group_join"] {
		out.Groups = append(out.Groups, persona.Group{Any: join == "any"})
	}
	for i, fact := range f["fact"] {
		g := number(nth(f["row_group"], i), 0)
		if g < 0 || g >= len(out.Groups) || len(out.Groups) > maxGroups || i > maxRows {
			continue
		}
		out.Groups[g].Rows = append(out.Groups[g].Rows, persona.Row{Fact: fact, Op: nth(f["op"], i), Value: nth(f["value"], i)})
	}
	return out
}

// maxGroups and maxRows bound what a form may ask to be shown.
const (
	maxGroups = 12
	maxRows   = 60
)

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// changedRows adds or takes away a row.
func changedRows(f persona.Form, what string, at int) persona.Form {
	switch what {
	case "group":
		f.Groups = append(f.Groups, persona.Group{Any: !f.Any, Rows: []persona.Row{{}}})
	case "row":
		if at >= 0 && at < len(f.Groups) {
			f.Groups[at].Rows = append(f.Groups[at].Rows, persona.Row{})
		}
	case "drop":
		n := 0
		for g := range f.Groups {
			rows := f.Groups[g].Rows
			if at >= n && at < n+len(rows) {
				f.Groups[g].Rows = append(rows[:at-n:at-n], rows[at-n+1:]...)
				if len(f.Groups[g].Rows) == 0 {
					f.Groups = append(f.Groups[:g:g], f.Groups[g+1:]...)
				}
				break
			}
			n += len(rows)
		}
	}
	return f
}

// filled leaves out rows that nobody has filled in.
func filled(f persona.Form) persona.Form {
	out := persona.Form{Any: f.Any}
	for _, g := range f.Groups {
		left := persona.Group{Any: g.Any}
		for _, r := range g.Rows {
			if r.Fact != "" {
				left.Rows = append(left.Rows, r)
			}
		}
		out.Groups = append(out.Groups, left)
	}
	return out
}

// judged adds what is wrong with a rule, or else its reach.
func (d *Dashboard) judged(c echo.Context, m member, key string, v ruleView) (ruleView, error) {
	if v.Text == "" || v.RowTrouble != "" {
		return v, nil
	}
	if v.Mistakes = d.Playbook.CheckRule(v.Text); len(v.Mistakes) > 0 || v.Condition {
		return v, nil
	}
	reach, err := d.Playbook.RuleReach(c.Request().Context(), m.shop.ID, key, v.Text)
	if err != nil {
		return v, err
	}
	v.Reach = &reach
	if reach.ShadowedBy == "" {
		return v, nil
	}
	// The page calls personas by their names.
	now, err := d.Playbook.PersonasNow(c.Request().Context(), m.shop.ID)
	for _, p := range now.Personas {
		if p.Key == reach.ShadowedBy && p.Name != "" {
			reach.ShadowedBy = p.Name
		}
	}
	return v, err
}

// checkedRule is the answer to the script that checks a rule as it is typed.
type checkedRule struct {
	// OK is true for a rule that can be saved, Text what the rows say, Verdict the
	// page's own words about it.
	OK      bool   `json:"ok"`
	Text    string `json:"text"`
	Verdict string `json:"verdict"`
}

// CheckRule is POST /playbook/rule: the rule of a form, checked and not saved.
func (d *Dashboard) CheckRule(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	rule := d.postedRule(f)
	rule.Condition = f.Get("condition") == "1"
	if rule, err = d.judged(c, m, f.Get("persona"), rule); err != nil {
		return err
	}
	v := personaView{frame: d.frame(m, "", "", nil), Key: f.Get("persona"), Rule: rule}
	var b bytes.Buffer
	if err := d.pages["persona.html"].ExecuteTemplate(&b, "verdict", v); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, checkedRule{OK: len(rule.Mistakes) == 0 && rule.RowTrouble == "", Text: rule.Text, Verdict: b.String()})
}

// Facts and Comparisons are what rows can ask; AllFacts also those for rules as text.
func (f frame) Facts() []persona.Fact {
	var out []persona.Fact
	for _, fact := range persona.Vocabulary() {
		if fact.InRows {
			out = append(out, fact)
		}
	}
	return out
}

// AllFacts lists every fact.
func (f frame) AllFacts() []persona.Fact { return persona.Vocabulary() }

// Comparisons lists the ways to compare.
func (f frame) Comparisons() []persona.Comparison { return persona.Comparisons() }

// Kinds writes the kinds that a comparison fits, for the script.
func (f frame) Kinds(c persona.Comparison) string { return strings.Join(names(c.Kinds...), " ") }

// RowAt numbers a row through all groups of a form, from 0.
func (v ruleView) RowAt(group, row int) string {
	n := row
	for _, g := range v.Form.Groups[:group] {
		n += len(g.Rows)
	}
	return strconv.Itoa(n)
}
