package recovery_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// waiting makes so many abandoned carts whose first step is due now.
func (w *world) waiting(n int) {
	w.t.Helper()
	for i := range n {
		w.send(gen("Cart Updated", w.now(), adaCart(fmt.Sprintf("c%d", i)).with(fields{"email": fmt.Sprintf("shopper%d@example.com", i)})))
	}
	w.clock.Add(45 * time.Minute)
	w.idle()
	w.clock.Add(15 * time.Minute)
}

// Many workers are woken for the same shard: every step is sent once.
func TestManyWorkersSendOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		const carts, workers = 40, 8
		w.waiting(carts)
		var wg sync.WaitGroup
		errs := make([]error, workers)
		for i := range workers {
			e := w.newEngine(nil)
			wg.Go(func() { _, errs[i] = rung(e, shop.Shard(w.shop.ID)) })
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		same(t, "sent", len(w.sent()), carts)
		for _, d := range w.carts() {
			same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 sent consent.off email"})
		}
	})
}

// Many workers are woken for the same idle carts: each is abandoned once.
func TestManyWorkersAbandonOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for i := range 20 {
			w.send(gen("Cart Updated", w.now(), adaCart(fmt.Sprintf("c%d", i)).with(fields{"email": fmt.Sprintf("shopper%d@example.com", i)})))
		}
		w.clock.Add(30 * time.Minute)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, err := w.engine.Idle(context.Background(), shop.Shard(w.shop.ID)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		same(t, "enrollments", w.count("enrollments"), 20)
		same(t, "routed", w.count("decisions"), 20)
	})
}

// A process is killed after it reserved and before it called: the message was
// not sent, and another process sends it, once.
func TestKilledBeforeTheCall(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(3)
		dying, _ := w.dyingAfter(delivery.Reserved)
		rung(dying, shop.Shard(w.shop.ID)) //nolint:errcheck // it is killed
		same(t, "sent by the killed process", len(w.sent()), 0)
		same(t, "messages", strings.Join(w.states(), ","), "0 email reserved reminder,0 email reserved reminder,0 email reserved reminder")

		w.due()
		same(t, "sent while the lease lasts", len(w.sent()), 0)
		w.pass(3 * time.Minute)
		same(t, "sent", len(w.sent()), 3)
		w.pass(time.Hour)
		same(t, "sent in the end", len(w.sent()), 3)
	})
}

// A process is killed while it calls. Nobody knows what became of the message:
// it is never sent again, and the provider's callback tells.
func TestKilledDuringTheCall(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		dying, _ := w.dyingAfter(delivery.Sending)
		rung(dying, shop.Shard(w.shop.ID)) //nolint:errcheck // it is killed
		same(t, "taken by the provider", len(w.sent()), 1)
		same(t, "messages", w.states(), []string{"0 email sending reminder"})

		w.pass(2 * time.Hour)
		same(t, "messages", w.states(), []string{"0 email unknown reminder"})
		d := w.cart("c0")
		same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 sent provider.unknown email"})
		same(t, "the next step", d.Enrollments[0].Step, 1)
		same(t, "taken by the provider", len(w.sent()), 1)

		w.delivered()
		same(t, "messages", w.states(), []string{"0 email delivered reminder"})
		same(t, "decisions", decisions(w.cart("c0")), []string{"-1 routed persona.everyone", "0 sent provider.unknown email"})
		w.pass(30 * time.Hour)
		same(t, "sent in the end", w.sent(), []string{"email Adaline, your bag waits", "email Still there"})
	})
}

// The answer never comes, or breaks off: unknown, once, whatever really happened.
func TestUnknownOutcomeIsNeverRepeated(t *testing.T) {
	for name, fault := range map[string]sandbox.Fault{
		"taken, and the connection breaks":     {Reset: true, Taken: true},
		"not taken, and the connection breaks": {Reset: true},
		"taken, and the answer is a 502":       {Status: 502, Taken: true},
		"a 500":                                {Status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.waiting(1)
				w.befall(func(event.Channel) *sandbox.Fault { return &fault })
				w.pass(10 * time.Minute)
				w.befall(nil)
				w.pass(5 * time.Hour)
				same(t, "messages", w.states(), []string{"0 email unknown reminder"})
				same(t, "decisions", decisions(w.cart("c0")), []string{"-1 routed persona.everyone", "0 sent provider.unknown email"})
				if fault.Taken {
					w.delivered()
					same(t, "messages", w.states(), []string{"0 email delivered reminder"})
				}
			})
		})
	}
}

// Callbacks come twice, in any order, and before the answer to the call itself.
func TestCallbacksInAnyOrder(t *testing.T) {
	ctx := context.Background()
	for name, report := range map[string]func(w *world, s sandbox.Sent) error{
		"twice": func(w *world, s sandbox.Sent) error {
			if err := w.box.Deliver(ctx, s); err != nil {
				return err
			}
			return w.box.Deliver(ctx, s)
		},
		"opened before delivered": func(w *world, s sandbox.Sent) error {
			if err := w.box.Open(ctx, s); err != nil {
				return err
			}
			return w.box.Deliver(ctx, s)
		},
		"delivered, and opened by a machine": func(w *world, s sandbox.Sent) error {
			if err := w.box.Deliver(ctx, s); err != nil {
				return err
			}
			return w.box.MachineOpen(ctx, s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.waiting(1)
				w.due()
				if err := report(w, w.last()); err != nil {
					t.Fatal(err)
				}
				same(t, "messages", w.states(), []string{"0 email delivered reminder"})
				delivered := 0
				for _, e := range w.cart("c0").Timeline {
					if e.Touch != nil && e.Touch.Kind == "delivered" {
						delivered++
					}
				}
				same(t, "touches of the delivery", delivered, 1)
			})
		})
	}
}

// A bounce that is reported before the delivery it followed wins all the same.
func TestBounceAndDeliveryInAnyOrder(t *testing.T) {
	ctx := context.Background()
	for _, first := range []string{"bounce", "delivery"} {
		t.Run(first+" first", func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.waiting(1)
				w.due()
				steps := []func(context.Context, sandbox.Sent) error{w.box.Bounce, w.box.Deliver}
				if first == "delivery" {
					steps[0], steps[1] = steps[1], steps[0]
				}
				for _, step := range steps {
					if err := step(ctx, w.last()); err != nil {
						t.Fatal(err)
					}
				}
				same(t, "messages", w.states(), []string{"0 email bounced reminder"})
			})
		})
	}
}

func TestCallbackBeforeTheVerdict(t *testing.T) {
	for _, c := range []event.Channel{event.Email, event.SMS} {
		t.Run(string(c), func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"phone": adaPhone})))
				w.beforeTheVerdict(func() { w.delivered() })
				w.pass(time.Hour)
				same(t, "messages", w.states(), []string{"0 " + string(c) + " delivered nudge"})
				if w.messages()[0].ProviderID == "" {
					t.Error("the provider's id is lost")
				}
				same(t, "decisions", decisions(w.cart("c1")), []string{"-1 routed persona.everyone", "0 sent consent.off " + string(c)})
			}, book(strings.Replace(threeChannels, "[messenger, sms, email]", "["+string(c)+"]", 1)))
		})
	}
}

// The provider says "later" and sends it nevertheless: its report ends the retries.
func TestDeliveredThoughToldToTryLater(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.befall(func(event.Channel) *sandbox.Fault {
			return &sandbox.Fault{Status: 503, Body: `{"errors":[{"message":"unavailable"}]}`, Taken: true}
		})
		w.due()
		same(t, "messages", w.states(), []string{"0 email reserved reminder"})
		w.delivered()
		w.befall(nil)
		same(t, "messages", w.states(), []string{"0 email delivered reminder"})
		w.pass(30 * time.Hour)
		same(t, "sent", w.sent(), []string{"email Adaline, your bag waits", "email Still there"})
		same(t, "decisions", decisions(w.cart("c0")), []string{
			"-1 routed persona.everyone", "0 deferred provider.later email", "0 sent consent.off email", "1 sent consent.off email",
		})
	})
}

// A verdict that comes after its lease was over changes no decision.
func TestVerdictAfterItsLease(t *testing.T) {
	for name, c := range map[string]struct {
		fault *sandbox.Fault
		want  string
	}{
		"accepted": {nil, "0 email accepted reminder"},
		"refused":  {&sandbox.Fault{Status: 400, Body: `{"errors":[{"message":"no"}]}`}, "0 email unknown reminder"},
		"later":    {&sandbox.Fault{Status: 429}, "0 email unknown reminder"},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.waiting(1)
				other := w.newEngine(nil)
				w.during(event.Email, func() {
					// The call takes so long that another process thinks its caller is dead.
					w.clock.Add(3 * time.Minute)
					if _, err := rung(other, shop.Shard(w.shop.ID)); err != nil {
						t.Error(err)
					}
				})
				hook := w.fault
				w.befall(func(on event.Channel) *sandbox.Fault { hook(on); return c.fault })
				w.due()
				w.befall(nil)
				same(t, "messages", w.states(), []string{c.want})
				same(t, "decisions", decisions(w.cart("c0")), []string{"-1 routed persona.everyone", "0 sent provider.unknown email"})
			})
		})
	}
}

// A provider that asks for patience is asked again when it said, and not before.
func TestRetryAfter(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.befall(answer(event.Email, 429, `{"errors":[{"message":"too many requests"}]}`, "Retry-After", "90"))
		w.due()
		same(t, "calls", w.called(), 1)
		w.befall(nil)
		w.pass(89 * time.Second)
		same(t, "sent too early", len(w.sent()), 0)
		w.pass(time.Second)
		same(t, "sent", len(w.sent()), 1)
		d := w.cart("c0")
		same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 deferred provider.later email", "0 sent consent.off email"})
		same(t, "attempts", w.messages()[0].Attempts, 2)
		said := decision(t, d, "deferred", "provider.later").Inputs
		same(t, "said", []string{said["code"], said["attempt"]}, []string{"429", "1"})
	})
}

// Without a hint the waits double, and end when the step would be too late.
func TestBackoffUntilTooLate(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.befall(answer(event.Email, 429, `{}`))
		var at []time.Time
		w.beforeTheVerdict(func() { at = append(at, w.now()) })
		w.pass(7 * time.Hour)
		var waits []time.Duration
		for i := range len(at) - 1 {
			waits = append(waits, at[i+1].Sub(at[i]))
		}
		for i, wait := range waits {
			least := min(15*time.Second<<min(i, 10), 15*time.Minute)
			if wait < least || wait > least+least/2+2*time.Second {
				t.Errorf("wait %d is %s, want %s and at most half of it more", i+1, wait, least)
			}
		}
		if len(waits) < 15 || at[len(at)-1].Sub(at[0]) > 6*time.Hour {
			t.Errorf("%d calls within %s", len(at), at[len(at)-1].Sub(at[0]))
		}
		same(t, "messages", w.states(), []string{"0 email rejected reminder"})
		d := w.cart("c0")
		decision(t, d, "failed", "provider.later_than_max_late")
		w.befall(nil)
		w.pass(17 * time.Hour)
		same(t, "sent: the second step only", w.sent(), []string{"email Still there"})
	})
}

// A channel that refuses, or is misconfigured, gives way to the step's next one.
func TestFallbackToTheNextChannel(t *testing.T) {
	everything := fields{"phone": adaPhone, "messenger_psid": adaPSID}
	for _, c := range []struct {
		name string
		make func(w *world)
		want []string
		said []string
	}{
		{"Messenger refuses", func(w *world) {
			w.befall(answer(event.Messenger, 400, `{"error":{"code":551,"message":"not available"}}`))
		}, []string{"0 messenger rejected nudge", "0 sms accepted nudge"},
			[]string{"0 deferred channel.rejected messenger", "0 sent consent.off sms"}},
		{"Messenger's token is no longer good", func(w *world) {
			w.accts.spoil(w.shop.ID, func(c event.Channel, a *sandboxAccount) {
				if c == event.Messenger {
					a.Key = "revoked"
				}
			})
		}, []string{"0 messenger rejected nudge", "0 sms accepted nudge"},
			[]string{"0 deferred channel.misconfigured messenger", "0 sent consent.off sms"}},
		{"Messenger and SMS refuse", func(w *world) {
			w.befall(func(c event.Channel) *sandbox.Fault {
				if f := answer(event.Messenger, 400, `{"error":{"code":551,"message":"not available"}}`)(c); f != nil {
					return f
				}
				return answer(event.SMS, 400, `{"code":21610,"message":"unsubscribed","status":400}`)(c)
			})
		}, []string{"0 messenger rejected nudge", "0 sms rejected nudge", "0 email accepted nudge"},
			[]string{"0 deferred channel.rejected messenger", "0 deferred channel.rejected sms", "0 sent consent.off email"}},
		{"all refuse", func(w *world) {
			w.befall(func(c event.Channel) *sandbox.Fault {
				return answer(c, 400, `{"error":{"code":100,"message":"no"},"code":21602,"errors":[{"message":"no"}],"status":400}`)(c)
			})
		}, []string{"0 messenger rejected nudge", "0 sms rejected nudge", "0 email rejected nudge"},
			[]string{"0 deferred channel.rejected messenger", "0 deferred channel.rejected sms", "0 deferred channel.rejected email", "0 failed channel.rejected"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				if err := w.box.Enter(context.Background(), w.shop.ID, adaPSID, "hello"); err != nil {
					t.Fatal(err)
				}
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(everything)))
				c.make(w)
				w.pass(2 * time.Hour)
				same(t, "messages", w.states(), c.want)
				same(t, "decisions", decisions(w.cart("c1"))[1:], c.said)
			}, book(threeChannels))
		})
	}
}
