package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Days is a span of whole days of a shop's calendar, both ends included.
type Days struct{ From, To Day }

// MaxDays bounds how long a report's span may be.
const MaxDays = 366

// Len counts the days.
func (d Days) Len() int { return int(d.To-d.From) + 1 }

// Before gives the span of the same length that ends where this one begins.
func (d Days) Before() Days { return Days{d.From - Day(d.Len()), d.From - 1} }

// Begins and Ends give the moments that bound it in a zone; Ends is the first moment after.
func (d Days) Begins(zone *time.Location) time.Time { return d.From.Begins(zone) }

// Ends gives the first moment after the span.
func (d Days) Ends(zone *time.Location) time.Time { return (d.To + 1).Begins(zone) }

// Spans are the names of spans that end today.
var Spans = []string{"today", "7d", "30d", "90d", "month"}

// DaysOf reads a span: one of Spans, or two dates ("2026-11-03"), of which the
// second may be left out for today. With nothing at all it is 30 days.
func DaysOf(span, from, to string, now time.Time, zone *time.Location) (Days, error) {
	today := DayOf(now, zone)
	if from != "" || to != "" {
		return customDays(from, to, today)
	}
	switch span {
	case "today":
		return Days{today, today}, nil
	case "7d":
		return Days{today - 6, today}, nil
	case "", "30d":
		return Days{today - 29, today}, nil
	case "90d":
		return Days{today - 89, today}, nil
	case "month":
		return Days{today - Day(today.Date().Day()) + 1, today}, nil
	}
	return Days{}, fault.New(fault.Invalid, "there is no such span of days").In("range").Try("choose today, 7d, 30d, 90d or month, or give from and to as dates")
}

func customDays(from, to string, today Day) (Days, error) {
	d := Days{To: today}
	var err error
	if to != "" {
		if d.To, err = parseDay("to", to); err != nil {
			return d, err
		}
	}
	d.From = d.To
	if from != "" {
		if d.From, err = parseDay("from", from); err != nil {
			return d, err
		}
	}
	switch {
	case d.From > d.To:
		return d, fault.New(fault.Invalid, "the span ends before it begins").In("from").Try("give the earlier date first")
	case d.Len() > MaxDays:
		return d, fault.New(fault.Invalid, "the span has %d days", d.Len()).In("from").Try("a report covers at most 366 days")
	}
	return d, nil
}

// firstDay and lastDay bound the dates that are taken for meant.
const (
	firstDay Day = 10957 // 2000-01-01
	lastDay  Day = 47482 // 2100-01-01
)

func parseDay(field, text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	d := Day(t.Unix() / 86400)
	if err != nil || d < firstDay || d > lastDay {
		return 0, fault.New(fault.Invalid, "this is no date").In(field).Try("write it as 2026-11-03")
	}
	return d, nil
}
