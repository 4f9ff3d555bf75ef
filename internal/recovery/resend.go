package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
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
	var l Letter
	var from, reply string
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if l, err = tx.Message(ctx, shopID, id); err != nil {
			return err
		}
		if l.Rendered.Text == "" && l.Rendered.HTML == "" {
			return fault.New(fault.Conflict, "the text of this message is not kept any more").Try("texts are kept as long as the shop's settings say")
		}
		sh, err := tx.Shop(ctx, shopID)
		if err != nil {
			return err
		}
		from, reply = first(sh.Settings.SenderName, sh.Name), sh.Settings.SupportEmail
		return also(ctx, tx)
	})
	if err != nil {
		return err
	}
	account, err := e.Accounts.Account(ctx, shopID, event.Email)
	if err != nil {
		return err
	}
	v := e.Providers[event.Email].Send(ctx, account, asTest(l.Message, e.NewID(), to, from, reply))
	if v.Outcome == delivery.OK || v.Outcome == delivery.Unsure {
		return nil
	}
	return fault.New(fault.Unprocessable, "the email provider did not take the test: %s", first(v.Reason, v.Code, string(v.Outcome))).
		Try("check the shop's email account and sender")
}

// asTest makes what is sent of a message.
func asTest(m message.Message, id, to, from, reply string) delivery.Outbound {
	tokens := map[message.Link]string{}
	for _, p := range []message.Link{message.LinkRestore, message.LinkUnsubscribe, message.LinkWhy, message.LinkConfirm} {
		tokens[p] = deadToken
	}
	r := message.Fill(m.Rendered, tokens)
	o := delivery.Outbound{MessageID: id, ShopID: m.ShopID, Channel: event.Email, To: to, FromName: from, ReplyTo: reply, Subject: testMark + r.Subject, HTML: r.HTML, Text: r.Text}
	if m.Channel != event.Email {
		o.Subject = testMark + string(m.Channel) + " message"
		if r.Title != "" {
			o.Text = r.Title + "\n\n" + o.Text
		}
	}
	return o
}
