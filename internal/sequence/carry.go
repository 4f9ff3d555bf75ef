package sequence

import (
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

// Carry finds the step of the new version with which a cart goes on that waits
// for the step next of the old one. It is the first one that
//
//   - lies later, by its time after the last activity, than the last step the
//     cart has been through,
//   - has a place (index) that the cart has not been through: a place is decided
//     once, whatever the version,
//   - and from which on no template comes that the cart has been through.
//
// Where there is none the cart stays with its version, and why says so.
func Carry(old, new Sequence, next int) (step int, why Stay) {
	said, last := map[string]bool{}, time.Duration(-1)
	for _, s := range old.Steps[:min(max(next, 0), len(old.Steps))] {
		said[s.Template], last = true, s.After
	}
	from := len(new.Steps)
	for i, s := range new.Steps {
		if s.After > last {
			from = i
			break
		}
	}
	switch {
	case from == len(new.Steps):
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
