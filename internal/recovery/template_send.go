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
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// How many tests one person may send. They go to real addresses by the shop's
// real account, so that they must not be a way to write to people.
const (
	testsAMinute = 5
	testsADay    = 60
)

// testTitle is how much of a Messenger card's 80 characters the mark leaves, emoji counted twice.
const testTitle = 70

// testPrefix begins the ids of test messages, which are in no table: what
// providers report of them is nobody's.
const testPrefix = "test-"

// SendTemplateTest sends a template, rendered with a sample or cart, to one
// address, by the shop's own channel or the sandbox. It is no message of any
// shopper's: nothing is stored of it but a line of the audit log, its links
// open nothing, and reports about it are dropped. Who asked this shop not to
// write to them is not written to.
func (e *Engine) SendTemplateTest(ctx context.Context, shopID string, t message.Template, with, to string) (journey.TestReport, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return journey.TestReport{}, err
	}
	if to, err = testAddress(t.Channel, to); err != nil {
		return journey.TestReport{}, err
	}
	proof, err := e.ProveTemplate(ctx, shopID, t, with)
	if err != nil {
		return journey.TestReport{}, err
	}
	if len(proof.Problems) > 0 {
		p := proof.Problems[0]
		return journey.TestReport{}, fault.New(fault.Unprocessable, "nothing was sent: %s", p.Message).In(p.Field).Try(p.Remedy)
	}
	account, err := e.Accounts.Account(ctx, shopID, t.Channel)
	if err != nil {
		return journey.TestReport{}, err
	}
	// Noted before it is sent: one that dies half-way was asked for all the same.
	if err := e.admitTest(ctx, shopID, proof.Template, to); err != nil {
		return journey.TestReport{}, err
	}
	if account.Sandbox && account.BaseURL == "" {
		return reportOf(account, delivery.Verdict{Outcome: delivery.OK}), nil
	}
	v := e.Providers[t.Channel].Send(ctx, account, e.testOutbound(sh, proof, to))
	return reportOf(account, v), nil
}

// testAddress reads where a test goes to.
func testAddress(c event.Channel, to string) (string, error) {
	kind := map[event.Channel]event.KeyKind{event.Email: event.KeyEmail, event.SMS: event.KeyPhone, event.Messenger: event.KeyMessenger}[c]
	k, err := shopper.ParseKey(kind, to)
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

// admitTest keeps tests to their number, and notes this one.
func (e *Engine) admitTest(ctx context.Context, shopID string, t message.Template, to string) error {
	who := access.ActorOf(ctx)
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		for _, bound := range []struct {
			per  time.Duration
			most int
		}{{time.Minute, testsAMinute}, {24 * time.Hour, testsADay}} {
			n, err := tx.DoneSince(ctx, shopID, who, access.TemplateTested, tx.Now().Add(-bound.per), bound.most)
			if err != nil {
				return err
			}
			if n >= bound.most {
				return fault.New(fault.Throttled, "you sent %d tests within %s, which is the most", n, words(bound.per)).
					Later(bound.per).Try("wait a little, then send the next one")
			}
		}
		reason, err := tx.Suppression(ctx, shopID, t.Channel, HashAddress(shopID, t.Channel, to))
		if err != nil {
			return err
		}
		if reason != "" {
			return fault.New(fault.Unprocessable, "this address is suppressed in this shop: %s", strings.ReplaceAll(reason, "_", " ")).
				In("to").Try("send the test to another address")
		}
		return e.recordTemplate(ctx, tx, shopID, access.TemplateTested, journey.NameOf(t), nil)
	})
}

func words(d time.Duration) string {
	if d == time.Minute {
		return "a minute"
	}
	return "a day"
}

// testOutbound marks a message as a test. The links keep their placeholders,
// which open nothing.
func (e *Engine) testOutbound(sh shop.Shop, p journey.Proof, to string) delivery.Outbound {
	r := p.Rendered
	o := delivery.Outbound{
		MessageID: testPrefix + e.NewID(), ShopID: sh.ID, Channel: p.Template.Channel, To: to,
		FromName: first(sh.Settings.SenderName, sh.Name), ReplyTo: sh.Settings.SupportEmail,
		Subject: r.Subject, HTML: r.HTML, Text: r.Text, Title: r.Title, ImageURL: r.ImageURL,
		ButtonTitle: r.ButtonTitle, ButtonURL: r.ButtonURL, Expires: e.Now().Add(time.Hour),
	}
	switch {
	case o.Channel == event.Email:
		o.Subject = testMark + o.Subject
	case o.Channel == event.Messenger && o.Title != "":
		o.Title = testMark + cut(o.Title, testTitle)
	default:
		o.Text = testMark + o.Text
	}
	return o
}

// reportOf gives a verdict as the page shows it.
func reportOf(a delivery.Account, v delivery.Verdict) journey.TestReport {
	return journey.TestReport{Outcome: string(v.Outcome), Sandbox: a.Sandbox, Code: v.Code, Reason: v.Reason}
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
