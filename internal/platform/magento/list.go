package magento

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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

// reply is the first page of a search. Total counts what all its pages hold.
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
	page := platform.Page{Answers: orders(found)}
	if page.Next, err = at.after(found, ordersAtOnce); page.Next == "" {
		page.Next = spot{"carts", since.UTC().Truncate(time.Second), 0}.String()
	}
	return page, err
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
	page.Next, err = at.after(found, cartsAtOnce)
	return page, err
}

// changed searches for what changed from a spot on.
func changed(ctx context.Context, api platform.API, path string, at spot, c criteria) (reply, error) {
	mine, err := views(api)
	if err != nil {
		return reply{}, err
	}
	c.groups = slices.Concat(mine, at.filters(), c.groups)
	c.sort = []string{"updated_at", "entity_id"}
	return search(ctx, api, path, c)
}

// moment is how Magento's database writes times, which are in UTC.
const moment = "2006-01-02 15:04:05"

// spot is where a list goes on: behind the last change that was seen, which a
// moment and an id tell. Pages are not counted: what changes while a list is
// read moves to its end, and all others move up.
type spot struct {
	what string
	from time.Time
	// last is the id of the last one seen of this moment, 0 where none was.
	last int64
}

// String is the spot as a cursor.
func (s spot) String() string { return fmt.Sprintf("%s %d %d", s.what, s.from.Unix(), s.last) }

// position reads a cursor.
func position(since time.Time, cursor string) (spot, error) {
	if cursor == "" {
		return spot{"orders", since.UTC().Truncate(time.Second), 0}, nil
	}
	parts := strings.Split(cursor, " ")
	if len(parts) == 3 && (parts[0] == "orders" || parts[0] == "carts") {
		at, err1 := strconv.ParseInt(parts[1], 10, 64)
		last, err2 := strconv.ParseInt(parts[2], 10, 64)
		if err1 == nil && err2 == nil && last >= 0 {
			return spot{parts[0], time.Unix(at, 0).UTC(), last}, nil
		}
	}
	return spot{}, fault.New(fault.Invalid, "the cursor is none of this list").In("cursor")
}

// filters hold what changed behind the spot: since its moment, and if in it,
// then with a later id.
func (s spot) filters() [][]filter {
	at := s.from.Format(moment)
	groups := [][]filter{{{"updated_at", "gteq", at}}}
	if s.last > 0 {
		groups = append(groups, []filter{{"updated_at", "gt", at}, {"entity_id", "gt", strconv.FormatInt(s.last, 10)}})
	}
	return groups
}

// after is the cursor behind a page, "" after the last.
func (s spot) after(found reply, size int) (string, error) {
	n := len(found.Items.V)
	if total, err := strconv.Atoi(wire.First(found.Total)); n == 0 || err == nil && total <= n || err != nil && n < size {
		return "", nil
	}
	var last struct {
		Order     wire.Text `json:"entity_id"`
		Cart      wire.Text `json:"id"`
		UpdatedAt wire.Time `json:"updated_at"`
	}
	err := json.Unmarshal(found.Items.V[n-1], &last)
	id, err2 := strconv.ParseInt(wire.First(last.Order, last.Cart), 10, 64)
	next := spot{s.what, last.UpdatedAt.Time, id}
	if err != nil || err2 != nil || id <= 0 || next.from.Before(s.from) || next == s {
		return "", fault.New(fault.Unprocessable, "the platform's list does not say where it goes on").
			Try("check that the shop's address is the one of Magento's API")
	}
	return next.String(), nil
}
