package journey

// Stretch is some days of a report put together: a week of a long span.
type Stretch struct {
	Days Days
	// ReportLine is their sum, Was that of the days they are compared with; its Key is the first date.
	ReportLine
	Was ReportLine
}

// eachDay is the longest span that is told day by day; a longer one is told by
// weeks, for hundreds of bars are no picture any more.
const eachDay = 92

// Stretches puts the days of a report together as they are told: each day of a
// span up to a quarter, the weeks of a longer one. The last week ends with the
// span, so that the newest is whole; the first may be shorter.
func (r Report) Stretches() []Stretch {
	n := 1
	if r.Days.Len() > eachDay {
		n = 7
	}
	var out []Stretch
	for i, l := range r.ByDay {
		// Counted from the end: days of one week have the same number.
		if i == 0 || (r.Days.Len()-i)%n == 0 {
			day := r.Days.From + Day(i)
			out = append(out, Stretch{Days: Days{day, day}, ReportLine: ReportLine{Key: l.Key}})
		}
		s := &out[len(out)-1]
		s.Days.To = r.Days.From + Day(i)
		s.merge(l)
		if i < len(r.WasByDay) {
			s.Was.merge(r.WasByDay[i])
		}
	}
	return out
}

// Weekly reports whether its stretches are weeks.
func (r Report) Weekly() bool { return r.Days.Len() > eachDay }

// merge adds another line.
func (l *ReportLine) merge(o ReportLine) {
	l.Started, l.Abandoned, l.Ordered = l.Started+o.Started, l.Abandoned+o.Abandoned, l.Ordered+o.Ordered
	l.Enrolled, l.HeldOut = l.Enrolled+o.Enrolled, l.HeldOut+o.HeldOut
	l.Sent, l.Recovered = l.Sent+o.Sent, l.Recovered+o.Recovered
	for currency, e := range o.Earned {
		if l.Earned == nil {
			l.Earned = map[string]Earned{}
		}
		was := l.Earned[currency]
		l.Earned[currency] = Earned{was.Gross + e.Gross, was.Refunded + e.Refunded}
	}
}
