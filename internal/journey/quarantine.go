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

// Replayed is what a replay did.
type Replayed struct {
	// Folded counts events that made sense this time.
	Folded int
	// Left are those that still did not, in the order they came.
	Left []LeftEvent
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
