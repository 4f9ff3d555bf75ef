package api

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Lateness is how late messages left.
type Lateness struct {
	// Hours is the window's length.
	Hours    float64       `json:"hours" doc:"How far back it looks"`
	Since    time.Time     `json:"since" doc:"Where that begins; with it, GET /messages?state=left&since=… lists the rows"`
	Channel  event.Channel `json:"channel,omitempty" doc:"Absent for all channels together"`
	Messages int           `json:"messages" doc:"How many were measured"`
	Capped   bool          `json:"capped" doc:"True when the window has more than the newest 5,000 that are measured"`
	P50      float64       `json:"p50_seconds"`
	P99      float64       `json:"p99_seconds"`
}

func viewLateness(l journey.Lateness) Lateness {
	return Lateness{
		Hours: l.Window.Hours(), Since: l.Since.UTC(), Channel: l.Channel, Messages: l.Messages, Capped: l.Capped,
		P50: l.P50.Seconds(), P99: l.P99.Seconds(),
	}
}

// Health is how a shop's provider of one channel has been answering.
type Health struct {
	// Channel is the provider's.
	Channel  event.Channel `json:"channel"`
	State    string        `json:"state" doc:"closed (well), open (not called for a while) or half_open (being tried)"`
	Failures int           `json:"failures" doc:"In a row"`
	OpenedAt time.Time     `json:"opened_at,omitzero"`
	Until    time.Time     `json:"until,omitzero" doc:"When the next try is"`
	Reason   string        `json:"reason,omitempty"`
}

func viewHealth(h journey.ChannelHealth) Health {
	h.OpenedAt, h.Until = h.OpenedAt.UTC(), h.Until.UTC()
	return Health(h)
}
