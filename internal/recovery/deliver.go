package recovery

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// channelOf names the channel a provider serves.
var channelOf = map[string]event.Channel{"sendgrid": event.Email, "twilio": event.SMS, "messenger": event.Messenger}

// Callback takes in one provider callback: verified, then folded once into
// message, touches, suppressions and credit, in one transaction. It gives what
// the provider wants to hear. Messenger names no shop: its page tells.
func (e *Engine) Callback(ctx context.Context, provider, shopID string, r delivery.Request) (contentType, body string, err error) {
	c, ok := channelOf[provider]
	if !ok {
		return "", "", fault.New(fault.NotFound, "no such provider")
	}
	r.ReceivedAt = e.Now().UTC()
	if c == event.Messenger {
		return e.messenger(ctx, r)
	}
	if _, err := e.Store.Shop(ctx, shopID); err != nil {
		return "", "", err
	}
	account, err := e.Accounts.Account(ctx, shopID, c)
	if err != nil {
		return "", "", err
	}
	b, err := e.Providers[c].Callback(account, r)
	if err != nil {
		e.refuse(ctx, shopID, provider, err)
		return "", "", err
	}
	return b.ReplyType, b.ReplyBody, e.report(ctx, provider, c, shopID, b)
}

// report folds a verified batch of one shop.
func (e *Engine) report(ctx context.Context, provider string, c event.Channel, shopID string, b delivery.Batch) error {
	if len(b.Reports)+len(b.Inbounds) == 0 {
		return nil
	}
	for _, r := range b.Reports {
		e.Meter.Report(provider, r.Status)
	}
	return e.writeAndWake(ctx, shopID, func(ctx context.Context, tx Tx) error {
		for _, r := range b.Reports {
			if err := e.reportOne(ctx, tx, provider, c, shopID, r); err != nil {
				return err
			}
		}
		if c == event.Email && slices.ContainsFunc(b.Reports, troubling) {
			if _, err := e.judge(ctx, tx, shopID); err != nil {
				return err
			}
		}
		for _, in := range b.Inbounds {
			if err := e.hear(ctx, tx, shopID, in); err != nil {
				return err
			}
		}
		return nil
	})
}

// troubling reports that a shop's standing may have changed.
func troubling(r delivery.Report) bool { return r.Suppress != "" }

// reportOne folds one report: message state forward only, the touch it proves,
// the suppression it asks for, and the credit it may bring.
func (e *Engine) reportOne(ctx context.Context, tx Tx, provider string, c event.Channel, shopID string, r delivery.Report) error {
	if strings.HasPrefix(r.MessageID, testPrefix) {
		return nil // somebody of the shop wrote to themselves; see SendTemplateTest
	}
	l, err := e.letterOf(ctx, tx, shopID, r)
	known := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	fresh, err := tx.InsertReport(ctx, shopID, provider, l.ID, r)
	if err != nil || !fresh {
		return err
	}
	to := first(l.To, r.Address)
	if r.Suppress != "" && to != "" {
		if err := tx.Suppress(ctx, shopID, c, HashAddress(shopID, c, to), r.Suppress); err != nil {
			return err
		}
	}
	if !known {
		if r.ProviderID == "" {
			return nil
		}
		return tx.KeepEarly(ctx, shopID, r)
	}
	if err := e.reached(ctx, tx, l, r); err != nil || l.ProviderID != "" {
		return err
	}
	return e.early(ctx, tx, shopID, l.ID, r.ProviderID)
}

// reached folds a report into its message.
func (e *Engine) reached(ctx context.Context, tx Tx, l Letter, r delivery.Report) error {
	if err := e.moved(ctx, tx, l, r); err != nil {
		return err
	}
	return e.touched(ctx, tx, l, r)
}

// early folds the reports that came before the provider's id of a message was
// known: Messenger's receipts name nothing else, and may overtake its answer.
func (e *Engine) early(ctx context.Context, tx Tx, shopID, messageID, providerID string) error {
	if providerID == "" {
		return nil
	}
	kept, err := tx.TakeEarly(ctx, shopID, providerID)
	if err != nil {
		return err
	}
	for _, r := range kept {
		l, err := tx.HoldMessage(ctx, shopID, messageID)
		if err != nil {
			return err
		}
		if err := e.reached(ctx, tx, l, r); err != nil {
			return err
		}
	}
	return nil
}

// letterOf finds a report's message. Its cart is held first, as everywhere.
func (e *Engine) letterOf(ctx context.Context, tx Tx, shopID string, r delivery.Report) (Letter, error) {
	cartID, err := tx.CartOfMessage(ctx, shopID, r.MessageID, r.ProviderID)
	if err != nil {
		return Letter{}, err
	}
	if _, err := tx.HoldCart(ctx, shopID, cartID); err != nil {
		return Letter{}, err
	}
	if r.MessageID != "" {
		l, err := tx.HoldMessage(ctx, shopID, r.MessageID)
		if !fault.Is(err, fault.NotFound) {
			return l, err
		}
	}
	if r.ProviderID == "" {
		return Letter{}, fault.New(fault.NotFound, "no such message")
	}
	return tx.MessageByProvider(ctx, shopID, r.ProviderID)
}

// moved takes the report into the message's state. A message that was still
// being sent is thereby settled, and so is one that is to be tried again: the
// provider said that it had not taken it, and yet it arrived.
func (e *Engine) moved(ctx context.Context, tx Tx, l Letter, r delivery.Report) error {
	next := delivery.Next(l.State, r)
	if next == l.State {
		return nil
	}
	unsettled := !l.State.Left() || l.State == delivery.Sending
	l.State, l.ProviderID = next, first(l.ProviderID, r.ProviderID)
	l.Code, l.Reason = first(r.Code, l.Code), first(r.Reason, l.Reason)
	if next == delivery.Delivered && l.DeliveredAt.IsZero() {
		l.DeliveredAt = r.At
	}
	l.DueAt = zeroTime
	if err := tx.SaveMessage(ctx, l); err != nil || !unsettled {
		return err
	}
	return e.sent(ctx, tx, l)
}
