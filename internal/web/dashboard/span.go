package dashboard

import (
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// span is the choice of days that a page is read for, by the shop's calendar.
type span struct {
	journey.Days
	// Name is one of journey.Spans, "" for two dates that were given.
	Name string
	// Compare sets the same number of days before beside them.
	Compare bool
	zone    *time.Location
}

// spanNames say the spans in words.
var spanNames = map[string]string{"today": "Today", "7d": "7 days", "30d": "30 days", "90d": "90 days", "month": "This month"}

// spanOf reads the choice from an address. Without one it is 30 days.
func spanOf(c echo.Context, f frame) (span, error) {
	s := span{Name: c.QueryParam("range"), Compare: c.QueryParam("compare") != "", zone: f.zone()}
	from, to := c.QueryParam("from"), c.QueryParam("to")
	var err error
	if s.Days, err = journey.DaysOf(s.Name, from, to, f.Now, s.zone); err != nil {
		return s, err
	}
	switch {
	case from != "" || to != "":
		s.Name = ""
	case s.Name == "":
		s.Name = "30d"
	}
	return s, nil
}

// zone is the shop's, UTC where it is not known.
func (f frame) zone() *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

// query writes the choice for an address.
func (s span) query() []string {
	out := []string{"range", s.Name}
	if s.Name == "" {
		out = []string{"from", s.First(), "to", s.Last()}
	}
	if s.Compare {
		out = append(out, "compare", "1")
	}
	return out
}

// dates writes the days for an address of a list: fixed, whatever today is.
func (s span) dates() []string { return []string{"from", s.First(), "to", s.Last()} }

// First and Last are the days as dates.
func (s span) First() string { return s.From.Date().Format(time.DateOnly) }

// Last is the last day as a date.
func (s span) Last() string { return s.To.Date().Format(time.DateOnly) }

// Said says the days in words: "3 Oct to 1 Nov 2026".
func (s span) Said() string {
	from, to := s.From.Date(), s.To.Date()
	switch {
	case s.From == s.To:
		return to.Format("2 Jan 2006")
	case from.Year() == to.Year():
		return from.Format("2 Jan") + " to " + to.Format("2 Jan 2006")
	}
	return from.Format("2 Jan 2006") + " to " + to.Format("2 Jan 2006")
}

// Length says how long the days before are: "the 30 days before".
func (s span) Length() string {
	if s.Len() == 1 {
		return "the day before"
	}
	return "the " + sentenceCount(s.Len(), "day") + " before"
}

// Choice is one span to choose.
type Choice struct {
	Name, Link string
	Chosen     bool
}

// choices are the spans to choose on a page, which keeps whether it compares.
func (s span) choices(f frame, path string) []Choice {
	var out []Choice
	for _, name := range journey.Spans {
		to := span{Name: name, Compare: s.Compare}
		out = append(out, Choice{Name: spanNames[name], Link: f.Link(path, to.query()...), Chosen: s.Name == name})
	}
	return out
}

// within reads the days that narrow a list, if there are any: from and to as
// dates, of which one may be left out.
func within(c echo.Context, f frame) (n journey.Narrow, dates []string, err error) {
	from, to := c.QueryParam("from"), c.QueryParam("to")
	if from == "" && to == "" {
		return n, nil, nil
	}
	s, err := spanOf(c, f)
	if err != nil {
		return n, nil, err
	}
	n.From, n.To = s.Begins(s.zone), s.Ends(s.zone)
	return n, slices.Clone(s.dates()), nil
}
