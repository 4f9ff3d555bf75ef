package recovery_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/web/storefront"
)

// reachable is Ada with an address on every channel, and a yes on each; more are
// names and values.
func reachable(more ...string) fields {
	f := fields{"phone": adaPhone, "messenger_psid": adaPSID, "consent": fields{"email": "yes", "sms": "yes", "messenger": "yes"}}
	for i := 0; i < len(more); i += 2 {
		f[more[i]] = more[i+1]
	}
	return f
}

// choices gives the preference page's lines: "email yes", "sms no opted_out +".
func (w *world) choices(s sandbox.Sent) []string {
	w.t.Helper()
	p, err := w.engine.Preferences(context.Background(), token(w.t, s, "u"))
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, c := range p.Choices {
		line := strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Channel, c.Answer, c.Stopped))
		if c.MayAllow {
			line += " +"
		}
		if strings.Contains(c.Address, "lovelace") || strings.Contains(adaPhone+adaPSID, c.Address) {
			w.t.Errorf("the address %q is not masked", c.Address)
		}
		out = append(out, line)
	}
	return out
}

func (w *world) prefers(s sandbox.Sent, c event.Channel, a event.Answer) error {
	return w.engine.Prefer(context.Background(), token(w.t, s, "u"), c, a, "words 1")
}

func (w *world) mustPrefer(s sandbox.Sent, c event.Channel, a event.Answer) {
	w.t.Helper()
	if err := w.prefers(s, c, a); err != nil {
		w.t.Fatal(err)
	}
}

// ledger gives the consent lines of a channel that came from our pages, oldest first.
func (w *world) ledger(c event.Channel) []string {
	w.t.Helper()
	rows, err := w.db.Raw(w.t).Query(`SELECT answer, source, wording, confirmed, names, evidence FROM consents
		WHERE channel = '` + string(c) + `' AND source LIKE '%page' ORDER BY id`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var answer, source, wording, names, evidence string
		var confirmed bool
		if err := rows.Scan(&answer, &source, &wording, &confirmed, &names, &evidence); err != nil {
			w.t.Fatal(err)
		}
		kind, _, _ := strings.Cut(evidence, " ")
		out = append(out, fmt.Sprintf("%s|%s|%s|%v|%s|%s", answer, source, wording, confirmed, names, kind))
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// A shopper stops channel by channel, and allows their own again.
func TestPreferences(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(reachable())))
		w.pass(time.Hour)
		mail := w.delivered()
		same(t, "at first", w.choices(mail), []string{"email yes", "sms yes", "messenger yes"})

		w.clock.Add(time.Minute)
		w.mustPrefer(mail, event.SMS, event.No)
		w.mustPrefer(mail, event.SMS, event.No)
		same(t, "after stopping texts", w.choices(mail), []string{"email yes", "sms no opted_out", "messenger yes"})
		same(t, "what is recorded", w.ledger(event.SMS), []string{"no|preference page||false||message"})

		w.clock.Add(time.Minute)
		wantCode(t, "allowing texts from a mail", w.prefers(mail, event.SMS, event.Yes), fault.Conflict)
		w.mustPrefer(mail, event.Email, event.No)
		same(t, "after stopping mails", w.choices(mail), []string{"email no opted_out +", "sms no opted_out", "messenger yes"})

		w.clock.Add(time.Minute)
		w.mustPrefer(mail, event.Email, event.Yes)
		w.mustPrefer(mail, event.Email, event.Yes)
		same(t, "after allowing mails again", w.choices(mail), []string{"email yes", "sms no opted_out", "messenger yes"})
		same(t, "what is recorded of mails", w.ledger(event.Email), []string{
			"no|preference page||false||message", "yes|preference page|words 1|true|cart_reminders|message",
		})

		w.clock.Add(time.Minute)
		if err := w.engine.Unsubscribe(context.Background(), token(t, mail, "u"), true); err != nil {
			t.Fatal(err)
		}
		same(t, "after stopping everything", w.choices(mail), []string{"email no opted_out +", "sms no opted_out", "messenger no opted_out"})
		w.pass(30 * time.Hour)
		same(t, "sent", len(w.sent()), 1)
	}, consentMode(consent.OptIn))
}

// After a yes on the page the next message leaves again.
func TestAllowingAgainSendsAgain(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		mail := w.written()
		w.mustPrefer(mail, event.Email, event.No)
		w.clock.Add(time.Hour)
		w.mustPrefer(mail, event.Email, event.Yes)
		w.pass(30 * time.Hour)
		same(t, "decisions", decisions(w.cart("c1"))[1:], []string{"0 sent consent.off email", "1 sent consent.yes email"})
	})
}

// A yes lifts a shopper's own no, never what the address or the provider says.
func TestAllowingLiftsNothingElse(t *testing.T) {
	for _, why := range []string{"bounced", "complained", "invalid_address", "blocked"} {
		t.Run(why, func(t *testing.T) {
			onSQLite(t, func(t *testing.T, w *world) {
				mail := w.written()
				w.exec(`INSERT INTO suppressions (shop_id, channel, hash, reason, at) VALUES ('` + w.shop.ID + `', 'email', '` +
					recovery.HashAddress(w.shop.ID, event.Email, ada) + `', '` + why + `', 0)`)
				same(t, "the page", w.choices(mail), []string{"email  " + why})
				wantCode(t, "allowing", w.prefers(mail, event.Email, event.Yes), fault.Conflict)
				same(t, "afterwards", w.choices(mail), []string{"email  " + why})
			})
		})
	}
}

func TestPreferRefusesNonsense(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		mail := w.written()
		for _, c := range []struct {
			channel event.Channel
			answer  event.Answer
		}{{"fax", event.No}, {"", event.Yes}, {event.Email, ""}, {event.Email, "maybe"}} {
			wantCode(t, fmt.Sprint(c), w.prefers(mail, c.channel, c.answer), fault.Invalid)
		}
		same(t, "consents", w.ledger(event.Email), nil)
	})
}

// A mailbox provider repeats its one-click request; the ledger has one line.
func TestUnsubscribingTwiceIsOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		mail := w.written()
		for range 3 {
			if err := w.engine.Unsubscribe(context.Background(), token(t, mail, "u"), true); err != nil {
				t.Fatal(err)
			}
			w.clock.Add(time.Minute)
		}
		same(t, "ledger", w.ledger(event.Email), []string{"no|unsubscribe page||false||message"})
		same(t, "suppressions", w.count("suppressions"), 1)
	})
}

// shopfront serves the shoppers' pages over HTTP on the world's engine.
func (w *world) shopfront() string {
	w.t.Helper()
	pages, err := storefront.New(w.engine, slog.New(slog.NewTextHandler(w.logs, nil)))
	if err != nil {
		w.t.Fatal(err)
	}
	e := echo.New()
	e.GET("/r/:token", pages.ShowCart, storefront.Headers)
	e.GET("/r/:token/all", pages.Unseen, storefront.Headers)
	e.POST("/r/:token", pages.Restore, storefront.Headers)
	e.POST("/r/:token/seen", pages.Seen, storefront.Headers)
	e.GET("/u/:token", pages.ShowUnsubscribe, storefront.Headers)
	e.POST("/u/:token", pages.Unsubscribe, storefront.Headers)
	e.GET("/why/:token", pages.Why, storefront.Headers)
	srv := httptest.NewServer(e)
	w.t.Cleanup(srv.Close)
	return srv.URL
}

// fetch gives the status and body of a request by a person's browser.
func fetch(t *testing.T, method, url, kind, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", firefox)
	req.Header.Set("Content-Type", kind)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// The pages over HTTP on the real engine: reading changes nothing but the
// record of clicks, and each of the three one-click bodies unsubscribes.
func TestPagesOverHTTP(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct{ name, kind, body string }{
		{"urlencoded", form, "List-Unsubscribe=One-Click"},
		{"multipart", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"},
		{"no body", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(reachable())))
				w.pass(time.Hour)
				mail, url := w.delivered(), w.shopfront()
				w.clock.Add(time.Minute)
				before := w.cart("c1").Cart
				for _, purpose := range purposes {
					status, page := fetch(t, "GET", url+"/"+purpose+"/"+token(t, mail, purpose), "", "")
					same(t, "status of "+purpose, status, http.StatusOK)
					for _, secret := range []string{ada, adaPhone, adaPSID, "restore-secret"} {
						if strings.Contains(page, secret) {
							t.Errorf("the page %s tells %q", purpose, secret)
						}
					}
				}
				if status, page := fetch(t, "GET", url+"/u/"+token(t, mail, "r"), "", ""); status != http.StatusNotFound || strings.Contains(page, token(t, mail, "r")) {
					t.Errorf("a restore token at /u: %d\n%s", status, page)
				}
				same(t, "suppressions", w.count("suppressions"), 0)
				same(t, "the cart", w.cart("c1").Cart, before)
				same(t, "choices", w.choices(mail), []string{"email yes", "sms yes", "messenger yes"})

				status, body := fetch(t, "POST", url+"/u/"+token(t, mail, "u"), c.kind, c.body)
				same(t, "one click", fmt.Sprint(status, body), "200")
				same(t, "choices", w.choices(mail), []string{"email no opted_out +", "sms yes", "messenger yes"})
				w.clock.Add(time.Minute)
				status, body = fetch(t, "POST", url+"/u/"+token(t, mail, "u"), form, "page=1&allow=email")
				if status != http.StatusOK || !strings.Contains(body, "by email about carts again") {
					t.Errorf("allowing: %d %s", status, body)
				}
				if got := w.ledger(event.Email); len(got) != 2 || !strings.HasPrefix(got[1], "yes|preference page|preference page 2026-11.2, en: Yes, Maison shop-a may send me") {
					t.Errorf("ledger %q", got)
				}
			})
		})
	}
}

// The page that explains shows the record, the permission with what shows it,
// the law, and what is known, cut short.
func TestWhyTellsAll(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(reachable("last_name", "Lovelace", "country", "FR"))))
		w.pass(time.Hour)
		mail := w.delivered()
		why, err := w.engine.Why(context.Background(), token(t, mail, "why"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "permission", []string{why.Permission, why.Evidence, why.Country, string(why.Law.Channel)}, []string{"consent.yes", "event", "FR", "email"})
		same(t, "name", why.Known.Name, "Adaline L.")
		same(t, "addresses", why.Known.Addresses, []journey.Choice{
			{Channel: event.Email, Address: "a•••@example.com"}, {Channel: event.SMS, Address: "••• 78"}, {Channel: event.Messenger, Address: "••• 45"},
		})
		same(t, "platform", why.Known.Platform, "generic")
		same(t, "items", len(why.Items), 1)

		// What is said later on a page is what counts and is told from then on.
		w.clock.Add(time.Minute)
		w.mustPrefer(mail, event.Email, event.No)
		w.clock.Add(time.Minute)
		w.mustPrefer(mail, event.Email, event.Yes)
		why, err = w.engine.Why(context.Background(), token(t, mail, "why"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "after a yes on the page", []string{why.ConsentSource, why.ConsentWording, why.Evidence}, []string{"preference page", "words 1", "message"})
	}, consentMode(consent.OptIn))
}
