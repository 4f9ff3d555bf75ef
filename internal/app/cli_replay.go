package app

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// heldEvent is an event that stays in quarantine, as printed.
type heldEvent struct {
	ID         string    `json:"id"`
	Platform   string    `json:"platform"`
	Topic      string    `json:"topic"`
	ReceivedAt time.Time `json:"received_at"`
	Reason     string    `json:"reason"`
}

// printReplayed tells what came of a replay, and why what is left is left.
func (r *run) printReplayed(done journey.Replayed, asJSON bool) error {
	left := []heldEvent{}
	for _, h := range done.Left {
		left = append(left, heldEvent(h))
	}
	if asJSON {
		return r.printJSON(map[string]any{"folded": done.Folded, "left": left})
	}
	r.printf("%d event(s) folded, %d still in quarantine.\n", done.Folded, len(left))
	for _, h := range left {
		r.printf("  %s  %s %s, received %s: %s\n", h.ID, h.Platform, h.Topic, h.ReceivedAt.UTC().Format(time.RFC3339), h.Reason)
	}
	return nil
}
