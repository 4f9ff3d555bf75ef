package recovery

import (
	"context"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// How many tests one person may send, whatever is tested. They go to real
// addresses by the shop's real account, so that they must not be a way to write
// to people.
const (
	testsAMinute = 5
	testsADay    = 60
)

// testsAsked are the acts that are counted as tests.
var testsAsked = []access.Action{access.TemplateTested, access.MessageTested, access.TestAsked}

// testMark starts every message that a merchant sends to themself.
const testMark = "[Test] "

// testTitle is how much of a Messenger card's 80 characters the mark leaves, emoji counted twice.
const testTitle = 70

// testPrefix begins the ids of test messages, which are in no table: what
// providers report of them is nobody's.
const testPrefix = "test-"

// trial is a test on its way: words for one address, by a shop's own channel or
// the sandbox. It is no message of any shopper's: nothing is stored of it but a
// line of the audit log, and its links open nothing.
type trial struct {
	shop    shop.Shop
	channel event.Channel
	// to is an address that testAddress gave.
	to       string
	rendered message.Rendered
	// asked notes the test, before it is sent: one that dies half-way was asked
	// for all the same. What it notes is one of testsAsked.
	asked Also
}

// sendTrial is the one way by which tests leave: kept to their number, not to
// who asked this shop not to write to them, marked, and measured.
func (e *Engine) sendTrial(ctx context.Context, t trial) (delivery.Account, delivery.Verdict, error) {
	account, err := e.Accounts.Account(ctx, t.shop.ID, t.channel)
	if err != nil {
		return account, delivery.Verdict{}, err
	}
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := fewTests(ctx, tx, t.shop.ID); err != nil {
			return err
		}
		if err := wantsTest(ctx, tx, t); err != nil {
			return err
		}
		return t.asked(ctx, tx)
	})
	if err != nil {
		return account, delivery.Verdict{}, err
	}
	if account.Sandbox && account.BaseURL == "" {
		return account, delivery.Verdict{Outcome: delivery.OK}, nil
	}
	began := e.Now()
	v := e.Providers[t.channel].Send(ctx, account, e.testOutbound(t))
	e.Meter.Verdict(t.channel, v.Outcome, e.Now().Sub(began))
	return account, v, nil
}

// fewTests keeps one person's tests to their number.
func fewTests(ctx context.Context, tx Tx, shopID string) error {
	who := access.ActorOf(ctx)
	for _, bound := range []struct {
		per  time.Duration
		most int
		says string
	}{{time.Minute, testsAMinute, "a minute"}, {24 * time.Hour, testsADay, "a day"}} {
		n := 0
		for _, did := range testsAsked {
			more, err := tx.DoneSince(ctx, shopID, who, did, tx.Now().Add(-bound.per), bound.most)
			if err != nil {
				return err
			}
			n += more
		}
		if n >= bound.most {
			return fault.New(fault.Throttled, "you sent %d tests within %s, which is the most", bound.most, bound.says).
				Later(bound.per).Try("wait a little, then send the next one")
		}
	}
	return nil
}

// wantsTest refuses addresses that this shop may not write to.
func wantsTest(ctx context.Context, tx Tx, t trial) error {
	reason, err := tx.Suppression(ctx, t.shop.ID, t.channel, HashAddress(t.shop.ID, t.channel, t.to))
	if err != nil || reason == "" {
		return err
	}
	return fault.New(fault.Unprocessable, "this address is suppressed in this shop: %s", strings.ReplaceAll(reason, "_", " ")).
		In("to").Try("send the test to another address")
}

// testAddress reads where a test goes to.
func testAddress(c event.Channel, to string) (string, error) {
	k, err := shopper.ParseKey(addressKind[c], to)
	if err != nil {
		f := fault.New(fault.Unprocessable, "this is no address for a test").In("to")
		switch c {
		case event.Email:
			return "", f.Try("write an email address, such as ada@example.com")
		case event.SMS:
			return "", f.Try("write a phone number with its country code, such as +33612345678")
		}
		return "", f.Try("write the page-scoped id that Messenger shows for you in the page's inbox")
	}
	return k.Value, nil
}

// testOutbound makes of a test what is sent.
func (e *Engine) testOutbound(t trial) delivery.Outbound {
	r := marked(t.channel, t.rendered)
	return delivery.Outbound{
		MessageID: testPrefix + e.NewID(), ShopID: t.shop.ID, Channel: t.channel, To: t.to,
		FromName: first(t.shop.Settings.SenderName, t.shop.Name), ReplyTo: t.shop.Settings.SupportEmail,
		Subject: r.Subject, HTML: r.HTML, Text: r.Text, Title: r.Title, ImageURL: r.ImageURL,
		ButtonTitle: r.ButtonTitle, ButtonURL: r.ButtonURL, Expires: e.Now().Add(time.Hour),
	}
}

// marked says of a message, where it is read first, that it is a test.
func marked(c event.Channel, r message.Rendered) message.Rendered {
	switch {
	case c == event.Email:
		r.Subject = testMark + r.Subject
	case c == event.Messenger && r.Title != "":
		r.Title = testMark + cut(r.Title, testTitle)
	default:
		r.Text = testMark + r.Text
	}
	return r
}

// cut shortens a text to so many UTF-16 units, at a character.
func cut(s string, most int) string {
	units := 0
	for i, r := range s {
		if units += max(1, utf16.RuneLen(r)); units > most {
			return s[:i] + "…"
		}
	}
	return s
}

// noting gives what writes one line of the audit log.
func (e *Engine) noting(shopID string, did access.Action, object string) Also {
	return func(ctx context.Context, tx Tx) error {
		return tx.InsertAudit(ctx, access.Entry{ID: e.NewID(), ShopID: shopID, Actor: access.ActorOf(ctx), Action: did, Object: object})
	}
}
