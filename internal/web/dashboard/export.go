package dashboard

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// Export is GET /overview/:table: one of the report's tables as CSV.
func (d *Dashboard) Export(c echo.Context, m member) error {
	f := d.frame(m, "", "", nil)
	v, err := d.report(c, m, f)
	if err != nil {
		return err
	}
	name := c.Param("table")
	rows := v.file(name)
	if rows == nil {
		return fault.New(fault.NotFound, "there is no such table").Try("the tables are days, personas, sequences, channels and decisions")
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		for i := range row {
			row[i] = guarded(row[i])
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+"-"+v.Span.First()+"-"+v.Span.Last()+`.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}

// guarded keeps a spreadsheet from taking a text for a formula: one that begins
// like one gets an apostrophe before it. Numbers are left alone.
func guarded(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

// file gives a table's rows, heads first; nil for one that is not there.
func (v reportView) file(name string) [][]string {
	switch name {
	case "days":
		out := [][]string{v.heads("date", "begun", "abandoned", "ordered", "sent", "recovered", "rate_percent")}
		for _, l := range v.ByDay {
			out = append(out, append([]string{l.Key, strconv.Itoa(l.Started), strconv.Itoa(l.Abandoned), strconv.Itoa(l.Ordered), strconv.Itoa(l.Sent),
				strconv.Itoa(l.Recovered), rateText(l.Rate())}, v.earned(l)...))
		}
		return out
	case "personas":
		return v.lines(v.ByPersona, "persona", "abandoned", func(l journey.ReportLine) int { return l.Abandoned }, journey.ReportLine.Rate)
	case "sequences":
		return v.lines(v.BySequence, "sequence", "entered", func(l journey.ReportLine) int { return l.Enrolled }, journey.ReportLine.RateOfEnrolled)
	case "channels":
		return v.lines(v.ByChannel, "channel", "", nil, journey.ReportLine.RateOfSent)
	case "decisions":
		out := [][]string{{"outcome", "rule", "meaning", "times"}}
		for _, r := range v.Rules {
			out = append(out, []string{string(r.Outcome), r.Rule, journey.Said(r.Rule), strconv.Itoa(r.Count)})
		}
		return out
	}
	return nil
}

// heads adds the columns of money.
func (v reportView) heads(names ...string) []string {
	for _, c := range v.Currencies {
		names = append(names, "gross_"+c, "refunded_"+c, "net_"+c)
	}
	return names
}

// earned writes the money of a line in major units, one column per currency and kind.
func (v reportView) earned(l journey.ReportLine) []string {
	var out []string
	for _, c := range v.Currencies {
		out = append(out, l.Gross(c).Decimal(), l.Refunded(c).Decimal(), l.Net(c).Decimal())
	}
	return out
}

func (v reportView) lines(lines []journey.ComparedLine, name, first string, of func(journey.ReportLine) int, rate func(journey.ReportLine) float64) [][]string {
	heads := []string{name}
	if of != nil {
		heads = append(heads, first)
	}
	out := [][]string{v.heads(append(heads, "sent", "recovered", "rate_percent")...)}
	for _, l := range lines {
		row := []string{l.Key}
		if of != nil {
			row = append(row, strconv.Itoa(of(l.ReportLine)))
		}
		row = append(row, strconv.Itoa(l.Sent), strconv.Itoa(l.Recovered), rateText(rate(l.ReportLine)))
		out = append(out, append(row, v.earned(l.ReportLine)...))
	}
	return out
}

func rateText(p float64) string {
	if p < 0 {
		return ""
	}
	return strconv.FormatFloat(p, 'f', 2, 64)
}
