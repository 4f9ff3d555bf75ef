package recovery

import (
	"context"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// sameVisit is how long after a confirmed click another press of the button
// belongs to the same visit and adds nothing. Later it is somebody who comes
// back, and "the last confirmed click" means that one.
const sameVisit = time.Hour

// NoteClick records that a link was fetched: a raw click, with the reason to
// take it for a machine's if there is one. It may be a scanner's, decides
// nothing and never counts for credit. What the request itself calls no visit
// (another method than GET, a prefetch) is not recorded at all.
func (e *Engine) NoteClick(ctx context.Context, purpose message.Link, token string, v attribution.Visit) error {
	if nobodyThere(v) {
		return nil
	}
	return e.onLink(ctx, purpose, token, func(ctx context.Context, tx Tx, b behind) error {
		now := tx.Now()
		opened, err := tx.LinksOpened(ctx, b.letter.ShopID, b.letter.ShopperID, now.Add(-attribution.Burst))
		if err != nil {
			return err
		}
		if this := (OpenedLink{b.letter.ID, purpose}); !slices.Contains(opened, this) {
			opened = append(opened, this)
		}
		v := v
		v.At, v.DeliveredAt, v.LinksWithin, v.Confirmed = now, b.letter.DeliveredAt, len(opened), false
		t := b.touch(e.NewID(), attribution.ClickRaw, now)
		t.Detail, t.Link, t.Robot = event.Clean(v.UserAgent, 200), string(purpose), v.Robot()
		if err := tx.InsertTouch(ctx, t); err != nil || v.LinksWithin < attribution.BurstLinks {
			return err
		}
		// The first links of a burst looked like a person's until the last one came.
		return tx.DoubtClicks(ctx, b.letter.ShopID, b.letter.ShopperID, now.Add(-attribution.Burst), attribution.RobotBurst)
	})
}

// Seen records what the script of a restore page posts back once the page has
// been visible for a moment: the click is confirmed, once for a message.
func (e *Engine) Seen(ctx context.Context, token string, v attribution.Visit) error {
	if nobodyThere(v) {
		return nil
	}
	return e.onLink(ctx, message.LinkRestore, token, func(ctx context.Context, tx Tx, b behind) error {
		return e.confirmClick(ctx, tx, b, 0)
	})
}

// nobodyThere tells of requests that say themselves that no person asked.
func nobodyThere(v attribution.Visit) bool {
	v.Confirmed = true // outweighs all that would only be guessed
	return v.Robot() != ""
}

// confirmClick records that a person came, unless one is on record already: for
// good, or for a while where again is given. The message is held, so that a
// page's script and its button at the same moment count once.
func (e *Engine) confirmClick(ctx context.Context, tx Tx, b behind, again time.Duration) error {
	last, err := tx.LastConfirmed(ctx, b.letter.ShopID, b.letter.ID)
	if err != nil || !last.IsZero() && (again == 0 || tx.Now().Sub(last) < again) {
		return err
	}
	t := b.touch(e.NewID(), attribution.ClickConfirmed, tx.Now())
	t.Link = string(message.LinkRestore)
	return tx.InsertTouch(ctx, t)
}

func (b behind) touch(id string, kind attribution.TouchKind, at time.Time) attribution.Touch {
	return attribution.Touch{
		ID: id, ShopID: b.link.ShopID, MessageID: b.letter.ID, CartID: b.cart.ID, ShopperID: b.letter.ShopperID,
		Channel: b.letter.Channel, Kind: kind, At: at,
	}
}
