package consent

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Quiet is a daily window in which nothing is sent, as minutes of the local
// day. From may be later than To: the window then spans midnight. The zero
// value is no window.
type Quiet struct {
	// From is the first quiet minute, To the first minute that is not.
	From, To int
}

// ParseQuiet reads "off" or "21:00-08:00".
func ParseQuiet(s string) (Quiet, error) {
	if s = strings.TrimSpace(s); s == "off" || s == "" {
		return Quiet{}, nil
	}
	from, to, ok := strings.Cut(s, "-")
	f, err1 := minute(from)
	t, err2 := minute(to)
	if !ok || err1 != nil || err2 != nil || f == t {
		return Quiet{}, fault.New(fault.Unprocessable, "%q is not a quiet window", s).
			Try(`write "off" or a window of local time such as "21:00-08:00"`)
	}
	return Quiet{From: f, To: t}, nil
}

func minute(s string) (int, error) {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok {
		m = "0"
	}
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil || hh < 0 || mm < 0 || mm > 59 || hh*60+mm > 24*60 {
		return 0, fmt.Errorf("not a time of day")
	}
	return (hh*60 + mm) % (24 * 60), nil
}

// String writes what ParseQuiet reads.
func (q Quiet) String() string {
	if q == (Quiet{}) {
		return "off"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
}

// MarshalJSON writes the window as its text.
func (q Quiet) MarshalJSON() ([]byte, error) { return json.Marshal(q.String()) }

// UnmarshalJSON reads the window from its text.
func (q *Quiet) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := ParseQuiet(s)
	*q = v
	return err
}

// Next gives the first instant at or after t that is not quiet in the zone.
// It steps by the zone's own clock, so the shift of a DST night is its own.
func (q Quiet) Next(t time.Time, zone *time.Location) time.Time {
	if !q.covers(t.In(zone)) {
		return t
	}
	local := t.In(zone)
	end := time.Date(local.Year(), local.Month(), local.Day(), q.To/60, q.To%60, 0, 0, zone)
	for !end.After(t) || q.covers(end.In(zone)) {
		// The window ends tomorrow, or its end does not exist on a DST day.
		if !end.After(t) {
			end = time.Date(local.Year(), local.Month(), local.Day()+1, q.To/60, q.To%60, 0, 0, zone)
			continue
		}
		end = end.Add(15 * time.Minute)
	}
	return end
}

func (q Quiet) covers(local time.Time) bool {
	if q == (Quiet{}) {
		return false
	}
	m := local.Hour()*60 + local.Minute()
	if q.From < q.To {
		return m >= q.From && m < q.To
	}
	return m >= q.From || m < q.To
}
