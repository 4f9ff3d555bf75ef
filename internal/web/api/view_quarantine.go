package api

import (
	"encoding/base64"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Quarantined is an event that verified and could not be folded.
type Quarantined struct {
	// ID is ours.
	ID         string    `json:"id"`
	ReceivedAt time.Time `json:"received_at"`
	Platform   string    `json:"platform"`
	Topic      string    `json:"topic,omitempty" doc:"The platform's own name for what happened"`
	Reason     string    `json:"reason" doc:"Why it could not be folded"`
	Bytes      int       `json:"bytes" doc:"Size of its body"`
	Alike      int       `json:"alike" doc:"How many of this platform are in quarantine for this reason, itself included"`
}

func viewQuarantined(e journey.Quarantined) Quarantined {
	return Quarantined{
		ID: e.ID, ReceivedAt: e.ReceivedAt.UTC(), Platform: e.Platform, Topic: e.Topic, Reason: e.Reason, Bytes: e.Bytes, Alike: e.Alike,
	}
}

// QuarantinedDetail is one with what was kept of its request.
type QuarantinedDetail struct {
	// Event is the list's row.
	Event   Quarantined       `json:"event"`
	Headers map[string]string `json:"headers" doc:"Those a replay needs; signatures are not kept"`
	Body    string            `json:"body" doc:"As it came. It may hold personal data"`
	Base64  bool              `json:"base64" doc:"True when the body is no text and is given in base64"`
}

func viewQuarantinedDetail(e journey.Quarantined) QuarantinedDetail {
	d := QuarantinedDetail{Event: viewQuarantined(e), Headers: e.Headers, Body: string(e.Body)}
	if d.Headers == nil {
		d.Headers = map[string]string{}
	}
	if !utf8.Valid(e.Body) {
		d.Body, d.Base64 = base64.StdEncoding.EncodeToString(e.Body), true
	}
	return d
}

// Replayed is what a replay did.
type Replayed struct {
	// Folded counts, Left lists events.
	Folded int         `json:"folded" doc:"Events that made sense this time"`
	Left   []LeftEvent `json:"left" nullable:"false" doc:"Those that still did not, in the order they came"`
	// Next is empty when all that were meant were looked at.
	Next string `json:"next,omitempty" doc:"There are more: ask again with this as after"`
}

// LeftEvent is an event a replay could not fold.
type LeftEvent struct {
	// ID is the quarantined event's.
	ID         string    `json:"id"`
	Platform   string    `json:"platform"`
	Topic      string    `json:"topic,omitempty"`
	ReceivedAt time.Time `json:"received_at"`
	Reason     string    `json:"reason" doc:"Why it could not be folded this time"`
}

func viewLeft(e journey.LeftEvent) LeftEvent {
	e.ReceivedAt = e.ReceivedAt.UTC()
	return LeftEvent(e)
}
