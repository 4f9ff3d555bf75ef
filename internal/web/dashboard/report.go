package dashboard

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// reportView is the overview's part about days.
type reportView struct {
	frame
	journey.Report
	Span    span
	Choices []Choice
	Figures []figure
	Charts  []chart
	// Tables are the sums by persona, sequence and channel.
	Tables []reportTable
	// Days are the lines of the table behind the charts, the newest first.
	Days []dayRow
	// stretches are the days as they are told: one by one, or by weeks where they are many.
	stretches []journey.Stretch
	// Reasons are what was sent and skipped, and why.
	Reasons []reasonRow
}

// figure is one big number of the report, and how it changed.
type figure struct {
	// Value is the number, Name what it is; Note says what it is counted from.
	Value, Name, Note, Link string
	// Change says how it differs from the days before, "" where nothing is compared; Sign is "up", "down" or "same".
	Change, Sign string
}

// cell is one number of a table, with the rows behind it and what it was before.
type cell struct {
	Name, Text, Link, Was string
	// More are the same in further currencies, each on a line of its own.
	More []cell
}

// reportTable is a table by persona, sequence or channel.
type reportTable struct {
	// Name is its heading, Key its name in addresses.
	Name, Key string
	Heads     []string
	Rows      []reportRow
	// Note says what the rate is.
	Note string
}

type reportRow struct {
	Name, Key, Link string
	// Under is a second line below the name, "" for none.
	Under string
	Cells []cell
	// Bar is the row's share of the greatest number, in percent.
	Bar string
}

type dayRow struct {
	Date, Name string
	Cells      []cell
}

type reasonRow struct {
	journey.ComparedRule
	Said, Link, TodayLink string
}

// report reads the report of the days that an address names.
func (d *Dashboard) report(c echo.Context, m member, f frame) (reportView, error) {
	s, err := spanOf(c, f)
	if err != nil {
		return reportView{}, err
	}
	r, err := d.Insight.Report(c.Request().Context(), m.shop.ID,
		journey.ReportQuery{Days: s.Days, Today: journey.DayOf(f.Now, s.zone), Compare: s.Compare})
	return viewReport(f, s, r), err
}

func viewReport(f frame, s span, r journey.Report) reportView {
	v := reportView{frame: f, Report: r, Span: s, Choices: s.choices(f, "/"), stretches: r.Stretches()}
	v.Figures, v.Charts, v.Tables = v.figures(), v.charts(), v.tables()
	v.Days, v.Reasons = v.dayRows(), v.reasons()
	return v
}

// Export is the address of one of the report's tables as a file.
func (v reportView) Export(table string) string { return v.Link("/overview/"+table, v.Span.query()...) }

// rows links to a list, narrowed to the report's days.
func (v reportView) rows(path string, query ...string) string {
	return v.Link(path, append(v.Span.dates(), query...)...)
}

func (v reportView) figures() []figure {
	all, was := v.All, v.Was
	out := []figure{
		v.figure("Carts abandoned", "left without an order", float64(all.Abandoned), float64(was.Abandoned), grouped(all.Abandoned), v.rows("/carts", "moment", "abandoned")),
		v.figure("Orders recovered", "credited to a message", float64(all.Recovered), float64(was.Recovered), grouped(all.Recovered), v.rows("/recoveries")),
		v.figure("Recovery rate", "of the carts abandoned", all.Rate(), was.Rate(), v.Percent(all.Rate()), v.rows("/recoveries")),
	}
	for _, c := range v.Currencies {
		now, before := all.Net(c), was.Net(c)
		out = append(out, v.figure("Recovered revenue", "net of refunds", float64(now.Minor), float64(before.Minor), v.Money(now), v.rows("/recoveries")))
	}
	if len(v.Currencies) == 0 {
		out = append(out, v.figure("Recovered revenue", "net of refunds", 0, 0, "–", v.rows("/recoveries")))
	}
	return append(out, v.figure("Messages sent", "by email, SMS and Messenger", float64(all.Sent), float64(was.Sent), grouped(all.Sent), v.rows("/messages", "state", left)))
}

func (v reportView) figure(name, note string, now, was float64, text, link string) figure {
	g := figure{Value: text, Name: name, Note: note, Link: link}
	if v.Compared {
		g.Change, g.Sign = change(now, was), sign(now, was)
	}
	return g
}

// change says how a number differs from the one before.
func change(now, was float64) string {
	switch {
	case now < 0 || was < 0:
		return "nothing to compare with"
	case now == was:
		return "as before"
	case was == 0:
		return "none before"
	}
	percent := 100 * (now - was) / was
	words := "more"
	if percent < 0 {
		words = "less"
	}
	return fmt.Sprintf("%.0f %% %s", max(math.Abs(percent), 1), words)
}

func sign(now, was float64) string {
	switch {
	case now < 0 || was < 0:
		return "none" // there is nothing to point away from
	case now > was:
		return "up"
	case now < was:
		return "down"
	}
	return "same"
}

// charts draws a value a day, or a week: the money, the carts, and how many came back.
func (v reportView) charts() []chart {
	var out []chart
	each := "a " + v.Each()
	for _, c := range v.Currencies {
		days, was := v.points(func(l journey.ReportLine) float64 { return float64(l.Net(c).Minor) },
			func(l journey.ReportLine) string { return v.Money(l.Net(c)) })
		out = append(out, v.draw("revenue-"+c, "Recovered revenue "+each+", "+c, days, was, false, func(m float64) string { return v.short(m, c) }))
	}
	days, was := v.points(func(l journey.ReportLine) float64 { return float64(l.Abandoned) }, func(l journey.ReportLine) string {
		return sentenceCount(l.Abandoned, "cart") + " abandoned, " + sentenceCount(l.Recovered, "order") + " recovered"
	})
	for i, s := range v.stretches {
		days[i].part = float64(min(s.Recovered, s.Abandoned))
	}
	out = append(out, v.draw("carts", "Carts abandoned "+each+"; the filled part, orders recovered", days, was, false, func(n float64) string { return grouped(int(n)) }))
	days, was = v.points(journey.ReportLine.Rate, func(l journey.ReportLine) string { return v.Percent(l.Rate()) + " recovered" })
	return append(out, v.draw("rate", "Recovery rate "+each, days, was, true, func(p float64) string { return v.Percent(p) }))
}

// draw makes a chart and says of which table its values are.
func (v reportView) draw(id, title string, days []point, was []float64, asLine bool, label func(float64) string) chart {
	return draw(id, title, v.Each(), days, was, asLine, label)
}

// Each is what the report is told by: "day" or "week".
func (v reportView) Each() string {
	if v.Weekly() {
		return "week"
	}
	return "day"
}

func (v reportView) points(value func(journey.ReportLine) float64, says func(journey.ReportLine) string) (days []point, was []float64) {
	ago := journey.Day(v.Report.Days.Len())
	for _, s := range v.stretches {
		p := point{date: s.Days.From.Date().Format("2 Jan"), value: value(s.ReportLine), says: stretchName(s.Days) + ": " + says(s.ReportLine)}
		if v.Compared {
			p.says += " (" + stretchName(journey.Days{From: s.Days.From - ago, To: s.Days.To - ago}) + ": " + says(s.Was) + ")"
			was = append(was, value(s.Was))
		}
		days = append(days, p)
	}
	return days, was
}

// stretchName says which days are meant: "Mon 3 Nov", or "3 to 9 Nov".
func stretchName(d journey.Days) string {
	from, to := d.From.Date(), d.To.Date()
	switch {
	case d.From == d.To:
		return from.Format("Mon 2 Jan")
	case from.Month() == to.Month():
		return from.Format("2") + to.Format(" to 2 Jan")
	}
	return from.Format("2 Jan") + to.Format(" to 2 Jan")
}

// count makes the cell of a number with the rows behind it.
func (v reportView) count(name string, now, was int, link string) cell {
	c := cell{Name: name, Text: grouped(now), Link: link}
	if now == 0 {
		c.Link = ""
	}
	if v.Compared {
		c.Was = grouped(was)
	}
	return c
}

// money makes the cell of what was earned: a line for each currency in which
// anything was, so that no further currency makes a table wider. Without any
// there is no cell.
func (v reportView) money(now, was journey.ReportLine, link string) []cell {
	none := journey.Earned{}
	var all []cell
	for _, currency := range v.Currencies {
		if now.Earned[currency] == none && was.Earned[currency] == none {
			continue
		}
		c := cell{Name: "Revenue", Text: v.Money(now.Net(currency)), Link: link}
		if now.Earned[currency] == none {
			c.Text, c.Link = "–", ""
		}
		if v.Compared {
			c.Was = v.Money(was.Net(currency))
		}
		all = append(all, c)
	}
	switch {
	case len(v.Currencies) == 0:
		return nil
	case len(all) == 0:
		return []cell{{Name: "Revenue", Text: "–"}}
	}
	all[0].More = all[1:]
	return all[:1]
}

func (v reportView) rate(now, was float64) cell {
	c := cell{Name: "Rate", Text: v.Percent(now)}
	if v.Compared {
		c.Was = v.Percent(was)
	}
	return c
}

// key writes a line's key for an address; what belongs to none has a dash.
func key(k string) string {
	if k == "" {
		return "-"
	}
	return k
}

func (v reportView) tables() []reportTable {
	heads := func(others ...string) []string {
		if len(v.Currencies) == 0 {
			return others
		}
		return append([]string{"Revenue"}, others...)
	}
	personas := reportTable{Name: "By persona", Key: "personas", Heads: heads("Rate", "Recovered", "Abandoned", "Sent"),
		Note: "The rate is of the carts abandoned in these days."}
	for _, l := range v.ByPersona {
		k := key(l.Key)
		cells := append(v.money(l.ReportLine, l.Was, v.rows("/recoveries", "persona", k)), v.rate(l.Rate(), l.Was.Rate()),
			v.count("Recovered", l.Recovered, l.Was.Recovered, v.rows("/recoveries", "persona", k)),
			v.count("Abandoned", l.Abandoned, l.Was.Abandoned, v.rows("/carts", "moment", "abandoned", "persona", k)),
			v.count("Sent", l.Sent, l.Was.Sent, v.rows("/messages", "state", left, "persona", k)))
		personas.Rows = append(personas.Rows, reportRow{Key: l.Key, Name: orNone(l.Key, "no persona"), Cells: cells})
	}
	sequences := reportTable{Name: "By sequence", Key: "sequences", Heads: heads("Rate", "Recovered", "Entered", "Sent"),
		Note: "The rate is of the carts that entered the sequence in these days and were not held out."}
	for _, l := range v.BySequence {
		k := key(l.Key)
		cells := append(v.money(l.ReportLine, l.Was, v.rows("/recoveries", "sequence", k)), v.rate(l.RateOfEnrolled(), l.Was.RateOfEnrolled()),
			v.count("Recovered", l.Recovered, l.Was.Recovered, v.rows("/recoveries", "sequence", k)),
			v.count("Entered", l.Enrolled, l.Was.Enrolled, ""), v.count("Sent", l.Sent, l.Was.Sent, v.rows("/messages", "state", left, "sequence", k)))
		sequences.Rows = append(sequences.Rows, reportRow{Key: l.Key, Name: orNone(l.Key, "no sequence"), Cells: cells})
	}
	channels := reportTable{Name: "By channel", Key: "channels", Heads: heads("Rate", "Recovered", "Sent"), Note: "The rate is of the messages sent in these days."}
	for _, l := range v.ByChannel {
		cells := append(v.money(l.ReportLine, l.Was, v.rows("/recoveries", "channel", key(l.Key))), v.rate(l.RateOfSent(), l.Was.RateOfSent()),
			v.count("Recovered", l.Recovered, l.Was.Recovered, v.rows("/recoveries", "channel", key(l.Key))),
			v.count("Sent", l.Sent, l.Was.Sent, v.rows("/messages", "state", left, "channel", l.Key)))
		channels.Rows = append(channels.Rows, reportRow{Key: l.Key, Name: orNone(channelName(event.Channel(l.Key)), "no channel"), Cells: cells})
	}
	return []reportTable{personas, sequences, channels}
}

// call puts what people call personas and sequences above their keys.
func (v reportView) call() {
	names := map[string]func(key string) string{"personas": v.PersonaName, "sequences": v.SequenceName}
	for _, table := range v.Tables {
		for i, row := range table.Rows {
			if name := names[table.Key]; name != nil && row.Key != "" {
				table.Rows[i].Name, table.Rows[i].Under = name(row.Key), row.Key
			}
		}
	}
}

func orNone(name, none string) string {
	if name == "" {
		return none
	}
	return name
}

// dayRows are the days or weeks, the newest first, each number with its rows.
func (v reportView) dayRows() []dayRow {
	var out []dayRow
	for _, s := range slices.Backward(v.stretches) {
		l, was := s.ReportLine, s.Was
		dates := []string{"from", s.Days.From.Date().Format(time.DateOnly), "to", s.Days.To.Date().Format(time.DateOnly)}
		on := func(path string, query ...string) string { return v.Link(path, append(query, dates...)...) }
		recoveries := on("/recoveries")
		cells := []cell{v.count("Begun", l.Started, was.Started, on("/carts", "moment", "started")), v.count("Abandoned", l.Abandoned, was.Abandoned, on("/carts", "moment", "abandoned")),
			v.count("Ordered", l.Ordered, was.Ordered, on("/carts", "moment", "ordered")), v.count("Sent", l.Sent, was.Sent, on("/messages", "state", left)),
			v.count("Recovered", l.Recovered, was.Recovered, recoveries), v.rate(l.Rate(), was.Rate())}
		out = append(out, dayRow{Date: dates[1], Name: stretchName(s.Days), Cells: append(cells, v.money(l, was, recoveries)...)})
	}
	return out
}

// DayHeads are the heads of the table of days.
func (v reportView) DayHeads() []string {
	out := []string{"Begun", "Abandoned", "Ordered", "Sent", "Recovered", "Rate"}
	if len(v.Currencies) > 0 {
		out = append(out, "Revenue")
	}
	return out
}

// leading is how many charts stand before all else: one row on a wide screen.
const leading = 2

// FirstCharts are the money's and, in a shop of one currency, the carts'.
func (v reportView) FirstCharts() []chart { return v.Charts[:min(leading, len(v.Charts))] }

// OtherCharts are those further down.
func (v reportView) OtherCharts() []chart { return v.Charts[min(leading, len(v.Charts)):] }

func (v reportView) reasons() []reasonRow {
	today := journey.DayOf(v.Now, v.zone()).Date().Format(time.DateOnly)
	var out []reasonRow
	for _, r := range v.Rules {
		if r.Outcome == journey.Routed {
			continue // which persona a cart looks like is told above
		}
		out = append(out, reasonRow{ComparedRule: r, Said: journey.Said(r.Rule),
			Link:      v.rows("/decisions", "state", string(r.Outcome), "rule", r.Rule),
			TodayLink: v.Link("/decisions", "from", today, "to", today, "state", string(r.Outcome), "rule", r.Rule)})
	}
	return out
}
