package recovery_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// firefox is a person's browser.
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

func person() attribution.Visit { return attribution.Visit{Method: "GET", UserAgent: firefox} }

// opens notes that a link was fetched.
func (w *world) opens(s sandbox.Sent, purpose message.Link, v attribution.Visit) {
	w.t.Helper()
	if err := w.engine.NoteClick(context.Background(), purpose, token(w.t, s, string(purpose)), v); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) sees(s sandbox.Sent, v attribution.Visit) {
	w.t.Helper()
	if err := w.engine.Seen(context.Background(), token(w.t, s, "r"), v); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) restores(s sandbox.Sent) {
	w.t.Helper()
	if _, err := w.engine.Restore(context.Background(), token(w.t, s, "r")); err != nil {
		w.t.Fatal(err)
	}
}

// clicks gives a cart's clicks as lines: "clicked r: user agent".
func (w *world) clicks(cart string) []string {
	w.t.Helper()
	var out []string
	for _, e := range w.cart(cart).Timeline {
		if e.Kind == journey.EntryTouch && (e.Touch.Kind == attribution.ClickRaw || e.Touch.Kind == attribution.ClickConfirmed) {
			line := fmt.Sprintf("%s %s", e.Touch.Kind, e.Touch.Link)
			if e.Touch.Robot != "" {
				line += ": " + e.Touch.Robot
			}
			out = append(out, line)
		}
	}
	return out
}

// written sends Ada the first message about the cart c1, delivered.
func (w *world) written() sandbox.Sent {
	w.t.Helper()
	w.send(gen("Cart Updated", w.now(), adaCart("c1")))
	w.pass(time.Hour)
	return w.delivered()
}

// A visit is kept as a raw click with the reason to doubt it. SendGrid stamps
// the delivery in whole seconds.
func TestRawClicksKeepTheirDoubt(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration
		visit attribution.Visit
		want  []string
	}{
		{"a person", time.Minute, person(), []string{"clicked r"}},
		{"at once after delivery", 2 * time.Second, person(), []string{"clicked r: too soon after delivery"}},
		{"a library", time.Minute, attribution.Visit{Method: "GET", UserAgent: "python-requests/2.32"}, []string{"clicked r: user agent"}},
		{"nobody's name", time.Minute, attribution.Visit{Method: "GET"}, []string{"clicked r: no user agent"}},
		{"the link that nobody sees", time.Minute, attribution.Visit{Method: "GET", UserAgent: firefox, Honeypot: true}, []string{"clicked r: honeypot"}},
		{"HEAD", time.Minute, attribution.Visit{Method: "HEAD", UserAgent: firefox}, nil},
		{"a prefetch", time.Minute, attribution.Visit{Method: "GET", UserAgent: firefox, SecPurpose: "prefetch"}, nil},
		{"a visit that claims to be confirmed", time.Minute, attribution.Visit{Method: "GET", UserAgent: "curl/8.5", Confirmed: true}, []string{"clicked r: user agent"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			onSQLite(t, func(t *testing.T, w *world) {
				mail := w.written()
				w.clock.Add(c.after)
				w.opens(mail, message.LinkRestore, c.visit)
				same(t, "clicks", w.clicks("c1"), c.want)
			})
		})
	}
}

// Who opens every link of a mail within three seconds is a scanner, also in its first click.
func TestBurstOfLinksIsAScan(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		mail := w.written()
		w.clock.Add(time.Minute)
		for _, purpose := range []message.Link{message.LinkRestore, message.LinkUnsubscribe, message.LinkRestore} {
			w.opens(mail, purpose, person())
			w.clock.Add(time.Second)
		}
		same(t, "two links, one of them twice", w.clicks("c1"), []string{"clicked r", "clicked u", "clicked r"})
		w.clock.Add(10 * time.Second)
		for _, purpose := range []message.Link{message.LinkRestore, message.LinkUnsubscribe, message.LinkWhy} {
			w.opens(mail, purpose, person())
			w.clock.Add(time.Second)
		}
		const burst = ": " + attribution.RobotBurst
		same(t, "after all three at once", w.clicks("c1"), []string{
			"clicked r", "clicked u", "clicked r", "clicked r" + burst, "clicked u" + burst, "clicked why" + burst,
		})
		same(t, "suppressions", w.count("suppressions"), 0)
	})
}

// The beacon confirms once for a message, however often the page is looked at;
// the button adds to it only when somebody comes back later.
func TestClickIsConfirmedOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		mail := w.written()
		w.clock.Add(time.Minute)
		w.sees(mail, attribution.Visit{Method: "POST", UserAgent: firefox, SecPurpose: "prefetch;prerender"})
		same(t, "clicks of a page rendered ahead", w.clicks("c1"), nil)
		w.opens(mail, message.LinkRestore, person())
		for range 3 {
			w.sees(mail, attribution.Visit{Method: "POST", UserAgent: firefox})
			w.clock.Add(time.Second)
		}
		w.restores(mail)
		same(t, "one visit", w.clicks("c1"), []string{"clicked r", "click_confirmed r"})
		w.clock.Add(3 * 24 * time.Hour)
		w.sees(mail, attribution.Visit{Method: "POST", UserAgent: firefox})
		same(t, "a tab that was left open", w.clicks("c1"), []string{"clicked r", "click_confirmed r"})
		w.restores(mail)
		same(t, "the button days later", w.clicks("c1"), []string{"clicked r", "click_confirmed r", "click_confirmed r"})

		// The last confirmed click is that one: four days before the order, not seven.
		w.clock.Add(4 * 24 * time.Hour)
		w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "cart_id": "c1", "total": "40.00", "currency": "EUR"}))
		same(t, "recoveries", w.recoveries(), []string{"last_confirmed_click_5d 40.00 EUR - 0.00 EUR"})
	})
}

// Two messages are two clicks, and raw clicks of people and robots earn nothing.
func TestOnlyConfirmedClicksCount(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		first := w.written()
		w.pass(23 * time.Hour)
		second := w.delivered()
		w.clock.Add(25 * time.Hour)
		w.opens(first, message.LinkRestore, person())
		w.opens(second, message.LinkRestore, person())
		if err := w.box.Open(context.Background(), second); err != nil {
			t.Fatal(err)
		}
		w.sees(first, attribution.Visit{Method: "POST"})
		w.sees(second, attribution.Visit{Method: "POST"})
		same(t, "clicks", w.clicks("c1"), []string{"clicked r", "clicked r", "click_confirmed r", "click_confirmed r"})
		w.exec("DELETE FROM touches WHERE kind = 'click_confirmed'")
		w.send(gen("Order Completed", w.now(), fields{"order_id": "o1", "cart_id": "c1", "total": "40.00", "currency": "EUR"}))
		same(t, "recoveries of raw clicks and opens", w.recoveries(), nil)
	})
}

// Opens decide nothing: a mail that was opened a hundred times is followed by
// the next one as if nobody had seen it.
func TestOpensDecideNothing(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		mail := w.written()
		for range 3 {
			if err := w.box.Open(context.Background(), mail); err != nil {
				t.Fatal(err)
			}
			w.clock.Add(time.Minute)
		}
		w.pass(24 * time.Hour)
		same(t, "sent", len(w.sent()), 2)
		same(t, "recoveries", w.recoveries(), nil)
	})
}
