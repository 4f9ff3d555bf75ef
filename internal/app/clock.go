package app

import "time"

// Clock is the time the engine lives by. For a real server it is the wall
// clock; the demo's runs faster.
type Clock struct {
	// Now gives the engine's time.
	Now func() time.Time
	// Speed is how many of its seconds pass in one of the wall clock's.
	Speed float64
	// Wall gives when, on the wall clock, the engine's clock will show an instant.
	Wall func(time.Time) time.Time
}

// WallClock is the real time.
func WallClock() Clock {
	return Clock{Speed: 1, Now: time.Now, Wall: func(t time.Time) time.Time { return t }}
}

// FastClock starts at an instant and runs speed times as fast as the wall clock.
func FastClock(start time.Time, speed float64) Clock {
	began := time.Now()
	return Clock{
		Speed: speed,
		Now:   func() time.Time { return start.Add(time.Duration(float64(time.Since(began)) * speed)) },
		Wall:  func(t time.Time) time.Time { return began.Add(time.Duration(float64(t.Sub(start)) / speed)) },
	}
}
