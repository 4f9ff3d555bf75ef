package recovery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// only makes threeChannels a book of one channel, with a second step a day later.
func only(c event.Channel) string {
	steps := "      - {after: 1h, channels: [" + string(c) + "], template: nudge, max_late: 6h}\n" +
		"      - {after: 24h, channels: [" + string(c) + "], template: nudge, max_late: 6h}\n"
	return strings.Replace(threeChannels, "      - {after: 1h, channels: [messenger, sms, email], template: nudge, max_late: 6h}\n", steps, 1)
}

// Whether a message is sent, by the shop's mode, the shopper's answer and the channel.
func TestConsentDecides(t *testing.T) {
	rule := func(m consent.Mode, answer string, c event.Channel) string {
		switch {
		case answer == "no":
			return "0 skipped consent.no"
		case answer == "yes":
			return "0 sent consent.yes " + string(c)
		case m == consent.Off:
			return "0 sent consent.off " + string(c)
		}
		return "0 skipped consent.unknown"
	}
	for _, m := range []consent.Mode{consent.OptIn, consent.SoftOptIn, consent.Off} {
		for _, said := range []string{"yes", "no", ""} {
			for _, c := range []event.Channel{event.Email, event.SMS, event.Messenger} {
				t.Run(fmt.Sprintf("%s, %q, %s", m, said, c), func(t *testing.T) {
					onSQLite(t, func(t *testing.T, w *world) {
						w.enter()
						who := fields{"phone": adaPhone, "messenger_psid": adaPSID}
						if said != "" {
							who["consent"] = fields{string(c): said}
						}
						w.send(gen("Cart Updated", w.now(), adaCart("c1").with(who)))
						w.pass(2 * time.Hour)
						same(t, "decisions", decisions(w.cart("c1"))[1:], []string{rule(m, said, c)})
						sent := 0
						if strings.HasPrefix(rule(m, said, c), "0 sent") {
							sent = 1
						}
						same(t, "sent", len(w.sent()), sent)
					}, book(only(c)), consentMode(m))
				})
			}
		}
	}
}

// enter lets Ada write to the page, which opens Messenger's window.
func (w *world) enter() {
	w.t.Helper()
	if err := w.box.Enter(context.Background(), w.shop.ID, adaPSID, "hello"); err != nil {
		w.t.Fatal(err)
	}
}

// A customer is written to without having been asked, by email only, in the soft mode.
func TestSoftOptInForCustomers(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Order Completed", w.now().Add(-100*24*time.Hour), fields{"order_id": "old", "email": ada, "total": "10", "currency": "EUR"}))
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"phone": adaPhone})))
		w.pass(2 * time.Hour)
		same(t, "decisions", decisions(w.cart("c1"))[1:], []string{"0 sent consent.soft_opt_in email"})
		d := decision(t, w.cart("c1"), "sent", "consent.soft_opt_in")
		same(t, "the other channels", []string{d.Inputs["channel messenger"], d.Inputs["channel sms"]}, []string{"address.none", "consent.unknown"})
	}, book(threeChannels), consentMode(consent.SoftOptIn))
}

// The newest answer counts, whichever came first; of two at once, the no.
func TestNewestAnswerCounts(t *testing.T) {
	at := func(w *world, minutes int, answer string) post {
		when := w.now().Add(time.Duration(minutes) * time.Minute)
		return gen("Consent Updated", when, fields{"email": ada, "consent": fields{"email": answer}})
	}
	for _, c := range []struct {
		name  string
		posts func(w *world) []post
		sent  int
	}{
		{"yes, then no", func(w *world) []post { return []post{at(w, -2, "yes"), at(w, -1, "no")} }, 0},
		{"no, then yes", func(w *world) []post { return []post{at(w, -2, "no"), at(w, -1, "yes")} }, 1},
		{"no, then yes, told the other way round", func(w *world) []post { return []post{at(w, -1, "yes"), at(w, -2, "no")} }, 1},
		{"both at once", func(w *world) []post { return []post{at(w, -1, "yes"), at(w, -1, "no")} }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(gen("Cart Updated", w.now().Add(-5*time.Minute), adaCart("c1")))
				w.send(c.posts(w)...)
				w.pass(2 * time.Hour)
				same(t, "sent", len(w.sent()), c.sent)
			}, consentMode(consent.OptIn))
		})
	}
}

// Whatever ends the permission after the first message, the second is not sent.
func TestSuppressionEndsTheSequence(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name    string
		channel event.Channel
		end     func(w *world, s sandbox.Sent) error
		rule    string
	}{
		{"a bounce", event.Email, func(w *world, s sandbox.Sent) error { return w.box.Bounce(ctx, s) }, "suppressed.bounced"},
		{"a complaint", event.Email, func(w *world, s sandbox.Sent) error { return w.box.Complain(ctx, s) }, "suppressed.complained"},
		{"unsubscribed at SendGrid", event.Email, func(w *world, s sandbox.Sent) error { return w.box.Stop(ctx, s) }, "suppressed.opted_out"},
		{"unsubscribed by the link", event.Email, func(w *world, s sandbox.Sent) error {
			return w.engine.Unsubscribe(ctx, token(w.t, s, "u"), false)
		}, "suppressed.opted_out"},
		{"unsubscribed twice, from everything", event.Email, func(w *world, s sandbox.Sent) error {
			if err := w.engine.Unsubscribe(ctx, token(w.t, s, "u"), true); err != nil {
				return err
			}
			return w.engine.Unsubscribe(ctx, token(w.t, s, "u"), true)
		}, "suppressed.opted_out"},
		{"STOP by text", event.SMS, func(w *world, s sandbox.Sent) error { return w.box.Reply(ctx, s, " stop ") }, "suppressed.opted_out"},
		{"an unknown handset", event.SMS, func(w *world, s sandbox.Sent) error { return w.box.Bounce(ctx, s) }, "suppressed.invalid_address"},
		{"stop in Messenger", event.Messenger, func(w *world, s sandbox.Sent) error { return w.box.Reply(ctx, s, "Stop") }, "suppressed.opted_out"},
		{"a no told by the platform", event.Email, func(w *world, _ sandbox.Sent) error {
			w.send(gen("Consent Updated", w.now(), fields{"email": ada, "consent": fields{"email": "no"}}))
			return nil
		}, "consent.no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.enter()
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{
					"phone": adaPhone, "messenger_psid": adaPSID, "consent": fields{"email": "yes", "sms": "yes", "messenger": "yes"},
				})))
				w.pass(90 * time.Minute)
				w.delivered()
				w.clock.Add(time.Minute)
				if err := c.end(w, w.last()); err != nil {
					t.Fatal(err)
				}
				w.pass(30 * time.Hour)
				same(t, "sent", len(w.sent()), 1)
				same(t, "last decision", decisions(w.cart("c1"))[2:], []string{"1 skipped " + c.rule})
			}, book(only(c.channel)), consentMode(consent.OptIn))
		})
	}
}

// A final no holds for the shopper's other carts and later ones, and for the
// address in whatever spelling; START lifts a STOP and nothing else.
func TestStopAndStart(t *testing.T) {
	ctx := context.Background()
	onEach(t, func(t *testing.T, w *world) {
		cart := func(id string) post {
			return gen("Cart Updated", w.now(), adaCart(id).with(fields{"phone": "06 12 34 56 78", "email": nil, "consent": fields{"sms": "yes"}}))
		}
		w.send(cart("c1"))
		w.pass(time.Hour)
		text := w.delivered()
		if err := w.box.Reply(ctx, text, "STOP"); err != nil {
			t.Fatal(err)
		}
		w.pass(48 * time.Hour)
		w.send(cart("c2")) // it says yes again, as old checkboxes do: the STOP is final
		w.pass(2 * time.Hour)
		same(t, "sent after STOP", len(w.sent()), 1)
		same(t, "second cart", decisions(w.cart("c2"))[1:], []string{"0 skipped suppressed.opted_out"})

		if err := w.box.Reply(ctx, text, "START"); err != nil {
			t.Fatal(err)
		}
		w.pass(48 * time.Hour)
		w.send(cart("c3"))
		w.pass(2 * time.Hour)
		same(t, "third cart", decisions(w.cart("c3"))[1:], []string{"0 sent consent.yes sms"})
	}, book(only(event.SMS)), consentMode(consent.OptIn))
}

func TestStartDoesNotLiftABounce(t *testing.T) {
	ctx := context.Background()
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"phone": adaPhone})))
		w.pass(time.Hour)
		if err := w.box.Bounce(ctx, w.last()); err != nil {
			t.Fatal(err)
		}
		if err := w.box.Reply(ctx, w.last(), "START"); err != nil {
			t.Fatal(err)
		}
		w.pass(30 * time.Hour)
		same(t, "decisions", decisions(w.cart("c1"))[2:], []string{"1 skipped suppressed.invalid_address"})
	}, book(only(event.SMS)))
}

// The shopper withdraws after the message was reserved, while another is in flight.
func TestWithdrawalBetweenReserveAndStart(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(2)
		w.during(event.Email, func() {
			for _, m := range w.messages() {
				if m.State == delivery.Reserved {
					w.send(gen("Consent Updated", w.now(), fields{"email": m.To, "consent": fields{"email": "no"}}))
				}
			}
		})
		w.due()
		same(t, "sent", len(w.sent()), 1)
		rules := map[string]int{}
		for _, d := range w.carts() {
			rules[decisions(d)[1]]++
		}
		same(t, "decisions", rules, map[string]int{"0 sent consent.off email": 1, "0 skipped consent.no email": 1})
		w.pass(30 * time.Hour)
		same(t, "sent in the end", len(w.sent()), 2)
	}, engineOf(func(o *recovery.Options) { o.Workers = 1 }))
}

// A page may write for a day after the person wrote to it, and not longer.
func TestMessengerWindow(t *testing.T) {
	for _, c := range []struct {
		name string
		ago  time.Duration
		want string
	}{
		{"wrote an hour before", time.Hour, "0 sent consent.off messenger"},
		{"wrote almost a day before", consent.MessengerWindow - time.Hour, "0 sent consent.off messenger"},
		{"wrote too long before", consent.MessengerWindow, "0 skipped messenger.window_closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.enter()
				w.clock.Add(c.ago)
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"messenger_psid": adaPSID})))
				w.pass(time.Hour)
				same(t, "decisions", decisions(w.cart("c1"))[1:2], []string{c.want})
			}, book(only(event.Messenger)))
		})
	}
}

// ofCustomer says as which customer of the generic platform an event was made.
func ofCustomer(p post, id string) post {
	e := fields{}
	if err := json.Unmarshal(p.body, &e); err != nil {
		panic(err) // the tests' own values
	}
	e["userId"] = id
	e["messageId"] = idOf(asJSON(e))
	p.body = asJSON(e)
	return p
}

// Two customers of one address are two shoppers. What the second says no to
// holds for the address, whoever of them owns it and the cart.
func TestANoIsTheAddresses(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(
			ofCustomer(gen("Cart Updated", w.now(), adaCart("c1")), "one"),
			ofCustomer(gen("Cart Updated", w.now(), adaCart("c2").with(fields{"consent": fields{"email": "no"}})), "two"),
			gen("Product Viewed", w.now().Add(-31*24*time.Hour), fields{"cart_id": "c2"}),
		)
		w.pass(30 * time.Hour)
		same(t, "sent", len(w.sent()), 0)
	})
}

// echoless is Messenger for a page that does not subscribe to echoes: its
// receipts name messages by Meta's ids alone.
type echoless struct{ recovery.Provider }

func (p echoless) Callback(a delivery.Account, r delivery.Request) (delivery.Batch, error) {
	b, err := p.Provider.Callback(a, r)
	b.Reports = slices.DeleteFunc(b.Reports, func(r delivery.Report) bool { return r.MessageID != "" })
	return b, err
}

// A receipt that overtakes the answer names an id that we do not know yet: it
// counts as soon as we do.
func TestAReceiptBeforeTheAnswer(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.enter()
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"messenger_psid": adaPSID})))
		w.beforeTheVerdict(func() {
			if err := w.box.Deliver(context.Background(), w.last()); err != nil {
				t.Error(err)
			}
		})
		w.pass(time.Hour)
		same(t, "messages", w.states(), []string{"0 messenger delivered nudge"})
		same(t, "decisions", decisions(w.cart("c1"))[1:2], []string{"0 sent consent.off messenger"})
		same(t, "kept", w.count("early_reports"), 0)
	}, book(only(event.Messenger)), engineOf(func(o *recovery.Options) {
		o.Providers[event.Messenger] = echoless{o.Providers[event.Messenger]}
	}))
}

// The window closes while the message waits for Meta: the next channel is used.
func TestMessengerWindowClosesDuringARetry(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.enter()
		w.clock.Add(consent.MessengerWindow - time.Hour)
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"messenger_psid": adaPSID, "phone": adaPhone})))
		w.befall(answer(event.Messenger, 429, `{}`, "Retry-After", "1200"))
		w.pass(2 * time.Hour)
		same(t, "messages", w.states(), []string{"0 messenger rejected nudge", "0 sms accepted nudge"})
		same(t, "decisions", decisions(w.cart("c1"))[1:], []string{
			"0 deferred provider.later messenger", "0 deferred channel.rejected messenger", "0 sent consent.off sms",
		})
		same(t, "calls", w.called(), 2)
	}, book(threeChannels))
}

// In the quiet hours nothing is sent; a step waits for their end, unless that is too late.
func TestQuietHours(t *testing.T) {
	// The world starts at 09:00 UTC, 10:00 in Paris.
	for _, c := range []struct {
		name     string
		from, to int
		who      fields
		want     []string
		sentAt   time.Duration
	}{
		{"not now", 21, 8, nil, []string{"0 sent consent.off email"}, time.Hour},
		{"until noon", 8, 12, nil, []string{"0 deferred quiet_hours", "0 sent consent.off email"}, 2 * time.Hour},
		{"until later than the step may be", 8, 18, nil, []string{"0 skipped quiet_hours.expired"}, 0},
		{"in the shopper's own zone", 2, 7, fields{"timezone": "America/New_York"}, []string{"0 deferred quiet_hours", "0 sent consent.off email"}, 3 * time.Hour},
		{"by the shopper's country", 19, 22, fields{"country": "JP"}, []string{"0 deferred quiet_hours", "0 sent consent.off email"}, 4 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				start := w.now()
				w.send(gen("Cart Updated", start, adaCart("c1").with(c.who)))
				w.pass(8 * time.Hour)
				same(t, "decisions", decisions(w.cart("c1"))[1:], c.want)
				if c.sentAt > 0 {
					same(t, "sent at", w.messages()[0].SentAt.Sub(start), c.sentAt)
				}
			}, quietHours(c.from, c.to))
		})
	}
}

// A message that waited for its provider is not sent into the quiet hours either.
func TestQuietHoursDuringARetry(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now() // 10:00 in Paris; the step is due at 11:00, quiet is 11:10 to 13:00
		w.change(func(s *shop.Shop) { s.Settings.QuietHours = consent.Quiet{From: 11*60 + 10, To: 13 * 60} })
		w.send(gen("Cart Updated", start, adaCart("c1")))
		w.befall(answer(event.Email, 429, `{}`, "Retry-After", "1200"))
		w.pass(70 * time.Minute)
		w.befall(nil)
		w.pass(8 * time.Hour)
		same(t, "decisions", decisions(w.cart("c1"))[1:], []string{
			"0 deferred provider.later email", "0 deferred quiet_hours email", "0 sent consent.off email",
		})
		same(t, "sent at", w.messages()[0].SentAt.Sub(start), 3*time.Hour)
		same(t, "calls", w.called(), 2)
	})
}

func TestNoAddress(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(ofDevice(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"email": nil})), "device-1"))
		w.pass(2 * time.Hour)
		same(t, "decisions", decisions(w.cart("c1"))[1:], []string{"0 skipped address.none"})
	}, book(threeChannels))
}

// Links are opened by scanners: showing a page changes nothing but the count of raw clicks.
func TestShowingALinkChangesNothing(t *testing.T) {
	ctx := context.Background()
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.due()
		mail := w.delivered()
		for _, purpose := range []string{"r", "u"} {
			if _, err := w.engine.LinkPage(ctx, linkKind(purpose), token(t, mail, purpose)); err != nil {
				t.Fatal(err)
			}
		}
		why, err := w.engine.Why(ctx, token(t, mail, "why"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "permission", why.Permission, "consent.off")
		same(t, "unsubscribed", why.Unsubscribed, false)
		if strings.Contains(fmt.Sprintf("%+v", why), "shopper0@example.com") {
			t.Error("the page names the address")
		}
		w.pass(30 * time.Hour)
		same(t, "sent", len(w.sent()), 2)
		_, err = w.engine.LinkPage(ctx, linkKind("u"), token(t, mail, "r"))
		wantCode(t, "a token used for something else", err, fault.NotFound)
		wantCode(t, "a token that never was", w.engine.Unsubscribe(ctx, "AAAAAAAAAAAAAAAAAAAAAA", false), fault.NotFound)
	})
}

// A callback that nobody signed changes nothing.
func TestForgedCallbacks(t *testing.T) {
	ctx := context.Background()
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		w.due()
		id := w.messages()[0].ID
		for _, c := range []struct {
			provider, shop, url, body string
			header                    http.Header
		}{
			{"sendgrid", w.shop.ID, "/callbacks/sendgrid/" + w.shop.ID, `[{"event":"bounce","email":"shopper0@example.com","message_id":"` + id + `","sg_event_id":"x"}]`, http.Header{}},
			{"twilio", w.shop.ID, "/callbacks/twilio/" + w.shop.ID + "/inbound", "From=%2B33612345678&Body=STOP&MessageSid=SM1", http.Header{"X-Twilio-Signature": {"AAAA"}}},
			{"messenger", "", "/callbacks/messenger", `{"object":"page","entry":[{"id":"sandbox-shop-a","messaging":[]}]}`, http.Header{"X-Hub-Signature-256": {"sha256=00"}}},
			{"messenger", "", "/callbacks/messenger", `{"object":"page","entry":[{"id":"not-ours","messaging":[]}]}`, http.Header{}},
		} {
			_, _, err := w.engine.Callback(ctx, c.provider, c.shop, delivery.Request{
				Method: "POST", URL: publicURL + c.url, Header: c.header, Body: []byte(c.body),
			})
			wantCode(t, c.provider, err, fault.Unauthorized)
		}
		same(t, "messages", w.states(), []string{"0 email accepted reminder"})
		same(t, "reports", w.count("reports"), 0)
		same(t, "inbound", w.count("inbounds"), 0)
		same(t, "suppressions", w.count("suppressions"), 0)
	})
}
