package sequence

import (
	"slices"
	"time"
)

// Stay says why a cart that waits in one version is not moved to another.
type Stay string

// The reasons to stay.
const (
	// StayDone: the new version has no step left that comes after what the cart has been through.
	StayDone Stay = "nothing_left"
	// StayRepeats: what is left of the new version would say again what was said already.
	StayRepeats Stay = "would_repeat"
	// StayTaken: the place where the cart would go on is one that it has been through under the old version.
	StayTaken Stay = "place_taken"
)

// Past is a step that a cart has been through, of whatever version.
type Past struct {
	Step
	// Said is false for a step that was skipped: its words never left.
	Said bool
}

// Carry finds the step of a new version with which a cart goes on that waits for
// the place next and has been through some steps. It is the first one that
//
//   - lies later, by its time after the last activity, than every step the cart
//     has been through,
//   - has a place (index) that the cart has not been through: a place is decided
//     once, whatever the version,
//   - and from which on no template comes that was said to the cart.
//
// Where there is none the cart stays with its version, and why says so.
func Carry(past []Past, new Sequence, next int) (step int, why Stay) {
	said, last := map[string]bool{}, time.Duration(-1)
	for _, p := range past {
		last = max(last, p.After)
		if p.Said {
			said[p.Template] = true
		}
	}
	from := slices.IndexFunc(new.Steps, func(s Step) bool { return s.After > last })
	switch {
	case from < 0:
		return 0, StayDone
	case from < next:
		return 0, StayTaken
	}
	for i := len(new.Steps) - 1; i >= from; i-- {
		if said[new.Steps[i].Template] {
			from = i + 1
			break
		}
	}
	if from == len(new.Steps) {
		return 0, StayRepeats
	}
	return from, ""
}
