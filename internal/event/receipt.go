package event

// Taken says what became of one event that was handed in.
type Taken string

// The fates of a handed-in event.
const (
	// Accepted: stored and folded now.
	Accepted Taken = "accepted"
	// Duplicate: it was already stored; nothing changed.
	Duplicate Taken = "duplicate"
	// Quarantined: stored, but it could not be folded; it can be replayed.
	Quarantined Taken = "quarantined"
	// Rejected: not stored; the sender is told why.
	Rejected Taken = "rejected"
)

// Receipt is the answer for one event.
type Receipt struct {
	// Index is the event's place in the batch, from 0.
	Index  int   `json:"index"`
	Status Taken `json:"status"`
	// ID is our id of it, CartID the cart it belongs to; empty where there is none.
	ID     string `json:"id,omitempty"`
	CartID string `json:"cart_id,omitempty"`
	Kind   Kind   `json:"kind,omitempty"`
	// Code, Field, Message and Remedy explain a rejection or quarantine.
	Code    string `json:"code,omitempty"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
	// Notes say what was odd but accepted.
	Notes []string `json:"notes,omitempty"`
}
