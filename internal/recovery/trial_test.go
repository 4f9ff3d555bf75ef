package recovery_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// tested notes a resent message in the log, as the pages do.
func (w *world) tested(ctx context.Context, tx recovery.Tx) error {
	return tx.InsertAudit(ctx, access.Entry{ID: w.engine.NewID(), ShopID: w.shop.ID, Actor: access.ActorOf(ctx), Action: access.MessageTested})
}

// Three ways lead to a test; whichever is taken, it is the same kind of message
// and counts for the same number.
func TestAllTestsAreOfOneKind(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		waitingCart(w)
		w.pass(2 * time.Hour)
		id, text := w.messages()[0].ID, w.edits("Hello", "<p>x</p>")
		ways := map[string]func(who, to string) error{
			"resend": func(who, to string) error {
				return w.engine.ResendAsTest(w.as(who), w.shop.ID, id, to, w.tested)
			},
			"template": func(who, to string) error {
				_, err := w.engine.SendTemplateTest(w.as(who), w.shop.ID, text, "", to)
				return err
			},
			"first": func(who, to string) error {
				_, err := w.engine.TestSend(w.as(who), w.shop.ID, to)
				return err
			},
		}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Suppress(ctx, w.shop.ID, event.Email, recovery.HashAddress(w.shop.ID, event.Email, "no@shop.example"), "opted_out")
		})
		for name, send := range ways {
			if err := send("ed", "No@shop.example"); !fault.Is(err, fault.Unprocessable) {
				t.Errorf("%s to somebody who said no: %v", name, err)
			}
			if err := send("ed", "Ed@shop.example"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if sent := w.last(); !strings.HasPrefix(sent.MessageID, "test-") || !strings.HasPrefix(sent.Subject, "[Test] ") || sent.To != "ed@shop.example" {
				t.Errorf("%s sent %q to %s as %s", name, sent.Subject, sent.To, sent.MessageID)
			}
		}
		// Three were sent; two are left of the five, in whatever way.
		for range 2 {
			if err := ways["resend"]("ed", "ed@shop.example"); err != nil {
				t.Fatal(err)
			}
		}
		for name, send := range ways {
			if err := send("ed", "ed@shop.example"); !fault.Is(err, fault.Throttled) {
				t.Errorf("%s, a sixth within a minute: %v", name, err)
			}
		}
		if err := ways["resend"]("eve", "eve@shop.example"); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		if n := w.count("messages"); n != 1 {
			t.Errorf("%d messages, of which one is a shopper's", n)
		}
	}, book(oneStep("", `"<p>{{ cart.total }}</p>"`)))
}
