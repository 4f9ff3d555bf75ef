package magento_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/magento"
)

func eur(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }

// product is a product of the REST API; attributes are pairs.
func product(id int, sku string, status int, price any, attributes ...string) thing {
	var list []thing
	for i := 0; i+1 < len(attributes); i += 2 {
		list = append(list, thing{"attribute_code": attributes[i], "value": attributes[i+1]})
	}
	list = append(list, thing{"attribute_code": "category_ids", "value": []string{"3", "4"}})
	return thing{"id": id, "entity_id": id, "sku": sku, "status": status, "type_id": "simple", "price": price, "custom_attributes": list}
}

func shelved(t *testing.T, api platform.API, items ...event.Item) []platform.Product {
	t.Helper()
	got, err := magento.New().Products(t.Context(), api, items)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestShelf(t *testing.T) {
	t.Parallel()
	bare := product(7, "BARE", 1, 5)
	bare["media_gallery_entries"] = []thing{{"file": "/o/ther.jpg", "types": []string{}, "disabled": false}, {"file": "/b/are.jpg", "types": []string{"image", "small_image"}, "disabled": false}}
	told := product(8, "TOLD", 1, 5)
	told["extension_attributes"] = thing{"stock_item": thing{"qty": 3, "is_in_stock": true, "manage_stock": true, "backorders": 0}}
	parent := product(50, "MUG", 1, 0, "small_image", "/p/arent.jpg")
	parent["type_id"] = "configurable"
	s := &shop{tables: map[string][]thing{"/products": {
		product(51, "MUG-BLUE", 1, 12.5, "small_image", "no_selection"), parent, product(60, "OFF", 2, 9, "small_image", "/o/ff.jpg"),
		product(61, "OFF-CHILD", 1, 9), product(62, "OFF-PARENT", 2, 0), bare, told, product(70, "A/B", 1, 5), product(71, "OUT", 1, 5), product(72, "BACK", 1, 5), product(73, "FREE", 1, 5),
	}}, pages: map[string]string{
		"/inventory/stocks": `{"total_count":1}`, "/stockItems/MUG-BLUE": `{"item_id":1,"qty":4,"is_in_stock":true,"manage_stock":true,"backorders":0}`,
		"/stockItems/OUT":  `{"qty":0,"is_in_stock":false,"manage_stock":true,"backorders":0}`,
		"/stockItems/BACK": `{"qty":-2,"is_in_stock":true,"manage_stock":true,"backorders":1}`,
		"/stockItems/FREE": `{"qty":0,"is_in_stock":false,"manage_stock":false,"backorders":0}`,
	}}
	api := open(t, s)
	media := api.Values[platform.KeyURL] + "/media/catalog/product"
	stock := func(n int) *int { return &n }
	got := shelved(t, api,
		event.Item{ProductID: "50", SKU: "mug-blue", Price: eur(1250)}, event.Item{ProductID: "60", SKU: "OFF"}, event.Item{ProductID: "62", SKU: "OFF-CHILD"},
		event.Item{SKU: "BARE"}, event.Item{SKU: "TOLD", Title: "Told"}, event.Item{SKU: "A/B"}, event.Item{SKU: "OUT"}, event.Item{SKU: "BACK"}, event.Item{SKU: "FREE"},
		event.Item{ProductID: "50", SKU: "MUG-engraved"}, event.Item{ProductID: "99", SKU: "DELETED"}, event.Item{SKU: "mug-with-options"}, event.Item{SKU: "a,b"}, event.Item{Title: "a fee"})
	want := []platform.Product{
		{Item: event.Item{ProductID: "50", SKU: "mug-blue", Price: eur(1250), ImageURL: media + "/p/arent.jpg", Stock: stock(4)}},
		{Item: event.Item{ProductID: "60", SKU: "OFF", ImageURL: media + "/o/ff.jpg"}, Gone: true},
		{Item: event.Item{ProductID: "62", SKU: "OFF-CHILD"}, Gone: true},
		{Item: event.Item{SKU: "BARE", ImageURL: media + "/b/are.jpg"}},
		{Item: event.Item{SKU: "TOLD", Title: "Told", Stock: stock(3)}},
		{Item: event.Item{SKU: "A/B"}},
		{Item: event.Item{SKU: "OUT", Stock: stock(0)}, Gone: true},
		{Item: event.Item{SKU: "BACK"}},
		{Item: event.Item{SKU: "FREE"}},
		{Item: event.Item{ProductID: "50", SKU: "MUG-engraved", ImageURL: media + "/p/arent.jpg"}},
		{Item: event.Item{ProductID: "99", SKU: "DELETED"}, Gone: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := shelved(t, open(t, &shop{}), event.Item{Title: "a fee"}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// Only what is certain is told of a price: see README.
func TestPrice(t *testing.T) {
	t.Parallel()
	const sale = "special_price"
	for name, c := range map[string]struct {
		price      any
		attributes []string
		seen, want money.Money
	}{
		"the same":                           {10.0, nil, eur(1000), eur(1000)},
		"four decimals":                      {"10.0000", nil, eur(1000), eur(1000)},
		"with tax, or by a rule":             {10.0, nil, eur(1200), money.Money{}},
		"another currency":                   {10.0, nil, money.Money{Minor: 1000, Currency: "USD"}, money.Money{}},
		"no price":                           {nil, nil, eur(1000), money.Money{}},
		"on sale now":                        {10.0, []string{sale, "8.0000"}, eur(1000), eur(800)},
		"since days":                         {10.0, []string{sale, "8", "special_from_date", "2026-04-20 00:00:00", "special_to_date", "2026-05-20 00:00:00"}, eur(1000), eur(800)},
		"over for days":                      {10.0, []string{sale, "8", "special_to_date", "2026-04-20 00:00:00"}, eur(800), eur(1000)},
		"not begun":                          {10.0, []string{sale, "8", "special_from_date", "2026-05-20 00:00:00"}, eur(1000), eur(1000)},
		"begins today somewhere":             {10.0, []string{sale, "8", "special_from_date", "2026-05-03 00:00:00"}, eur(1000), money.Money{}},
		"ends today, and it is day anywhere": {10.0, []string{sale, "8", "special_to_date", "2026-05-02 00:00:00"}, eur(1000), money.Money{}},
		"began yesterday":                    {10.0, []string{sale, "8", "special_from_date", "2026-05-01 00:00:00"}, eur(1000), eur(800)},
		"dearer than regular":                {10.0, []string{sale, "11"}, eur(1000), eur(1000)},
		"no date":                            {10.0, []string{sale, "8", "special_from_date", "soon"}, eur(1000), money.Money{}},
	} {
		api := open(t, &shop{tables: map[string][]thing{"/products": {product(1, "A", 1, c.price, c.attributes...)}}})
		got := shelved(t, api, event.Item{SKU: "A", Price: c.seen})
		if len(got) != 1 || got[0].Item.Price != c.want || got[0].Gone {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	bundle := product(1, "A", 1, 100, sale, "80")
	bundle["type_id"] = "bundle"
	if got := shelved(t, open(t, &shop{tables: map[string][]thing{"/products": {bundle}}}), event.Item{SKU: "A", Price: eur(10000)}); got[0].Item.Price != (money.Money{}) {
		t.Errorf("a bundle's percentage: %+v", got)
	}
}

// Stock costs a call for each product: few are made, and none where they tell
// nothing of what can be bought.
func TestStock(t *testing.T) {
	t.Parallel()
	var items []event.Item
	var rows []thing
	pages := map[string]string{}
	for n := range 120 {
		sku := fmt.Sprintf("S-%03d", n)
		rows, items = append(rows, product(n+1, sku, 1, 5)), append(items, event.Item{SKU: sku})
		pages["/stockItems/"+sku] = `{"qty":1,"is_in_stock":false,"manage_stock":true}`
	}
	for name, c := range map[string]struct {
		stocks string
		refuse map[string]int
		calls  int
		gone   int
		fails  fault.Code
	}{
		"one stock":          {`{"items":null,"total_count":1}`, nil, 10, 10, ""},
		"before inventories": {"", nil, 10, 10, ""},
		"several":            {`{"items":null,"total_count":2}`, nil, 0, 0, ""},
		"no right for that":  {"", map[string]int{"/inventory": 401}, 0, 0, ""},
		"no right for items": {`{"total_count":1}`, map[string]int{"/stockItems": 403}, 1, 0, ""},
		"none has any":       {`{"total_count":1}`, map[string]int{"/stockItems": 404}, 10, 0, ""},
		"too often":          {`{"total_count":1}`, map[string]int{"/stockItems": 429}, 1, 0, fault.Throttled},
		"down":               {"", map[string]int{"/inventory": 503}, 0, 0, fault.Overloaded},
	} {
		s := &shop{tables: map[string][]thing{"/products": rows}, pages: map[string]string{"/inventory/stocks": c.stocks}, refuse: c.refuse}
		for path, body := range pages {
			s.pages[path] = body
		}
		got, err := magento.New().Products(t.Context(), open(t, s), items)
		calls, gone := 0, 0
		for _, path := range s.asked {
			if strings.HasPrefix(path, "/stockItems") {
				calls++
			}
		}
		for _, p := range got {
			if p.Gone {
				gone++
			}
		}
		if calls != c.calls || gone != c.gone || fault.CodeOf(err) != c.fails || err == nil && len(got) != 120 {
			t.Errorf("%s: %d calls, %d of %d gone, %v", name, calls, gone, len(got), err)
		}
	}
}

// A store view's own products, by an address that names it; pictures stay where they are.
func TestShelfOfAView(t *testing.T) {
	t.Parallel()
	api := open(t, &shop{tables: map[string][]thing{"/products": {product(1, "A", 1, 5, "small_image", "/a.jpg")}}})
	base := api.Values[platform.KeyURL]
	api.Values[platform.KeyURL] = base + "/rest/V1/"
	if got := shelved(t, api, event.Item{SKU: "A"}); got[0].Item.ImageURL != base+"/media/catalog/product/a.jpg" {
		t.Errorf("%+v", got)
	}
	paths := map[string]bool{}
	api.Client = &http.Client{Timeout: time.Minute, Transport: net(func(r *http.Request) (int, string) { paths[r.URL.Host+r.URL.Path] = true; return 200, `{}` })}
	for address, want := range map[string]string{"": "shop.example/rest/V1/products", "https://s.example/index.php": "s.example/index.php/rest/V1/products",
		"s.example/rest/fr": "s.example/rest/fr/V1/products"} {
		api.Values[platform.KeyURL] = address
		if shelved(t, api, event.Item{SKU: "A"}); !paths[want] {
			t.Errorf("%q: %v", address, paths)
		}
	}
}
