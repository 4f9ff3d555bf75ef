package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// long is a reason whose end no index holds.
var long = strings.Repeat("é", 900)

// puzzled fills a quarantine: two of a topic, one of them for a long reason,
// one of another topic and one without any.
func puzzled(t *testing.T, s *store.Store) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for i, p := range []struct{ id, topic, note string }{
			{"a", "carts/update", "no currency"}, {"b", "carts/update", long + "1"}, {"c", "orders/create", "no currency"}, {"d", "", long + "2"},
		} {
			e := aPuzzle(shopA, p.id, now.Add(time.Duration(i)*time.Second))
			e.Topic, e.Note = p.topic, p.note
			if _, err := tx.InsertEvent(ctx, e); err != nil {
				return err
			}
		}
		_, err := tx.InsertEvent(ctx, aPuzzle(shopB, "theirs", now))
		return err
	})
}

func TestQuarantineIsNarrowed(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		puzzled(t, s)
		for want, h := range map[string]journey.Held{
			"abcd": {}, "ab": {Topic: "carts/update"}, "d": {Topic: journey.Topicless}, "ac": {Reason: "no currency"},
			"a": {Topic: "carts/update", Reason: "no currency"}, "bd": {Reason: long + "1"}, "": {Topic: "orders/create", Reason: long}, "c": {ID: "c"},
		} {
			held, next, err := s.Quarantined(t.Context(), shopA, h, "", 10)
			if err != nil || next != "" {
				t.Fatal(next, err)
			}
			var oldest string
			for _, q := range held {
				oldest += q.ID
			}
			same(t, "to replay", oldest, want)
			same(t, "counted", must[int](t)(s.CountQuarantined(t.Context(), shopA, h)), len(want))
			if h.ID != "" {
				continue
			}
			var newest string
			q := journey.Query{Limit: 1, Held: h}
			for more := true; more; more = q.Cursor != "" {
				p := must[journey.Page[journey.Quarantined]](t)(s.Quarantine(t.Context(), shopA, q))
				for _, e := range p.Items {
					newest = e.ID + newest
				}
				q.Cursor = p.Next
			}
			same(t, "listed page by page", newest, want)
		}
	})
}

func TestQuarantineKinds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		puzzled(t, s)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			e := aPuzzle(shopA, "e", now)
			e.Topic, e.Note = "orders/create", "no currency"
			_, err := tx.InsertEvent(ctx, e)
			return err
		})
		same(t, "kinds", must[[]journey.HeldKind](t)(s.QuarantineKinds(t.Context(), shopA)), []journey.HeldKind{
			{Topic: "orders/create", Reason: "no currency", N: 2}, {Topic: "", Reason: journey.ReasonKey(long), N: 1},
			{Topic: "carts/update", Reason: "no currency", N: 1}, {Topic: "carts/update", Reason: journey.ReasonKey(long), N: 1},
		})
		_, _, err := s.Quarantined(t.Context(), shopA, journey.Held{}, "made up", 10)
		wantCode(t, "a place that was not given here", err, fault.Invalid)
	})
}
