package recovery_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// noted counts how often an act reached the log.
func noted(n *int) recovery.Also {
	return func(context.Context, recovery.Tx) error { *n++; return nil }
}

// waitingCart is a cart of Ada's whose first step is still to come.
func waitingCart(w *world) journey.CartDetail {
	w.t.Helper()
	w.send(gen("Cart Updated", w.now(), adaCart("c1")))
	w.clock.Add(40 * time.Minute)
	w.idle()
	return w.cart("c1")
}

func TestAStoppedCartIsNotWrittenTo(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		d, log := waitingCart(w), 0
		if err := w.engine.StopCart(t.Context(), w.shop.ID, d.Cart.ID, noted(&log)); err != nil {
			t.Fatal(err)
		}
		w.pass(48 * time.Hour)
		if got := w.sent(); len(got) > 0 || log != 1 {
			t.Errorf("sent %q, noted %d times", got, log)
		}
		if e := w.cart("c1").Enrollments; len(e) != 1 || e[0].Reason != "stopped" {
			t.Errorf("enrollments %+v", e)
		}
		if err := w.engine.StopCart(t.Context(), w.shop.ID, "unknown", noted(&log)); !fault.Is(err, fault.NotFound) || log != 1 {
			t.Errorf("an unknown cart: %v, noted %d times", err, log)
		}
	}, book(oneStep("", `"<p>{{ cart.total }}</p>"`)))
}

func TestAStoppedShopperIsNotWrittenToUntilAllowed(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		d, log := waitingCart(w), 0
		if err := w.engine.StopShopper(t.Context(), w.shop.ID, d.Cart.ShopperID, noted(&log)); err != nil {
			t.Fatal(err)
		}
		w.pass(48 * time.Hour)
		w.send(gen("Cart Updated", w.now(), adaCart("c2")))
		w.pass(48 * time.Hour)
		if got := w.sent(); len(got) > 0 {
			t.Errorf("sent %q while stopped", got)
		}
		if got := decisions(w.cart("c2")); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "suppressed.stopped_by_shop") }) {
			t.Errorf("decisions %q", got)
		}
		if err := w.engine.AllowShopper(t.Context(), w.shop.ID, d.Cart.ShopperID, noted(&log)); err != nil {
			t.Fatal(err)
		}
		w.send(gen("Cart Updated", w.now(), adaCart("c3")))
		w.pass(48 * time.Hour)
		if got := w.sent(); len(got) != 1 || log != 2 {
			t.Errorf("sent %q after it was allowed, noted %d times", got, log)
		}
	}, book(oneStep("", `"<p>{{ cart.total }}</p>"`)))
}

// Only what has not left can be taken back; what left never goes twice.
func TestCancelTakesBackOnlyWhatHasNotLeft(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		waitingCart(w)
		w.pass(2 * time.Hour)
		sent := w.messages()
		if len(sent) != 1 || sent[0].State == delivery.Reserved {
			t.Fatalf("messages %q", w.states())
		}
		log := 0
		if err := w.engine.CancelMessage(t.Context(), w.shop.ID, sent[0].ID, noted(&log)); !fault.Is(err, fault.Conflict) || log != 0 {
			t.Errorf("a message that left: %v, noted %d times", err, log)
		}
		if len(w.sent()) != 1 {
			t.Errorf("sent %q", w.sent())
		}
	}, book(oneStep("", `"<p>{{ cart.total }}</p>"`)))
}

// A test goes to who asked for it, with links that lead nowhere, and is no message of the shop's.
func TestResendAsTestIsNoMessage(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		waitingCart(w)
		w.pass(2 * time.Hour)
		before, log := w.states(), 0
		if err := w.engine.ResendAsTest(t.Context(), w.shop.ID, w.messages()[0].ID, "owner@shop.example", noted(&log)); err != nil {
			t.Fatal(err)
		}
		got := w.last()
		if got.To != "owner@shop.example" || got.Subject != "[Test] Your bag" || got.Channel != event.Email || log != 1 {
			t.Errorf("sent %q to %s, noted %d times", got.Subject, got.To, log)
		}
		for _, kind := range []string{"/u/", "/r/", "/why/"} {
			if _, token, found := strings.Cut(got.HTML+got.Text, publicURL+kind); found && !strings.HasPrefix(token, "test") {
				t.Errorf("the test holds a link that works: %s%.20s", kind, token)
			}
		}
		if diff := w.states(); !slices.Equal(before, diff) {
			t.Errorf("messages %q became %q", before, diff)
		}
		if err := w.engine.ResendAsTest(t.Context(), w.shop.ID, w.messages()[0].ID, "", noted(&log)); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("to nobody: %v", err)
		}
	}, book(oneStep("", `"<p>{{ cart.total }}</p>"`)))
}
