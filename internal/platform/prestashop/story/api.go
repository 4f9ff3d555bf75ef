package story

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// webserviceKey has 32 characters, as PrestaShop makes them; zone is the shop's.
const (
	webserviceKey = "ST0RYST0RYST0RYST0RYST0RYST0RY00"
	zone          = "Europe/Paris"
)

// serve answers as the web service does: the key is the user name, without a
// password, and of nothing there is an empty list.
func serve(w http.ResponseWriter, r *http.Request, pages map[string]string) bool {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return false
	}
	if key, password, ok := r.BasicAuth(); !ok || key != webserviceKey || password != "" || r.URL.Query().Get("output_format") != "JSON" {
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	page := pages[r.URL.Path]
	if page == "" {
		page = "[]"
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_, _ = io.WriteString(w, page)
	return true
}

// local writes times as the web service does: in the shop's zone, and without it.
func local(r kit.Run, minute int) string {
	paris, err := time.LoadLocation(zone)
	if err != nil {
		paris = time.FixedZone("", 2*3600)
	}
	return r.At(minute).In(paris).Format("2006-01-02 15:04:05")
}

// pages are what the web service tells of an order and of all that it names.
func pages(r kit.Run, s kit.Sale) map[string]string {
	state := map[kit.Fate]string{kit.Paid: "2", kit.Back: "2", kit.Void: "6", kit.Denied: "8"}[s.Fate]
	rows := []any{}
	for _, l := range s.Lines {
		rows = append(rows, object{"id": l.N, "product_id": l.N, "product_attribute_id": attribute(l), "product_quantity": l.Quantity,
			"product_name": l.Title, "product_reference": l.SKU, "unit_price_tax_incl": six(s.Basket, l.Minor)})
	}
	out := map[string]string{}
	tell := func(name string, list ...any) {
		text, _ := json.Marshal(object{name: list})
		out["/api/"+name] = string(text)
	}
	tell("orders", object{"id": r.ID(2), "reference": "XKBKNABJK", "id_cart": r.Text(1), "id_customer": r.Text(3), "id_address_invoice": r.Text(4),
		"id_currency": "1", "id_lang": "1", "current_state": state, "module": "ps_checkout", "total_paid": six(s.Basket, s.Total()),
		"total_paid_tax_incl": six(s.Basket, s.Total()), "date_add": local(r, s.Placed), "date_upd": local(r, s.Minute),
		"associations": object{"order_rows": rows}})
	tell("customers", object{"id": r.ID(3), "email": s.Email, "firstname": s.Name, "lastname": "", "newsletter": "0", "newsletter_date_add": "0000-00-00 00:00:00"})
	tell("addresses", object{"id": r.ID(4), "phone": s.Phone, "phone_mobile": "", "id_country": "8", "id_state": "0"})
	tell("countries", object{"id": 8, "iso_code": "FR"})
	tell("currencies", object{"id": 1, "iso_code": s.Currency})
	tell("languages", object{"id": 1, "iso_code": "fr", "language_code": "fr-fr"})
	tell("order_states", object{"id": 2, "paid": "1", "unremovable": "1"}, object{"id": 6, "paid": "0", "unremovable": "1"}, object{"id": 8, "paid": "0", "unremovable": "1"})
	tell("order_histories", object{"id": 1, "id_order": r.Text(2), "id_order_state": "2"}, object{"id": 2, "id_order": r.Text(2), "id_order_state": state})
	if s.Given > 0 {
		text, _ := json.Marshal(object{"order_slips": []any{object{"id": 1, "id_order": r.Text(2), "date_upd": local(r, s.Minute),
			"total_products_tax_incl": six(s.Basket, s.Given), "total_shipping_tax_incl": "0.000000"}}})
		out["/api/order_slip"] = string(text)
	}
	return out
}
