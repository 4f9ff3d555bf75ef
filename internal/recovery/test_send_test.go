package recovery_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// A test goes to whom a merchant names, marked as one, and is no message to a
// shopper: nothing of it is stored, and its links open nothing.
func TestATestIsSentToItsMerchant(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		got, err := w.engine.TestSend(t.Context(), w.shop.ID, "me@merchant.example")
		if err != nil {
			t.Fatal(err)
		}
		sent := w.last()
		if got.Outcome != "accepted" || got.Template != "careful" || sent.To != "me@merchant.example" || sent.Subject != "[Test] Think it over" {
			t.Errorf("the verdict is %+v, the letter %+v", got, sent)
		}
		if sent.UnsubscribeURL != "" || !strings.Contains(sent.HTML, "restore-link-goes-here") {
			t.Errorf("a test's links open something: %q", sent.HTML)
		}
		if n := w.count("messages") + w.count("links") + w.count("decisions"); n != 0 {
			t.Errorf("%d rows are left of a test", n)
		}
		if _, err := w.engine.TestSend(t.Context(), w.shop.ID, "+33612345678"); !fault.Is(err, fault.Conflict) {
			t.Errorf("a text without a template for texts: %v", err)
		}
		w.befall(answer(event.Email, 401, `{}`))
		if got, err = w.engine.TestSend(t.Context(), w.shop.ID, "me@merchant.example"); err != nil || got.Outcome != "misconfigured" {
			t.Errorf("a refusal is told as %+v, %v", got, err)
		}
	})
}

// Who said no gets no test either.
func TestATestIsNotForWhoSaidNo(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Suppress(ctx, w.shop.ID, event.Email, recovery.HashAddress(w.shop.ID, event.Email, "me@merchant.example"), "opted_out")
		})
		if _, err := w.engine.TestSend(t.Context(), w.shop.ID, "Me@Merchant.example"); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("got %v", err)
		}
		if n := len(w.outbox()); n != 0 {
			t.Errorf("%d letters left", n)
		}
	})
}

// Requests that do not verify are counted by day and kept in no other way. A
// flood costs few writes, and the counts do not grow without end.
func TestRefusedSignaturesAreCounted(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		forge := func() {
			head := map[string][]string{"X-Shopify-Topic": {"carts/update"}, "X-Shopify-Hmac-Sha256": {"bm90IGEgc2lnbmF0dXJlIG9mIHRoaXJ0eS10d28gYnk="}, "X-Shopify-Shop-Domain": {w.shop.Domain}}
			if _, err := w.engine.Receive(t.Context(), "shopify", w.shop.ID, head, []byte(`{"email":"secret@person.example"}`)); !fault.Is(err, fault.Unauthorized) {
				t.Fatalf("a forged request: %v", err)
			}
		}
		forge()
		if got := w.failures(); len(got) != 1 || got[0].Failures != 1 || got[0].Source != "shopify" || got[0].Reason == "" || !got[0].LastAt.Equal(w.now()) {
			t.Fatalf("after the first: %+v", got)
		}
		for range 100 {
			forge()
		}
		if got := w.failures(); got[0].Failures != 1 {
			t.Errorf("a flood was written %d times at once", got[0].Failures)
		}
		w.engine.FlushRefusals(t.Context())
		if got := w.failures(); got[0].Failures != 101 {
			t.Errorf("counted %d of 101", got[0].Failures)
		}
		for range 60 {
			w.clock.Add(24 * time.Hour)
			forge()
		}
		if n := w.count("signature_failures"); n > 31 {
			t.Errorf("%d days are kept", n)
		}
		if n := w.count("events"); n != 0 {
			t.Errorf("%d events are kept of requests that did not verify", n)
		}
		// A shop that is not there has no counts.
		if _, err := w.engine.Receive(t.Context(), "shopify", "nobody", nil, nil); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown shop: %v", err)
		}
	})
}

// failures are the counted days of the world's shop.
func (w *world) failures() []journey.SignatureFailures {
	w.t.Helper()
	got, err := w.store.SignatureFailures(w.t.Context(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}
