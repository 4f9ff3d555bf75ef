package app

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// Of several who make a shop of one domain at once, one succeeds. What the others
// are told names no other shop, unless on a terminal.
func TestOneOfManyTakesADomain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		n := demoShop()
		n.Name, n.Domain = "The Winner", "Rush.MyShopify.com"
		var mu sync.Mutex
		var refused []error
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if _, err := h.CreateShop(ctx, n); err != nil {
					mu.Lock()
					defer mu.Unlock()
					refused = append(refused, err)
				}
			})
		}
		all.Wait()
		same(t, "refused", len(refused), 5)
		for _, err := range refused {
			wantFault(t, "a domain that is taken", err, fault.Unprocessable)
			var f *fault.Error
			if !errors.As(err, &f) || f.Field != "domain" || strings.Contains(f.Error()+f.Remedy, "Winner") {
				t.Errorf("people are told: %v", err)
			}
			if told := namingTaken(err); !strings.Contains(told.Error(), "The Winner") {
				t.Errorf("the operator is told: %v", told)
			}
		}
		wantFault(t, "the settings page", h.ChangeShop(ctx, h.shop.ID, map[string]string{"domain": "rush.myshopify.com"}), fault.Unprocessable)
	})
}

// Shops of before that share a domain go on: their settings can be changed.
func TestSharedDomainsOfBeforeGoOn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			sh, err := tx.Shop(ctx, h.shop.ID)
			if err != nil {
				return err
			}
			sh.ID, sh.Name = h.newID(), "The twin"
			return tx.SaveShop(ctx, sh)
		}))
		must(t, h.ChangeShop(ctx, h.shop.ID, map[string]string{"name": "Renamed", "domain": demoDomain}))
		must(t, h.ChangeShop(ctx, h.shop.ID, map[string]string{"domain": "apart.myshopify.com"}))
		wantFault(t, "back to the shared one", h.ChangeShop(ctx, h.shop.ID, map[string]string{"domain": demoDomain}), fault.Unprocessable)
	})
}

// A generic shop's deliveries name no domain, so that several may have one.
func TestGenericShopsShareADomain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		n := demoShop()
		n.Platform, n.Domain = "generic", "rush.example"
		for range 2 {
			if _, err := h.CreateShop(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
	})
}
