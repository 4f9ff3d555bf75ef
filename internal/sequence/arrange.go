package sequence

import (
	"slices"
	"time"
)

// These change a sequence's steps as people do who look at its timeline. The
// times belong to the places on the timeline, not to the words said there: what
// moves up is said at the time of what stood there before. None of them changes
// the list it was given; a place that is not there changes nothing.

// Moved puts the step at a place to another one, and lets those between move up or down.
func Moved(steps []Step, from, to int) []Step {
	out := slices.Clone(steps)
	if from < 0 || to < 0 || from >= len(steps) || to >= len(steps) {
		return out
	}
	step := out[from]
	out = slices.Insert(slices.Delete(out, from, from+1), to, step)
	for i := range out {
		out[i].After = steps[i].After
	}
	return out
}

// Doubled adds a copy of a step behind it, halfway to the next one, or a day
// after the last.
func Doubled(steps []Step, at int) []Step {
	out := slices.Clone(steps)
	if at < 0 || at >= len(steps) {
		return out
	}
	twin := out[at]
	twin.Channels = slices.Clone(twin.Channels)
	if twin.Offer != nil {
		offer := *twin.Offer
		twin.Offer = &offer
	}
	twin.After = between(steps, at)
	return slices.Insert(out, at+1, twin)
}

// Without takes a step out. The others keep their times.
func Without(steps []Step, at int) []Step {
	out := slices.Clone(steps)
	if at < 0 || at >= len(steps) {
		return out
	}
	return slices.Delete(out, at, at+1)
}

// between is a time behind a step and before the next.
func between(steps []Step, at int) time.Duration {
	if at == len(steps)-1 {
		return steps[at].After + 24*time.Hour
	}
	half := (steps[at].After + steps[at+1].After) / 2
	return max(half.Truncate(time.Second), steps[at].After+time.Second)
}
