package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// deadToken stands in the links of a test: nobody is unsubscribed by one.
const deadToken = "test"

// ResendAsTest sends a message as it was rendered to somebody of the shop, by
// the shop's email account. It belongs to no step, counts nowhere, and its
// links lead to nothing. What was a text or a card is sent as its words.
func (e *Engine) ResendAsTest(ctx context.Context, shopID, id, to string, also Also) error {
	if to == "" {
		return fault.New(fault.Unprocessable, "there is no email address to send the test to").Try("sign in with an account that has one")
	}
	to, err := testAddress(event.Email, to)
	if err != nil {
		return err
	}
	sh, m, err := e.keptMessage(ctx, shopID, id)
	if err != nil {
		return err
	}
	_, v, err := e.sendTrial(ctx, trial{shop: sh, channel: event.Email, to: to, rendered: asLetter(m), asked: also})
	if err != nil || v.Outcome == delivery.OK || v.Outcome == delivery.Unsure {
		return err
	}
	return fault.New(fault.Unprocessable, "the email provider did not take the test: %s", first(v.Reason, v.Code, string(v.Outcome))).
		Try("check the shop's email account and sender")
}

// keptMessage gives a message whose words are still there.
func (e *Engine) keptMessage(ctx context.Context, shopID, id string) (sh shop.Shop, m message.Message, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		l, err := tx.Message(ctx, shopID, id)
		if err != nil {
			return err
		}
		if m = l.Message; m.Rendered.Text == "" && m.Rendered.HTML == "" {
			return fault.New(fault.Conflict, "the text of this message is not kept any more").Try("texts are kept as long as the shop's settings say")
		}
		sh, err = tx.Shop(ctx, shopID)
		return err
	})
	return sh, m, err
}

// asLetter makes an email of what was written on any channel.
func asLetter(m message.Message) message.Rendered {
	tokens := map[message.Link]string{}
	for _, p := range []message.Link{message.LinkRestore, message.LinkUnsubscribe, message.LinkWhy, message.LinkConfirm} {
		tokens[p] = deadToken
	}
	r := message.Fill(m.Rendered, tokens)
	if m.Channel == event.Email {
		return r
	}
	out := message.Rendered{Subject: string(m.Channel) + " message", HTML: r.HTML, Text: r.Text}
	if r.Title != "" {
		out.Text = r.Title + "\n\n" + out.Text
	}
	return out
}
