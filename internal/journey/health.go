package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// ChannelHealth is how a shop's provider of one channel has been answering.
type ChannelHealth struct {
	// Channel is the channel whose provider it is about.
	Channel event.Channel
	// State is closed (well), open (not called until Until) or half_open (being tried).
	State string
	// Failures counts those in a row that opened it.
	Failures int
	// OpenedAt is when calls were stopped, Until when the next try is; zero while closed.
	OpenedAt time.Time
	Until    time.Time
	// Reason is the provider's last failure, without personal data.
	Reason string
}

// Lateness is how late messages left: from their step's due time to the call
// of their provider.
type Lateness struct {
	// Window is how far back it looks, by when messages were reserved; Since is where that begins.
	Window time.Duration
	Since  time.Time
	// Channel narrows it; "" is all of them together.
	Channel event.Channel
	// Messages counts those measured. At most MaxLateness of the newest are, and then Capped is true.
	Messages int
	Capped   bool
	// P50 and P99 are exact (nearest rank): half, and 99 of 100, were at most this late.
	P50 time.Duration
	P99 time.Duration
}

// MaxLateness bounds how many of the newest messages lateness is measured over,
// and so what asking costs.
const MaxLateness = 5_000
