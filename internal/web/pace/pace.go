// Package pace keeps callers to a rate. It is this process's own: several
// processes let a caller through several times.
package pace

import (
	"sync"
	"time"
)

// burst is how many seconds' worth of requests a caller may make at once.
const burst = 4

// Pace keeps each caller to its rate: a bucket of tokens that fills by the clock.
type Pace struct {
	// rate is tokens a second; 0 for no limit.
	rate float64

	mu      sync.Mutex
	buckets map[string]bucket
	// swept is when buckets that are full again were last thrown away.
	swept time.Time
}

// bucket is one caller's.
type bucket struct {
	tokens float64
	at     time.Time
}

// New makes a pace of so many requests a second, with bursts of four times as
// many; 0 for no limit.
func New(rate int) *Pace { return &Pace{rate: float64(rate), buckets: map[string]bucket{}} }

// Take takes a token; without one it says after how long there is one.
func (p *Pace) Take(key string, now time.Time) (wait time.Duration) {
	if p.rate <= 0 {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	full := p.rate * burst
	b, known := p.buckets[key]
	if !known {
		b = bucket{tokens: full, at: now}
	}
	// A clock that was set back gives nothing, and takes nothing away.
	b.tokens = min(full, b.tokens+max(0, now.Sub(b.at).Seconds())*p.rate)
	b.at = now
	if b.tokens < 1 {
		p.buckets[key] = b
		return time.Duration((1 - b.tokens) / p.rate * float64(time.Second))
	}
	b.tokens--
	p.buckets[key] = b
	return 0
}

// sweep forgets callers that have rested for long enough to be full again.
func (p *Pace) sweep(now time.Time) {
	if rested := now.Sub(p.swept); rested >= 0 && rested < time.Minute {
		return
	}
	p.swept = now
	for key, b := range p.buckets {
		if now.Sub(b.at) > burst*time.Second {
			delete(p.buckets, key)
		}
	}
}
