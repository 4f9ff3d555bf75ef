package recovery_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// offers is a book of two steps with offers.
func offers(first, second string) option {
	return book(`
personas:
  - {key: everyone, name: Sam}
sequences:
  - key: cart
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [email], template: only, max_late: 6h` + first + `}
      - {after: 24h, channels: [email], template: only, max_late: 6h` + second + `}
templates:
  - key: only
    channel: email
    locale: en
    subject: "Your bag"
    body: "<p>[{{ offer.code }}] {{ offer.value }} until {{ offer.expires }} <a href=\"{{ cart.restore_url }}\">{{ cart.total }}</a></p>"
`)
}

const (
	oneCode  = `, offer: {code: COMEBACK10, value: "10 %", valid_for: 48h}`
	shortOne = `, offer: {code: COMEBACK10, value: "10 %", valid_for: 20h}`
	stocked  = `, offer: {codes: spring, value: "10 %", valid_for: 48h}`
)

// promised gives what each message shows of its offer: "[COMEBACK10] 10 % until …".
func (w *world) promised() []string {
	var out []string
	for _, s := range w.outbox() {
		_, rest, _ := strings.Cut(s.HTML, "<p>[")
		said, _, _ := strings.Cut(rest, " <a")
		out = append(out, "["+said)
	}
	return out
}

// stock puts codes into the stock "spring".
func (w *world) stock(codes ...string) journey.CodesAdded {
	w.t.Helper()
	added, err := w.engine.AddCodes(context.Background(), w.shop.ID, "spring", strings.NewReader(strings.Join(codes, "\n")))
	if err != nil {
		w.t.Fatal(err)
	}
	return added
}

// left gives the stock "spring" as "free/taken".
func (w *world) left() string {
	w.t.Helper()
	found, err := w.store.CodeStocks(context.Background(), w.shop.ID)
	if err != nil || len(found) != 1 || found[0].Key != "spring" {
		w.t.Fatalf("stocks: %+v, %v", found, err)
	}
	return fmt.Sprintf("%d/%d", found[0].Free, found[0].Taken)
}

// leave leaves a cart of somebody.
func (w *world) leave(cart, email string) {
	w.t.Helper()
	c := adaCart(cart).with(fields{"email": email})
	w.send(gen("Cart Updated", w.now(), c))
}

// Both messages of a cart show the same code and the same end, counted from the first.
func TestAnOfferStands(t *testing.T) {
	for name, c := range map[string]struct{ offer, code string }{"one code for all": {oneCode, "COMEBACK10"}, "a code of its own": {stocked, "S-1"}} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.stock("S-1", "S-2", "S-3")
				w.leave("c1", ada)
				w.pass(48 * time.Hour)
				made := w.messagesOf(w.shop.ID)[0].ReservedAt
				want := "[" + c.code + "] 10 % until " + made.Add(48*time.Hour).In(paris).Format("January 2, 2006 at 3:04\u00a0PM")
				same(t, "promised", w.promised(), []string{want, want})
				same(t, "offers", texts(w, w.db.Raw(t), `SELECT code || ' ' || (expires_at - made_at) || ' ' || (expires_at - `+strconv.FormatInt(made.UnixMilli(), 10)+`) FROM offers`),
					[]string{c.code + " 172800000 172800000"})
			}, offers(c.offer, c.offer))
		})
	}
}

var paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return l
}()

// A step that would show an offer after its end is skipped: the end never moves.
func TestAnOfferThatIsOver(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.leave("c1", ada)
		w.pass(48 * time.Hour)
		same(t, "messages", len(w.outbox()), 1)
		same(t, "decisions", decisions(w.cart("c1"))[1:], []string{"0 sent consent.off email", "1 skipped offer.expired"})
	}, offers(shortOne, shortOne))
}

// Without a code nothing is promised, and the next step goes on.
func TestNoCodeIsLeft(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.stock("S-1")
		w.leave("c1", ada)
		w.leave("c2", "grace@example.com")
		w.pass(48 * time.Hour)
		same(t, "left", w.left(), "0/1")
		var skipped int
		for _, cart := range []string{"c1", "c2"} {
			for _, d := range decisions(w.cart(cart)) {
				if d == "0 skipped offer.none_left" {
					skipped++
				}
			}
		}
		same(t, "carts without a code", skipped, 1)
		same(t, "messages", len(w.outbox()), 3)
	}, offers(stocked, ""))
}

// Who was made an offer is made none for another cart for a while.
func TestARecentOffer(t *testing.T) {
	for every, want := range map[string]string{"30d": "0 skipped offer.recent", "48h": "0 sent consent.off email", "off": "0 sent consent.off email"} {
		t.Run(every, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.leave("c1", ada)
				w.pass(72 * time.Hour)
				w.leave("c2", ada)
				w.pass(2 * time.Hour)
				same(t, "decision", decisions(w.cart("c2"))[1], want)
			}, offers(oneCode, ""), settings(func(s *shop.Settings) {
				if err := s.Set("offers_every", every); err != nil {
					t.Fatal(err)
				}
			}))
		})
	}
}

// A code whose message was taken back before any provider was called is free
// again; one whose message was called stays taken, whatever became of it.
func TestACodeIsGivenBack(t *testing.T) {
	for name, c := range map[string]struct {
		fault *sandbox.Fault
		left  string
	}{
		"never called": {left: "2/0"},
		"called once":  {fault: &sandbox.Fault{Status: 429}, left: "1/1"},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.stock("S-1", "S-2")
				w.leave("c1", ada)
				w.fault = func(event.Channel) *sandbox.Fault { return c.fault }
				if c.fault == nil {
					// Nothing leaves while its account cannot be read.
					w.engine = w.newEngine(func(o *recovery.Options) { o.Accounts = locked{w.accts} })
				}
				w.pass(61 * time.Minute)
				m := w.messagesOf(w.shop.ID)[0]
				same(t, "state", m.State, delivery.Reserved)
				same(t, "while reserved", w.left(), "1/1")
				err := w.engine.CancelMessage(context.Background(), w.shop.ID, m.ID, func(context.Context, recovery.Tx) error { return nil })
				if err != nil {
					t.Fatal(err)
				}
				same(t, "left", w.left(), c.left)
			}, offers(stocked, ""))
		})
	}
}

// locked are accounts that cannot be read.
type locked struct{ *accounts }

func (locked) Account(context.Context, string, event.Channel) (delivery.Account, error) {
	return delivery.Account{}, fault.New(fault.Overloaded, "down")
}

// A template that cannot be filled in takes no code.
func TestABrokenTemplateTakesNoCode(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.stock("S-1")
		w.leave("c1", ada)
		w.pass(3 * time.Hour)
		same(t, "decision", decisions(w.cart("c1"))[1], "0 skipped template.error")
		same(t, "left", w.left(), "1/0")
	}, book(oneStep(stocked, `"<p>{{ cart.nothing.of.this }} {{ offer.code }}</p>"`)))
}

// The way back carries the offer's code while it is good, then the cart's own.
func TestTheWayBackCarriesTheOffer(t *testing.T) {
	farWorld(t, opening("", nil), func(t *testing.T, w *world, far *farShop) {
		c := adaCart("c1").with(fields{"coupon": "WINTER"})
		delete(c, "recovery_url")
		w.send(gen("Cart Updated", w.now(), c))
		w.pass(3 * time.Hour)
		link := token(t, w.last(), "r")
		for _, want := range []string{"COMEBACK10", "WINTER"} {
			to, err := w.engine.Restore(t.Context(), link)
			if err != nil || to != "https://shop.example/cart?restore=c1&code="+want {
				t.Errorf("it leads to %q, %v", to, err)
			}
			same(t, "asked", far.asked[len(far.asked)-1], "open "+want)
			w.pass(20 * time.Hour)
		}
	}, offers(shortOne, ""), settings(func(s *shop.Settings) { s.RestoreURL = "https://shop.example/cart?restore={cart}&code={coupon}" }))
}

// A preview shows the offer of the step that names the template, and takes no code.
func TestAPreviewShowsTheStepsOffer(t *testing.T) {
	for name, c := range map[string]struct{ offer, says string }{
		"one code": {oneCode, "[COMEBACK10] 10 % until"}, "codes of its own": {stocked, "[ITS-OWN-CODE] 10 % until"},
	} {
		t.Run(name, func(t *testing.T) {
			onSQLite(t, func(t *testing.T, w *world) {
				w.stock("S-1")
				all, err := w.store.Templates(t.Context(), w.shop.ID)
				if err != nil {
					t.Fatal(err)
				}
				p, err := w.engine.ProveTemplate(t.Context(), w.shop.ID, all[0], "")
				if err != nil || !strings.Contains(p.Rendered.HTML, c.says) {
					t.Errorf("%v: %s", err, p.Rendered.HTML)
				}
				if taken := texts(w, w.db.Raw(t), `SELECT code FROM offer_codes WHERE taken_at > 0`); len(taken) > 0 {
					t.Errorf("the preview took %v", taken)
				}
			}, offers(c.offer, ""))
		})
	}
}

// Codes come as people paste them and as platforms export them.
func TestAddingCodes(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		add := func(text string) string {
			out, err := w.engine.AddCodes(context.Background(), w.shop.ID, "spring", strings.NewReader(text))
			if err != nil {
				return err.Error()
			}
			return fmt.Sprintf("%d %d %d", out.Added, out.Known, out.Twice)
		}
		same(t, "a table", add("\ufeffCode,Value\r\n\"A-1\",10\r\n  A-2 ;x\n\nA-1,5\n"), "2 0 1")
		same(t, "again", add("A-1\nA-3"), "1 1 0")
		if said := add("A-9\nA 10\n"); !strings.Contains(said, "line 2") {
			t.Errorf("a code with a blank: %s", said)
		}
		same(t, "after a fault", w.left(), "3/0")
		many := make([]string, 10_000)
		for i := range many {
			many[i] = fmt.Sprintf("B-%05d", i)
		}
		same(t, "many", add(strings.Join(many, "\n")), "10000 0 0")
		n, err := w.engine.RemoveCodes(context.Background(), w.shop.ID, "spring")
		if err != nil || n != 10_003 {
			t.Errorf("removed %d, %v", n, err)
		}
		if _, err := w.engine.RemoveCodes(context.Background(), w.shop.ID, "spring"); !fault.Is(err, fault.NotFound) {
			t.Errorf("removing nothing: %v", err)
		}
	}, offers(stocked, ""))
}

// A list that a program hands in is taken member by member, and again without a trace.
func TestAddingAListOfCodes(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		add := func(codes ...string) journey.CodesAdded {
			out, err := w.engine.ListCodes(context.Background(), w.shop.ID, "spring", codes)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		// "code" is the name of a column in a file, and a code like any other here.
		same(t, "a list", add("code", " A-1", "A 2", "A-1"), journey.CodesAdded{Stock: "spring", Added: 2, Twice: 1,
			Refused: []journey.CodeRefused{{Index: 2, Message: `a code cannot hold ' '`, Remedy: "use letters, digits and - _ . + only"}}})
		same(t, "again", add("code", "A-1"), journey.CodesAdded{Stock: "spring", Known: 2})
		same(t, "nothing but what is none", add("A 2").Refused, []journey.CodeRefused{{Message: `a code cannot hold ' '`, Remedy: "use letters, digits and - _ . + only"}})
		same(t, "in the stock", w.left(), "2/0")
		page, err := w.store.Audit(context.Background(), w.shop.ID, journey.Query{Limit: 10, State: string(access.CodesAdded)})
		if err != nil || len(page.Items) != 1 || page.Items[0].Object != "spring" || page.Items[0].Detail["codes"] != "2" {
			t.Errorf("the audit log says %v, %v", page.Items, err)
		}
		if _, err := w.engine.ListCodes(context.Background(), w.shop.ID, "Spring!", []string{"A-3"}); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("a stock that cannot be: %v", err)
		}
	}, offers(stocked, ""))
}

// Several workers never take the same code.
func TestCodesAreTakenOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		const workers, each = 6, 20
		var codes []string
		for i := range workers * each {
			codes = append(codes, fmt.Sprintf("S-%03d", i))
		}
		w.stock(codes...)
		took := make(chan []string, workers)
		for n := range workers {
			go func() {
				var mine []string
				for i := range each + 5 {
					var code string
					err := w.store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
						code, err = tx.TakeCode(ctx, w.shop.ID, "spring", fmt.Sprintf("m-%d-%d", n, i))
						if err == nil && code != "" {
							err = tx.InsertOffer(ctx, journey.Offer{ID: fmt.Sprintf("o-%d-%d", n, i), ShopID: w.shop.ID, EnrollmentID: fmt.Sprintf("e-%d-%d", n, i),
								Key: "codes:spring", Stock: "spring", Code: code, MessageID: fmt.Sprintf("m-%d-%d", n, i), MadeAt: w.now(), ExpiresAt: w.now().Add(time.Hour)})
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
					if code != "" {
						mine = append(mine, code)
					}
				}
				took <- mine
			}()
		}
		seen := map[string]bool{}
		for range workers {
			for _, code := range <-took {
				if seen[code] {
					t.Errorf("%s was taken twice", code)
				}
				seen[code] = true
			}
		}
		same(t, "codes taken", len(seen), workers*each)
	}, offers(stocked, ""))
}
