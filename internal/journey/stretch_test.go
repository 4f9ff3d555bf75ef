package journey_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// However long a span is, its stretches cover every day once, in order, and add
// up to what the days do.
func TestStretchesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := journey.ReportQuery{Days: journey.Days{From: 20000, To: 20000 + journey.Day(rapid.IntRange(0, journey.MaxDays-1).Draw(t, "days"))}, Compare: true}
		var all []journey.Tally
		for range rapid.IntRange(0, 40).Draw(t, "tallies") {
			all = append(all, journey.Tally{What: rapid.SampledFrom([]string{journey.TallyStarted, journey.TallyRecovered, journey.TallyAbandoned}).Draw(t, "what"),
				Day: journey.Day(rapid.IntRange(int(q.Days.Before().From), int(q.Days.To)).Draw(t, "day")), Currency: rapid.SampledFrom([]string{"EUR", "JPY"}).Draw(t, "currency"),
				N: 1, Amount: 300, Refunded: 100})
		}
		r := journey.NewReport(q, all, nil, nil, nil)
		next, now, was, net := q.Days.From, 0, 0, int64(0)
		for i, s := range r.Stretches() {
			if s.Days.From != next || s.Days.Len() != 1 && s.Days.Len() != 7 && i > 0 || s.Days.Len() > 7 || s.Days.Len() == 7 && !r.Weekly() {
				t.Fatalf("stretch %d of %v is %v", i, q.Days, s.Days)
			}
			next = s.Days.To + 1
			now, was = now+s.Started+s.Abandoned+s.Recovered, was+s.Was.Started+s.Was.Abandoned+s.Was.Recovered
			net += s.Net("EUR").Minor + s.Net("JPY").Minor
		}
		if next != q.Days.To+1 {
			t.Fatalf("the stretches of %v end before %v", q.Days, next)
		}
		wantNow, wantWas, wantNet := 0, 0, int64(0)
		for _, a := range all {
			switch {
			case a.Day < q.Days.From:
				wantWas++
			case a.What == journey.TallyRecovered:
				wantNow, wantNet = wantNow+1, wantNet+200
			default:
				wantNow++
			}
		}
		if now != wantNow || was != wantWas || net != wantNet {
			t.Fatalf("they add up to %d, %d, %d, and not %d, %d, %d", now, was, net, wantNow, wantWas, wantNet)
		}
	})
}
