package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// aPuzzle is an event that verified and could not be folded.
func aPuzzle(shopID, id string, at time.Time) recovery.Stored {
	e := anEvent(shopID, id, "puzzle "+id)
	e.Status, e.Note, e.Topic, e.ReceivedAt = "quarantined", "the price has no currency", "", at
	e.Headers = map[string]string{"X-Shopify-Topic": "carts/update"}
	return e
}

func TestQuarantineTellsWhatAnEventWas(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			other := aPuzzle(shopA, "other", now.Add(time.Second))
			other.Note, other.Topic, other.Body = "no line has a product", "orders/create", []byte("\xff\x00{")
			for _, e := range []recovery.Stored{aPuzzle(shopA, "one", now), aPuzzle(shopA, "two", now), other, anEvent(shopA, "fine", "d"), aPuzzle(shopB, "theirs", now)} {
				if _, err := tx.InsertEvent(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		p := must[journey.Page[journey.Quarantined]](t)(s.Quarantine(t.Context(), shopA, journey.Query{State: "folded", CartID: "x"}))
		row := func(id string, at time.Time, topic, reason string, bytes, alike int) journey.Quarantined {
			return journey.Quarantined{ID: id, ReceivedAt: at, Platform: "shopify", Topic: topic, Reason: reason, Bytes: bytes, Alike: alike,
				Headers: map[string]string{"X-Shopify-Topic": "carts/update"}}
		}
		same(t, "page", p.Items, []journey.Quarantined{
			row("other", now.Add(time.Second), "orders/create", "no line has a product", 3, 1),
			row("two", now, "carts/update", "the price has no currency", 8, 2), row("one", now, "carts/update", "the price has no currency", 8, 2),
		})
		want := row("other", now.Add(time.Second), "orders/create", "no line has a product", 3, 1)
		want.Body = []byte("\xff\x00{")
		same(t, "one", must[journey.Quarantined](t)(s.QuarantinedEvent(t.Context(), shopA, "other")), want)
		for _, id := range []string{"fine", "theirs", "nothing"} {
			_, err := s.QuarantinedEvent(t.Context(), shopA, id)
			wantCode(t, id, err, fault.NotFound)
		}
	})
}
