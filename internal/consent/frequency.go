package consent

import (
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Caps are a shop's own bounds on how often one shopper is written to, over
// all channels and sequences together. The zero value has none.
type Caps struct {
	// Max is how many messages are allowed in any stretch of Per; 0 is no cap.
	Max int
	// Per is the length of the rolling window.
	Per time.Duration
	// Rest is how long after an order nothing is sent; 0 is no rest.
	Rest time.Duration
}

// Sent is one message that was sent, or may have been.
type Sent struct {
	At      time.Time
	Channel event.Channel
}

// Check refuses caps that mean nothing.
func (c Caps) Check() error {
	switch {
	case c.Max < 0 || c.Per < 0 || c.Rest < 0:
		return fault.New(fault.Unprocessable, "a frequency cap is negative").In("frequency").Try("write 0 for no cap")
	case c.Max > 0 && c.Per == 0:
		return fault.New(fault.Unprocessable, "a frequency cap has no window").In("frequency").Try("say in what time, such as 7d")
	}
	return nil
}

// Next gives the first instant from now on at which one more message is
// allowed, and the rule that holds it back longest, "" when now is allowed.
// A message sent after now, by another machine's clock, counts too.
func (c Caps) Next(now time.Time, sent []Sent, lastOrder time.Time) (time.Time, string) {
	at, rule := now, ""
	if free := frees(c.Max, c.Per, sent); free.After(at) {
		at, rule = free, RuleFrequencyCap
	}
	if rested := lastOrder.Add(c.Rest); !lastOrder.IsZero() && c.Rest > 0 && rested.After(at) {
		at, rule = rested, RuleFrequencyRest
	}
	return at, rule
}

// Room is Caps.Next for the law's own cap: how many messages of the pack's
// channel the shopper may get in 24 hours, in a region. Messages of other
// channels do not count.
func (p Pack) Room(now time.Time, sent []Sent, region string) (time.Time, string) {
	own := slices.DeleteFunc(slices.Clone(sent), func(s Sent) bool { return s.Channel != p.Channel })
	if free := frees(p.In(region).MaxPerDay, 24*time.Hour, own); free.After(now) {
		return free, RuleDayCap
	}
	return now, ""
}

// frees gives when the newest messages leave room for one more: the most
// recent one that may no longer count must be a whole window old.
func frees(most int, per time.Duration, sent []Sent) time.Time {
	if most <= 0 || len(sent) < most {
		return time.Time{}
	}
	newest := slices.SortedFunc(slices.Values(sent), func(a, b Sent) int { return b.At.Compare(a.At) })
	return newest[most-1].At.Add(per)
}
