package recovery

import (
	"context"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Idle handles the idle alarm of a shard: carts whose silence has lasted long
// enough are abandoned, routed and enrolled, in batches until none is left;
// then the alarm of the next one is set. It gives how many were abandoned.
func (e *Engine) Idle(ctx context.Context, shard int) (int, error) {
	return e.turns.take(turn{AlarmIdle, shard}, func() (int, error) { return e.idle(ctx, shard) })
}

func (e *Engine) idle(ctx context.Context, shard int) (int, error) {
	total := 0
	for {
		claimed, first, err := e.abandonBatch(ctx, shard, e.Batch)
		if err != nil {
			claimed, first, err = e.abandonSingly(ctx, shard, err)
		}
		if err != nil {
			return total, err
		}
		total += claimed
		e.arm(ctx, AlarmDue, shard, first)
		if claimed < e.Batch {
			break
		}
	}
	e.Meter.Job(AlarmIdle, total)
	return total, e.rearm(ctx, AlarmIdle, shard)
}

// abandonBatch handles the carts that are due now, in one transaction.
func (e *Engine) abandonBatch(ctx context.Context, shard, limit int) (claimed int, first time.Time, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		tx = remember(tx)
		carts, err := tx.ClaimIdle(ctx, shard, limit)
		if err != nil {
			return err
		}
		claimed, first = len(carts), time.Time{}
		for _, c := range carts {
			due, err := e.abandon(ctx, tx, c)
			if err != nil {
				return err
			}
			first = earlier(first, due)
		}
		return nil
	})
	return claimed, first, err
}

// abandonSingly is for a batch that failed: see decideSingly.
func (e *Engine) abandonSingly(ctx context.Context, shard int, why error) (claimed int, first time.Time, err error) {
	if e.passing(why) {
		return 0, first, why
	}
	e.Log.ErrorContext(ctx, "a batch of idle carts failed; trying them one by one", "shard", shard, "error", why)
	for range e.Batch {
		if err := ctx.Err(); err != nil {
			return claimed, first, err
		}
		n, due, err := e.abandonBatch(ctx, shard, 1)
		if err != nil && e.passing(err) {
			return claimed, first, err
		}
		if err != nil {
			if err := e.putOffCart(ctx, shard, err); err != nil {
				return claimed, first, err
			}
			n = 1
		}
		claimed, first = claimed+n, earlier(first, due)
		if n == 0 {
			break
		}
	}
	return claimed, first, nil
}

func (e *Engine) putOffCart(ctx context.Context, shard int, why error) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		carts, err := tx.ClaimIdle(ctx, shard, 1)
		if err != nil || len(carts) == 0 {
			return err
		}
		c := carts[0]
		e.Log.ErrorContext(ctx, "cart cannot be abandoned; put off", "shop", c.ShopID, "cart", c.ID, "for", putOffFor.String(), "error", why)
		return tx.SaveCart(ctx, c, tx.Now().Add(putOffFor))
	})
}

// abandon makes one silent cart abandoned and enrolls it. It gives when the
// first step is due, zero when there is none.
func (e *Engine) abandon(ctx context.Context, tx Tx, c cart.Cart) (time.Time, error) {
	sh, err := tx.Shop(ctx, c.ShopID)
	if err != nil {
		return time.Time{}, err
	}
	if c.State != cart.Open {
		return time.Time{}, tx.SaveCart(ctx, c, time.Time{})
	}
	if at := c.IdleAt(sh.Settings.AbandonAfter); at.After(tx.Now()) {
		// The setting became longer since the alarm was set.
		return time.Time{}, tx.SaveCart(ctx, c, at)
	}
	c.State, c.AbandonedAt = cart.Abandoned, tx.Now()
	due, err := e.route(ctx, tx, sh, &c)
	if err != nil {
		return time.Time{}, err
	}
	return due, tx.SaveCart(ctx, c, time.Time{})
}

// route finds the cart's persona and enrolls it; a cart of nobody known gets a
// decision that says so.
func (e *Engine) route(ctx context.Context, tx Tx, sh shop.Shop, c *cart.Cart) (time.Time, error) {
	if c.ShopperID == "" {
		return time.Time{}, e.explain(ctx, tx, *c, journey.NotEnrolled, "cart.nobody_known",
			map[string]string{"remedy": "no event of this cart named an email, phone or customer"})
	}
	who, err := tx.Shopper(ctx, c.ShopID, c.ShopperID)
	if err != nil {
		return time.Time{}, err
	}
	past, err := tx.History(ctx, c.ShopID, who.ID)
	if err != nil {
		return time.Time{}, err
	}
	personas, err := tx.Personas(ctx, c.ShopID)
	if err != nil {
		return time.Time{}, err
	}
	m, err := persona.Route(ctx, e.Rules, personas, persona.NewFacts(who, past, *c))
	if fault.Is(err, fault.Misconfigured) {
		return time.Time{}, e.explain(ctx, tx, *c, journey.NotEnrolled, "persona.none", map[string]string{"error": err.Error()})
	}
	if err != nil {
		return time.Time{}, err
	}
	if c.PersonaKey != m.Persona.Key {
		c.PersonaKey = m.Persona.Key
		if err := e.explain(ctx, tx, *c, journey.Routed, "persona."+m.Persona.Key, tried(m)); err != nil {
			return time.Time{}, err
		}
	}
	return e.enroll(ctx, tx, sh, c, who)
}

// tried tells which rules were asked before the one that matched.
func tried(m persona.Match) map[string]string {
	in := map[string]string{"persona": m.Persona.Key, "rule": m.Persona.Rule}
	if m.Persona.Rule == "" {
		in["rule"] = "(catch-all)"
	}
	for i, t := range m.Considered {
		said := "no"
		if t.Matched {
			said = "yes"
		}
		if t.Err != "" {
			said = "error: " + t.Err
		}
		in["rule "+strconv.Itoa(i+1)+" "+t.Key] = said
	}
	return in
}

// explain records a decision about a cart before any step of a sequence.
func (e *Engine) explain(ctx context.Context, tx Tx, c cart.Cart, o journey.Outcome, rule string, in map[string]string) error {
	e.Meter.Decision(string(o), rule)
	return tx.InsertDecision(ctx, journey.Decision{
		ID: e.NewID(), ShopID: c.ShopID, CartID: c.ID, Step: -1, Outcome: o, Rule: rule, Inputs: in,
		DueAt: tx.Now(), At: tx.Now(),
	})
}

// rearm sets the alarm of whatever the shard's next is.
func (e *Engine) rearm(ctx context.Context, kind AlarmKind, shard int) error {
	next, err := e.Store.Next(ctx, kind, shard)
	if err != nil {
		return err
	}
	e.arm(ctx, kind, shard, next)
	return nil
}

// zoneOf gives the zone in which dates are written to a shopper. Whether one may
// write at an hour is another question, for which all zones they may be in count.
func zoneOf(sh shop.Shop, s shopper.Shopper) *time.Location {
	t := s.Traits
	zones, _ := consent.Zones(consent.ZoneEvidence{
		Channel: event.Email, Browser: t.TimeZone.Value, Country: t.Country.Value, Region: t.Region.Value, Shop: sh.TimeZone,
	})
	return zones[0]
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
