package recovery_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// A replay of many takes several requests, each bounded, and looks at each
// event once; what is not meant stays as it is.
func TestReplayOfManyGoesOn(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			for i := range 602 {
				topic := "carts/update"
				if i%2 == 0 && i < 10 {
					topic = "orders/create"
				}
				e := recovery.Stored{Event: event.Event{
					ID: fmt.Sprintf("q%04d", i), ShopID: w.shop.ID, Platform: "shopify", Topic: topic, Kind: event.Unknown,
					DedupeKey: fmt.Sprint("d", i), ReceivedAt: w.now().Add(time.Duration(i/7) * time.Second),
				}, Status: "quarantined", Note: "no currency", Body: []byte(`{}`), Headers: map[string]string{"X-Shopify-Topic": topic}}
				if _, err := tx.InsertEvent(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		var rounds []int
		seen := map[string]bool{}
		ask := journey.Replay{Held: journey.Held{Topic: "carts/update", Reason: "no currency"}}
		for again := true; again; again = ask.After != "" {
			done, err := w.engine.Replay(t.Context(), w.shop.ID, ask)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range done.Left {
				seen[l.ID] = true
			}
			rounds, ask.After = append(rounds, done.Folded+len(done.Left)), done.Next
		}
		same(t, "looked at", fmt.Sprint(rounds, len(seen)), "[500 97] 597")
		if seen["q0000"] {
			t.Error("another topic was replayed")
		}
	})
}

// What cannot be understood is kept under the topic it came with.
func TestQuarantineKnowsTheTopic(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		body := orderOf("tok1", 501, w.now()).with(fields{"currency": "QQQ"})
		if _, err := w.receive(w.shop.ID, shopifyPost("orders/create", w.now(), body)); err != nil {
			t.Fatal(err)
		}
		kinds, err := w.store.QuarantineKinds(t.Context(), w.shop.ID)
		if err != nil || len(kinds) != 1 || kinds[0].Topic != "orders/create" || kinds[0].N != 1 {
			t.Errorf("%+v, %v", kinds, err)
		}
	})
}
