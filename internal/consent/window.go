package consent

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Span is the part of a local day in which one may write, in minutes since
// midnight as the clock on the wall shows them. The zero value closes the day.
type Span struct {
	// From is the first allowed minute, To the first that is not; 24*60 is midnight.
	From, To int
}

// Week has the span of every day, indexed by time.Weekday.
type Week [7]Span

const (
	dayMinutes = 24 * 60
	// horizon is how far ahead Next looks. A week and a day: no law closes longer,
	// and no step waits longer.
	horizon     = 8 * 24 * time.Hour
	horizonDays = 10
)

// Daily is a week whose days are all alike.
func Daily(s Span) Week { return Week{s, s, s, s, s, s, s} }

// Always is a week in which every minute is allowed.
func Always() Week { return Daily(Span{0, dayMinutes}) }

func (w Week) check(path string) error {
	open := false
	for _, s := range w {
		if s.From < 0 || s.To > dayMinutes || s.From > s.To || s.From == s.To && s.To != 0 {
			return fault.New(fault.Unprocessable, "%02d:%02d-%02d:%02d is no part of a day", s.From/60, s.From%60, s.To/60, s.To%60).
				In(path).Try(`write "08:00-21:00", or closed`)
		}
		open = open || s != Span{}
	}
	if !open {
		return fault.New(fault.Unprocessable, "every day of the week is closed").In(path).Try("open one")
	}
	return nil
}

// Next gives the first instant at or after t at which one may write in all of
// the zones at once, by the law's hours of the region and outside the shop's
// quiet hours, and the rule that holds at t, "" if t itself is allowed. Where
// the next eight days have no such instant it gives the zero time and the
// rule that is to blame. Without zones nothing that depends on the hour is allowed.
//
// It is exact over clock changes: hours that a night skips are not waited for,
// and hours that a night has twice are judged twice.
func (p Pack) Next(t time.Time, zones []*time.Location, region string, quiet Quiet) (time.Time, string) {
	p = p.In(region)
	if len(zones) == 0 {
		if p.Week == Always() && p.Holidays == "" && quiet == (Quiet{}) {
			return t, ""
		}
		return time.Time{}, RuleNoHour
	}
	rule := p.held(t, zones, quiet)
	if rule == "" {
		return t, ""
	}
	if open := p.opens(t, zones, quiet); !open.IsZero() {
		return open, rule
	}
	if quiet != (Quiet{}) && !p.opens(t, zones, Quiet{}).IsZero() {
		return time.Time{}, RuleQuietHours
	}
	return time.Time{}, RuleNoHour
}

// held names the rule that forbids t in one of the zones. The law is named
// before the shop, since the shop cannot change it.
func (p Pack) held(t time.Time, zones []*time.Location, quiet Quiet) string {
	rule := ""
	for _, zone := range zones {
		switch r := p.heldIn(t.In(zone), quiet); {
		case r == RuleQuietHours:
			rule = r
		case r != "":
			return r
		}
	}
	return rule
}

func (p Pack) heldIn(local time.Time, quiet Quiet) string {
	span, since := p.Week[local.Weekday()], sinceMidnight(local)
	_, holiday := p.closed.Holiday(local)
	switch {
	case span == Span{} && local.Weekday() == time.Sunday:
		return RuleSunday
	case span == Span{}:
		return RuleWeekday
	case holiday:
		return RuleHoliday
	case since < minutes(span.From) || since >= minutes(span.To):
		return RuleHours
	case pastQuiet(quiet, since) != since:
		return RuleQuietHours
	}
	return ""
}

// opens moves on from zone to zone, each time to the first instant that the
// zone allows, until none of them moves it further.
func (p Pack) opens(t time.Time, zones []*time.Location, quiet Quiet) time.Time {
	for last := t.Add(horizon); !t.After(last); {
		next := t
		for _, zone := range zones {
			next = p.opensIn(next, last, zone, quiet)
		}
		if next.Equal(t) {
			return t
		}
		t = next
	}
	return time.Time{}
}

// opensIn gives the first instant from t on that one zone allows, or one after
// last. It goes by stretches in which the zone's clock is not changed: there,
// time on the wall and true time pass alike.
func (p Pack) opensIn(t, last time.Time, zone *time.Location, quiet Quiet) time.Time {
	for !t.After(last) {
		local := t.In(zone)
		wall := onWall(local)
		open, ok := p.opensOnWall(wall, quiet)
		if !ok {
			break
		}
		at := t.Add(open.Sub(wall))
		_, change := local.ZoneBounds()
		if change.IsZero() || at.Before(change) {
			return at
		}
		t = change
	}
	return last.Add(time.Nanosecond)
}

// opensOnWall is opensIn for a clock that is never changed.
func (p Pack) opensOnWall(wall time.Time, quiet Quiet) (time.Time, bool) {
	for day := range horizonDays {
		date := time.Date(wall.Year(), wall.Month(), wall.Day()+day, 0, 0, 0, 0, time.UTC)
		span := p.Week[date.Weekday()]
		if _, closed := p.closed.Holiday(date); closed || span == (Span{}) {
			continue
		}
		open := pastQuiet(quiet, max(minutes(span.From), wall.Sub(date)))
		if open < minutes(span.To) {
			return date.Add(open), true
		}
	}
	return time.Time{}, false
}

// pastQuiet gives the first time of day from d on that is not quiet; a whole
// day or more when the day has none.
func pastQuiet(q Quiet, d time.Duration) time.Duration {
	from, to := minutes(q.From), minutes(q.To)
	switch {
	case q == (Quiet{}):
		return d
	case from == to:
		return minutes(dayMinutes) // the whole day is quiet
	case from < to && d >= from && d < to, from > to && d < to:
		return to
	case from > to && d >= from:
		return minutes(dayMinutes)
	}
	return d
}

// onWall gives what a clock in the time's zone shows, as if it were UTC.
func onWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func sinceMidnight(t time.Time) time.Duration {
	return minutes(t.Hour()*60+t.Minute()) + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
