package recovery_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// slowShops is a platform that answers some shops only when it is let.
type slowShops struct {
	farShop
	// slow are the shops that wait for let.
	slow map[string]bool
	let  chan struct{}
	// begun hears of each question that is put, as "shop ref".
	begun chan string
}

func (s *slowShops) Fetch(ctx context.Context, sh shop.Shop, ref event.Reference) ([]recovery.Told, error) {
	s.begun <- sh.ID + " " + ref.ID
	if s.slow[sh.ID] {
		<-s.let
	}
	return s.farShop.Fetch(ctx, sh, ref)
}

// A shop whose platform is slow keeps no other shop of its shard waiting: neither
// what was due with it nor what is wanted while it is being asked.
func TestASlowShopKeepsNobodyWaiting(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		other := aShop(neighbour(w.shop.ID))
		other.Platform = "generic"
		w.addShop(other, twoSteps)
		far := &slowShops{farShop: farShop{can: recovery.Abilities{Fetch: true}}, slow: map[string]bool{w.shop.ID: true},
			let: make(chan struct{}), begun: make(chan string, 100)}
		breath := make(chan time.Time)
		w.engine = w.newEngine(func(o *recovery.Options) {
			o.Remote, o.Platforms["generic"] = far, thin{generic.New()}
			o.After = func(time.Duration) <-chan time.Time { return breath }
		})
		want := func(shopID string, refs ...string) {
			w.write(func(ctx context.Context, tx *store.Tx) error {
				for _, ref := range refs {
					if err := tx.Want(ctx, recovery.Inquiry{ShopID: shopID, Kind: "cart", Ref: ref, DueAt: w.now(), WantedAt: w.now()}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		want(w.shop.ID, "s1", "s2", "s3")
		want(other.ID, "f1")
		var asked sync.WaitGroup
		var n int
		var err error
		asked.Go(func() { n, err = w.engine.Ask(context.Background(), shop.Shard(w.shop.ID)) })
		first := []string{<-far.begun, <-far.begun}
		slices.Sort(first)
		both := []string{w.shop.ID + " s1", other.ID + " f1"}
		slices.Sort(both)
		same(t, "put at once", first, both)
		want(other.ID, "f2")
		breath <- w.now()
		same(t, "wanted meanwhile", <-far.begun, other.ID+" f2")
		close(far.let)
		asked.Wait()
		same(t, "asked in all", fmt.Sprint(n, err), "5 <nil>")
		same(t, "then the slow one's", []string{<-far.begun, <-far.begun}, []string{w.shop.ID + " s2", w.shop.ID + " s3"})
		same(t, "left", w.count("inquiries"), 0)
	}, onPlatform("generic"))
}

// A shop with more questions than wait in memory has the others put aside, and
// each is put once in the end.
func TestMoreQuestionsThanWaitInMemory(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		const many = 400
		far := &slowShops{farShop: farShop{can: recovery.Abilities{Fetch: true}}, slow: map[string]bool{w.shop.ID: true},
			let: make(chan struct{}), begun: make(chan string, 2*many)}
		breath := make(chan time.Time)
		w.engine = w.newEngine(func(o *recovery.Options) {
			o.Remote, o.Platforms["generic"] = far, thin{generic.New()}
			o.After = func(time.Duration) <-chan time.Time { return breath }
		})
		w.write(func(ctx context.Context, tx *store.Tx) error {
			for i := range many {
				if err := tx.Want(ctx, recovery.Inquiry{ShopID: w.shop.ID, Kind: "cart", Ref: fmt.Sprintf("c%03d", i), DueAt: w.now(), WantedAt: w.now()}); err != nil {
					return err
				}
			}
			return nil
		})
		done := make(chan int)
		go func() { done <- w.asks() }()
		breath <- w.now() // all batches were taken by then, and the first question is not answered
		close(far.let)
		<-done
		aside := w.count("inquiries")
		if aside == 0 || aside > many-256 {
			t.Errorf("%d were put aside", aside)
		}
		w.clock.Add(2 * time.Minute)
		w.asks()
		slices.Sort(far.asked)
		if n := len(slices.Compact(slices.Clone(far.asked))); n != many || len(far.asked) != many || w.count("inquiries") != 0 {
			t.Errorf("%d asked, %d different ones, %d left", len(far.asked), n, w.count("inquiries"))
		}
	}, onPlatform("generic"))
}
