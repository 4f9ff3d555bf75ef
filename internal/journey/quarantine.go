package journey

import "time"

// Quarantined is an event that verified and could not be folded. It is kept
// whole until a replay folds it.
type Quarantined struct {
	// ID is ours, ReceivedAt when it came.
	ID         string
	ReceivedAt time.Time
	// Platform is the adapter's name, Topic the platform's own name for what happened; "" where it gave none.
	Platform string
	Topic    string
	// Reason is why it could not be folded, without personal data.
	Reason string
	// Bytes is the size of its body.
	Bytes int
	// Alike counts the shop's quarantined events of this platform with the same reason, itself included.
	Alike int
	// Headers are those a replay needs, without signatures; Body is as it came. Both only
	// on the page of one: the body may hold personal data.
	Headers map[string]string
	Body    []byte
}

// Held says which of the quarantined events are meant; the zero value means all.
type Held struct {
	// ID is one event's, "" for any.
	ID string
	// Topic is the platform's name for what happened, "" for any and Topicless for none.
	Topic string
	// Reason is why it could not be folded, as ReasonKey gives it; "" for any.
	Reason string
}

// Topicless stands in a filter for events that came without a topic.
const Topicless = "-"

// reasonKey is how much of a reason tells it from others, in characters: more
// does not fit into an index.
const reasonKey = 200

// ReasonKey gives the part of a reason that events are told apart by.
func ReasonKey(reason string) string {
	if r := []rune(reason); len(r) > reasonKey {
		return string(r[:reasonKey])
	}
	return reason
}

// HeldKind counts the quarantined events of one topic and reason.
type HeldKind struct {
	// Topic is "" where there was none; Reason is a ReasonKey.
	Topic, Reason string
	N             int
}

// Replay asks for quarantined events to be folded again.
type Replay struct {
	Held
	// After is the Next of the replay before, "" to begin with the oldest.
	After string
}

// Replayed is what a replay did.
type Replayed struct {
	// Folded counts events that made sense this time.
	Folded int
	// Left are those that still did not, in the order they came.
	Left []LeftEvent
	// Next is where the next replay goes on; "" when all that were meant were looked at.
	Next string
}

// LeftEvent is an event a replay could not fold.
type LeftEvent struct {
	// ID, Platform, Topic and ReceivedAt are the quarantined event's.
	ID         string
	Platform   string
	Topic      string
	ReceivedAt time.Time
	// Reason is why it could not be folded this time.
	Reason string
}
