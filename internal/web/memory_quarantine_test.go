package web_test

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// endless is a topic of which more is always left to replay.
const endless = "endless"

// isHeld tells which of the events a filter means.
func isHeld(e journey.Quarantined, h journey.Held) bool {
	return (h.Topic == "" || h.Topic == e.Topic || h.Topic == journey.Topicless && e.Topic == "") && (h.Reason == "" || h.Reason == e.Reason)
}

func (m *memory) QuarantineKinds(_ context.Context, shopID string) (out []journey.HeldKind, err error) {
	for _, e := range m.held[shopID] {
		out = append(out, journey.HeldKind{Topic: e.Topic, Reason: e.Reason, N: e.Alike})
	}
	return out, nil
}

func (m *memory) CountQuarantined(_ context.Context, shopID string, h journey.Held) (n int, err error) {
	for _, e := range m.held[shopID] {
		if isHeld(e, h) {
			n++
		}
	}
	return n, nil
}
