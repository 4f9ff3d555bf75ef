package recovery_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// apart sends a text to who has a phone, and an email to the others.
const apart = `
personas:
  - {key: texters, name: Tia, rule: 'shopper.phone != ""'}
  - {key: everyone, name: Sam}
sequences:
  - {key: texts, stage: purchase, trigger: cart_abandoned, persona: texters, steps: [{after: 1h, channels: [sms], template: text, max_late: 6h}]}
  - {key: mails, stage: purchase, trigger: cart_abandoned, persona: everyone, steps: [{after: 1h, channels: [email], template: mail, max_late: 6h}]}
templates:
  - {key: text, channel: sms, locale: en, text: "Your bag waits: {{ cart.restore_url }}"}
  - {key: mail, channel: email, locale: en, subject: "Your bag waits", body: "<p>{{ cart.total }}</p>"}
`

// neighbour gives the id of another shop in the same shard.
func neighbour(of string) string {
	for i := 0; ; i++ {
		if id := fmt.Sprint("shop-", i); id != of && shop.Shard(id) == shop.Shard(of) {
			return id
		}
	}
}

// abandoned lets n shoppers of a shop leave a cart; with phones they are texted.
func (w *world) abandoned(shopID string, n int, phones bool) {
	w.t.Helper()
	for i := range n {
		who := fields{"email": fmt.Sprintf("s%v%d@example.com", phones, i)}
		if phones {
			who["phone"] = fmt.Sprintf("+3361234%04d", i)
		}
		if _, err := w.receive(shopID, gen("Cart Updated", w.now(), adaCart(fmt.Sprintf("c%v%d", phones, i)).with(who))); err != nil {
			w.t.Fatal(err)
		}
	}
}

// stuck is a shop's provider of one channel that answers nobody until it is let go.
type stuck struct {
	// waiting tells of each call that waits.
	waiting chan struct{}
	open    chan struct{}
}

// hang makes a shop's provider of a channel hang.
func (w *world) hang(shopID string, c event.Channel) *stuck {
	s := &stuck{waiting: make(chan struct{}, 1000), open: make(chan struct{})}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		s.waiting <- struct{}{}
		<-s.open
		w.box.ServeHTTP(rw, r)
	}))
	w.t.Cleanup(srv.Close)
	w.accts.spoil(shopID, func(on event.Channel, a *sandboxAccount) {
		if on == c {
			a.BaseURL = srv.URL
		}
	})
	return s
}

func (s *stuck) letGo() { close(s.open) }

// A provider that hangs for one channel of one shop keeps neither the shop's
// other channels waiting, nor the same channel of a shop in the same shard.
func TestAStuckChannelStopsNoOther(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		other := aShop(neighbour(w.shop.ID))
		w.addShop(other, apart)
		hanging := w.hang(w.shop.ID, event.SMS)
		w.abandoned(w.shop.ID, 150, true)
		w.clock.Add(time.Second)
		w.abandoned(w.shop.ID, 20, false)
		w.clock.Add(time.Second)
		w.abandoned(other.ID, 5, true)
		w.clock.Add(45 * time.Minute)
		w.idle()
		w.clock.Add(15 * time.Minute)

		passed := make(chan struct{}, 1000)
		w.beforeTheVerdict(func() { passed <- struct{}{} })
		if _, err := w.engine.Due(context.Background(), shop.Shard(w.shop.ID)); err != nil {
			t.Fatal(err)
		}
		for range 20 + 5 { // all emails of the shop, all texts of the other
			<-passed
		}
		same(t, "calls that hang, of a pool of eight", len(hanging.waiting), 4)
		hanging.letGo()
		w.engine.Rest()
		w.pass(time.Hour)
		same(t, "sent", len(w.outbox()), 175)
	}, book(apart))
}

// One shop's burst does not keep another of its shard waiting until it is over.
func TestABurstLeavesOthersTheirTurn(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		other := aShop(neighbour(w.shop.ID))
		w.addShop(other, apart)
		w.abandoned(w.shop.ID, 120, false)
		w.clock.Add(time.Second)
		w.abandoned(other.ID, 3, false)
		w.clock.Add(45 * time.Minute)
		w.idle()
		w.clock.Add(15 * time.Minute)
		w.pass(10 * time.Minute)
		same(t, "sent", len(w.outbox()), 123)
		before := texts(w, w.db.Raw(t), `SELECT d.id FROM decisions d WHERE d.outcome = 'sent' AND d.shop_id = 'shop-a'
			AND d.message_id < (SELECT max(id) FROM messages WHERE shop_id <> 'shop-a')`)
		if len(before) > 20 {
			t.Errorf("%d messages of the burst were reserved before the other shop's three", len(before))
		}
	}, book(apart), engineOf(func(o *recovery.Options) { o.Batch = 10 }))
}

// What a closing process has reserved and not begun goes out with the next one,
// without waiting for its lease; what it has begun is settled.
func TestCloseGivesBackWhatWasNotBegun(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		hanging := w.hang(w.shop.ID, event.Email)
		w.abandoned(w.shop.ID, 30, false)
		w.clock.Add(45 * time.Minute)
		w.idle()
		w.clock.Add(15 * time.Minute)
		if _, err := w.engine.Due(context.Background(), shop.Shard(w.shop.ID)); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			<-hanging.waiting
		}
		closed := make(chan error)
		go func() { closed <- w.engine.Close(context.Background()) }()
		hanging.letGo()
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
		same(t, "sent by the one that closed", len(w.outbox()) < 30, true)
		for _, m := range w.messages() {
			if m.State == "sending" {
				t.Errorf("message %s was left behind", m.ID)
			}
		}
		w.engine = w.newEngine(nil)
		w.due()
		same(t, "sent", len(w.outbox()), 30)
	}, book(apart))
}

// A message that waited in a process for longer than its lease belongs to whom
// took it since: the first one leaves it alone, even when it is to be tried again.
func TestAnOldLeaseCallsNobody(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		hanging := w.hang(w.shop.ID, event.Email)
		w.abandoned(w.shop.ID, 2, false)
		w.clock.Add(45 * time.Minute)
		w.idle()
		w.clock.Add(15 * time.Minute)
		if _, err := w.engine.Due(context.Background(), shop.Shard(w.shop.ID)); err != nil {
			t.Fatal(err)
		}
		<-hanging.waiting // one hangs, the other waits behind it
		w.clock.Add(3 * time.Minute)
		w.accts.spoil(w.shop.ID, nil)
		w.befall(answer(event.Email, 429, `{}`, "Retry-After", "600"))
		if _, err := rung(w.newEngine(nil), shop.Shard(w.shop.ID)); err != nil {
			t.Fatal(err)
		}
		same(t, "calls of the second process", w.called(), 1)
		w.befall(nil)
		hanging.letGo()
		w.engine.Rest()
		same(t, "sent: only what had hung", len(w.outbox()), 1)
		w.pass(time.Hour)
		same(t, "sent", len(w.outbox()), 2)
	}, book(apart), engineOf(func(o *recovery.Options) { o.Workers = 2 }))
}
