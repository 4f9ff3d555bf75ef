package story

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	core "github.com/cartograph-dev/cartograph/internal/cart"
	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// token is the integration's access token.
const token = "m0ukk1v8ed5nbvn5d3uaekjtu6plr9jf" // #nosec G101 -- of a shop that is none

// asked gives the stories, with some in which the shop's API has to be asked:
// the cart that was left is told without its items, that it was emptied and that
// the order was cancelled is told by no event.
func asked(all []kit.Story) []kit.Story {
	for i := range all {
		switch all[i].Trait {
		case kit.Left:
			all[i].Tell, all[i].Want = left, leftEnd
		case kit.Emptied:
			all[i].Tell = emptied
		case kit.Cancelled:
			all[i].Tell = cancelled
		}
	}
	return all
}

// serve plays the shop's REST API. A page's name is its path behind /V1.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	path, found := strings.CutPrefix(r.URL.Path, "/rest/V1")
	if !found || r.Header.Get("Authorization") != "Bearer "+token {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"The consumer isn't authorized to access %resources.","parameters":{"resources":"Magento_Sales::actions_view"}}`)
		return true
	}
	w.Header().Set("Content-Type", "application/json")
	list := map[string]string{"/orders": "/orders/", "/carts/search": "/carts/"}[path]
	switch body := pages[path]; {
	case list != "":
		_, _ = io.WriteString(w, page(r, list, pages))
	case body != "":
		_, _ = io.WriteString(w, body)
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"No such entity with %fieldName = %fieldValue","parameters":{"fieldName":"cartId","fieldValue":"0"}}`)
	}
	return true
}

// page answers a search for what changed since a moment, all on one page.
func page(r *http.Request, under string, pages map[string]string) string {
	q := r.URL.Query()
	since := ""
	for name, values := range q {
		if group, is := strings.CutSuffix(name, "[field]"); is && values[0] == "updated_at" && q.Get(group+"[condition_type]") == "gteq" {
			since = q.Get(group + "[value]")
		}
	}
	var items []json.RawMessage
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		var one struct {
			UpdatedAt string `json:"updated_at"`
		}
		if strings.HasPrefix(name, under) && !strings.HasSuffix(name, "/totals") &&
			json.Unmarshal([]byte(pages[name]), &one) == nil && since != "" && one.UpdatedAt >= since {
			items = append(items, json.RawMessage(pages[name]))
		}
	}
	text, _ := json.Marshal(object{"items": items, "total_count": len(items)})
	return string(text)
}

func written(o object) string {
	text, _ := json.Marshal(o)
	return string(text)
}

// mugs and kims are what the kit's own stories of these names are about.
func mugs(quantity int) []kit.Ware {
	return []kit.Ware{{N: 1, Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: quantity, Minor: 1250}}
}

func kims(r kit.Run, minute int, lines ...kit.Ware) kit.Basket {
	return kit.Basket{Minute: minute, Lines: lines, Currency: "EUR", Email: r.Email(), Name: "Kim", Checkout: true}
}

// pagesOf are the cart and what it costs as the API tells them: prices of lines
// in the base currency and without tax, numbers as floats.
func pagesOf(r kit.Run, b kit.Basket) map[string]string {
	lines, prices := []any{}, []any{}
	for _, l := range b.Lines {
		total := json.Number(b.Price(l.Minor * int64(l.Quantity)))
		lines = append(lines, object{"item_id": 900 + l.N, "sku": l.SKU, "qty": l.Quantity, "name": l.Title, "price": 8.1, "product_type": "configurable", "quote_id": r.Text(1)})
		prices = append(prices, object{"item_id": 900 + l.N, "price": 8.1, "base_price": 8.1, "qty": l.Quantity, "row_total": 1, "price_incl_tax": json.Number(b.Price(l.Minor)),
			"row_total_incl_tax": total, "name": l.Title, "options": `[{"value":"` + l.Variant + `","label":"Color"}]`})
	}
	cart := object{"id": r.ID(1), "created_at": when(r, 0), "updated_at": when(r, b.Minute), "is_active": true, "is_virtual": false, "items": lines,
		"items_count": len(lines), "items_qty": len(lines), "customer": object{"email": nil, "firstname": nil, "lastname": nil}, "orig_order_id": 0,
		"currency":          object{"global_currency_code": "USD", "base_currency_code": "USD", "store_currency_code": "EUR", "quote_currency_code": b.Currency},
		"customer_is_guest": true, "store_id": 1, "billing_address": object{"id": 7, "email": b.Email, "firstname": b.Name, "country_id": "FR", "street": []string{""}}}
	if len(lines) == 0 {
		cart["items"] = nil // what Magento makes of an empty list where fields are chosen
	}
	at := "/carts/" + r.Text(1)
	return map[string]string{at: written(cart), at + "/totals": written(object{"grand_total": 1, "base_grand_total": 1, "tax_amount": 2, "items": prices,
		"base_currency_code": "USD", "quote_currency_code": b.Currency, "total_segments": []any{
			object{"code": "subtotal", "title": "Subtotal", "value": 1}, object{"code": "grand_total", "title": "Grand Total", "value": json.Number(b.Price(b.Total())), "area": "footer"}}})}
}

func left(r kit.Run) []kit.Delivery {
	b := kims(r, 9, mugs(3)...)
	thin := told(r, 9, 9, "sales_quote_save_commit_after", "without its items", object{"entity_id": r.Text(1), "is_active": "1"})
	thin.Then = pagesOf(r, b)
	return append(fill(r, kit.Basket{Lines: mugs(1), Currency: "EUR"}), thin)
}

func leftEnd(r kit.Run) kit.Want {
	return kit.Want{Carts: []kit.Cart{{State: core.Open, Total: "37.50 EUR", Email: r.Email(),
		Items: []kit.Item{{Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: 3, Price: "12.50 EUR"}}}}}
}

func emptied(r kit.Run) []kit.Delivery {
	return append(fill(r, kit.Basket{Lines: mugs(1), Currency: "EUR"}),
		kit.Delivery{Name: "emptied, found in a list", Listed: true, Then: pagesOf(r, kit.Basket{Minute: 5, Currency: "EUR"})})
}

// cancelled: the kit's own story, of which the last event is lost.
func cancelled(r kit.Run) []kit.Delivery {
	b := kims(r, 5, append(mugs(2), kit.Ware{N: 2, Title: "Poster", SKU: "POSTER", Quantity: 1, Minor: 400})...)
	paid := kit.Sale{Basket: b, Placed: 15, Fate: kit.Paid}
	paid.Minute = 16
	total := json.Number(b.Price(b.Total()))
	void := written(object{"entity_id": r.ID(2), "increment_id": number(r), "quote_id": r.ID(1), "state": "canceled", "status": "canceled", "store_id": 1,
		"created_at": when(r, 15), "updated_at": when(r, 40), "order_currency_code": "EUR", "base_currency_code": "USD", "grand_total": total,
		"base_grand_total": 1, "total_paid": total, "customer_email": b.Email, "customer_firstname": "Kim", "customer_is_guest": 1, "remote_ip": "203.0.113.7",
		"items": items(b, "qty_ordered"), "billing_address": object{"address_type": "billing", "email": b.Email, "firstname": "Kim", "country_id": "FR", "telephone": "06 12 34 56 78"}})
	return append(append(fill(r, b), sell(r, paid)...),
		kit.Delivery{Name: "cancelled, found in a list", Listed: true, Then: map[string]string{"/orders/" + r.Text(2): void}})
}
