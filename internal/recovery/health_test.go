package recovery_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// down answers every call of a channel as a provider that has turned it away and says not for how long.
func down(c event.Channel) func(event.Channel) *sandbox.Fault {
	return answer(c, 429, `{"code": 20429, "message": "Too Many Requests"}`)
}

// A provider that is down for hours is asked seldom, by one message at a time,
// and everything waits: when it is back, each message goes once.
func TestAnOutageIsNoRetryStorm(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.befall(down(event.Email))
		w.abandoned(w.shop.ID, 100, false)
		w.pass(4 * time.Hour)
		same(t, "sent during the outage", len(w.outbox()), 0)
		if n := w.called(); n < 15 || n > 40 {
			t.Errorf("%d calls in three hours of outage", n)
		}
		w.befall(nil)
		before := w.called()
		w.pass(time.Hour)
		same(t, "calls after it", w.called()-before, 100)
		same(t, "sent after it", len(w.outbox()), 100)
		same(t, "breakers", w.count("channel_health"), 0)
		w.isLogged("channel paused", "channel works again")
	}, book(apart))
}

// What stands in front of a provider fails without saying whether the provider
// had the message. That costs the few messages under way, and one for each time
// it is asked again; the others wait.
func TestAnOutageThatTellsNothingCostsFew(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.befall(answer(event.Email, 503, "<html><body>Service Unavailable</body></html>", "Content-Type", "text/html"))
		w.abandoned(w.shop.ID, 100, false)
		w.pass(2 * time.Hour)
		w.befall(nil)
		w.pass(time.Hour)
		unknown := texts(w, w.db.Raw(t), `SELECT id FROM messages WHERE state = 'unknown'`)
		if n := len(unknown); n < 8 || n > 20 {
			t.Errorf("%d messages of unknown outcome in an hour of outage", n)
		}
		same(t, "sent and unknown", len(w.outbox())+len(unknown), 100)
	}, book(apart))
}

// isLogged reports what the log does not tell.
func (w *world) isLogged(want ...string) {
	w.t.Helper()
	for _, text := range want {
		if !strings.Contains(w.logs.String(), text) {
			w.t.Errorf("the log does not tell %q", text)
		}
	}
}

// A paused channel gives way to the step's next one, also for messages that
// were reserved before it was paused.
func TestAPausedChannelGivesWay(t *testing.T) {
	const both = `
personas: [{key: everyone, name: Sam}]
sequences:
  - {key: both, stage: purchase, trigger: cart_abandoned, steps: [{after: 1h, channels: [sms, email], template: text, max_late: 6h}]}
templates:
  - {key: text, channel: sms, locale: en, text: "Your bag waits: {{ cart.restore_url }}"}
  - {key: text, channel: email, locale: en, subject: "Your bag waits", body: "<p>{{ cart.total }}</p>"}
`
	onEach(t, func(t *testing.T, w *world) {
		w.befall(down(event.SMS))
		w.abandoned(w.shop.ID, 60, true)
		w.pass(61 * time.Minute)
		same(t, "emails", len(w.outbox()) > 45, true)
		w.pass(4 * time.Minute)
		w.befall(nil)
		w.pass(30 * time.Minute)
		same(t, "messages", len(w.outbox()), 60)
		if texts := slices.DeleteFunc(w.outbox(), func(s sandbox.Sent) bool { return s.Channel != event.SMS }); len(texts) > 15 {
			t.Errorf("%d were kept for the channel that was down", len(texts))
		}
	}, book(both))
}

// Other channels and shops go on while a channel is paused.
func TestABreakerIsOneShopsAndChannels(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		other := aShop(neighbour(w.shop.ID))
		w.addShop(other, apart)
		w.accts.spoil(w.shop.ID, func(c event.Channel, a *sandboxAccount) {
			if c == event.SMS {
				a.Key = "revoked"
			}
		})
		for _, id := range []string{w.shop.ID, other.ID} {
			w.abandoned(id, 10, true)
			w.abandoned(id, 10, false)
		}
		w.pass(61 * time.Minute)
		same(t, "sent", len(w.outbox()), 30)
		// Wrong credentials cost the messages that were under way; the others wait for a person to mend them.
		w.accts.spoil(w.shop.ID, nil)
		w.pass(time.Hour)
		lost := texts(w, w.db.Raw(t), `SELECT id FROM messages WHERE state = 'rejected'`)
		same(t, "sent and lost", len(w.outbox())+len(lost), 40)
		if len(lost) > 5 {
			t.Errorf("%d messages were lost to wrong credentials", len(lost))
		}
	}, book(apart))
}

// After an outage of our own, what is due all at once is spread, and nothing is
// sent too late for it.
func TestABacklogIsSpread(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.abandoned(w.shop.ID, 100, false)
		w.clock.Add(3 * time.Hour) // nobody is there
		w.pass(3 * time.Hour)
		same(t, "sent", len(w.outbox()), 100)
		var at []time.Time
		for _, m := range w.messages() {
			at = append(at, m.SentAt)
		}
		slices.SortFunc(at, time.Time.Compare)
		if over := at[99].Sub(at[0]); over < 7*time.Minute || over > 10*time.Minute {
			t.Errorf("a backlog of two hours was sent within %s, want most of 10 minutes", over)
		}
		minutes := map[time.Time]int{}
		for _, a := range at {
			minutes[a.Truncate(time.Minute)]++
		}
		for m, n := range minutes {
			if n > 30 {
				t.Errorf("%d messages at %s", n, m)
			}
		}
	}, book(apart), settings(func(s *shop.Settings) { s.CatchUp = 10 * time.Minute }))
}

// When every alarm is late, a step is put off once and then sent.
func TestABacklogIsSpreadOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		for range 3 {
			w.clock.Add(20 * time.Minute)
			w.due()
		}
		same(t, "sent", len(w.sent()), 1)
		same(t, "decisions", decisions(w.cart("c0")), []string{"-1 routed persona.everyone", "0 deferred catch_up", "0 sent consent.off email"})
	}, settings(func(s *shop.Settings) { s.CatchUp = 10 * time.Minute }))
}

// A backlog whose time is nearly over is sent at once rather than not at all.
func TestABacklogIsNotSpreadIntoNothing(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.abandoned(w.shop.ID, 50, false)
		w.clock.Add(7*time.Hour - time.Minute) // due after one hour, no use after seven
		w.pass(time.Hour)
		same(t, "sent", len(w.outbox()), 50)
	}, book(apart), settings(func(s *shop.Settings) { s.CatchUp = 10 * time.Minute }))
}

// A message that waits for its provider gives way when its shopper is active
// again: its time counts from then.
func TestAWaitingMessageGivesWayToActivity(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.befall(answer(event.Email, 429, `{}`, "Retry-After", "1800"))
		w.due()
		w.befall(nil)
		w.clock.Add(10 * time.Minute)
		w.send(gen("Cart Updated", w.now(), adaCart("c0").with(fields{"email": "shopper0@example.com", "products": []fields{line("scarf", 3, "20.00")}})))
		w.pass(59 * time.Minute)
		same(t, "sent too early", len(w.sent()), 0)
		w.pass(2 * time.Minute)
		same(t, "sent", len(w.sent()), 1)
		decision(t, w.cart("c0"), "deferred", "cart.active")
	})
}

// An event that is understood and cannot be folded, for a fault of ours, is
// kept: its sender is not told to repeat it until it gives up.
func TestAnEventThatCannotBeFoldedIsKept(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		whole := w.engine
		s := &watched{Store: stored{w.store}}
		s.cartSaved = func(c cart.Cart) error {
			if c.Total().Minor == 666 {
				panic("a bug")
			}
			return nil
		}
		w.engine = w.newEngine(func(o *recovery.Options) { o.Store = s })
		cursed := gen("Cart Updated", w.now(), adaCart("cursed").with(fields{"products": []fields{line("scarf", 1, "6.66")}}))
		for range 3 { // its platform sends it again, as platforms do
			receipts, err := w.receive(w.shop.ID, cursed)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "receipts", len(receipts), 1)
		}
		w.send(gen("Cart Updated", w.now(), adaCart("fine").with(fields{"email": "other@example.com"})))
		same(t, "carts", len(w.carts()), 1)
		same(t, "in quarantine", summary(w).Quarantined, 1)
		done, err := w.engine.Replay(context.Background(), w.shop.ID, journey.Replay{})
		same(t, "replayed too early", fmt.Sprint(done.Folded, len(done.Left), err), "0 1 <nil>")

		w.engine = whole
		for i, want := range []int{1, 0} {
			done, err := w.engine.Replay(context.Background(), w.shop.ID, journey.Replay{})
			same(t, fmt.Sprint("replay ", i+1), fmt.Sprint(done.Folded, len(done.Left), err), fmt.Sprint(want, 0, nil))
		}
		w.pass(2 * time.Hour)
		same(t, "sent", len(w.sent()), 2)
		w.isLogged("event cannot be folded", "a bug")
	})
}

// A clock that was days ahead and came back: what was put off by it does not wait for days.
func TestAClockThatComesBack(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.befall(answer(event.Email, 429, `{}`, "Retry-After", "60"))
		w.due()
		w.befall(nil)
		w.exec(fmt.Sprintf(`UPDATE messages SET due_at = due_at + %d`, 48*time.Hour.Milliseconds()))
		w.exec(fmt.Sprintf(`UPDATE channel_health SET until = until + %d`, 48*time.Hour.Milliseconds()))
		w.pass(5 * time.Minute)
		same(t, "sent", len(w.sent()), 1)
	})
}

// The next step's alarm is set when its message is settled, also by a callback:
// it does not wait for the sweeper.
func TestTheNextStepHasItsAlarm(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.due()
		w.sendsAlarmAt(w.now().Add(23 * time.Hour))
		same(t, "sent", len(w.sent()), 1)
	}, engineOf(func(o *recovery.Options) { o.Horizon = 48 * time.Hour }))
}

// sendsAlarmAt reports whether the shard's due alarm is set for an instant.
func (w *world) sendsAlarmAt(at time.Time) {
	w.t.Helper()
	if want := (alarm{recovery.AlarmDue, shop.Shard(w.shop.ID), at.Unix()}); !w.alarms.set[want] {
		w.t.Errorf("no alarm at %s among %v", at, w.alarms.set)
	}
}

// A cart that was abandoned when nobody was known on it is written to when its
// shopper's name comes late.
func TestANameThatComesLate(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		anonymous := adaCart("c1").with(fields{"email": nil, "first_name": nil})
		w.send(ofDevice(gen("Cart Updated", start, anonymous), "device-1"))
		w.pass(40 * time.Minute)
		same(t, "state", string(w.cart("c1").Cart.State), "abandoned")
		w.send(gen("Cart Updated", start.Add(-time.Second), adaCart("c1")))
		w.pass(30 * time.Minute)
		same(t, "sent", len(w.sent()), 1)
	})
}

// A database that fails for a while puts nothing off for longer than it fails.
func TestADatabaseThatFailsPutsNothingOff(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(3)
		s := &watched{Store: stored{w.store}}
		s.reserving = func(recovery.Letter) error { return errors.New("database or disk is full") }
		full := w.newEngine(func(o *recovery.Options) { o.Store = s })
		if _, err := full.Due(context.Background(), shop.Shard(w.shop.ID)); err == nil {
			t.Error("nobody was told")
		}
		w.due()
		same(t, "sent as soon as it is back", len(w.sent()), 3)
	})
}
