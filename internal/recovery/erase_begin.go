package recovery

import (
	"context"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// beginErasures suppresses and ends, so that from its commit on nothing is sent.
func (e *Engine) beginErasures(ctx context.Context, tx Tx, shopID string, who Who, by, reason string) ([]started, error) {
	begun, err := e.meant(ctx, tx, shopID, who)
	if err != nil {
		return nil, err
	}
	for i := range begun {
		if err := e.beginOne(ctx, tx, &begun[i], by, reason); err != nil {
			return nil, err
		}
	}
	return begun, nil
}

func (e *Engine) beginOne(ctx context.Context, tx Tx, b *started, by, reason string) error {
	for _, k := range b.Names {
		if err := tx.MarkErased(ctx, b.ShopID, e.nameMark(b.ShopID, k)); err != nil {
			return err
		}
		for c, kind := range addressKind {
			if kind != k.Kind {
				continue
			}
			if err := tx.Suppress(ctx, b.ShopID, c, HashAddress(b.ShopID, c, k.Value), suppressedErased); err != nil {
				return err
			}
		}
	}
	p := &b.proof
	p.ID, p.State, p.By, p.RequestedAt = e.NewID(), journey.ErasureRunning, by, tx.Now()
	if p.Reason = event.Clean(reason, 500); !b.Whole() {
		p.Reason = b.Scrub(p.Reason)
	}
	if b.ShopperID == "" {
		return nil // nothing is kept of it until it is done: its names are nowhere else
	}
	past, err := tx.Erasures(ctx, b.ShopID, b.ShopperID)
	if err != nil {
		return err
	}
	if len(past) > 0 && past[0].State == journey.ErasureRunning {
		b.proof = past[0]
		return nil
	}
	if len(past) > 0 {
		b.earlier = &past[0]
	}
	return tx.SaveErasure(ctx, *p)
}

// calmDown ends the waiting enrollments and calls off the messages that have not left.
func (e *Engine) calmDown(ctx context.Context, s Scope) error {
	if s.ShopperID == "" {
		return nil
	}
	return e.endAll(ctx, s, suppressedErased)
}

// spent are the links of a message that lead to what is erased. The one for
// unsubscribing stays: it needs no more than the address's hash.
func (e *Engine) spent(messageID string) []string {
	return []string{HashToken(e.token(message.LinkRestore, messageID)), HashToken(e.token(message.LinkWhy, messageID)), HashToken(e.token(message.LinkConfirm, messageID))}
}

// erasedHash gives the hash that stands for an erased address.
func erasedHash(address string) (string, bool) { return strings.CutPrefix(address, erasedMark) }
