package storefront

import (
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
)

// moment writes an instant with its clock.
func (t texts) moment(at time.Time) string {
	zone, _ := at.Zone()
	return t.date(t.Moment, at, "time", t.hour(at.Hour()*60+at.Minute()), "zone", zone)
}

// day writes a date.
func (t texts) day(at time.Time) string { return t.date(t.Day, at) }

func (t texts) date(form string, at time.Time, more ...string) string {
	day := number(at.Day())
	if at.Day() == 1 && t.First != "" {
		day = t.First
	}
	month := strings.Fields(t.Months)[at.Month()-1]
	return fill(form, append([]string{"day", day, "month", month, "year", number(at.Year())}, more...)...)
}

// hour writes a time of day, given in minutes since midnight.
func (t texts) hour(minutes int) string {
	digits := "%02d"
	if t.BareHours {
		digits = "%d"
	}
	return fill(t.Hour, "hour", fmt.Sprintf(digits, minutes/60), "minute", fmt.Sprintf("%02d", minutes%60))
}

// hours writes the open hours of a week: days in a row that are alike together,
// closed days not at all.
func (t texts) hours(w consent.Week) string {
	names, days := strings.Fields(t.Days), fromMonday(w)
	var parts []string
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && days[last+1] == days[i] {
			last++
		}
		if days[i] != (consent.Span{}) {
			span := fill(t.Span, "from", t.hour(days[i].From), "to", t.hour(days[i].To))
			switch {
			case i == 0 && last == len(days)-1:
				return span
			case i == last:
				parts = append(parts, names[i]+" "+span)
			default:
				parts = append(parts, fill(t.DaySpan, "from", names[i], "to", names[last])+" "+span)
			}
		}
		i = last + 1
	}
	return strings.Join(parts, t.Apart)
}

func fromMonday(w consent.Week) []consent.Span {
	days := append([]consent.Span{}, w[time.Monday:]...)
	return append(days, w[time.Sunday])
}
