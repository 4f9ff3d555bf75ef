package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Sender is how a shop stands as a sender of email.
type Sender struct {
	// From is the address it sends from; "" while its email goes to the sandbox.
	From string
	// Paused is why its email rests, since PausedSince; "" while it goes out.
	Paused      string
	PausedSince time.Time
	// Counts are of the last 24 hours, or since a pause was lifted.
	Counts delivery.Reputation
	// Domain is what mailbox providers find in the domain's DNS; nil in the sandbox.
	Domain []SenderCheck
	// Ready is true when nothing in the domain's DNS stands in the way.
	Ready bool
}

// SenderCheck is one finding about the sender's domain.
type SenderCheck struct {
	// Status is ok, warn, unknown (it could not be looked up) or fail.
	Status string
	// Says is what was found, Advice what to do; "" when nothing.
	Says, Advice string
	// Record is the DNS record to add: its name, type and value; "" when none.
	RecordName, RecordType, RecordValue string
}
