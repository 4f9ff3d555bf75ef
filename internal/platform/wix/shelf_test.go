package wix_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wix"
)

// newCatalog is Catalog V3: lists tell no variants, products do.
var newCatalog = map[string]string{
	"/stores/v3/provision/version": `{"catalogVersion":"V3_CATALOG"}`,
	"/stores/v3/products/query": `{"products":[
		{"id":"mug","visible":true,"actualPriceRange":{"minValue":{"amount":"11.00"},"maxValue":{"amount":"11.00"}},"inventory":{"availabilityStatus":"IN_STOCK"},
			"media":{"main":{"image":{"id":"b_2.jpg","url":"https://static.wixstatic.com/media/b_2.jpg"}}},"variantSummary":{"variantCount":1}},
		{"id":"shirt","visible":true,"actualPriceRange":{"minValue":{"amount":"20"},"maxValue":{"amount":"30"}},"inventory":{"availabilityStatus":"PARTIALLY_OUT_OF_STOCK"},
			"media":{"main":{"image":"wix:image://v1/a_1.jpg/shirt.jpg#originWidth=9"}},"variantSummary":{"variantCount":4}},
		{"id":"hidden","visible":false,"variantSummary":{"variantCount":1}},
		{"id":"sold","visible":true,"inventory":{"availabilityStatus":"OUT_OF_STOCK"},"variantSummary":{"variantCount":1}}],"pagingMetadata":{"count":4}}`,
	"/stores/v3/products/shirt": `{"product":{"id":"shirt","visible":true,"inventory":{"availabilityStatus":"PARTIALLY_OUT_OF_STOCK"},"media":{"main":{"image":"wix:image://v1/a_1.jpg/shirt.jpg#originWidth=9"}},
		"variantsInfo":{"variants":[
			{"id":"s","visible":true,"price":{"actualPrice":{"amount":"20"}},"inventoryStatus":{"inStock":true}},
			{"id":"m","visible":true,"price":{"actualPrice":{"amount":"25"}},"inventoryStatus":{"inStock":false,"preorderEnabled":false}},
			{"id":"l","visible":true,"price":{"actualPrice":{"amount":"30"}},"inventoryStatus":{"inStock":false,"preorderEnabled":true}},
			{"id":"xl","visible":false,"price":{"actualPrice":{"amount":"30"}},"inventoryStatus":{"inStock":true}}]}}}`,
}

// oldCatalog is Catalog V1 with the same things on the shelf.
var oldCatalog = map[string]string{
	"/stores/v3/provision/version": `{"catalogVersion":"V1_CATALOG"}`,
	"/stores/v1/products/query": `{"products":[
		{"id":"mug","visible":true,"priceData":{"currency":"EUR","price":12.5,"discountedPrice":11},"stock":{"trackInventory":false,"inStock":true,"inventoryStatus":"IN_STOCK"},"manageVariants":false,
			"variants":[{"id":"00000000-0000-0000-0000-000000000000","variant":{"priceData":{"currency":"EUR","price":12.5,"discountedPrice":11},"visible":true}}],
			"media":{"mainMedia":{"image":{"url":"https://static.wixstatic.com/media/b_2.jpg","width":900}}}},
		{"id":"shirt","visible":true,"priceData":{"currency":"EUR","price":20,"discountedPrice":20},"stock":{"trackInventory":true,"inStock":true},"manageVariants":true,
			"media":{"mainMedia":{"image":{"url":"https://static.wixstatic.com/media/a_1.jpg"}}},"variants":[
			{"id":"s","variant":{"priceData":{"currency":"EUR","price":20,"discountedPrice":20},"visible":true},"stock":{"trackQuantity":false,"inStock":true}},
			{"id":"m","variant":{"priceData":{"currency":"EUR","price":25,"discountedPrice":25},"visible":true},"stock":{"trackQuantity":true,"quantity":0,"inStock":false}},
			{"id":"l","variant":{"priceData":{"currency":"EUR","price":30,"discountedPrice":30},"visible":true},"stock":{"trackQuantity":false,"inStock":true}},
			{"id":"xl","variant":{"priceData":{"currency":"EUR","price":30},"visible":false},"stock":{"inStock":true}}]},
		{"id":"hidden","visible":false,"priceData":{"currency":"EUR","price":5}},
		{"id":"sold","visible":true,"priceData":{"currency":"EUR"},"stock":{"trackInventory":true,"quantity":0,"inStock":false}}],"totalResults":4}`,
}

// stocked serves a catalog, and notes what was asked for.
func stocked(t *testing.T, pages map[string]string, asked *[]string) platform.API {
	return site(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = append(*asked, r.Method+" "+r.URL.Path+" "+string(body))
		page, found := pages[r.URL.Path]
		if !found {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/query") && pages["heedless"] == "" {
			page = narrowed(t, page, body)
		}
		_, _ = io.WriteString(w, page)
	})
}

// narrowed leaves of a list what a question's filter asks for: an object in V3, text
// that holds one in V1.
func narrowed(t *testing.T, page string, question []byte) string {
	var q struct {
		Query struct{ Filter json.RawMessage }
	}
	var filter struct {
		ID struct {
			In []string `json:"$in"`
		}
	}
	if err := json.Unmarshal(question, &q); err != nil {
		t.Error(err)
	}
	var text string
	if json.Unmarshal(q.Query.Filter, &text) == nil {
		q.Query.Filter = json.RawMessage(text)
	}
	if err := json.Unmarshal(q.Query.Filter, &filter); err != nil {
		t.Error(err)
	}
	var list struct {
		Products []map[string]any `json:"products"`
	}
	if json.Unmarshal([]byte(page), &list) != nil || list.Products == nil {
		return page
	}
	list.Products = slices.DeleteFunc(list.Products, func(p map[string]any) bool { return !slices.Contains(filter.ID.In, p["id"].(string)) })
	out, err := json.Marshal(list)
	if err != nil {
		t.Error(err)
	}
	return string(out)
}

func at(product, variant string) event.Item {
	return event.Item{ProductID: product, VariantID: variant, Title: product, Price: money.Money{Minor: 1, Currency: "EUR"}}
}

// Both catalogs tell of the same things in the same way.
func TestProductsAsTheyAreSold(t *testing.T) {
	t.Parallel()
	items := []event.Item{at("mug", ""), at("shirt", "s"), at("shirt", "m"), at("shirt", "l"), at("shirt", "xl"), at("shirt", "removed"), at("hidden", ""), at("sold", ""), at("deleted", ""),
		{ProductID: "mug", Title: "mug", Price: money.Money{Minor: 9, Currency: "USD"}}, {Title: "a custom line"}, {ProductID: "13d21c63-b5ec-5912-8397-c3a5ddb27a97:yoga", Title: "another app's"}}
	said := func(minor int64, picture string) event.Item {
		out := event.Item{}
		if minor > 0 {
			out.Price = money.Money{Minor: minor, Currency: "EUR"}
		}
		if picture != "" {
			out.ImageURL = "https://static.wixstatic.com/media/" + picture
		}
		return out
	}
	zero := 0
	empty := func(i event.Item) event.Item { i.Stock = &zero; return i }
	want := []platform.Product{
		{Item: said(1100, "b_2.jpg")}, {Item: said(2000, "a_1.jpg")}, {Item: empty(said(2500, "a_1.jpg")), Gone: true}, {Item: said(3000, "a_1.jpg")},
		{Item: said(3000, "a_1.jpg"), Gone: true}, {Item: said(0, "a_1.jpg"), Gone: true}, {Item: said(0, ""), Gone: true}, {Item: empty(said(0, "")), Gone: true}, {Gone: true}, {Item: said(0, "b_2.jpg")},
	}
	for name, pages := range map[string]map[string]string{"V3": newCatalog, "V1": oldCatalog} {
		var asked []string
		api := stocked(t, pages, &asked)
		got, err := wix.New().Products(t.Context(), api, items)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i].Item.Same() != items[i].Same() {
				t.Errorf("%s: %d is told of another line", name, i)
			}
			got[i].Item = event.Item{Price: got[i].Item.Price, ImageURL: got[i].Item.ImageURL, Stock: got[i].Item.Stock}
		}
		got[6].Item.Price = money.Money{} // V1 tells what a hidden thing would cost
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if query := asked[1]; !strings.Contains(query, "deleted") || strings.Contains(query, "yoga") || strings.Count(query, "mug") != 1 {
			t.Errorf("%s asked %s", name, query)
		}
	}
}

// One question is one token, one look at the version and one list, and a product is
// asked for by itself only where its variants differ.
func TestProductsAreAskedForOnce(t *testing.T) {
	t.Parallel()
	var asked []string
	api := stocked(t, newCatalog, &asked)
	if _, err := wix.New().Products(t.Context(), api, []event.Item{at("mug", "v"), at("shirt", "s"), at("shirt", "m")}); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /stores/v3/provision/version ", `POST /stores/v3/products/query {"query":{"cursorPaging":{"limit":100},"filter":{"id":{"$in":["mug","shirt"]}}}}`, "GET /stores/v3/products/shirt "}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
	asked = nil
	if _, err := wix.New().Products(t.Context(), stocked(t, oldCatalog, &asked), []event.Item{at("mug", "")}); err != nil {
		t.Fatal(err)
	}
	var in struct {
		IncludeVariants bool
		Query           struct{ Filter string }
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(asked[1], "POST /stores/v1/products/query ")), &in); err != nil || in.Query.Filter != `{"id":{"$in":["mug"]}}` || !in.IncludeVariants {
		t.Errorf("asked %s: %v", asked[1], err)
	}
	asked = nil
	if got, err := wix.New().Products(t.Context(), stocked(t, nil, &asked), []event.Item{{Title: "custom"}}); err != nil || got != nil || asked != nil {
		t.Errorf("nothing to ask for: %v, %v, asked %v", got, err, asked)
	}
}

// What cannot be known is never told as gone.
func TestProductsInDoubt(t *testing.T) {
	t.Parallel()
	version := func(v, list string) map[string]string {
		return map[string]string{"/stores/v3/provision/version": `{"catalogVersion":"` + v + `"}`, "/stores/v3/products/query": list, "/stores/v1/products/query": list}
	}
	heedless := version("V1_CATALOG", `{"products":[{"id":"other"}]}`)
	heedless["heedless"] = "yes"
	for name, c := range map[string]struct {
		pages map[string]string
		code  fault.Code
	}{
		"no right to ask the version": {nil, fault.NotFound},
		"no list":                     {version("V3_CATALOG", `{}`), fault.Unprocessable},
		"no list of the old":          {version("V1_CATALOG", `{"products":null}`), fault.Unprocessable},
		"a filter that is not heeded": {heedless, fault.Unprocessable},
		"no stores":                   {version("STORES_NOT_INSTALLED", `{}`), ""},
		"a catalog to come":           {version("V4_CATALOG", `{}`), ""},
	} {
		var asked []string
		got, err := wix.New().Products(t.Context(), stocked(t, c.pages, &asked), []event.Item{at("mug", "")})
		if len(got) != 0 || (c.code == "") != (err == nil) || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
