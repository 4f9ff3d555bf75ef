package recovery_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// twoSteps is the playbook of most tests: two emails for everyone, and a
// sequence of their own for those with much in the cart.
const twoSteps = `
personas:
  - {key: careful, name: Nora, rule: 'cart.total >= 100'}
  - {key: everyone, name: Sam}
sequences:
  - key: cart-careful
    stage: purchase
    trigger: cart_abandoned
    persona: careful
    steps:
      - {after: 2h, channels: [email], template: careful, max_late: 6h}
  - key: cart-everyone
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [email], template: reminder, max_late: 6h}
      - {after: 24h, channels: [email], template: second, max_late: 6h}
templates:
  - {key: careful, channel: email, locale: en, subject: "Think it over", body: "<p><a href=\"{{ cart.restore_url }}\">Your {{ cart.total }}</a></p>"}
  - {key: reminder, channel: email, locale: en, subject: "{{ shopper.first_name | default: 'Hello' }}, your bag waits", body: "<p><a href=\"{{ cart.restore_url }}\">Your {{ cart.total }}</a></p>"}
  - {key: second, channel: email, locale: en, subject: "Still there", body: "<p><a href=\"{{ cart.restore_url }}\">Your {{ cart.total }}</a></p>"}
`

// at gives an instant so long after the start.
func (w *world) now() time.Time { return w.clock.Clock.Now() }

// idle and due ring the alarms of the first shop's shard, now.
func (w *world) idle() int {
	w.t.Helper()
	n, err := w.engine.Idle(context.Background(), shop.Shard(w.shop.ID))
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) due() int {
	w.t.Helper()
	n, err := rung(w.engine, shop.Shard(w.shop.ID))
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// pass lets time go by as a server lives it: every alarm rings at its time, and
// the sweeper passes twice within each horizon.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	const sweep = 2 * time.Hour
	end := w.now().Add(d)
	for {
		w.sweep()
		stop := w.now().Add(sweep)
		if stop.After(end) {
			stop = end
		}
		w.ring(stop)
		if !stop.Before(end) {
			return
		}
	}
}

func (w *world) sweep() {
	w.t.Helper()
	if err := w.engine.Sweep(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// ring rings every alarm until an instant, and ends there.
func (w *world) ring(until time.Time) {
	w.t.Helper()
	for rung := 0; ; rung++ {
		a, ok := w.alarms.next(until)
		if !ok {
			break
		}
		if rung > 10_000 {
			w.t.Fatal("the alarms never end")
		}
		if at := time.Unix(a.at, 0); at.After(w.now()) {
			w.clock.Add(at.Sub(w.now()))
		}
		if err := w.handle(a); err != nil {
			w.t.Fatal(err)
		}
	}
	w.clock.Add(until.Sub(w.now()))
}

func (w *world) handle(a alarm) (err error) {
	switch a.kind {
	case recovery.AlarmIdle:
		_, err = w.engine.Idle(context.Background(), a.shard)
		return err
	case recovery.AlarmAsk:
		_, err = w.engine.Ask(context.Background(), a.shard)
		return err
	}
	_, err = rung(w.engine, a.shard)
	return err
}

// carts gives the first shop's carts, oldest id first.
func (w *world) carts() []journey.CartDetail { return w.cartsOf(w.shop.ID) }

func (w *world) cartsOf(shopID string) []journey.CartDetail {
	w.t.Helper()
	page, err := w.store.Carts(context.Background(), shopID, journey.Query{Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []journey.CartDetail
	for _, row := range page.Items {
		d, err := w.store.Cart(context.Background(), shopID, row.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b journey.CartDetail) int { return strings.Compare(a.Cart.ID, b.Cart.ID) })
	return out
}

// cart gives the one cart with a link.
func (w *world) cart(value string) journey.CartDetail {
	w.t.Helper()
	for _, d := range w.carts() {
		for _, l := range d.Cart.Facts.Links {
			if l.Value == value {
				return d
			}
		}
	}
	w.t.Fatalf("there is no cart with the link %q", value)
	return journey.CartDetail{}
}

// decisions gives the decisions about a cart as lines: "0 sent consent.yes email".
func decisions(d journey.CartDetail) []string {
	var out []string
	for _, e := range d.Timeline {
		if e.Kind != journey.EntryDecision {
			continue
		}
		l := fmt.Sprintf("%d %s %s %s", e.Decision.Step, e.Decision.Outcome, e.Decision.Rule, e.Decision.Channel)
		out = append(out, strings.TrimSpace(l))
	}
	return out
}

// decision gives the one decision with an outcome and a rule.
func decision(t testing.TB, d journey.CartDetail, o journey.Outcome, rule string) journey.Decision {
	t.Helper()
	for _, e := range d.Timeline {
		if e.Kind == journey.EntryDecision && e.Decision.Outcome == o && e.Decision.Rule == rule {
			return *e.Decision
		}
	}
	t.Fatalf("no decision %s %s among %q", o, rule, decisions(d))
	return journey.Decision{}
}

// messages gives the first shop's messages, oldest first.
func (w *world) messages() []message.Message { return w.messagesOf(w.shop.ID) }

func (w *world) messagesOf(shopID string) []message.Message {
	w.t.Helper()
	page, err := w.store.Messages(context.Background(), shopID, journey.Query{Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(page.Items)
	slices.SortStableFunc(page.Items, func(a, b message.Message) int { return strings.Compare(a.ID, b.ID) })
	return page.Items
}

// states gives the messages as lines: "0 email delivered reminder".
func (w *world) states() []string {
	w.t.Helper()
	var out []string
	for _, m := range w.messages() {
		out = append(out, fmt.Sprintf("%d %s %s %s", m.Step, m.Channel, m.State, m.Template))
	}
	return out
}

// outbox gives what the providers accepted.
func (w *world) outbox() []sandbox.Sent { return w.box.Outbox() }

// sent gives the outbox as lines: "email Think it over".
func (w *world) sent() []string {
	var out []string
	for _, s := range w.outbox() {
		out = append(out, strings.TrimSpace(string(s.Channel)+" "+s.Subject))
	}
	return out
}

// delivered lets the provider report the newest message as delivered.
func (w *world) delivered() sandbox.Sent {
	w.t.Helper()
	s := w.last()
	if err := w.box.Deliver(context.Background(), s); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// last gives the newest message that a provider accepted.
func (w *world) last() sandbox.Sent {
	w.t.Helper()
	box := w.outbox()
	if len(box) == 0 {
		w.t.Fatal("no message was sent")
	}
	return box[len(box)-1]
}

// recoveries gives the recoveries as lines: "last_confirmed_click_5d 59.90 EUR - 0.00".
func (w *world) recoveries() []string {
	w.t.Helper()
	page, err := w.store.Recoveries(context.Background(), w.shop.ID, journey.Query{Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, r := range page.Items {
		out = append(out, fmt.Sprintf("%s %s - %s", r.Rule, cash(r.Amount), cash(r.Refunded)))
	}
	slices.Sort(out)
	return out
}

// cash writes money with its currency.
func cash(m money.Money) string { return m.Decimal() + " " + m.Currency }

func (w *world) orders() []cart.Purchase {
	w.t.Helper()
	page, err := w.store.Orders(context.Background(), w.shop.ID, journey.Query{Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	return page.Items
}

// count counts the rows of a table.
func (w *world) count(table string) int {
	w.t.Helper()
	var n int
	if err := w.db.Raw(w.t).QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// token takes the token of a link out of a message: purpose is "r", "u" or "why".
func token(t testing.TB, s sandbox.Sent, purpose string) string {
	t.Helper()
	all := s.HTML + " " + s.Text + " " + s.Link + " " + s.UnsubscribeURL
	_, rest, ok := strings.Cut(all, publicURL+"/"+purpose+"/")
	if !ok || len(rest) < 22 {
		t.Fatalf("the message has no link %q", purpose)
	}
	return rest[:22]
}

// same fails with the difference. Empty and missing are the same.
func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wantCode fails unless err carries the code.
func wantCode(t testing.TB, what string, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: got %v, want a fault of code %q", what, err, code)
	}
}

// exec changes rows by hand.
func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Raw(w.t).Exec(query, args...); err != nil {
		w.t.Fatalf("%v: %s", err, query)
	}
}

// linkKind is a link's purpose by its path.
func linkKind(path string) message.Link { return message.Link(path) }
