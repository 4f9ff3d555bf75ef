package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func TestReportIsFoldedOncePerProviderAndShop(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, c := range []struct {
			shop, provider, dedupe string
			fresh                  bool
		}{
			{shopA, "sendgrid", "1", true}, {shopA, "sendgrid", "1", false}, {shopA, "twilio", "1", true},
			{shopA, "sendgrid", "2", true}, {shopB, "sendgrid", "1", true},
		} {
			fresh := get(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) {
				return tx.InsertReport(ctx, c.shop, c.provider, "m", delivery.Report{Dedupe: c.dedupe, Status: delivery.Bounce, At: now})
			})
			if fresh != c.fresh {
				t.Errorf("report %d: fresh is %v", i, fresh)
			}
		}
	})
}

func TestTouchesOfShopperAndCart(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		touch := func(id, cart, who string, at time.Time) attribution.Touch {
			k := aTouch(shopA, id)
			k.CartID, k.ShopperID, k.At = cart, who, at
			return k
		}
		both, hers, its := touch("b", "c1", "ada", now), touch("a", "c2", "ada", now), touch("c", "c1", "", now.Add(-time.Minute))
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			again := both
			again.Detail = "said again"
			for _, k := range []attribution.Touch{
				both, hers, its, again, touch("old", "c1", "ada", now.Add(-2*time.Hour)), touch("other", "c3", "bob", now), touch("nobody's", "", "", now),
			} {
				if err := tx.InsertTouch(ctx, k); err != nil {
					return err
				}
			}
			return nil
		})
		for _, c := range []struct {
			name, who, cart string
			want            []attribution.Touch
		}{
			{"hers and the cart's, each once, oldest first", "ada", "c1", []attribution.Touch{its, hers, both}},
			{"hers", "ada", "", []attribution.Touch{hers, both}},
			{"the cart's", "", "c1", []attribution.Touch{its, both}},
			{"nobody's", "", "", []attribution.Touch{}},
		} {
			got := get(t, s, func(ctx context.Context, tx *store.Tx) ([]attribution.Touch, error) {
				return tx.Touches(ctx, shopA, c.who, c.cart, now.Add(-time.Hour))
			})
			same(t, c.name, got, c.want)
		}
	})
}

func TestRecoveryOncePerOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		r := aRecovery(shopA, "r1", "o1")
		save := func(r attribution.Recovery) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveRecovery(ctx, r) })
		}
		load := func() attribution.Recovery {
			return get(t, s, func(ctx context.Context, tx *store.Tx) (attribution.Recovery, error) {
				return tx.Recovery(ctx, shopA, "o1")
			})
		}
		save(r)
		same(t, "as stored", load(), r)
		// Refunds come later; what it was credited to stays.
		again := r
		again.ID, again.MessageID, again.Rule = "r2", "another", attribution.SameCart
		again.Amount.Minor, again.Refunded.Minor = 1300, 300
		save(again)
		r.Amount.Minor, r.Refunded.Minor = 1300, 300
		same(t, "after a refund", load(), r)
		if p := must[journey.Page[attribution.Recovery]](t)(s.Recoveries(t.Context(), shopA, journey.Query{})); len(p.Items) != 1 {
			t.Errorf("one order was credited %d times", len(p.Items))
		}
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Recovery(ctx, shopA, "o2")
			return err
		})
		wantCode(t, "of an order that was not credited", err, fault.NotFound)
	})
}

// A report that came before its message was known by the provider's id is given once.
func TestEarlyReportsAreGivenOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		receipt := delivery.Report{Dedupe: "d1", ProviderID: "m1", Status: delivery.Delivery, At: now, Address: "psid"}
		read := receipt
		read.Dedupe, read.Status = "d2", delivery.Open
		other := receipt
		other.ProviderID = "m2"
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, r := range []delivery.Report{receipt, receipt, read, other} {
				if err := tx.KeepEarly(ctx, shopA, r); err != nil {
					return err
				}
			}
			return nil
		})
		take := func(shopID, providerID string) (got []delivery.Report) {
			write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				got, err = tx.TakeEarly(ctx, shopID, providerID)
				return err
			})
			return got
		}
		same(t, "of another shop", len(take(shopB, "m1")), 0)
		same(t, "of an id", take(shopA, "m1"), []delivery.Report{receipt, read})
		same(t, "a second time", len(take(shopA, "m1")), 0)
		same(t, "of another id", take(shopA, "m2"), []delivery.Report{other})
	})
}
