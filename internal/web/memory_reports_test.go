package web_test

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Report has a little of everything for s1, all of it on the last day, and nothing for others.
func (m *memory) Report(_ context.Context, shopID string, q journey.ReportQuery) (journey.Report, error) {
	if shopID != "s1" {
		return journey.NewReport(q, nil, nil, nil, nil), nil
	}
	all := []journey.Tally{
		{What: journey.TallyStarted, N: 20}, {What: journey.TallyOrdered, N: 5}, {What: journey.TallyAbandoned, Persona: "value-conscious", N: 8},
		{What: journey.TallyEnrolled, Persona: "value-conscious", Sequence: "cart-value-conscious", N: 7},
		{What: journey.TallyMessage, Persona: "value-conscious", Sequence: "cart-value-conscious", Channel: "email", Kind: "delivered", N: 6},
		{What: journey.TallyMessage, Persona: "value-conscious", Sequence: "cart-value-conscious", Channel: "email", Kind: "reserved", N: 2},
		{What: journey.TallyDecision, Kind: "skipped consent.unknown", N: 3}, {What: journey.TallyDecision, Kind: "sent consent.yes", N: 6},
		{What: journey.TallyRecovered, Persona: "value-conscious", Sequence: "cart-value-conscious", Channel: "email", Kind: string(attribution.LastClick), Currency: "EUR", N: 1, Amount: 8990, Refunded: 1000},
	}
	for i := range all {
		all[i].Day = q.Days.To
	}
	return journey.NewReport(q, all, all, nil, all), nil
}
