package queue

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// trusted is how long an alarm is believed to be in Redis: as long as the
	// sweeper may take to notice that it is not.
	trusted = 30 * time.Second
	// remembered bounds the memory; what does not fit is asked of Redis.
	remembered = 4096
)

// memory knows the alarms this process has set lately, so that a burst of a
// thousand carts asks Redis once. Forgetting is always safe.
type memory struct {
	// near is how close a second may be and still be answered from memory:
	// nearer ones may be rung already by a process whose clock runs ahead.
	near time.Duration

	mu  sync.Mutex
	set map[alarm]time.Time // when it was set
}

// has reports whether the alarm is surely set and still to ring.
func (m *memory) has(a alarm, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.set[a]
	return ok && now.Sub(at) < trusted && a.second > now.Add(m.near).Unix()
}

// add remembers an alarm. A full memory drops what is no use any more, and
// everything if that is not enough.
func (m *memory) add(a alarm, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.set) >= remembered {
		for old, at := range m.set {
			if old.second <= now.Unix() || now.Sub(at) >= trusted {
				delete(m.set, old)
			}
		}
	}
	if m.set == nil || len(m.set) >= remembered {
		m.set = map[alarm]time.Time{}
	}
	m.set[a] = now
}

// clear forgets everything.
func (m *memory) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set = nil
}

// breaker keeps callers from waiting one after the other for a Redis that does
// not answer. Alarms not set meanwhile are the sweeper's.
type breaker struct{ until atomic.Int64 }

// rest is how long nobody asks after Redis did not answer.
const rest = time.Second

func (b *breaker) trip(now time.Time)      { b.until.Store(now.Add(rest).UnixNano()) }
func (b *breaker) open(now time.Time) bool { return now.UnixNano() < b.until.Load() }
