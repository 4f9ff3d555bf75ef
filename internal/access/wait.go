package access

import "time"

// Patience is how failed sign-ins of one account, or from one address, are
// slowed down: some are free, then each doubles the wait.
type Patience struct {
	// Free is how many failures cost no wait.
	Free int
	// First is the wait after the first one that does, Most the longest.
	First, Most time.Duration
	// Forget is after how long without a failure all are forgotten.
	Forget time.Duration
}

// AccountPatience slows down guessing one person's password: four tries, then
// 1 s, 2 s, 4 s … to a quarter of an hour, which leaves about a hundred guesses
// a day (ASVS 5.0 6.3.1; OWASP Authentication Cheat Sheet, "Account Lockout":
// delays that grow, since a lock is a way to keep the owner out).
func AccountPatience() Patience {
	return Patience{Free: 4, First: time.Second, Most: 15 * time.Minute, Forget: 24 * time.Hour}
}

// AddressPatience slows down one address that tries many accounts. A whole
// office may share one, so more is free.
func AddressPatience() Patience {
	return Patience{Free: 20, First: time.Second, Most: 15 * time.Minute, Forget: 24 * time.Hour}
}

// Guard is what is remembered of the failures of an account or an address.
type Guard struct {
	// Failures are those not forgotten yet, FailedAt the last one's time.
	Failures int
	FailedAt time.Time
	// Until is when the next try may be made; zero for now.
	Until time.Time
}

// Wait gives how long the next try has to wait; 0 for not at all. It never
// asks for more than the longest wait, even if the clock was set back.
func (g Guard) Wait(now time.Time, p Patience) time.Duration {
	if g.Until.After(now) {
		return min(g.Until.Sub(now), p.Most)
	}
	return 0
}

// Charge counts a try as failed before it is made, so that many at once gain
// nothing; one that succeeds is taken back by storing the guard before.
func (g Guard) Charge(now time.Time, p Patience) Guard {
	if now.Sub(g.FailedAt) >= p.Forget {
		g = Guard{}
	}
	g.Failures++
	g.FailedAt, g.Until = now, time.Time{}
	if over := g.Failures - p.Free; over > 0 {
		g.Until = now.Add(p.after(over))
	}
	return g
}

// after is the wait after so many failures that are not free.
func (p Patience) after(over int) time.Duration {
	wait := p.First
	for range over - 1 {
		if wait >= p.Most {
			break
		}
		wait *= 2
	}
	return min(wait, p.Most)
}
