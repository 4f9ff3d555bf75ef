package recovery_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// A checkout is left, its shopper is written to, comes back and buys.
func TestStory(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		w.send(shopifyPost("checkouts/create", start, checkout("tok1", start)))

		w.pass(29 * time.Minute)
		same(t, "state before the silence is long enough", w.cart("tok1").Cart.State, cart.Open)
		w.pass(time.Minute)
		d := w.cart("tok1")
		same(t, "state", d.Cart.State, cart.Abandoned)
		same(t, "persona", d.Cart.PersonaKey, "everyone")
		same(t, "total", cash(d.Cart.Total()), "59.90 EUR")
		same(t, "enrollments", len(d.Enrollments), 1)
		same(t, "first step's time", d.Enrollments[0].DueAt, start.Add(time.Hour))

		w.pass(29*time.Minute + 59*time.Second)
		same(t, "sent before the step is due", w.sent(), nil)
		w.pass(time.Second)
		same(t, "sent", w.sent(), []string{"email Adaline, your bag waits"})
		same(t, "messages", w.states(), []string{"0 email accepted reminder"})
		mail := w.delivered()
		same(t, "recipient", mail.To, ada)
		same(t, "messages", w.states(), []string{"0 email delivered reminder"})
		if !strings.Contains(mail.HTML, "59.90") || !strings.Contains(mail.Text, "59.90") {
			t.Errorf("the mail does not name the total: %s", mail.Text)
		}

		w.clock.Add(10 * time.Minute)
		to, err := w.engine.Restore(context.Background(), token(t, mail, "r"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "restored at", to, "https://shop-a.myshopify.com/1/checkouts/tok1/recover?key=restore-secret")

		w.clock.Add(5 * time.Minute)
		w.send(shopifyPost("orders/create", w.now(), orderOf("tok1", 501, w.now())))
		d = w.cart("tok1")
		same(t, "state", d.Cart.State, cart.Ordered)
		same(t, "ordered by", d.Cart.OrderedBy, "link")
		same(t, "enrollment", d.Enrollments[0].State+" "+d.Enrollments[0].Reason, "done ordered")
		same(t, "recoveries", w.recoveries(), []string{"last_confirmed_click_5d 59.90 EUR - 0.00 EUR"})

		w.pass(30 * time.Hour)
		same(t, "sent after the order", len(w.sent()), 1)
		same(t, "decisions", decisions(w.cart("tok1")), []string{"-1 routed persona.everyone", "0 sent consent.yes email"})
	})
}

// Without a click, the very cart ordered within a day of a delivered message counts.
func TestCreditOfTheSameCart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		w.pass(time.Hour)
		w.delivered()
		w.clock.Add(23 * time.Hour)
		order := orderOf("tok1", 501, w.now())
		w.send(shopifyPost("orders/create", w.now(), order))
		same(t, "recoveries", w.recoveries(), []string{"same_cart_24h_after_delivery 59.90 EUR - 0.00 EUR"})

		// A part of it is given back, later all of it.
		w.clock.Add(time.Hour)
		w.send(shopifyPost("orders/updated", w.now(), order.with(fields{
			"updated_at": stamp(w.now()), "financial_status": "partially_refunded", "current_total_price": "39.90",
			"refunds": []fields{{"transactions": []fields{{"kind": "refund", "status": "success", "amount": "20.00", "currency": "EUR"}}}},
		})))
		same(t, "recoveries after a refund", w.recoveries(), []string{"same_cart_24h_after_delivery 59.90 EUR - 20.00 EUR"})
		w.clock.Add(time.Hour)
		w.send(shopifyPost("orders/cancelled", w.now(), order.with(fields{"updated_at": stamp(w.now()), "cancelled_at": stamp(w.now())})))
		same(t, "recoveries after the cancellation", w.recoveries(), []string{"same_cart_24h_after_delivery 59.90 EUR - 59.90 EUR"})
		same(t, "net", cash(summary(w).Revenue[0].Net), "0.00 EUR")
	})
}

// What earns nothing.
func TestNoCredit(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		w.pass(time.Hour)
		mail := w.delivered()
		// An opened mail and a link that a scanner fetched are no credit.
		if err := w.box.Open(context.Background(), mail); err != nil {
			t.Fatal(err)
		}
		if err := w.box.Click(context.Background(), mail, publicURL); err != nil {
			t.Fatal(err)
		}
		if err := w.engine.NoteClick(context.Background(), message.LinkRestore, token(t, mail, "r"), attribution.Visit{Method: "GET", UserAgent: "scanner"}); err != nil {
			t.Fatal(err)
		}
		w.clock.Add(25 * time.Hour)
		w.send(shopifyPost("orders/create", w.now(), orderOf("tok1", 501, w.now())))
		same(t, "recoveries", w.recoveries(), nil)
		same(t, "state", w.cart("tok1").Cart.State, cart.Ordered)
	})
}

func TestClickIsGoodForFiveDays(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration
		want  []string
	}{
		{"to the last moment", 5 * 24 * time.Hour, []string{"last_confirmed_click_5d 59.90 EUR - 0.00 EUR"}},
		{"and not longer", 5*24*time.Hour + time.Millisecond, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
				w.pass(time.Hour)
				if _, err := w.engine.Restore(context.Background(), token(t, w.delivered(), "r")); err != nil {
					t.Fatal(err)
				}
				w.clock.Add(c.after)
				w.send(shopifyPost("orders/create", w.now(), orderOf("tok1", 501, w.now())))
				same(t, "recoveries", w.recoveries(), c.want)
			})
		})
	}
}

// The delivery is reported after the order: the credit comes with the report.
func TestCreditWhenTheReportIsLate(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		w.pass(time.Hour)
		w.clock.Add(time.Minute)
		ordered := w.now().Add(time.Minute)
		w.clock.Add(2 * time.Minute)
		mail := w.last()
		w.send(shopifyPost("orders/create", ordered, orderOf("tok1", 501, ordered)))
		same(t, "recoveries before the report", w.recoveries(), nil)
		w.clock.Add(-150 * time.Second) // SendGrid stamps the event with the time of delivery
		if err := w.box.Deliver(context.Background(), mail); err != nil {
			t.Fatal(err)
		}
		same(t, "recoveries", w.recoveries(), []string{"same_cart_24h_after_delivery 59.90 EUR - 0.00 EUR"})
	})
}

// Money of different currencies is never added together.
func TestCurrenciesStayApart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for i, currency := range []string{"EUR", "USD", "JPY"} {
			id := "c-" + currency
			email := "buyer" + currency + "@example.com"
			w.send(gen("Cart Updated", w.now(), adaCart(id).with(fields{"email": email, "currency": currency, "products": []fields{line("scarf", 1, "50")}})))
			w.pass(time.Hour)
			w.delivered()
			w.clock.Add(time.Minute)
			w.send(gen("Order Completed", w.now(), fields{"order_id": 900 + i, "cart_id": id, "email": email, "currency": currency, "total": 50 + i}))
		}
		same(t, "recoveries", w.recoveries(), []string{
			"same_cart_24h_after_delivery 50.00 EUR - 0.00 EUR", "same_cart_24h_after_delivery 51.00 USD - 0.00 USD",
			"same_cart_24h_after_delivery 52 JPY - 0 JPY",
		})
		same(t, "lines of revenue", len(summary(w).Revenue), 3)
	})
}

// The persona decides which sequence is written.
func TestPersonaDecidesTheSequence(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("big").with(fields{"products": []fields{line("coat", 1, "100.00")}})))
		w.pass(30 * time.Hour)
		same(t, "sent", w.sent(), []string{"email Think it over"})
		d := w.cart("big")
		same(t, "persona", d.Cart.PersonaKey, "careful")
		same(t, "why", decision(t, d, journey.Routed, "persona.careful").Inputs["rule"], "cart.total >= 100")
	})
}

// All steps of a sequence are written when nobody buys, each once, at its time.
func TestWholeSequence(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		w.send(gen("Cart Updated", start, adaCart("c1")))
		w.pass(20 * 24 * time.Hour)
		same(t, "sent", w.sent(), []string{"email Adaline, your bag waits", "email Still there"})
		var times []time.Duration
		for _, m := range w.messages() {
			times = append(times, m.SentAt.Sub(start))
		}
		same(t, "sent after", times, []time.Duration{time.Hour, 24 * time.Hour})
		d := w.cart("c1")
		same(t, "enrollment", d.Enrollments[0].State+" "+d.Enrollments[0].Reason, "done completed")
		same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 sent consent.off email", "1 sent consent.off email"})
	})
}

// SMS and Messenger go the whole way too: sent by their own clients, reported by their own callbacks.
func TestStoryOnOtherChannels(t *testing.T) {
	for _, c := range []struct {
		channel event.Channel
		who     fields
		to      string
	}{
		{event.SMS, fields{"phone": adaPhone, "consent": fields{"sms": "yes"}}, adaPhone},
		{event.Messenger, fields{"messenger_psid": adaPSID, "consent": fields{"messenger": "yes"}}, adaPSID},
	} {
		t.Run(string(c.channel), func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				if c.channel == event.Messenger {
					if err := w.box.Enter(context.Background(), w.shop.ID, adaPSID, "hello"); err != nil {
						t.Fatal(err)
					}
				}
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(c.who)))
				w.pass(time.Hour)
				same(t, "messages", w.states(), []string{"0 " + string(c.channel) + " accepted nudge"})
				same(t, "recipient", w.delivered().To, c.to)
				same(t, "messages", w.states(), []string{"0 " + string(c.channel) + " delivered nudge"})
				if _, err := w.engine.Restore(context.Background(), token(t, w.last(), "r")); err != nil {
					t.Fatal(err)
				}
				w.clock.Add(time.Minute)
				w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "cart_id": "c1", "total": "40.00", "currency": "EUR"}))
				same(t, "recoveries", w.recoveries(), []string{"last_confirmed_click_5d 40.00 EUR - 0.00 EUR"})
			}, book(threeChannels), consentMode("opt_in"))
		})
	}
}

// threeChannels is one step that prefers Messenger, then SMS, then email.
const threeChannels = `
personas:
  - {key: everyone, name: Sam}
sequences:
  - key: cart
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [messenger, sms, email], template: nudge, max_late: 6h}
templates:
  - {key: nudge, channel: messenger, locale: en, body: "Your bag waits", title: "Your bag", button: "Go on"}
  - {key: nudge, channel: sms, locale: en, body: "Your bag waits: {{ cart.restore_url }}"}
  - {key: nudge, channel: email, locale: en, subject: "Your bag waits", body: "<p><a href=\"{{ cart.restore_url }}\">Your {{ cart.total }}</a></p>"}
`

func summary(w *world) journey.Summary {
	w.t.Helper()
	s, err := w.store.Summary(context.Background(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}
