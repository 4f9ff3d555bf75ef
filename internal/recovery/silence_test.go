package recovery_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// oneStep is a book of one email with a condition and a text to choose.
func oneStep(when, body string) string {
	return `
personas:
  - {key: everyone, name: Sam}
sequences:
  - key: cart
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [email], template: only, max_late: 6h` + when + `}
templates:
  - {key: only, channel: email, locale: en, subject: "Your bag", body: ` + body + `}
`
}

// Everything that keeps a due step from being sent is one decision with its reason.
func TestWhyAStepWasNotSent(t *testing.T) {
	plain := `"<p>{{ cart.total }}</p>"`
	for _, c := range []struct {
		name string
		opts []option
		act  func(w *world)
		want []string
		// input is an input of the last decision and a part of its value.
		input, says string
	}{
		{"the condition is false", []option{book(oneStep(`, when: 'cart.total > 1000'`, plain))}, nil,
			[]string{"0 skipped condition.false"}, "when", "cart.total > 1000"},
		{"the template names an unknown variable", []option{book(oneStep("", `"<p>{{ cart.discount }}</p>"`))}, nil,
			[]string{"0 skipped template.error"}, "error email", "cart.discount"},
		{"the shopper is held out", []option{settings(func(s *shop.Settings) { s.HoldoutShare = 1 })}, nil,
			[]string{"0 skipped holdout", "1 skipped holdout"}, "late", "0s"},
		{"a newer cart", nil, func(w *world) {
			w.clock.Add(40 * time.Minute)
			w.idle()
			w.send(gen("Cart Updated", w.now(), adaCart("c2")))
		}, []string{"0 skipped cart.superseded"}, "newer_cart", "0195d000"},
		{"the shop was switched on later", nil, func(w *world) {
			w.clock.Add(40 * time.Minute)
			w.idle()
			w.change(func(s *shop.Shop) { s.ActivatedAt = w.now().Add(time.Hour) })
		}, []string{"0 skipped shop.before_activation"}, "due", "2026-03-02T10:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(gen("Cart Updated", w.now(), adaCart("c1")))
				if c.act != nil {
					c.act(w)
				}
				w.pass(26 * time.Hour)
				d := w.cart("c1")
				got := decisions(d)[1:]
				same(t, "decisions", got[:len(c.want)], c.want)
				for _, m := range w.messages() {
					if m.CartID == d.Cart.ID && m.Step == 0 {
						t.Errorf("a message was made: %s %s", m.Channel, m.State)
					}
				}
				last := strings.Fields(c.want[len(c.want)-1])
				in := decision(t, d, journey.Outcome(last[1]), last[2]).Inputs
				if !strings.Contains(in[c.input], c.says) {
					t.Errorf("the input %q says %q, want %q in it", c.input, in[c.input], c.says)
				}
			}, c.opts...)
		})
	}
}

// A cart that is not enrolled says why.
func TestWhyACartWasNotEnrolled(t *testing.T) {
	nothingFor := strings.Replace(oneStep("", `"<p>{{ cart.total }}</p>"`), "trigger: cart_abandoned", "trigger: payment_failed", 1)
	for _, c := range []struct {
		name string
		opts []option
		post func(w *world) post
		want []string
	}{
		{"nobody is known", nil, func(w *world) post {
			return gen("Cart Updated", w.now(), adaCart("c1").with(fields{"email": nil}))
		}, []string{"-1 not_enrolled cart.nobody_known"}},
		{"no sequence fits", []option{book(nothingFor)}, func(w *world) post { return gen("Cart Updated", w.now(), adaCart("c1")) },
			[]string{"-1 routed persona.everyone", "-1 not_enrolled sequence.none"}},
		{"it was left before the shop was switched on", nil, func(w *world) post {
			return gen("Cart Updated", w.now().Add(-2*time.Hour), adaCart("c1"))
		}, []string{"-1 routed persona.everyone", "-1 not_enrolled shop.before_activation"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(c.post(w))
				w.pass(26 * time.Hour)
				same(t, "decisions", decisions(w.cart("c1")), c.want)
				same(t, "sent", w.sent(), nil)
			}, c.opts...)
		})
	}
}

// Emptying the cart ends its sequence; filling it again starts no second one.
func TestEmptiedCart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.pass(45 * time.Minute)
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"products": []fields{}})))
		same(t, "state", w.cart("c1").Cart.State, cart.Emptied)
		w.pass(30 * time.Hour)
		same(t, "sent", w.sent(), nil)
		same(t, "enrollment", w.cart("c1").Enrollments[0].Reason, "emptied")
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		same(t, "state", w.cart("c1").Cart.State, cart.Open)
		w.pass(30 * time.Hour)
		same(t, "last decision", decisions(w.cart("c1"))[1:], []string{"-1 not_enrolled sequence.been_through"})
	})
}

// A cart whose contents nobody told is not written about.
func TestUnknownContents(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Viewed", w.now(), fields{"cart_id": "c1", "email": ada}))
		w.pass(26 * time.Hour)
		same(t, "decisions", decisions(w.cart("c1"))[1:], []string{"0 skipped cart.contents_unknown", "1 skipped cart.contents_unknown"})
	})
}

// The shopper is active again: the one clock starts anew, and the step follows it.
func TestActivityMovesTheSteps(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		w.send(gen("Cart Updated", start, adaCart("c1")))
		w.pass(40 * time.Minute)
		same(t, "state", w.cart("c1").Cart.State, cart.Abandoned)
		w.send(gen("Cart Viewed", w.now(), fields{"cart_id": "c1", "email": ada}))
		same(t, "state", w.cart("c1").Cart.State, cart.Open)
		w.pass(59 * time.Minute)
		same(t, "sent too early", w.sent(), nil)
		w.pass(time.Minute)
		same(t, "sent at", w.messages()[0].SentAt.Sub(start), 100*time.Minute)
		w.pass(30 * time.Hour)
		same(t, "decisions", decisions(w.cart("c1")), []string{
			"-1 routed persona.everyone", "0 deferred cart.active", "0 sent consent.off email", "1 sent consent.off email",
		})
	})
}

// All processes were down: what is too late by then is skipped, and what is
// not is sent, one message and not two on each other's heels.
func TestCatchingUp(t *testing.T) {
	for _, c := range []struct {
		name string
		down time.Duration
		want []string
	}{
		{"for a while", 5 * time.Hour, []string{"0 sent consent.off email", "1 sent consent.off email"}},
		{"to the last moment", 7 * time.Hour, []string{"0 sent consent.off email", "1 sent consent.off email"}},
		{"for a night", 12 * time.Hour, []string{"0 skipped step.too_late", "1 sent consent.off email"}},
		{"until the second step", 26 * time.Hour, []string{"0 skipped step.too_late", "1 sent consent.off email"}},
		{"for a week", 7 * 24 * time.Hour, []string{"0 skipped step.too_late", "1 skipped step.too_late"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(gen("Cart Updated", w.now(), adaCart("c1")))
				w.alarms.lose()
				w.clock.Add(c.down)
				w.pass(40 * time.Hour)
				same(t, "decisions", decisions(w.cart("c1"))[1:], c.want)
			})
		})
	}
}

// Steps that fell due together while nothing ran are not sent together.
func TestCatchingUpKeepsADistance(t *testing.T) {
	steps := strings.Replace(twoSteps, "after: 24h, channels: [email], template: second, max_late: 6h", "after: 2h, channels: [email], template: second, max_late: 12h", 1)
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.alarms.lose()
		w.clock.Add(5 * time.Hour)
		w.pass(10 * time.Hour)
		m := w.messages()
		same(t, "messages", w.states(), []string{"0 email accepted reminder", "1 email accepted second"})
		same(t, "distance", m[1].SentAt.Sub(m[0].SentAt), 30*time.Minute)
	}, book(steps))
}

// Redis forgets every alarm, again and again: the sweeper rings, and nothing is lost.
func TestLostAlarms(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		w.send(gen("Cart Updated", start, adaCart("c1")))
		for range 60 {
			w.alarms.lose()
			w.sweep()
			w.ring(w.now().Add(30 * time.Minute))
		}
		same(t, "sent", w.sent(), []string{"email Adaline, your bag waits", "email Still there"})
		if late := w.messages()[0].SentAt.Sub(start.Add(time.Hour)); late != 0 {
			t.Errorf("the first message is %s late", late)
		}
	}, engineOf(func(o *recovery.Options) { o.Horizon = time.Hour }))
}

// Redis is away while events come: they are stored, answered, and found later.
func TestRedisAway(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.alarms.down = true
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.clock.Add(20 * time.Minute)
		w.alarms.down = false
		w.pass(2 * time.Hour)
		same(t, "sent", len(w.sent()), 1)
	})
}

// Nothing beyond the horizon is put into Redis.
func TestHorizon(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.pass(90 * time.Minute) // the next step is a day away
		w.sweep()
		same(t, "alarms", len(w.alarms.set), 0)
	}, engineOf(func(o *recovery.Options) { o.Horizon = time.Hour }))
}

// A busy cart sets one alarm, not one for each of its events.
func TestActivityDoesNotTouchRedis(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for i := range 50 {
			w.clock.Add(time.Second)
			w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"products": []fields{line("scarf", i+1, "1.00")}})))
		}
		same(t, "alarms", len(w.alarms.set), 1)
		w.pass(time.Hour)
		same(t, "sent", len(w.sent()), 1)
	})
}

// One step that cannot be decided does not keep the others of its shard.
func TestOneBadStepDoesNotBlockOthers(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(5)
		bad := w.carts()[2]
		w.exec(`UPDATE enrollments SET step = 7 WHERE cart_id = '` + bad.Cart.ID + `'`)
		w.due()
		same(t, "sent", len(w.sent()), 4)
		w.exec(`UPDATE enrollments SET step = 0 WHERE cart_id = '` + bad.Cart.ID + `'`)
		w.pass(15 * time.Minute)
		same(t, "sent after it was mended", len(w.sent()), 5)
		if !strings.Contains(w.logs.String(), bad.Enrollments[0].ID) {
			t.Error("nobody was told")
		}
	})
}

// The database fails in the middle: nothing is sent without a record, and all is made up for.
func TestDatabaseFailsInTheMiddle(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(10)
		var n atomic.Int64
		s := &watched{Store: stored{w.store}}
		s.saving = func(recovery.Letter) error {
			if n.Add(1)%3 == 0 {
				return errors.New("the disk is full")
			}
			return nil
		}
		shaky := w.newEngine(func(o *recovery.Options) { o.Store = s })
		for range 5 {
			rung(shaky, shop.Shard(w.shop.ID)) //nolint:errcheck // it fails, by design
			w.clock.Add(3 * time.Minute)
		}
		w.pass(time.Hour)
		states := map[string]int{}
		for _, m := range w.messages() {
			states[string(m.State)]++
		}
		// A verdict that could not be stored leaves the message unknown, never sent again.
		same(t, "settled", states["accepted"]+states["unknown"], 10)
		same(t, "final decisions", len(texts(w, w.db.Raw(t), `SELECT id FROM decisions WHERE outcome = 'sent'`)), 10)
	})
}

// A shop's holdout is the same people whichever cart or process.
func TestHoldoutIsByShopper(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for i := range 60 {
			w.send(gen("Cart Updated", w.now(), adaCart(fmt.Sprintf("c%d", i)).with(fields{"email": fmt.Sprintf("s%d@example.com", i)})))
		}
		w.pass(50 * time.Hour)
		held := map[string]bool{}
		for _, d := range w.carts() {
			held[d.Shopper.ID] = d.Enrollments[0].Holdout
		}
		first := w.count("messages")
		for i := range 60 {
			w.send(gen("Cart Updated", w.now(), adaCart(fmt.Sprintf("d%d", i)).with(fields{"email": fmt.Sprintf("s%d@example.com", i)})))
		}
		w.pass(50 * time.Hour)
		out := 0
		for _, d := range w.carts() {
			same(t, "held out as before", d.Enrollments[0].Holdout, held[d.Shopper.ID])
			if d.Enrollments[0].Holdout {
				out++
			}
		}
		if out == 0 || out == 120 {
			t.Errorf("%d of 120 carts are held out at a share of one half", out)
		}
		same(t, "messages of the second carts", w.count("messages"), 2*first)
	}, settings(func(s *shop.Settings) { s.HoldoutShare = 0.5 }))
}

// A published change of the playbook counts for new carts; those under way go on with theirs.
func TestVersionsOfASequence(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.pass(2 * time.Hour)
		w.write(func(ctx context.Context, tx *store.Tx) error {
			live, err := tx.LiveSequences(ctx, w.shop.ID)
			if err != nil {
				return err
			}
			for _, s := range live {
				if s.Key == "cart-everyone" {
					s.Steps = s.Steps[:1]
					if _, err := tx.PublishSequence(ctx, w.shop.ID, s); err != nil {
						return err
					}
				}
			}
			return nil
		})
		w.send(gen("Cart Updated", w.now(), adaCart("c2").with(fields{"email": "grace@example.com"})))
		w.pass(50 * time.Hour)
		same(t, "version and steps of the first", fmt.Sprint(w.cart("c1").Enrollments[0].SequenceVersion, len(decisions(w.cart("c1")))), "1 3")
		same(t, "version and steps of the second", fmt.Sprint(w.cart("c2").Enrollments[0].SequenceVersion, len(decisions(w.cart("c2")))), "2 2")
	})
}
