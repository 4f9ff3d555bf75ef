package recovery_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// Many shoppers buy while their messages are being sent. A message whose order
// was answered before the message began must not have left.
func TestOrdersRaceWithSending(t *testing.T) {
	for _, c := range []struct {
		name string
		// early orders come at once, while the steps are decided; the others with the messages in flight.
		early int
	}{{"while messages are in flight", 0}, {"while steps are decided", 30}} {
		t.Run(c.name, func(t *testing.T) { onEach(t, func(t *testing.T, w *world) { race(t, w, c.early) }) })
	}
}

func race(t *testing.T, w *world, early int) {
	const carts = 60
	w.waiting(carts)
	w.clock.tick.Store(int64(time.Millisecond)) // no two readings are equal
	var mu sync.Mutex
	answered := map[string]time.Time{} // by the shopper's address
	// Each message in flight lets some of the orders come.
	come := make(chan struct{}, 4*carts)
	for range early {
		come <- struct{}{}
	}
	w.befall(func(event.Channel) *sandbox.Fault {
		for range 1 + rand.IntN(2) {
			come <- struct{}{}
		}
		return nil
	})
	var sending, ordering sync.WaitGroup
	for range 4 {
		sending.Go(func() {
			if _, err := rung(w.engine, shop.Shard(w.shop.ID)); err != nil {
				t.Error(err)
			}
		})
	}
	for _, i := range rand.Perm(carts) {
		ordering.Go(func() {
			<-come
			to := fmt.Sprintf("shopper%d@example.com", i)
			p := gen("Order Completed", w.now(), fields{"order_id": i, "email": to, "total": "40", "currency": "EUR"})
			if _, err := w.receive(w.shop.ID, p); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			answered[to] = w.clock.Now()
		})
	}
	sending.Wait()
	close(come)
	ordering.Wait()
	w.befall(nil)
	w.clock.tick.Store(0)

	left := 0
	for _, m := range w.messages() {
		if !m.State.Left() {
			continue
		}
		left++
		if !m.SentAt.Before(answered[m.To]) {
			t.Errorf("a message began at %s, though its order was answered at %s", m.SentAt, answered[m.To])
		}
	}
	same(t, "in the outbox", len(w.sent()), left)
	t.Logf("%d of %d messages left before their orders", left, carts)
	same(t, "deadlocks", w.deadlocks(), 0)
	for _, d := range w.carts() {
		same(t, "state", d.Cart.State, cart.Ordered)
	}
	before := len(w.sent())
	w.pass(30 * time.Hour)
	same(t, "sent afterwards", len(w.sent()), before)
}

// deadlocks gives how often Postgres had to end one of two transactions that
// waited for each other. Each costs a second: rows are held in one order everywhere.
func (w *world) deadlocks() int {
	w.t.Helper()
	if w.db.Engine != storetest.EnginePostgres {
		return 0
	}
	var n int
	err := w.db.Raw(w.t).QueryRow(`SELECT pg_stat_get_db_deadlocks(oid) FROM pg_database WHERE datname = current_database()`).Scan(&n)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// waitForLock waits until a transaction waits for another one. On SQLite, where
// transactions follow one another, there is nothing to wait for.
func (w *world) waitForLock() {
	w.t.Helper()
	if w.db.Engine != storetest.EnginePostgres {
		return
	}
	db := w.db.Raw(w.t)
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		var n int
		err := db.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n)
		if err != nil {
			w.t.Error(err)
			return
		}
		if n > 0 {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			w.t.Error("no transaction waits for another")
			return
		}
	}
}

// The last look before the call has been taken when the order comes: the order
// waits for it, so that nothing begins after the order was answered.
func TestOrderWaitsForTheLastLook(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		answered := make(chan error, 1)
		var once sync.Once
		s := &watched{Store: stored{w.store}}
		s.saving = func(l recovery.Letter) error {
			if l.State == delivery.Sending {
				once.Do(func() {
					p := gen("Order Completed", w.now(), fields{"order_id": "o1", "email": "shopper0@example.com", "total": "40", "currency": "EUR"})
					go func() {
						_, err := w.receive(w.shop.ID, p)
						answered <- err
					}()
					w.waitForLock()
					select {
					case err := <-answered:
						t.Errorf("the order was answered before the message began: %v", err)
						answered <- nil
					default:
					}
				})
			}
			return nil
		}
		looking := w.newEngine(func(o *recovery.Options) { o.Store = s })
		if _, err := rung(looking, shop.Shard(w.shop.ID)); err != nil {
			t.Fatal(err)
		}
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
		same(t, "sent", len(w.sent()), 1)
		same(t, "state", w.cart("c0").Cart.State, cart.Ordered)
		w.pass(30 * time.Hour)
		same(t, "sent in the end", len(w.sent()), 1)
	})
}

// The order is being stored when the message is about to begin: the last look
// waits for the order, and calls the message off.
func TestLastLookWaitsForTheOrder(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.waiting(1)
		halfway, answered := make(chan struct{}), make(chan error, 1)
		var orders, looks sync.Once
		halted := &watched{Store: stored{w.store}}
		halted.ordering = func(cart.Cart) error {
			orders.Do(func() {
				close(halfway)
				w.waitForLock()
			})
			return nil
		}
		storing := w.newEngine(func(o *recovery.Options) { o.Store = halted })
		p := gen("Order Completed", w.now(), fields{"order_id": "o1", "email": "shopper0@example.com", "total": "40", "currency": "EUR"})
		sign(p.header, p, hookSecret(w.shop.ID))
		reserved := &watched{Store: stored{w.store}}
		reserved.committed = func() {
			looks.Do(func() {
				go func() {
					_, err := storing.Receive(context.Background(), "generic", w.shop.ID, p.header, p.body)
					answered <- err
				}()
				<-halfway
			})
		}
		looking := w.newEngine(func(o *recovery.Options) { o.Store = reserved })
		if _, err := rung(looking, shop.Shard(w.shop.ID)); err != nil {
			t.Fatal(err)
		}
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
		same(t, "sent", w.sent(), nil)
		same(t, "messages", w.states(), []string{"0 email cancelled reminder"})
	})
}

// Everything at once: events, idle and due alarms, callbacks and orders from
// many sides. The audit at the end of each test holds the rows against the promises.
func TestEverythingAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		const people = 25
		w.clock.tick.Store(int64(7 * time.Millisecond))
		ctx := context.Background()
		var events, duties sync.WaitGroup
		stop := make(chan struct{})
		for _, duty := range []func(context.Context, int) (int, error){w.engine.Idle, w.engine.Due, w.engine.Due} {
			duties.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if _, err := duty(ctx, shop.Shard(w.shop.ID)); err != nil {
						t.Error(err)
						return
					}
					w.clock.Add(20 * time.Second)
				}
			})
		}
		duties.Go(func() {
			reported := 0
			for {
				select {
				case <-stop:
					return
				default:
				}
				for ; reported < len(w.outbox()); reported++ {
					if err := w.box.Deliver(ctx, w.outbox()[reported]); err != nil {
						t.Error(err)
					}
				}
			}
		})
		for i := range people {
			events.Go(func() {
				who, id := fmt.Sprintf("shopper%d@example.com", i), fmt.Sprint("c", i)
				for step := range 6 {
					p := gen("Cart Updated", w.clock.Now(), adaCart(id).with(fields{"email": who, "products": []fields{line("scarf", step+1, "5.00")}}))
					if step == 5 && i%2 == 0 {
						p = gen("Order Completed", w.clock.Now(), fields{"order_id": i, "cart_id": id, "email": who, "total": "40", "currency": "EUR"})
					}
					if _, err := w.receive(w.shop.ID, p); err != nil {
						t.Error(err)
					}
					w.clock.Add(time.Duration(rand.IntN(120)) * time.Second)
				}
			})
		}
		events.Wait()
		close(stop)
		duties.Wait()
		w.clock.tick.Store(0)
		w.pass(30 * time.Hour)
		ordered := 0
		for _, d := range w.carts() {
			if d.Cart.State == cart.Ordered {
				ordered++
			}
		}
		same(t, "ordered", ordered, (people+1)/2)
		same(t, "deadlocks", w.deadlocks(), 0)
		same(t, "carts", len(w.carts()), people)
	}, settings(func(s *shop.Settings) { s.AbandonAfter = time.Minute }), book(twoSteps))
}

// Shops never meet: the same person, the same ids, in two shops.
func TestShopsNeverMeet(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		other := aShop("shop-b")
		w.addShop(other, twoSteps)
		ctx := context.Background()
		in := func(shopID string, p post) {
			t.Helper()
			if _, err := w.receive(shopID, p); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range []string{"shop-a", "shop-b"} {
			in(id, gen("Cart Updated", w.now(), adaCart("c1")))
		}
		// The same order ids and addresses, in shop B alone.
		w.clock.Add(10 * time.Minute)
		in("shop-b", gen("Order Completed", w.now(), fields{"order_id": "o1", "cart_id": "c1", "email": ada, "total": "40", "currency": "EUR"}))
		in("shop-b", gen("Consent Updated", w.now(), fields{"email": ada, "consent": fields{"email": "no"}}))
		same(t, "state in A", w.cartsOf("shop-a")[0].Cart.State, cart.Open)
		same(t, "state in B", w.cartsOf("shop-b")[0].Cart.State, cart.Ordered)
		w.pass(time.Hour)
		same(t, "sent", len(w.sent()), 1)
		mail := w.last()
		same(t, "sent by", mail.ShopID, "shop-a")

		// A report about A's message that comes to B's address, signed by B, changes nothing of A's.
		forged := mail
		forged.ShopID = "shop-b"
		if err := w.box.Bounce(ctx, forged); err != nil {
			t.Fatal(err)
		}
		same(t, "messages of A", w.states(), []string{"0 email accepted reminder"})
		w.pass(30 * time.Hour)
		same(t, "sent in the end", len(w.sent()), 2)

		// Unsubscribing in A is nothing to B.
		if err := w.engine.Unsubscribe(ctx, token(t, mail, "u"), true); err != nil {
			t.Fatal(err)
		}
		same(t, "suppressions of A", len(texts(w, w.db.Raw(t), `SELECT reason FROM suppressions WHERE shop_id = 'shop-a'`)), 1)
		same(t, "suppressions of B", texts(w, w.db.Raw(t), `SELECT reason FROM suppressions WHERE shop_id = 'shop-b'`), []string{"bounced"})
		if a, b := recovery.HashAddress("shop-a", event.Email, ada), recovery.HashAddress("shop-b", event.Email, ada); a == b {
			t.Error("two shops can compare their lists of addresses")
		}
	})
}

// Several shops share one Messenger page: a report goes to the message's shop,
// and a stop to the page counts for all.
func TestShopsThatShareAPage(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.addShop(aShop("shop-b"), only(event.Messenger))
		w.accts.sharing = map[string][]string{"sandbox-shop-a": {"shop-b", "shop-a"}}
		w.accts.spoil("shop-b", func(c event.Channel, a *sandboxAccount) {
			if url := a.BaseURL; c == event.Messenger {
				*a = sandbox.Accounts(w.accts.secret, "shop-a")[c]
				a.BaseURL = url
			}
		})
		w.enter()
		w.send(gen("Cart Updated", w.now(), adaCart("c1").with(fields{"messenger_psid": adaPSID})))
		w.pass(time.Hour)
		same(t, "messages", w.states(), []string{"0 messenger accepted nudge"})
		w.delivered()
		same(t, "messages", w.states(), []string{"0 messenger delivered nudge"})
		if err := w.box.Reply(ctx, w.last(), "stop"); err != nil {
			t.Fatal(err)
		}
		same(t, "stopped in", texts(w, w.db.Raw(t), `SELECT shop_id FROM suppressions ORDER BY shop_id`), []string{"shop-a", "shop-b"})
	}, book(only(event.Messenger)))
}

// A shop that names another's Messenger page, with a secret of its own, hears
// nothing of that page and cannot keep its owner from hearing.
func TestShopThatClaimsAnothersPage(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.addShop(aShop("shop-b"), only(event.Messenger))
		w.accts.sharing = map[string][]string{"sandbox-shop-a": {"shop-b", "shop-a"}}
		w.accts.spoil("shop-b", func(c event.Channel, a *sandboxAccount) {
			if url := a.BaseURL; c == event.Messenger {
				*a = sandbox.Accounts(w.accts.secret, "shop-a")[c]
				a.BaseURL, a.VerifyKeys = url, []string{"a secret of its own"}
			}
		})
		w.enter()
		same(t, "heard in", texts(w, w.db.Raw(t), `SELECT shop_id FROM inbounds ORDER BY shop_id`), []string{"shop-a"})
	}, book(only(event.Messenger)))
}
