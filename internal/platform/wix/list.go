package wix

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// pageSize is the most that Wix gives at once.
const pageSize = 100

// abandonedCursor begins the cursors of abandoned checkouts, which are listed
// after the orders.
const abandonedCursor = "abandoned:"

// List asks for the orders changed since, oldest change first, and then for the
// checkouts that were abandoned since: shops have run for weeks without one of
// their webhooks coming.
func (a *Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	if offset, found := strings.CutPrefix(cursor, abandonedCursor); found {
		return a.listAbandoned(ctx, api, since, offset)
	}
	paging := map[string]any{"limit": pageSize}
	search := map[string]any{"cursorPaging": paging}
	if cursor != "" {
		paging["cursor"] = cursor // it holds the filter and the order
	} else {
		search["filter"] = map[string]any{"updatedDate": map[string]any{"$gte": moment(since)}}
		search["sort"] = []any{map[string]any{"fieldName": "updatedDate", "order": "ASC"}}
	}
	var reply ordersPage
	if _, err := a.ask(ctx, api, http.MethodPost, "/ecom/v1/orders/search", map[string]any{"search": search}, &reply); err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{Answers: reply.answers(), Next: reply.Metadata.Cursors.Next}
	if page.Next == "" {
		page.Next = abandonedCursor + "0"
	}
	return page, nil
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (a *Adapter) listAbandoned(ctx context.Context, api platform.API, since time.Time, at string) (platform.Page, error) {
	offset, err := strconv.Atoi(at)
	if err != nil || offset < 0 {
		return platform.Page{}, fault.New(fault.Invalid, "the cursor is none of this list").In("cursor")
	}
	var reply struct {
		Checkouts []json.RawMessage `json:"abandonedCheckouts"`
		Results   []json.RawMessage `json:"results"`
	}
	_, err = a.ask(ctx, api, http.MethodPost, "/ecom/v1/abandoned-checkout/query", map[string]any{"query": map[string]any{
		"filter": map[string]any{"createdDate": map[string]any{"$gte": moment(since)}},
		"sort":   []any{map[string]any{"fieldName": "createdDate", "order": "ASC"}},
		"paging": map[string]any{"limit": pageSize, "offset": offset},
	}}, &reply)
	if err != nil {
		return platform.Page{}, err
	}
	var page platform.Page
	all := append(reply.Checkouts, reply.Results...)
	for _, c := range all {
		page.Answers = append(page.Answers, answer(abandonedKind, c))
	}
	if len(all) >= pageSize {
		page.Next = abandonedCursor + strconv.Itoa(offset+len(all))
	}
	return page, nil
}
