package journey

import "github.com/cartograph-dev/cartograph/internal/event"

// Credited is what a recovery is credited to besides its message, as it was when
// the order came.
type Credited struct {
	// Persona and Sequence are keys, "" for none; Channel is the message's, "" where none is known.
	Persona, Sequence string
	Channel           event.Channel
	// Order is the order's number, or the platform's id where it has no number.
	Order string
}
