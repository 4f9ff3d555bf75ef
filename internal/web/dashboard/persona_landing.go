package dashboard

import (
	"strconv"
	"strings"
)

// LandsAt reports whether a row of the rule is where somebody goes on after a
// button of its form: at the row that was added, the first of the rows that a
// text became, or the one that stands where another was taken away.
func (v personaView) LandsAt(group, row int) bool {
	what, rest, _ := strings.Cut(v.Landing, ":")
	at := number(rest, 0)
	groups := v.Rule.Form.Groups
	switch what {
	case "row":
		return group == at && row == len(groups[group].Rows)-1
	case "group":
		return group == len(groups)-1 && row == 0
	case "rows":
		return group == 0 && row == 0
	case "drop":
		total := 0
		for _, g := range groups {
			total += len(g.Rows)
		}
		return v.Rule.RowAt(group, row) == strconv.Itoa(max(0, min(at, total-1)))
	}
	return false
}
