package magento

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// ordersAtOnce and cartsAtOnce are how many are asked for at once. Each cart
// takes a further call for what it costs.
const (
	ordersAtOnce = 100
	cartsAtOnce  = 10
)

// orderFields are what is asked of an order: what Parse reads and no more.
const orderFields = "entity_id,increment_id,quote_id,state,status,store_id,created_at,updated_at,order_currency_code,grand_total,total_paid,total_refunded," +
	"coupon_code,customer_id,customer_email,customer_firstname,customer_lastname,remote_ip," +
	"items[product_id,parent_item_id,sku,name,qty_ordered,price,price_incl_tax,row_total,row_total_incl_tax]," +
	"billing_address[email,telephone,firstname,lastname,country_id,region_code]," +
	"extension_attributes[shipping_assignments[shipping[address[email,telephone,firstname,lastname,country_id,region_code]]]]"

// reply is a page of a search. Total counts what all pages hold: a page beyond
// the last is the last one again.
type reply struct {
	Items wire.List[json.RawMessage] `json:"items"`
	Total wire.Text                  `json:"total_count"`
}

func search(ctx context.Context, api platform.API, path string, c criteria) (r reply, err error) {
	_, err = ask(ctx, api, path+"?"+c.query(), &r)
	return r, err
}

// List gives the orders that changed, and after them the carts of shoppers with
// an address that changed, each the oldest change first.
func (*Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	at, err := position(since, cursor)
	if err != nil {
		return platform.Page{}, err
	}
	if at.what == "carts" {
		return listCarts(ctx, api, at)
	}
	found, err := changed(ctx, api, "/orders", at, criteria{size: ordersAtOnce, fields: "items[" + orderFields + "],total_count"})
	if err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{Answers: orders(found), Next: at.after(found, ordersAtOnce)}
	if page.Next == "" {
		page.Next = spot{"carts", since.UTC().Truncate(time.Second), 1}.String()
	}
	return page, nil
}

// listCarts lists the open carts. A token without the right to see carts still
// gets the orders. What else goes wrong is told as a question that Magento
// refuses: the list then begins anew with the orders, which must not wait for a
// cart that Magento cannot read.
func listCarts(ctx context.Context, api platform.API, at spot) (page platform.Page, err error) {
	// A guest's address is on the cart where a storefront wrote it there.
	known := []filter{{"customer_id", "notnull", "1"}, {"customer_email", "notnull", "1"}}
	found, err := changed(ctx, api, "/carts/search", at, criteria{size: cartsAtOnce, groups: [][]filter{{{"is_active", "eq", "1"}}, known},
		fields: "items[" + cartFields + "],total_count"})
	switch {
	case fault.Is(err, fault.Misconfigured):
		return platform.Page{}, nil
	case fault.Is(err, fault.Overloaded) && ctx.Err() == nil:
		return platform.Page{}, fault.Wrap(fault.Unprocessable, err, "Magento could not list its carts").
			Try("if it stays so, look into Magento's exception log, or take the right to manage carts from the integration")
	case err != nil:
		return platform.Page{}, err
	}
	for _, c := range found.Items.V {
		answer, err := priced(ctx, api, c)
		if err != nil {
			return platform.Page{}, err
		}
		page.Answers = append(page.Answers, answer)
	}
	page.Next = at.after(found, cartsAtOnce)
	return page, nil
}

// changed searches for what changed from a spot on.
func changed(ctx context.Context, api platform.API, path string, at spot, c criteria) (reply, error) {
	mine, err := views(api)
	if err != nil {
		return reply{}, err
	}
	c.groups = append(append(mine, []filter{{"updated_at", "gteq", at.from.Format(moment)}}), c.groups...)
	c.sort, c.page = []string{"updated_at", "entity_id"}, at.page
	return search(ctx, api, path, c)
}

// moment is how Magento's database writes times, which are in UTC.
const moment = "2006-01-02 15:04:05"

// spot is where a list goes on: from a change on, on a page of what changed
// since. While a list is read, what changes moves to its end and the others move
// up. Asking from the last change that was seen, rather than for the next page,
// misses none.
type spot struct {
	what string
	from time.Time
	page int
}

// String is the spot as a cursor.
func (s spot) String() string { return fmt.Sprintf("%s %d %d", s.what, s.from.Unix(), s.page) }

// position reads a cursor.
func position(since time.Time, cursor string) (spot, error) {
	if cursor == "" {
		return spot{"orders", since.UTC().Truncate(time.Second), 1}, nil
	}
	parts := strings.Split(cursor, " ")
	if len(parts) == 3 && (parts[0] == "orders" || parts[0] == "carts") {
		at, err1 := strconv.ParseInt(parts[1], 10, 64)
		page, err2 := strconv.Atoi(parts[2])
		if err1 == nil && err2 == nil && page > 0 {
			return spot{parts[0], time.Unix(at, 0).UTC(), page}, nil
		}
	}
	return spot{}, fault.New(fault.Invalid, "the cursor is none of this list").In("cursor")
}

// after is the cursor behind a page, "" after the last.
func (s spot) after(found reply, size int) string {
	n := len(found.Items.V)
	if total, err := strconv.Atoi(wire.First(found.Total)); n == 0 || err == nil && s.page*size >= total || err != nil && n < size {
		return ""
	}
	var last struct {
		UpdatedAt wire.Time `json:"updated_at"`
	}
	if json.Unmarshal(found.Items.V[n-1], &last) == nil && last.UpdatedAt.After(s.from) {
		return spot{s.what, last.UpdatedAt.Time, 1}.String()
	}
	return spot{s.what, s.from, s.page + 1}.String()
}
