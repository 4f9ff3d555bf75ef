package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// look runs every probe for a shop.
func look(t testing.TB, s *store.Store, shopID string) map[string]any {
	t.Helper()
	found := map[string]any{}
	for name, p := range probes {
		var v any
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			v, err = p(ctx, s, tx, shopID)
			return err
		})
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case v != nil:
			found[name] = v
		}
	}
	return found
}

// intrusions are what shop B might do with shop A's ids.
var intrusions = map[string]func(ctx context.Context, tx *store.Tx) error{
	"SettleEvent": func(ctx context.Context, tx *store.Tx) error {
		e := anEvent(shopB, "event", "")
		e.Status, e.CartID = "folded", "elsewhere"
		return tx.SettleEvent(ctx, e)
	},
	"AddName": func(ctx context.Context, tx *store.Tx) error {
		return tx.AddName(ctx, shopB, shopper.Name{Key: adaKey[0], ID: "ada"})
	},
	"SaveTold": func(ctx context.Context, tx *store.Tx) error {
		who := aShopper(shopB, "ada")
		who.Traits.FirstName.Value = "Eve"
		return tx.SaveTold(ctx, who, "eve")
	},
	"SeenTogether": func(ctx context.Context, tx *store.Tx) error {
		return tx.SeenTogether(ctx, shopB, []shopper.PairOf{{A: "ada", B: "ada.1", At: 99}})
	},
	"AddWord": func(ctx context.Context, tx *store.Tx) error {
		return tx.AddWord(ctx, shopB, shopper.Word{ID: "word", NameA: shopper.Name{ID: "ada"}, NameB: shopper.Name{ID: "kim"}})
	},
	"EndWord": func(ctx context.Context, tx *store.Tx) error {
		if err := tx.EndWord(ctx, shopB, "word", shopper.Author{Kind: "user", ID: "eve"}); !fault.Is(err, fault.Conflict) {
			return err
		}
		return nil
	},
	"MoveName": func(ctx context.Context, tx *store.Tx) error {
		return tx.MoveName(ctx, shopB, shopper.Name{ID: "ada", ShopperID: "eve"}, "ada")
	},
	"MoveCart": func(ctx context.Context, tx *store.Tx) error { return tx.MoveCart(ctx, shopB, "cart", "eve") },
	"SaveCart": func(ctx context.Context, tx *store.Tx) error {
		c := aCart(shopB, "cart", cartLink("c-1"))
		c.State, c.Facts.Keys = cart.Emptied, adaKey
		return tx.SaveCart(ctx, c, time.Time{})
	},
	"SavePurchase": func(ctx context.Context, tx *store.Tx) error {
		p := anOrder(shopB, "order", "o-1")
		p.Status = event.OrderVoid
		return tx.SavePurchase(ctx, p)
	},
	"SaveRecovery": func(ctx context.Context, tx *store.Tx) error {
		r := aRecovery(shopB, "recovery", "order")
		r.Refunded.Minor = 1
		return tx.SaveRecovery(ctx, r)
	},
	"SaveEnrollment": func(ctx context.Context, tx *store.Tx) error {
		e := anEnrollment(shopB, "enrollment", "cart")
		e.State = "done"
		return tx.SaveEnrollment(ctx, e)
	},
	"InsertEnrollment": func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.InsertEnrollment(ctx, anEnrollment(shopB, "enrollment", "cart"))
		return err
	},
	"InsertDecision": func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertDecision(ctx, aDecision(shopB, "decision", "enrollment", 0, journey.Sent))
	},
	"InsertMessage": func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertMessage(ctx, aLetter(shopB, "message", "enrollment", 0), nil)
	},
	"SaveMessage": func(ctx context.Context, tx *store.Tx) error {
		l := aLetter(shopB, "message", "enrollment", 0)
		l.State = delivery.Cancelled
		return tx.SaveMessage(ctx, l)
	},
	"Unsuppress": func(ctx context.Context, tx *store.Tx) error {
		return tx.Unsuppress(ctx, shopB, event.SMS, "hash-of-phone", "opted_out")
	},
	"InsertConsent": func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertConsent(ctx, shopB, "consent", said("ada", event.Email, event.No, now))
	},
	"InsertInbound": func(ctx context.Context, tx *store.Tx) error {
		in := delivery.Inbound{Dedupe: "in-1", Channel: event.SMS, From: "+33123456789", At: now.Add(time.Hour)}
		_, err := tx.InsertInbound(ctx, recovery.Inbound{Inbound: in, ID: "inbound", ShopID: shopB})
		return err
	},
	"SavePersonas": func(ctx context.Context, tx *store.Tx) error { return tx.SavePersonas(ctx, shopB, []persona.Persona{}) },
	"SaveDraft": func(ctx context.Context, tx *store.Tx) error {
		return tx.SaveDraft(ctx, shopB, journey.Draft{Template: firstEmail.Of(message.Template{Body: "theirs"}), Revision: "rb"}, "")
	},
	"PublishTemplate": func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.PublishTemplate(ctx, shopB, firstEmail.Of(message.Template{Body: "theirs"}))
		return err
	},
	"NoteTemplate": func(ctx context.Context, tx *store.Tx) error {
		return tx.NoteTemplate(ctx, shopB, firstEmail, 1, "theirs")
	},
	"PublishSequence": func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.PublishSequence(ctx, shopB, sequence.Sequence{Key: "cart"})
		return err
	},
	"RetireSequence": func(ctx context.Context, tx *store.Tx) error { return tx.RetireSequence(ctx, shopB, "cart") },
	"MergeCart": func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.MergeCart(ctx, shopB, "cart", "elsewhere")
		return err
	},
	"AddSecret": func(ctx context.Context, tx *store.Tx) error { return tx.AddSecret(ctx, shopB, "webhook", []byte("b")) },
}

func TestShopsNeverMeet(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			e := anEvent(shopA, "odd", "delivery-2")
			e.Status = "quarantined"
			_, err := tx.InsertEvent(ctx, e)
			return err
		})
		before := look(t, s, shopA)
		for name := range probes {
			if before[name] == nil {
				t.Errorf("%s finds nothing of shop A itself, and so proves nothing", name)
			}
		}
		same(t, "what shop B sees of shop A", look(t, s, shopB), map[string]any{})
		for name, intrude := range intrusions {
			if err := s.Write(t.Context(), intrude); err != nil {
				t.Errorf("%s with ids that only the other shop uses: %v", name, err)
			}
			same(t, "shop A after shop B's "+name, look(t, s, shopA), before)
		}
	})
}
