package bigcommerce

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// perPage is how many orders are asked for at once.
const perPage = 50

// List gives the orders that changed, the oldest change first. Carts cannot be
// listed at all.
//
// A cursor is the moment from which on to ask and the page there. While a list is
// read, an order that changes moves to its end and the others move up; asking
// from the last change that was seen, rather than for the next page, misses none.
func (*Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	from, page, err := position(since, cursor)
	if err != nil {
		return platform.Page{}, err
	}
	text, err := get(ctx, api, "v2/orders", url.Values{
		"min_date_modified": {from.Format("2006-01-02T15:04:05-07:00")}, "sort": {"date_modified:asc"},
		"page": {strconv.Itoa(page)}, "limit": {strconv.Itoa(perPage)},
	})
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		return platform.Page{}, err
	}
	var orders []json.RawMessage
	if err := json.Unmarshal(text, &orders); err != nil {
		return platform.Page{}, fault.Wrap(fault.Unprocessable, err, "the platform's list of orders is no list")
	}
	var out platform.Page
	for _, o := range orders {
		out.Answers = append(out.Answers, answer(fetchedOrder, o))
	}
	if len(orders) >= perPage {
		out.Next = following(from, page, orders[len(orders)-1])
	}
	return out, nil
}

// position reads a cursor.
func position(since time.Time, cursor string) (from time.Time, page int, err error) {
	if cursor == "" {
		return since.UTC().Truncate(time.Second), 1, nil
	}
	seconds, number, _ := strings.Cut(cursor, "|")
	at, err1 := strconv.ParseInt(seconds, 10, 64)
	page, err2 := strconv.Atoi(number)
	if err1 != nil || err2 != nil || page < 1 {
		return from, 0, fault.New(fault.Invalid, "the cursor is none of BigCommerce's").In("cursor")
	}
	return time.Unix(at, 0).UTC(), page, nil
}

// following gives the cursor behind a full page: from its last change on, or the
// next page where all of it changed in one second.
func following(from time.Time, page int, last json.RawMessage) string {
	var b orderBody
	if json.Unmarshal(last, &b) == nil && b.ModifiedAt.After(from) {
		return strconv.FormatInt(b.ModifiedAt.Unix(), 10) + "|1"
	}
	return strconv.FormatInt(from.Unix(), 10) + "|" + strconv.Itoa(page+1)
}
