package recovery

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// TestSend sends the first message of the shop's first live sequence to an
// address that a merchant typed, written for a sample shopper and marked as a
// test. It leaves by the shop's real channel, or into the sandbox. It is no
// message to a shopper: it has no cart, is not counted, and its links open
// nothing. A suppressed address is refused all the same.
func (e *Engine) TestSend(ctx context.Context, shopID, to string) (journey.TestSend, error) {
	c := event.Email
	if !strings.Contains(to, "@") {
		c = event.SMS
	}
	to, err := testAddress(c, to)
	if err != nil {
		return journey.TestSend{}, err
	}
	var sh shop.Shop
	var t message.Template
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if sh, err = tx.Shop(ctx, shopID); err != nil {
			return err
		}
		t, err = firstTemplate(ctx, tx, sh, c)
		return err
	})
	if err != nil {
		return journey.TestSend{}, err
	}
	in := e.sampleFor(sh, t.Locale)
	if err := e.offered(ctx, shopID, t.Key, &in); err != nil {
		return journey.TestSend{}, err
	}
	r, err := e.Renderer.Render(ctx, t, in)
	if err != nil {
		return journey.TestSend{}, err
	}
	account, v, err := e.sendTrial(ctx, trial{
		shop: sh, channel: c, to: to, rendered: r, asked: e.noting(shopID, access.TestAsked, journey.NameOf(t).String()),
	})
	if err != nil {
		return journey.TestSend{}, err
	}
	r = marked(c, r)
	return journey.TestSend{
		Template: t.Key, Locale: t.Locale, Channel: c, To: to, Sandbox: account.Sandbox,
		Outcome: string(v.Outcome), Code: v.Code, Reason: v.Reason, Subject: r.Subject, Text: r.Text,
	}, nil
}

// sampleFor is a sample shopper's cart in this shop.
func (e *Engine) sampleFor(sh shop.Shop, locale string) message.Input {
	in := message.Sample(locale)
	in.Shop = message.Shop{
		Name: sh.Name, Domain: sh.Domain, Currency: sh.Currency, Locale: sh.Locale,
		SupportEmail: sh.Settings.SupportEmail, Address: sh.Settings.Address,
	}
	in.PublicURL = e.PublicURL
	return in
}

// firstTemplate finds the first step, in the order of the sequences, that has
// words for a channel.
func firstTemplate(ctx context.Context, tx Tx, sh shop.Shop, c event.Channel) (message.Template, error) {
	live, err := tx.LiveSequences(ctx, sh.ID)
	if err != nil {
		return message.Template{}, err
	}
	for _, seq := range slices.SortedStableFunc(slices.Values(live), purchaseFirst) {
		for _, step := range seq.Steps {
			of, err := tx.TemplatesOf(ctx, sh.ID, step.Template)
			if err != nil {
				return message.Template{}, err
			}
			if t, ok := message.Pick(of, string(c), sh.Locale); ok && slices.Contains(step.Channels, c) {
				return t, nil
			}
		}
	}
	return message.Template{}, fault.New(fault.Conflict, "no live sequence has a step for this channel").
		In("to").Try("publish a sequence first, or try the other channel")
}

// purchaseFirst puts the sequences for abandoned carts before all others.
func purchaseFirst(a, b sequence.Sequence) int {
	return rankOf(a) - rankOf(b)
}

func rankOf(s sequence.Sequence) int {
	if s.Trigger == sequence.CartAbandoned {
		return 0
	}
	return 1
}
