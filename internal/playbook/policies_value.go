package playbook

import (
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/cartograph-dev/cartograph/internal/consent"
)

// yes reads a true or false; nothing is false.
func (r *reader) yes(at string, n ast.Node) bool {
	switch n := r.bare(at, n).(type) {
	case nil:
		return false
	case *ast.BoolNode:
		return n.Value
	}
	r.report(at, "it should be true or false", "write true or false, without quotes")
	return false
}

// count reads a whole number from 1 on; nothing is 0, for no cap.
func (r *reader) count(at string, n ast.Node) int {
	text := r.text(at, n)
	if text == "" {
		return 0
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < 1 {
		r.report(at, "it should be a whole number from 1 on", "write 1 or more, or leave it out for no cap")
	}
	return v
}

// dayNames are the names under which hours are given, with the days each stands for.
var dayNames = []struct {
	name        string
	first, last time.Weekday
}{
	{"daily", time.Sunday, time.Saturday},
	{"mon_sat", time.Monday, time.Saturday},
	{"mon_fri", time.Monday, time.Friday},
	{"sat", time.Saturday, time.Saturday},
	{"sun", time.Sunday, time.Sunday},
}

// week reads the hours of all seven days, each given once.
func (r *reader) week(at string, n ast.Node) consent.Week {
	var names []string
	for _, d := range dayNames {
		names = append(names, d.name)
	}
	f := r.fields(at, r.bare(at, n), names...)
	if f == nil {
		return consent.Week{}
	}
	var week consent.Week
	var given [7]int
	for _, d := range dayNames {
		if f[d.name] == nil {
			continue
		}
		span := r.span(at+"."+d.name, f[d.name])
		for day := d.first; day <= d.last; day++ {
			week[day] = span
			given[day]++
		}
	}
	if given != [7]int{1, 1, 1, 1, 1, 1, 1} {
		r.report(at, "some day of the week is missing, or given twice", "give daily, or mon_sat and sun, or mon_fri, sat and sun")
	}
	return week
}

// span reads "08:00-21:00" or closed.
func (r *reader) span(at string, n ast.Node) consent.Span {
	text := r.text(at, n)
	if text == "closed" {
		return consent.Span{}
	}
	from, to, _ := strings.Cut(text, "-")
	first, ok1 := timeOfDay(from)
	last, ok2 := timeOfDay(to)
	if !ok1 || !ok2 || first >= last {
		r.report(at, "that is no part of a day", `write "08:00-21:00", to 24:00 at the latest, or closed`)
		return consent.Span{}
	}
	return consent.Span{From: first, To: last}
}

// timeOfDay reads "08:00" as minutes since midnight; 24:00 is allowed.
func timeOfDay(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil && len(text) == 5
}
