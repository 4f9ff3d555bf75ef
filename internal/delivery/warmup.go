package delivery

import (
	"math"
	"time"
)

// Unlimited is the limit of a day without one.
const Unlimited = math.MaxInt

// WarmUp is how many emails a shop may send on each of its first days, so that
// mailbox providers see an unknown sender grow and not burst. Days are UTC days,
// for every shop: the first is the day of its first email, however late in the
// day that was. A sender that was silent for 30 days is unknown again (SendGrid,
// "Warming up an IP address"); the first email after the silence is then its first.
type WarmUp struct {
	// Off switches it off, for a domain that already sends as much elsewhere. The merchant decides.
	Off bool
	// Days holds the most of each day, the first day's first; later days have no limit.
	Days []int
}

// DefaultWarmUp takes three weeks. It begins like the schedules that SendGrid
// and its customers publish (50 and 100 on the first days; docs.sendgrid.com,
// "Warming up an IP address"; support.sitevibes.com 47001271345) and doubles
// only while the numbers are small: Google warns that doubling a larger volume
// at once costs reputation (support.google.com/a/answer/81126, "Increase sending
// volume slowly"). Read in November 2026.
func DefaultWarmUp() WarmUp {
	return WarmUp{Days: []int{
		50, 100, 200, 400, 700, 1_000, 1_500,
		2_200, 3_200, 4_500, 6_500, 9_000, 13_000, 18_000,
		25_000, 35_000, 50_000, 70_000, 100_000, 140_000, 200_000,
	}}
}

// Limit gives how many emails may leave on now's UTC day. A zero firstSent, or
// one from the future, is a shop's first day.
func (w WarmUp) Limit(firstSent, now time.Time) int {
	if w.Off {
		return Unlimited
	}
	i := 0
	if !firstSent.IsZero() && firstSent.Before(now) {
		i = int(midnight(now).Sub(midnight(firstSent)) / (24 * time.Hour))
	}
	if i >= len(w.Days) {
		return Unlimited
	}
	return w.Days[i]
}

// Next gives the first instant at which one more email may leave when sentToday
// have left since now's midnight UTC: now, or the next midnight UTC whose day
// has room. All that waits may leave from then on; to spread it is the caller's.
func (w WarmUp) Next(firstSent, now time.Time, sentToday int) time.Time {
	if sentToday < w.Limit(firstSent, now) {
		return now
	}
	if firstSent.IsZero() || firstSent.After(now) {
		firstSent = now
	}
	day := midnight(now)
	for {
		day = day.Add(24 * time.Hour)
		if w.Limit(firstSent, day) > 0 {
			return day
		}
	}
}

// midnight is the beginning of an instant's UTC day; such days all have 24 hours.
func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
