package sylius_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/sylius"
)

func TestProducts(t *testing.T) {
	t.Parallel()
	variant := func(product, more string) string {
		return `{"@type":"ProductVariant","code":"X","product":"\/api\/v2\/shop\/products\/` + product + `",` + more + `}`
	}
	s := &shop{pages: map[string]string{
		"/shop/products": hydra(2), "/shop/products/MUG": `{"@type":"Product","code":"MUG","images":[{"type":"main","path":""},{"path":"https:\/\/shop.example\/media\/mug.jpg"}]}`,
		"/shop/products/TEE":              `{"@type":"Product","code":"TEE","images":[{"path":"\/media\/image\/tee.jpg"}]}`,
		"/shop/product-variants/MUG_BLUE": variant("MUG", `"price":1950,"originalPrice":2000,"inStock":true`),
		"/shop/product-variants/MUG_RED":  variant("MUG", `"price":2000,"inStock":false`),
		"/shop/product-variants/TEE_S":    variant("TEE", `"price":null,"inStock":true`),
		"/shop/product-variants/CUP":      variant("CUP", `"price":500,"inStock":true`),
	}}
	api := s.api(t)
	usd := func(n int64) money.Money { return money.Money{Minor: n, Currency: "USD"} }
	line := func(product, variant string) event.Item {
		return event.Item{ProductID: product, VariantID: variant, SKU: variant, Price: usd(2000)}
	}
	told, euros := line("MUG", "MUG_BLUE"), line("MUG", "MUG_BLUE")
	told.ImageURL, euros.Price.Currency = "https://shop.example/small.jpg", "EUR"
	got, err := sylius.New().Products(t.Context(), api, []event.Item{line("MUG", "MUG_BLUE"), told, euros, line("MUG", "MUG_RED"), line("", "TEE_S"),
		line("CUP", "CUP"), line("MUG", "MUG_GREEN"), {ProductID: "MUG"}, line("MUG", "../admin")})
	if err != nil {
		t.Fatal(err)
	}
	now := func(product, variant, image string, price money.Money, gone bool) platform.Product {
		return platform.Product{Item: event.Item{ProductID: product, VariantID: variant, SKU: variant, ImageURL: image, Price: price}, Gone: gone}
	}
	const picture = "https://shop.example/media/mug.jpg"
	want := []platform.Product{
		now("MUG", "MUG_BLUE", picture, usd(1950), false), now("MUG", "MUG_BLUE", "", usd(1950), false), now("MUG", "MUG_BLUE", picture, money.Money{}, false),
		now("MUG", "MUG_RED", picture, usd(2000), true), now("", "TEE_S", api.Values[platform.KeyURL]+"/media/image/tee.jpg", money.Money{}, false),
		now("CUP", "CUP", "", money.Money{}, true), now("MUG", "MUG_GREEN", "", money.Money{}, true),
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if len(s.calls) != 9 {
		t.Errorf("asked for %v", s.calls)
	}
}

// Nothing is sold out because the shop's API is switched off or has trouble.
func TestProductsTrouble(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]fault.Code{404: fault.NotFound, 403: fault.Misconfigured, 429: fault.Throttled, 502: fault.Overloaded} {
		for _, path := range []string{"product-variants", "products"} {
			s := &shop{pages: map[string]string{"/shop/product-variants/MUG": `{"product":"\/api\/v2\/shop\/products\/MUG","inStock":true}`}}
			s.answer = func(w http.ResponseWriter, r *http.Request) bool {
				ours := strings.Contains(r.URL.Path, path)
				if ours {
					w.WriteHeader(status)
				}
				return ours
			}
			if got, err := sylius.New().Products(t.Context(), s.api(t), []event.Item{{VariantID: "MUG"}}); !fault.Is(err, want) || len(got) != 0 {
				t.Errorf("%d of %s: %+v, %v", status, path, got, err)
			}
		}
	}
}

// A huge cart does not ask for everything.
func TestProductsAreBounded(t *testing.T) {
	t.Parallel()
	s := &shop{pages: map[string]string{"/shop/products": hydra(0)}}
	var items []event.Item
	for i := range 500 {
		items = append(items, event.Item{VariantID: fmt.Sprintf("BEAD-%d", i)})
	}
	got, err := sylius.New().Products(t.Context(), s.api(t), append(items, items...))
	if err != nil || len(got) != 30 || len(s.calls) != 16 {
		t.Errorf("%d lines by %d calls, %v", len(got), len(s.calls), err)
	}
}

var _ platform.Shelf = (*sylius.Adapter)(nil)
