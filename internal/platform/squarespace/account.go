package squarespace

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// apiAddress is where all sites' APIs are; ordersPath is the Orders API.
const (
	apiAddress = "https://api.squarespace.com"
	ordersPath = "/1.0/commerce/orders"
)

// Needs is one key.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyID, Label: "API key",
			Help: "Settings → Developer tools → Developer API keys → Generate key, with the permission Orders: Read only."},
		{Name: platform.KeyURL, Label: "API address", Optional: true, Help: "Leave it empty for " + apiAddress + "."},
	}
}

// Probe asks for the orders that changed in the last minute.
func (*Adapter) Probe(ctx context.Context, api platform.API) error {
	now := api.Shop.ReceivedAt
	_, _, err := ask(ctx, api, "", between(now.Add(-time.Minute), now))
	return err
}

// ask asks the Orders API and gives the answer's bytes, and its members where it
// is a list.
func ask(ctx context.Context, api platform.API, path string, query url.Values) ([]byte, listBody, error) {
	var list listBody
	token := strings.TrimSpace(api.Values[platform.KeyID])
	if token == "" {
		return nil, list, fault.New(fault.Misconfigured, "the API key of Squarespace is not set").
			In(platform.KeyID).Try("make an API key that may read orders, and save it in the settings")
	}
	address := api.Base(apiAddress) + ordersPath + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	text, _, err := api.Get(ctx, address, map[string]string{"Authorization": "Bearer " + token}, &list)
	return text, list, err
}

// listBody is a page of orders; a single order leaves it blank.
type listBody struct {
	Result     *[]json.RawMessage    `json:"result"`
	Pagination wire.Object[pageBody] `json:"pagination"`
}

type pageBody struct {
	More   wire.Bool `json:"hasNextPage"`
	Cursor wire.Text `json:"nextPageCursor"`
}

// Fetch asks for the order that a notification named.
func (*Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if ref.Kind != event.LinkOrder || !wire.Segment(ref.ID) {
		return nil, fault.New(fault.Unprocessable, "Squarespace has no such ids").In("data.orderId")
	}
	text, _, err := ask(ctx, api, "/"+ref.ID, nil)
	switch fault.CodeOf(err) {
	case "":
		return []platform.Answer{answer(text)}, nil
	case fault.NotFound:
		return nil, nil
	}
	return nil, err
}

// List gives the orders that changed. A cursor stands for its span of time:
// Squarespace takes either.
func (*Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	query := between(since, api.Shop.ReceivedAt)
	if cursor != "" {
		query = url.Values{"cursor": {cursor}}
	}
	_, list, err := ask(ctx, api, "", query)
	if err != nil {
		return platform.Page{}, err
	}
	if list.Result == nil {
		return platform.Page{}, fault.New(fault.Unprocessable, "the platform's list of orders is no list")
	}
	var page platform.Page
	for _, o := range *list.Result {
		page.Answers = append(page.Answers, answer(o))
	}
	if p := list.Pagination.V; p.More.Value {
		page.Next = wire.First(p.Cursor)
	}
	return page, nil
}

// between is a span of time, which needs both ends; the earlier one is left out
// by Squarespace ("after"), so it is asked for a second before.
func between(since, now time.Time) url.Values {
	const moment = "2006-01-02T15:04:05.000Z"
	return url.Values{"modifiedAfter": {since.UTC().Add(-time.Second).Format(moment)}, "modifiedBefore": {now.UTC().Add(time.Second).Format(moment)}}
}
