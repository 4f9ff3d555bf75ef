package wire

import (
	"strconv"
	"strings"
	"time"
)

// Time is a moment in any of the spellings platforms use. Text without a zone
// is UTC: the platforms that send such text (WooCommerce's *_gmt) mean that.
type Time struct {
	time.Time
	// Bad is set where something was sent that is no time; Time is zero then.
	Bad bool
}

// UnmarshalJSON reads text or a unix number; null, "" and the zero dates of
// PHP and Go are no time.
func (t *Time) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(scalar(b))
	*t = Time{}
	if s == "" || strings.HasPrefix(s, "0000-00-00") || strings.HasPrefix(s, "0001-01-01") {
		return nil
	}
	var ok bool
	t.Time, ok = ParseTime(s)
	t.Bad = !ok
	return nil
}

// layouts are the spellings seen, the commonest first. Fractions of a second
// are read after any seconds.
func layouts() []string {
	return []string{
		time.RFC3339,
		"2006-01-02T15:04:05",
		"2006-01-02T15:04:05Z0700",
		"2006-01-02T15:04Z07:00",
		"2006-01-02T15:04Z0700",
		"2006-01-02 15:04:05",
		"2006-01-02 15:04:05Z07:00",
		"2006-01-02 15:04:05 Z07:00",
		"2006-01-02 15:04:05 -0700",
		"2006-01-02 15:04:05 MST",
		"Mon, 2 Jan 2006 15:04:05 -0700",
		"2006-01-02T15:04",
		"2006-01-02",
	}
}

// ParseTime reads one spelling of a time, in UTC. Years before 1971 and after
// 2199 are mistakes, not times.
func ParseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return time.Time{}, false
	}
	if t, ok := unix(s); ok {
		return sensible(t)
	}
	for _, layout := range layouts() {
		if t, err := time.Parse(layout, s); err == nil {
			return sensible(t.UTC())
		}
	}
	return time.Time{}, false
}

func sensible(t time.Time) (time.Time, bool) {
	if t.Year() <= 1970 || t.Year() >= 2200 {
		return time.Time{}, false
	}
	return t, true
}

// unix reads seconds, milliseconds or microseconds since 1970, told apart by
// their size; seconds may have a fraction.
func unix(s string) (time.Time, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, false
	}
	switch {
	case n < 1e11:
		nanos, err := strconv.ParseInt((frac + "000000000")[:9], 10, 64)
		if err != nil || nanos < 0 {
			return time.Time{}, false
		}
		return time.Unix(n, nanos).UTC(), true
	case n < 1e14:
		return time.UnixMilli(n).UTC(), true
	case n < 1e17:
		return time.UnixMicro(n).UTC(), true
	}
	return time.Time{}, false
}

// maxAhead is how far a platform's clock may run before ours without doubt.
const maxAhead = 24 * time.Hour

// Occurred gives the first of the times that is set. One more than a day after
// the delivery was received is taken as the time of receipt and noted: a single
// event from the year 2099 would otherwise win over everything that follows.
func Occurred(received time.Time, notes *Notes, times ...time.Time) time.Time {
	for _, t := range times {
		if t.IsZero() {
			continue
		}
		if !received.IsZero() && t.After(received.Add(maxAhead)) {
			notes.Add("the event's time is in the future; the time of receipt was taken")
			return received.UTC()
		}
		return t.UTC()
	}
	return time.Time{}
}
