package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// Double opt-in. Where the law or the shop wants a yes to be confirmed by the
// address itself, the first step that may only write to such an address asks it
// to: once, with a message that says nothing else. The step waits for the answer
// as long as it is of use. The request is the enrollment's message before all
// steps, so everything that keeps a step's message safe keeps it safe, too.

// beforeSteps is the step number of a request to confirm.
const beforeSteps = -1

// named is what every request to confirm names.
var named = []string{namesCarts}

// askAgainAfter is how long an address that did not answer is not asked again.
const askAgainAfter = 90 * 24 * time.Hour

// Confirmation is what is known of asking an address to confirm.
type Confirmation struct {
	// MessageID is the request's.
	MessageID string
	// AskedAt is when it was reserved, ConfirmedAt when the address answered; zero until then.
	AskedAt, ConfirmedAt time.Time
}

type confirmTx interface {
	// Confirmation gives what is known of asking an address (by its hash); zero for nothing.
	Confirmation(ctx context.Context, shopID string, c event.Channel, hash string) (Confirmation, error)
	// SaveConfirmation writes it.
	SaveConfirmation(ctx context.Context, shopID string, c event.Channel, hash string, n Confirmation) error
}

// unconfirmed is a channel that could be used if its address had confirmed.
type unconfirmed struct {
	channel event.Channel
	to      string
	permit  permit
}

// askToConfirm reserves the request, or says what the step waits for.
func (e *Engine) askToConfirm(ctx context.Context, tx Tx, w *work, u unconfirmed) (*Letter, *verdict, error) {
	hash := HashAddress(w.shop.ID, u.channel, u.to)
	known, err := tx.Confirmation(ctx, w.shop.ID, u.channel, hash)
	if err != nil {
		return nil, nil, err
	}
	expires := w.due.Add(w.step.Lateness())
	asked := !known.AskedAt.IsZero() && w.now.Before(known.AskedAt.Add(askAgainAfter))
	if asked {
		earlier, err := tx.HoldMessage(ctx, w.shop.ID, known.MessageID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, nil, err
		}
		if err == nil && (earlier.State == delivery.Rejected || earlier.State == delivery.Cancelled) {
			// It never left. Another cart may ask; this one has tried.
			if earlier.EnrollmentID == w.en.ID {
				return nil, &verdict{rule: "channel.rejected"}, nil
			}
			asked = false
		}
	}
	if asked {
		w.in["asked"] = stamp(known.AskedAt)
		return nil, &verdict{outcome: journey.Deferred, rule: "consent.confirmation_waits", until: expires.Add(time.Second)}, nil
	}
	if v := u.permit.verdict(w, expires); v != nil {
		return nil, v, nil
	}
	templates, err := tx.TemplatesOf(ctx, w.shop.ID, message.ConfirmKey)
	if err != nil {
		return nil, nil, err
	}
	t, ok := message.Pick(append(templates, e.Confirmations...), string(u.channel), locale(w))
	if !ok {
		return nil, &verdict{rule: consent.RuleDoubleOptIn}, nil
	}
	r, err := e.Renderer.Render(ctx, t, e.input(w, t, u.permit.carries))
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if err != nil {
		w.in["template"], w.in["error "+string(u.channel)] = t.Key, err.Error()
		return nil, &verdict{rule: "template.error"}, nil
	}
	u.permit.rule = "consent.confirmation"
	l := e.letter(w, t, u.to, u.permit, r)
	l.Step = beforeSteps
	return l, nil, tx.SaveConfirmation(ctx, w.shop.ID, u.channel, hash, Confirmation{MessageID: l.ID, AskedAt: w.now})
}

// Confirm records that an address confirmed its yes, and lets the steps that
// waited for it go. Repeating it changes nothing. fault.NotFound for an unknown
// token, fault.Conflict for one that is too old.
func (e *Engine) Confirm(ctx context.Context, token string) (p journey.LinkPage, err error) {
	l, err := e.opened(ctx, message.LinkConfirm, token)
	if err != nil {
		return p, err
	}
	err = e.writeAndWake(ctx, l.ShopID, func(ctx context.Context, tx Tx) error {
		b, err := e.lookBehind(ctx, tx, l)
		if err != nil {
			return err
		}
		if b.expired(tx.Now()) {
			return fault.New(fault.Conflict, "this request to confirm is too old").Try("say yes once more in the shop")
		}
		if err := e.confirmed(ctx, tx, b.letter, "confirmation page"); err != nil {
			return err
		}
		p, err = e.page(ctx, tx, b)
		return err
	})
	return p, err
}

// confirmed keeps the confirmed yes of a request's address. A no that was said
// since the request stays: who stopped the messages meant it.
func (e *Engine) confirmed(ctx context.Context, tx Tx, l Letter, source string) error {
	hash := HashAddress(l.ShopID, l.Channel, l.To)
	known, err := tx.Confirmation(ctx, l.ShopID, l.Channel, hash)
	if err != nil || !known.ConfirmedAt.IsZero() {
		return err
	}
	answer, err := said(ctx, tx, l.ShopID, l.ShopperID, l.CartID, l.Channel, l.To)
	if err != nil || answer.Answer == event.No {
		return err
	}
	known.ConfirmedAt = tx.Now()
	if err := tx.SaveConfirmation(ctx, l.ShopID, l.Channel, hash, known); err != nil {
		return err
	}
	name, err := anchor(ctx, tx, l.ShopID, l.Channel, l.To, l.ShopperID)
	if err != nil {
		return err
	}
	err = tx.InsertConsent(ctx, l.ShopID, e.NewID(), consent.Entry{
		Consent: event.Consent{
			Channel: l.Channel, Answer: event.Yes, Source: "double opt-in, " + source, Confirmed: true,
			Names: named, Wording: l.Template + " version " + count(l.TemplateVersion), At: tx.Now(),
		},
		ShopperID: l.ShopperID, NameID: name, Address: hash, Evidence: "message " + l.ID,
	})
	if err != nil {
		return err
	}
	return e.wakeWaiting(ctx, tx, l)
}

// wakeWaiting makes the shopper's steps due that were due already and waited.
func (e *Engine) wakeWaiting(ctx context.Context, tx Tx, l Letter) error {
	waiting, err := tx.WaitingOf(ctx, l.ShopID, l.ShopperID)
	if err != nil {
		return err
	}
	for _, en := range waiting {
		seq, err := tx.Sequence(ctx, en.ShopID, en.SequenceKey, en.SequenceVersion)
		if err != nil {
			return err
		}
		lastActivity, err := tx.HoldCart(ctx, en.ShopID, en.CartID)
		if err != nil {
			return err
		}
		if en.Step >= len(seq.Steps) || !en.DueAt.After(tx.Now()) || sequence.DueAt(seq.Steps[en.Step], lastActivity).After(tx.Now()) {
			continue
		}
		en.DueAt = tx.Now()
		if err := tx.SaveEnrollment(ctx, en); err != nil {
			return err
		}
	}
	return nil
}

// answersRequest lets steps go that waited for the address to confirm, when its
// own START or YES answers our request by text.
func (e *Engine) answersRequest(ctx context.Context, tx Tx, shopID string, c event.Channel, hash string) error {
	known, err := tx.Confirmation(ctx, shopID, c, hash)
	if err != nil || known.AskedAt.IsZero() || !known.ConfirmedAt.IsZero() {
		return err
	}
	known.ConfirmedAt = tx.Now()
	if err := tx.SaveConfirmation(ctx, shopID, c, hash, known); err != nil {
		return err
	}
	l, err := tx.HoldMessage(ctx, shopID, known.MessageID)
	if fault.Is(err, fault.NotFound) {
		return nil // it was erased since
	}
	if err != nil {
		return err
	}
	return e.wakeWaiting(ctx, tx, l)
}
