package prestashop_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/prestashop"
)

func TestProducts(t *testing.T) {
	t.Parallel()
	product := func(id int, more row) row {
		out := row{"id": id, "active": "1", "available_for_order": "1", "is_virtual": "0", "id_default_image": "123", "price": "10.000000"}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	stocked := func(product, attribute int, quantity, policy string) row {
		return row{"id": 1, "id_product": product, "id_product_attribute": attribute, "quantity": quantity, "out_of_stock": policy}
	}
	s := &shop{rows: map[string][]row{
		"products": {product(1, nil), product(2, row{"active": "0"}), product(3, row{"available_for_order": "0"}), product(4, row{"id_default_image": ""}),
			product(5, nil), product(6, nil), product(7, row{"is_virtual": "1"}), product(9, nil)},
		"combinations": {{"id": 11, "id_product": "1", "associations": row{"images": []row{{"id": "45"}, {"id": "46"}}}},
			{"id": 12, "id_product": "1", "associations": []any{}}, {"id": 91, "id_product": "1"}},
		"stock_availables": {stocked(1, 0, "9", "0"), stocked(1, 11, "3", "0"), stocked(1, 12, "0", "0"), stocked(4, 0, "0", "1"), stocked(5, 0, "0", "2"),
			stocked(6, 0, "0", "0"), stocked(6, 0, "4", "2"), stocked(7, 0, "0", "0"), stocked(9, 0, "-2", "0")},
	}}
	api := s.api(t, "")
	line := func(product, variant string) event.Item {
		return event.Item{ProductID: product, VariantID: variant, SKU: "P", Price: eur(1270)}
	}
	told := line("1", "11")
	told.ImageURL = "https://shop.example/45-home_default/mug.jpg"
	got, err := prestashop.New().Products(t.Context(), api, []event.Item{line("1", ""), line("1", "11"), told, line("1", "12"), line("1", "13"), line("2", ""), line("3", ""),
		line("4", ""), line("5", ""), line("6", ""), line("7", ""), line("8", ""), line("9", ""), line("9", "91"), {SKU: "X"}, line("1|2", "")})
	if err != nil {
		t.Fatal(err)
	}
	count := func(n int) *int { return &n }
	base := api.Values[platform.KeyURL] + "/img/p/"
	now := func(product, variant, image string, stock *int, gone bool) platform.Product {
		if image != "" {
			image = base + image
		}
		return platform.Product{Item: event.Item{ProductID: product, VariantID: variant, SKU: "P", ImageURL: image, Stock: stock}, Gone: gone}
	}
	const picture = "1/2/3/123-home_default.jpg"
	want := []platform.Product{
		now("1", "", picture, count(9), false), now("1", "11", "4/5/45-home_default.jpg", count(3), false), now("1", "11", "", count(3), false),
		now("1", "12", picture, count(0), true), now("1", "13", "", nil, true), now("2", "", "", nil, true), now("3", "", "", nil, true),
		now("4", "", "", nil, false), now("5", "", picture, nil, false), now("6", "", picture, count(4), false), now("7", "", picture, nil, false),
		now("8", "", "", nil, true), now("9", "", picture, count(0), true), now("9", "91", "", nil, true),
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"products", "combinations", "stock_availables"}, s.calls); diff != "" {
		t.Error(diff)
	}
}

func TestProductsTrouble(t *testing.T) {
	t.Parallel()
	line := []event.Item{{ProductID: "1", VariantID: "11"}}
	for _, resource := range []string{"products", "combinations", "stock_availables"} {
		for status, want := range map[int]fault.Code{401: fault.Misconfigured, 429: fault.Throttled, 500: fault.Overloaded} {
			s := &shop{before: func(w http.ResponseWriter, _ *http.Request, asked string) bool {
				if asked == resource {
					w.WriteHeader(status)
				}
				return asked == resource
			}}
			got, err := prestashop.New().Products(t.Context(), s.api(t, ""), line)
			if !fault.Is(err, want) || len(got) != 0 || want == fault.Misconfigured && !strings.Contains(err.Error(), resource) {
				t.Errorf("%s %d: %+v, %v", resource, status, got, err)
			}
		}
	}
	if got, err := prestashop.New().Products(t.Context(), platform.API{}, []event.Item{{Title: "No id"}}); err != nil || len(got) != 0 {
		t.Errorf("of nothing: %+v, %v", got, err)
	}
}

var _ platform.Shelf = (*prestashop.Adapter)(nil)
