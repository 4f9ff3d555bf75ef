package wix

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// fetchedHeader names what an answer of the API holds: fetched and one of the
// kinds of things.
const (
	fetchedHeader = "X-Cartograph-Topic"
	fetched       = "fetched/"
)

func answer(kind string, body []byte) platform.Answer {
	return platform.Answer{Header: map[string][]string{fetchedHeader: {fetched + kind}}, Body: body}
}

// Fetch asks for a checkout, a cart or an order. With a checkout comes the order
// that was made of it, if there is one: events of a completed one do not name it.
func (a *Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if !wire.Segment(ref.ID) {
		return nil, nil
	}
	id := url.PathEscape(ref.ID)
	switch ref.Kind {
	case event.LinkOrder:
		return a.one(ctx, api, orderKind, "/ecom/v1/orders/"+id)
	case event.LinkCart:
		return a.one(ctx, api, cartKind, "/ecom/v1/carts/"+id)
	}
	out, err := a.one(ctx, api, checkoutKind, "/ecom/v1/checkouts/"+id)
	if err != nil {
		return nil, err
	}
	var page ordersPage
	_, err = a.ask(ctx, api, http.MethodPost, "/ecom/v1/orders/search", map[string]any{"search": map[string]any{
		"filter": map[string]any{"checkoutId": map[string]any{"$eq": ref.ID}}, "cursorPaging": map[string]any{"limit": 10}}}, &page)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	return append(out, page.answers()...), nil
}

// one asks for one thing; what is gone is no answer.
func (a *Adapter) one(ctx context.Context, api platform.API, kind, path string) ([]platform.Answer, error) {
	body, err := a.ask(ctx, api, http.MethodGet, path, nil, nil)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []platform.Answer{answer(kind, body)}, nil
}

// ordersPage is a page of orders.
type ordersPage struct {
	Orders   []json.RawMessage `json:"orders"`
	Metadata struct {
		Cursors struct {
			Next string `json:"next"`
		} `json:"cursors"`
	} `json:"metadata"`
}

func (p ordersPage) answers() (out []platform.Answer) {
	for _, o := range p.Orders {
		out = append(out, answer(orderKind, o))
	}
	return out
}
