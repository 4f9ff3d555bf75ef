package prestashop

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

const (
	// pageSize is how many orders or credit slips are asked for at once: each page
	// takes some eight calls more for what its orders only name.
	pageSize = 50
	// moment is how the web service writes times: in the shop's own zone, without it.
	moment = "2006-01-02 15:04:05"
	// never is the end of an interval that has none.
	never = "9999-12-31 23:59:59"
)

// List asks for the orders that changed, oldest change first, and then for those
// of which something was given back: a credit slip does not always touch its order.
//
// Times are compared as the shop's database holds them, in the shop's zone.
// Where that is known, an hour more is asked for, since clocks go back by one in
// autumn. Where it is not, 14 hours more: the zones of the world lie between
// twelve hours behind UTC and fourteen ahead, so whatever the shop's is, nothing
// that changed since is left out; what comes again is known by its key.
//
// Carts are not asked for: the web service tells their rows without prices, and
// what a shopper pays follows from groups, countries and rules it does not tell.
func (*Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	where, err := zone(api)
	if err != nil {
		return platform.Page{}, err
	}
	at := place{What: "orders", From: first(since, where)}
	if cursor != "" {
		var ok bool
		if at, ok = parsePlace(cursor); !ok {
			return platform.Page{}, fault.New(fault.Invalid, "the cursor is none of this list").In("cursor")
		}
	}
	if at.What == "slips" {
		return slips(ctx, api, where, at)
	}
	query := at.query()
	query.Set("display", "full")
	found, err := rows[orderRow](ctx, api, "orders", query)
	if err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{Next: place{What: "slips", From: first(since, where)}.String()}
	if len(found) >= pageSize {
		page.Next = at.after(found[len(found)-1].UpdatedAt, len(found)).String()
	}
	page.Answers, err = answers(ctx, api, where, found)
	return page, err
}

// slips asks for the orders of the credit slips that were written or changed.
func slips(ctx context.Context, api platform.API, where *time.Location, at place) (platform.Page, error) {
	query := at.query()
	query.Set("display", "[id,id_order,date_upd]")
	found, err := rows[slipRow](ctx, api, "order_slip", query)
	if err != nil || len(found) == 0 {
		return platform.Page{}, err
	}
	var ids idSet
	for _, s := range found {
		ids.add(s.OrderID)
	}
	var page platform.Page
	if len(found) >= pageSize {
		page.Next = at.after(found[len(found)-1].UpdatedAt, len(found)).String()
	}
	if len(ids) == 0 {
		return page, nil
	}
	orders, err := rows[orderRow](ctx, api, "orders", url.Values{"display": {"full"}, "filter[id]": {oneOf(ids)}})
	if err != nil {
		return platform.Page{}, err
	}
	page.Answers, err = answers(ctx, api, where, orders)
	return page, err
}

// first is where a list begins.
func first(since time.Time, where *time.Location) string {
	if where == nil {
		return since.UTC().Add(-14 * time.Hour).Format(moment)
	}
	return since.In(where).Add(-time.Hour).Format(moment)
}

// place is a place in one of the two lists. Rows are counted from a moment, and
// a row that changes while we read moves to the end and pulls the others forward:
// a page counted from the list's beginning would miss one. So the next page
// begins at the last change that was seen, and is counted only where a whole
// page changed in one second.
type place struct {
	What string
	From string
	Skip int
}

// String writes a cursor.
func (p place) String() string { return p.What + " " + strconv.Itoa(p.Skip) + " " + p.From }

func parsePlace(cursor string) (place, bool) {
	parts := strings.SplitN(cursor, " ", 3)
	if len(parts) != 3 || parts[0] != "orders" && parts[0] != "slips" {
		return place{}, false
	}
	skip, err := strconv.Atoi(parts[1])
	_, wrong := time.Parse(moment, parts[2])
	return place{What: parts[0], Skip: skip, From: parts[2]}, err == nil && wrong == nil && skip >= 0
}

func (p place) query() url.Values {
	return url.Values{
		"date": {"1"}, "filter[date_upd]": {"[" + p.From + "," + never + "]"}, "sort": {"[date_upd_ASC,id_ASC]"},
		"limit": {strconv.Itoa(p.Skip) + "," + strconv.Itoa(pageSize)},
	}
}

// after is the place behind a full page whose last row changed at last.
func (p place) after(last wire.Text, seen int) place {
	if _, err := time.Parse(moment, string(last)); err == nil && string(last) > p.From {
		return place{What: p.What, From: string(last)}
	}
	p.Skip += seen
	return p
}
