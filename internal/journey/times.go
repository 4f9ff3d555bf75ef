package journey

import (
	"fmt"
	"strings"
	"time"
)

// moment writes when something was or will be by the account's clock: "at 14:32"
// on the day of the account, else "on 3 November at 14:32".
func (r *reading) moment(t time.Time) string {
	local, today := t.In(r.zone), r.now.In(r.zone)
	switch {
	case t.IsZero():
		return "at an unknown time"
	case local.YearDay() == today.YearDay() && local.Year() == today.Year():
		return "at " + local.Format("15:04")
	case local.Year() == today.Year():
		return "on " + local.Format("2 January at 15:04")
	}
	return "on " + local.Format("2 January 2006 at 15:04")
}

// bare is moment without the word before it, for "since".
func (r *reading) bare(t time.Time) string {
	_, rest, _ := strings.Cut(r.moment(t), " ")
	return rest
}

// stamp writes an input that is an instant by the account's clock.
func (r *reading) stamp(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return first(text, "at an unknown time")
	}
	return r.moment(t)
}

// spanOf writes an input that is a duration in words.
func spanOf(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return text
	}
	return Span(d)
}

// Span writes a duration in its greatest unit: "40 s", "12 min", "3 h", "9 days".
func Span(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
