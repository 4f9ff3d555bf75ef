package recovery

import (
	"context"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// enroll puts an abandoned cart into its persona's sequence. The newest cart
// supersedes: what was planned for the shopper's other carts ends. A cart that
// was enrolled before goes on where it was. It gives when its step is due.
func (e *Engine) enroll(ctx context.Context, tx Tx, sh shop.Shop, c *cart.Cart, who shopper.Shopper) (time.Time, error) {
	live, err := tx.LiveSequences(ctx, c.ShopID)
	if err != nil {
		return time.Time{}, err
	}
	seq, ok := sequence.Pick(*c, c.PersonaKey, live)
	if !ok {
		return time.Time{}, e.explain(ctx, tx, *c, journey.NotEnrolled, "sequence.none", map[string]string{
			"persona": c.PersonaKey, "stage": string(c.Facts.Stage), "live_sequences": count(len(live)),
		})
	}
	if c.LastActivity().Before(sh.ActivatedAt) {
		return time.Time{}, e.explain(ctx, tx, *c, journey.NotEnrolled, "shop.before_activation", map[string]string{
			"last_activity": stamp(c.LastActivity()), "activated_at": stamp(sh.ActivatedAt),
		})
	}
	newest, lastSeen, err := tx.NewestCart(ctx, c.ShopID, who.ID)
	if err == nil && newest != c.ID && lastSeen.After(c.LastActivity()) {
		return time.Time{}, e.explain(ctx, tx, *c, journey.NotEnrolled, "cart.superseded", map[string]string{"newer_cart": newest})
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return time.Time{}, err
	}
	if rests, err := e.leftOut(ctx, tx, *c, seq); rests || err != nil {
		return time.Time{}, err
	}
	if err := e.supersede(ctx, tx, *c, seq); err != nil {
		return time.Time{}, err
	}
	en := journey.Enrollment{
		ID: e.NewID(), ShopID: c.ShopID, CartID: c.ID, ShopperID: who.ID, SequenceKey: seq.Key, SequenceVersion: seq.Version,
		Persona: c.PersonaKey, State: "waiting", CreatedAt: tx.Now(),
		DueAt: sequence.DueAt(seq.Steps[0], c.LastActivity()), Holdout: heldOut(sh, who.ID),
	}
	fresh, err := tx.InsertEnrollment(ctx, en)
	if err != nil || fresh {
		return en.DueAt, err
	}
	return time.Time{}, e.again(ctx, tx, *c, seq)
}

// leftOut explains a cart whose sequence is paused. One that is in it already
// goes on where it was: its step is put off when it comes due.
func (e *Engine) leftOut(ctx context.Context, tx Tx, c cart.Cart, seq sequence.Sequence) (bool, error) {
	since, err := tx.PausedSince(ctx, c.ShopID, seq.Key)
	if err != nil || since.IsZero() {
		return false, err
	}
	waiting, err := tx.WaitingOfCart(ctx, c.ShopID, c.ID)
	if err != nil || len(waiting) > 0 {
		return true, err
	}
	return true, e.explain(ctx, tx, c, journey.NotEnrolled, sequencePaused, map[string]string{"sequence": seq.Key, "paused_since": stamp(since)})
}

// again explains a cart that was abandoned once more: it goes on where it was,
// or has been through its sequence and is left in peace.
func (e *Engine) again(ctx context.Context, tx Tx, c cart.Cart, seq sequence.Sequence) error {
	waiting, err := tx.WaitingOfCart(ctx, c.ShopID, c.ID)
	if err != nil || len(waiting) > 0 {
		return err
	}
	return e.explain(ctx, tx, c, journey.NotEnrolled, "sequence.been_through", map[string]string{"sequence": seq.Key})
}

// supersede ends the waiting enrollments of the shopper's other carts, and this
// cart's own in another sequence (a checkout that now has a failed payment).
func (e *Engine) supersede(ctx context.Context, tx Tx, c cart.Cart, seq sequence.Sequence) error {
	waiting, err := tx.WaitingOf(ctx, c.ShopID, c.ShopperID)
	if err != nil {
		return err
	}
	for _, en := range waiting {
		if en.CartID == c.ID && en.SequenceKey == seq.Key {
			continue
		}
		lastActivity, err := tx.HoldCart(ctx, en.ShopID, en.CartID)
		if err != nil {
			return err
		}
		if err := e.lapse(ctx, tx, en, lastActivity, "superseded"); err != nil {
			return err
		}
		letters, err := tx.ReservedOf(ctx, en.ShopID, en.CartID)
		if err != nil {
			return err
		}
		for _, l := range letters {
			if l.EnrollmentID != en.ID {
				continue
			}
			if err := e.withdraw(ctx, tx, l, "cart.superseded"); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldOut tells by a hash whether a shopper is in the holdout: the same answer
// for all their carts, whatever the order of events.
func heldOut(sh shop.Shop, shopperID string) bool {
	if sh.Settings.HoldoutShare <= 0 {
		return false
	}
	h := fnv.New64a()
	h.Write([]byte("holdout:" + sh.ID + ":" + shopperID))
	return float64(h.Sum64()%10_000) < sh.Settings.HoldoutShare*10_000
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func count(n int) string { return strconv.Itoa(n) }
