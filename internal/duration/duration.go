// Package duration reads and writes spans of time as people type them in files,
// settings and on the command line: "90s", "1h30m", "3d", "1w".
package duration

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// units are what durations are made of, greatest first.
var units = []struct {
	name string
	size time.Duration
}{{"w", week}, {"d", day}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}

// Parse reads whole weeks, days, hours, minutes and seconds, the
// greatest first: "90s", "1h30m", "3d", "1w".
func Parse(text string) (time.Duration, error) {
	var total time.Duration
	rest := text
	for _, u := range units {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if digits == "" || !strings.HasPrefix(rest[len(digits):], u.name) {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n > int64((math.MaxInt64-total)/u.size) {
			return 0, fault.New(fault.Unprocessable, "the time %q is too long", clip(text)).
				Try("give a time such as 3d or 1w")
		}
		total += time.Duration(n) * u.size
		rest = rest[len(digits)+len(u.name):]
	}
	if rest != "" || text == "" {
		return 0, fault.New(fault.Unprocessable, "%q is not a time", clip(text)).
			Try("write weeks, days, hours, minutes and seconds, greatest first, such as 90s, 1h30m, 3d or 1w")
	}
	return total, nil
}

// Format writes a duration of whole seconds as Parse reads it:
// hours up to two days, days beyond ("48h", "3d", "2d1h").
func Format(d time.Duration) string {
	var b strings.Builder
	for _, u := range units[1:] {
		if u.size == day && d <= 2*day {
			continue
		}
		if n := d / u.size; n > 0 {
			b.WriteString(strconv.FormatInt(int64(n), 10) + u.name)
			d -= n * u.size
		}
	}
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
