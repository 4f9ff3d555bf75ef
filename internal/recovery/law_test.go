package recovery_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// The world starts on Monday, 2 March 2026, at 09:00 UTC.

const (
	texan  = "+12145550123" // an area code of Dallas
	french = "+33612345678"
)

// after lets a span pass and gives what was decided about a cart's steps since.
func (w *world) after(span time.Duration, cart string) []string {
	w.t.Helper()
	w.pass(span)
	return decisions(w.cart(cart))[1:]
}

// provided is a yes that satisfies the carriers of the United States.
func provided(answer string) fields {
	return fields{"consent": fields{"sms": answer}, "consent_confirmed": true, "consent_names": []string{"cart_reminders"}}
}

// One text per cart, in the hours of the state, with what the carriers want in it.
func TestTextsToTheUnitedStates(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		who := provided("yes")
		who["phone"], who["country"], who["region"] = texan, "US", "TX"
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(who)))
		got := w.after(30*time.Hour, "c1")
		// 10:00 UTC is 04:00 in Dallas. Texas has two zones; in the western one it is 09:00 at 16:00 UTC.
		same(t, "decisions", got, []string{"0 deferred law.hours", "0 sent consent.yes sms", "1 skipped law.once_per_cart"})
		s := w.last()
		same(t, "sent at", s.At.UTC().Format("Mon 15:04"), "Mon 16:00")
		for _, want := range []string{"HELP", "STOP", "Msg&data rates", "Maison shop-a"} {
			if !strings.Contains(s.Text, want) {
				t.Errorf("the text lacks %q: %s", want, s.Text)
			}
		}
		d := decision(t, w.cart("c1"), "sent", "consent.yes")
		if !strings.HasPrefix(d.Inputs["law"], "sms US-TX, reviewed 20") || d.Inputs["zone"] == "" || d.Inputs["zone_source"] == "" {
			t.Errorf("the record does not tell the law and the zones: %v", d.Inputs)
		}
	}, book(strings.ReplaceAll(only(event.SMS), "6h", "20h")), settings(func(s *shop.Settings) { s.QuietHours = consent.Quiet{} }))
}

// A yes that names nothing, or that nobody confirmed, is not enough there.
func TestAYesThatIsNotEnough(t *testing.T) {
	for name, c := range map[string]struct {
		who  fields
		rule string
	}{
		"nobody was asked":         {fields{}, "0 skipped law.express_consent"},
		"a yes that names nothing": {fields{"consent": fields{"sms": "yes"}, "consent_confirmed": true}, "0 skipped law.consent_wording"},
	} {
		t.Run(name, func(t *testing.T) {
			onSQLite(t, func(t *testing.T, w *world) {
				c.who["phone"] = texan
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(c.who)))
				same(t, "decisions", w.after(2*time.Hour, "c1"), []string{c.rule})
			}, book(strings.Replace(only(event.SMS), "      - {after: 24h, channels: [sms], template: nudge, max_late: 6h}\n", "", 1)))
		})
	}
}

// France closes Sundays and holidays to texts; the step waits, or says that it would have waited in vain.
func TestFrenchSundays(t *testing.T) {
	for name, c := range map[string]struct {
		start time.Duration
		want  []string
		at    string
	}{
		"on a Sunday":               {6 * 24 * time.Hour, []string{"0 deferred law.sunday", "0 sent consent.yes sms"}, "Mon 07:00"},
		"on Easter Monday":          {35 * 24 * time.Hour, []string{"0 deferred law.holiday", "0 sent consent.yes sms"}, "Tue 06:00"},
		"on the eve of a holiday":   {59*24*time.Hour + 9*time.Hour, []string{"0 sent consent.yes sms"}, "Thu 19:00"},
		"an hour too late that eve": {59*24*time.Hour + 11*time.Hour, []string{"0 deferred law.hours", "0 sent consent.yes sms"}, "Sat 06:00"},
	} {
		t.Run(name, func(t *testing.T) {
			onSQLite(t, func(t *testing.T, w *world) {
				w.clock.Add(c.start)
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"phone": french, "consent": fields{"sms": "yes"}})))
				same(t, "decisions", w.after(40*time.Hour, "c1"), c.want)
				same(t, "sent at", w.last().At.UTC().Format("Mon 15:04"), c.at)
			}, book(lateText), settings(func(s *shop.Settings) { s.QuietHours = consent.Quiet{} }))
		})
	}
}

// lateText and lateMail are one message that may be two days late.
var lateText, lateMail = late(event.SMS), late(event.Email)

func late(c event.Channel) string {
	second := "      - {after: 24h, channels: [" + string(c) + "], template: nudge, max_late: 48h}\n"
	return strings.Replace(strings.ReplaceAll(only(c), "6h", "48h"), second, "", 1)
}

// What waits longer than its use is told by what it waited for.
func TestWaitingInVain(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		w.clock.Add(6 * 24 * time.Hour) // a Sunday
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"phone": french, "consent": fields{"sms": "yes"}})))
		same(t, "decisions", w.after(2*time.Hour, "c1")[:1], []string{"0 skipped law.sunday.expired"})
	}, book(only(event.SMS)))
}

// The shop's cap counts all channels and sequences, and lets go when the window has moved on.
func TestFrequencyCap(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		w.pass(2 * time.Hour)
		w.send(gen("Cart Updated", w.now(), adaCart("c2")))
		w.pass(30 * time.Minute)
		same(t, "the second cart", w.after(6*time.Hour, "c2"), []string{"0 deferred frequency.cap", "0 sent consent.off email"})
		same(t, "sent five hours after the first", w.outbox()[1].At.Sub(w.outbox()[0].At), 5*time.Hour)
	}, settings(func(s *shop.Settings) { s.FrequencyCap = shop.Frequency{Max: 1, Per: 5 * time.Hour} }))
}

// Who has just bought is left in peace for a while.
func TestRestAfterAnOrder(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Order Completed", w.now().Add(-time.Hour), fields{"order_id": "o1", "email": ada, "total": "10", "currency": "EUR"}))
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		got := w.after(6*time.Hour, "c1")
		same(t, "decisions", got, []string{"0 deferred frequency.rest", "0 sent consent.off email"})
		same(t, "sent", w.last().At.UTC().Format("15:04"), "13:00")
	}, settings(func(s *shop.Settings) { s.RestAfterOrder = 5 * time.Hour }))
}

// confirmsFirst asks for double opt-in by email.
var confirmsFirst = settings(func(s *shop.Settings) {
	s.ConsentMode, s.DoubleOptIn = consent.OptIn, shop.Channels{event.Email}
})

// A yes that nobody confirmed is asked once whether it is meant; the step waits for the answer.
func TestDoubleOptIn(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"consent": fields{"email": "yes"}})))
		same(t, "asked", w.after(2*time.Hour, "c1"), []string{"-1 sent consent.confirmation email", "0 deferred consent.confirmation_waits"})
		asked := w.last()
		if strings.Contains(asked.HTML, "/r/") || strings.Contains(asked.HTML, "Linen") {
			t.Errorf("the request sells: %s", asked.HTML)
		}
		confirm := token(t, asked, "c")
		for range 2 {
			if _, err := w.engine.Confirm(context.Background(), confirm); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "confirmed", w.after(time.Minute, "c1")[2:], []string{"0 sent consent.yes email"})
		w.send(gen("Cart Updated", w.now(), adaCart("c2")))
		w.pass(2 * time.Hour)
		same(t, "the next cart needs no request", decisions(w.cart("c2"))[1:], []string{"0 sent consent.yes email"})
	}, confirmsFirst)
}

// Without an answer nothing else is sent, and the address is not asked again for the next cart.
func TestDoubleOptInUnanswered(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"consent": fields{"email": "yes"}})))
		same(t, "decisions", w.after(10*time.Hour, "c1"),
			[]string{"-1 sent consent.confirmation email", "0 deferred consent.confirmation_waits", "0 skipped step.too_late"})
		w.send(gen("Cart Updated", w.now(), adaCart("c2")))
		same(t, "the next cart", w.after(2*time.Hour, "c2"), []string{"0 deferred consent.confirmation_waits"})
		same(t, "sent", len(w.sent()), 1)
	}, confirmsFirst)
}

// A request that its provider refused was never asked: the step ends, and the next cart may ask.
func TestDoubleOptInRefused(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		w.befall(answer(event.Email, 400, `{"errors":[{"message":"no","field":"personalizations"}]}`))
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"consent": fields{"email": "yes"}})))
		got := w.after(2*time.Hour, "c1")
		same(t, "the first cart waits for no answer", slices.ContainsFunc(got, func(d string) bool { return strings.Contains(d, "confirmation_waits") }), false)
		w.befall(func(event.Channel) *sandbox.Fault { return nil })
		w.send(gen("Cart Updated", w.now(), adaCart("c2")))
		same(t, "the next", w.after(2*time.Hour, "c2")[0], "-1 sent consent.confirmation email")
	}, confirmsFirst)
}

// A no after the request outweighs a confirmation that comes later: whoever pressed both meant to be left alone.
func TestDoubleOptInAndNo(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"consent": fields{"email": "yes"}})))
		w.pass(2 * time.Hour)
		asked := w.last()
		if err := w.engine.Unsubscribe(context.Background(), token(t, asked, "u"), false); err != nil {
			t.Fatal(err)
		}
		if _, err := w.engine.Confirm(context.Background(), token(t, asked, "c")); err != nil {
			t.Fatal(err)
		}
		w.pass(12 * time.Hour)
		same(t, "sent", len(w.sent()), 1)
	}, confirmsFirst)
}

// A text is confirmed by answering YES, and what waited goes.
func TestDoubleOptInByText(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.clock.Add(7 * time.Hour) // 10:00 in Dallas
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"phone": texan, "country": "US", "region": "TX", "consent": fields{"sms": "yes"}})))
		same(t, "asked", w.after(2*time.Hour, "c1")[:2], []string{"-1 sent consent.confirmation sms", "0 deferred consent.confirmation_waits"})
		if err := w.box.Reply(context.Background(), w.last(), "Yes"); err != nil {
			t.Fatal(err)
		}
		same(t, "confirmed", w.after(time.Minute, "c1")[2:], []string{"0 sent consent.yes sms"})
	}, book(lateText), settings(func(s *shop.Settings) { s.ConsentMode, s.QuietHours = consent.OptIn, consent.Quiet{} }))
}

// A shop whose mail is marked as spam too often rests, until it is mended or a day has passed.
func TestComplaintsRestTheShop(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		for range 6 {
			w.complains()
		}
		w.send(gen("Cart Updated", w.now(), adaCart("c1")))
		same(t, "while it rests", w.after(90*time.Minute, "c1")[:1], []string{"0 deferred reputation.complaints"})
		if err := w.engine.Lift(context.Background(), w.shop.ID); err != nil {
			t.Fatal(err)
		}
		got := w.after(2*time.Hour, "c1")
		same(t, "lifted", got[len(got)-1], "0 sent consent.off email")
	})
}

// complains lets somebody new be written to, who marks it as spam.
func (w *world) complains() {
	w.t.Helper()
	who := "grumbler" + string(rune('a'+len(w.outbox()))) + "@example.com"
	w.send(gen("Cart Updated", w.now(), adaCart("of-"+who).with(fields{"email": who})))
	w.pass(time.Hour)
	s := w.last()
	if err := w.box.Deliver(context.Background(), s); err != nil {
		w.t.Fatal(err)
	}
	if err := w.box.Complain(context.Background(), s); err != nil {
		w.t.Fatal(err)
	}
}

// A new sender sends fifty on its first day; the fifty-first waits for the next.
func TestWarmUp(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		w.abandoned(w.shop.ID, 51, false)
		w.pass(3 * time.Hour)
		same(t, "sent on the first day", len(w.sent()), delivery.DefaultWarmUp().Limit(time.Time{}, w.now()))
		w.pass(27 * time.Hour)
		same(t, "sent on the second", len(w.sent()), 51)
	}, settings(func(s *shop.Settings) { s.WarmUp = true }), book(lateMail))
}
