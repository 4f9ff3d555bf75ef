package medusa

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Needs are the backend's address and a secret API key.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyURL, Label: "Backend address", Help: "Where Medusa's server runs, such as https://api.shop.example, without /admin."},
		{Name: platform.KeyID, Label: "Secret API key", Help: "Medusa Admin → Settings → Developer → Secret API Keys → Create. It begins with sk_."},
	}
}

// Probe asks for one order, and of it for the id alone.
func (a *Adapter) Probe(ctx context.Context, api platform.API) error {
	return get(ctx, api, "/admin/orders?limit=1&fields=id", nil)
}

// get asks the Admin API.
func get(ctx context.Context, api platform.API, path string, v any) error {
	base := api.Base("")
	if base == "" {
		return fault.New(fault.Misconfigured, "the backend's address is not set").
			In(platform.KeyURL).Try("write it like https://api.shop.example")
	}
	// The key is the user of HTTP Basic, without a password.
	key := strings.TrimSpace(api.Values[platform.KeyID])
	header := map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":"))}
	_, _, err := api.Get(ctx, base+path, header, v)
	return err
}

// orderFields are what is asked of an order: what Parse reads and no more.
const orderFields = "id,display_id,status,email,currency_code,customer_id,created_at,updated_at,canceled_at,is_draft_order,total," +
	"item_total,shipping_total,cart_link.cart_id,payment_collections.refunded_amount,promotions.code,promotions.is_automatic," +
	"items.title,items.thumbnail,items.quantity,items.unit_price,items.total,items.product_id,items.product_title,items.product_type," +
	"items.variant_id,items.variant_sku,items.variant_title,customer.first_name,customer.last_name,customer.phone," +
	"shipping_address.first_name,shipping_address.last_name,shipping_address.phone,shipping_address.country_code,shipping_address.province," +
	"billing_address.first_name,billing_address.last_name,billing_address.phone,billing_address.country_code,billing_address.province"

// OrderPath is where the Admin API tells an order, with the fields that are asked for.
func OrderPath(id string) string {
	return "/admin/orders/" + url.PathEscape(id) + "?fields=" + url.QueryEscape(orderFields)
}

// Fetch asks for an order. The Admin API tells no carts.
func (a *Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if ref.Kind != event.LinkOrder || !wire.Segment(ref.ID) {
		return nil, nil
	}
	var reply struct {
		Order json.RawMessage `json:"order"`
	}
	err := get(ctx, api, OrderPath(ref.ID), &reply)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return answers([]json.RawMessage{reply.Order}), nil
}

// answers wraps orders as the companion tells them.
func answers(orders []json.RawMessage) (out []platform.Answer) {
	for _, o := range orders {
		if len(o) == 0 || o[0] != '{' {
			continue
		}
		body := append(append([]byte(`{"order":`), o...), '}')
		out = append(out, platform.Answer{Header: map[string][]string{fetchedHeader: {fetchedOrder}}, Body: body})
	}
	return out
}

// pageSize is how many orders are asked for at once.
const pageSize = 50

// List gives the orders changed since, oldest change first. A page begins at the
// last change of the page before: orders that change meanwhile move to the end
// of the list, and by counting alone others would be passed over. Only where a
// whole page has one and the same time are orders counted.
func (a *Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	from, skip, err := place(since, cursor)
	if err != nil {
		return platform.Page{}, err
	}
	q := url.Values{"limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(skip)}, "order": {"updated_at"},
		"updated_at[$gte]": {from}, "fields": {orderFields}}
	var reply struct {
		Orders []json.RawMessage `json:"orders"`
	}
	if err := get(ctx, api, "/admin/orders?"+q.Encode(), &reply); err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{Answers: answers(reply.Orders)}
	if n := len(reply.Orders); n >= pageSize {
		var last struct {
			UpdatedAt wire.Text `json:"updated_at"`
		}
		_ = json.Unmarshal(reply.Orders[n-1], &last) // without a time the page after it is counted
		if at := string(last.UpdatedAt); at != "" && at != from {
			page.Next = at + " 0"
		} else {
			page.Next = from + " " + strconv.Itoa(skip+n)
		}
	}
	return page, nil
}

// place reads a cursor: a time, a blank and how many orders to pass over.
func place(since time.Time, cursor string) (from string, skip int, err error) {
	if cursor == "" {
		return since.UTC().Format("2006-01-02T15:04:05.000Z"), 0, nil
	}
	from, count, _ := strings.Cut(cursor, " ")
	if skip, err = strconv.Atoi(count); err != nil || skip < 0 {
		return "", 0, fault.New(fault.Internal, "the cursor is none of Medusa's list")
	}
	return from, skip, nil
}
