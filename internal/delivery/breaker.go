package delivery

import "time"

// How a breaker opens. Five failures in a row are no coincidence of single
// messages, and few enough that a provider that hangs costs a shop few unknown
// outcomes. The pause doubles from a quarter of a minute to a quarter of an
// hour: short outages are over soon, long ones are asked about rarely.
const (
	breakAfter  = 5
	pauseFirst  = 15 * time.Second
	pauseMost   = 15 * time.Minute
	brokenFirst = 2 * time.Minute
	// longestPause is what a provider can ask for at most, a day, with its spread.
	longestPause = 25 * time.Hour
)

// Breaker keeps a shop from calling a provider that cannot serve it now, for
// one shop and channel: closed, it lets every message through; open, none until
// its time has come, then one as a trial, whose verdict closes it or keeps it
// open for twice as long. The zero value is closed.
//
//	closed ──5 failures in a row, a rate limit, wrong credentials──► open
//	open ──its time has come: one message is the trial──► open, the trial succeeds ──► closed
type Breaker struct {
	// Failures counts failures in a row while it is closed.
	Failures int
	// Trips counts how often it opened since the last success; the pause doubles with each.
	Trips int
	// OpenedAt is when it opened, zero while it is closed.
	OpenedAt time.Time
	// Until is when the next trial may begin, zero while it is closed.
	Until time.Time
	// Code and Reason are the last failure's, for people.
	Code   string
	Reason string
}

// Open reports whether messages have to wait, and until when. A time further
// away than any pause was set by a clock that was wrong, and has come.
func (b Breaker) Open(now time.Time) (until time.Time, open bool) {
	return b.Until, now.Before(b.Until) && b.Until.Sub(now) <= longestPause
}

// Closed reports whether it lets everything through.
func (b Breaker) Closed() bool { return b.Until.IsZero() }

// Try takes the trial: until its verdict, or until lease has passed without
// one, no other message goes.
func (b Breaker) Try(now time.Time, lease time.Duration) Breaker {
	b.Until = now.Add(lease)
	return b
}

// After folds a verdict in. trial tells that the message was an open breaker's
// trial: others that were under way when it opened say nothing new. share in
// [0,1) spreads the pause, so that shops do not come back at the same moment.
func (b Breaker) After(v Verdict, now time.Time, trial bool, share float64) Breaker {
	switch {
	case !b.Closed() && !trial:
		return b
	case !failed(v):
		return Breaker{}
	}
	b.Failures, b.Code, b.Reason = b.Failures+1, v.Code, v.Reason
	if b.Closed() && b.Failures < breakAfter && v.Outcome != Broken && v.After == 0 {
		return b
	}
	if b.OpenedAt.IsZero() {
		b.OpenedAt = now
	}
	b.Until = now.Add(b.pause(v, share))
	b.Trips++
	return b
}

// pause gives how long nothing is sent: as long as the provider asks, or
// doubling and up to half as long again by share.
func (b Breaker) pause(v Verdict, share float64) time.Duration {
	first := pauseFirst
	if v.Outcome == Broken {
		first = brokenFirst // a person has to change something
	}
	d := min(first<<min(b.Trips, 10), pauseMost)
	if v.After > 0 && (b.Trips == 0 || v.After > d) {
		return v.After // the provider knows best
	}
	return d + time.Duration(share*float64(d)/2)
}

// failed reports whether a verdict says that the provider, and not this one
// message, is the trouble. A refused address is the provider at work.
func failed(v Verdict) bool {
	return v.Outcome == Later || v.Outcome == Unsure || v.Outcome == Broken
}
