package saleor

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// The three questions, without their fragments.
const (
	fetchQuery = `query Fetch($id: ID!, $ids: [ID!]) {
  checkout(id: $id) { ...CheckoutFacts }
  orders(first: 1, filter: {checkoutIds: $ids}) { edges { node { ...OrderFacts } } }
}
`
	orderQuery  = "query Fetch($id: ID!) { order(id: $id) { ...OrderFacts } }\n"
	ordersQuery = `query Orders($since: DateTime!, $after: String) {
  orders(first: 50, after: $after, sortBy: {field: LAST_MODIFIED_AT, direction: ASC}, filter: {updatedAt: {gte: $since}}) {
    pageInfo { hasNextPage endCursor }
    edges { node { ...OrderFacts } }
  }
}
`
	checkoutsQuery = `query Checkouts($day: Date!, $after: String) {
  checkouts(first: 50, after: $after, filter: {updatedAt: {gte: $day}}) {
    pageInfo { hasNextPage endCursor }
    edges { node { ...CheckoutFacts } }
  }
}
`
)

// using gives a query with the fragments that it needs: Saleor refuses a query
// with fragments that nothing uses.
func using(query string) string {
	need := map[string]bool{}
	var mark func(text string)
	all := map[string]string{}
	for _, part := range strings.Split("\n"+fragments(), "\nfragment ") {
		if name, _, found := strings.Cut(part, " on "); found {
			all[name] = "fragment " + strings.TrimSpace(part) + "\n"
		}
	}
	mark = func(text string) {
		for name, body := range all {
			if strings.Contains(text, "..."+name) && !need[name] {
				need[name] = true
				mark(body)
			}
		}
	}
	mark(query)
	for _, name := range []string{"CheckoutFacts", "OrderFacts", "UserFacts", "AddressFacts", "VariantFacts", "TaxedFacts"} {
		if need[name] {
			query += all[name]
		}
	}
	return query
}

// connection is a page of a list.
type connection struct {
	Page struct {
		More bool   `json:"hasNextPage"`
		End  string `json:"endCursor"`
	} `json:"pageInfo"`
	Edges []struct {
		Node json.RawMessage `json:"node"`
	} `json:"edges"`
}

// Fetch asks for an order, or for a checkout and the order it became: that one
// is the answer where there is one.
func (a *Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if ref.Kind == event.LinkOrder {
		var data struct {
			Order json.RawMessage `json:"order"`
		}
		if err := ask(ctx, api, using(orderQuery), map[string]any{"id": ref.ID}, &data); err != nil {
			return nil, err
		}
		return answers(fetchedOrder, "order", data.Order), nil
	}
	var data struct {
		Checkout json.RawMessage `json:"checkout"`
		Orders   connection      `json:"orders"`
	}
	if err := ask(ctx, api, using(fetchQuery), map[string]any{"id": ref.ID, "ids": []string{ref.ID}}, &data); err != nil {
		return nil, err
	}
	if e := data.Orders.Edges; len(e) > 0 {
		return answers(fetchedOrder, "order", e[0].Node), nil
	}
	return answers(fetchedCheckout, "checkout", data.Checkout), nil
}

// answers wraps a thing as the subscription tells it; null is none.
func answers(topic, field string, thing json.RawMessage) []platform.Answer {
	if len(thing) == 0 || thing[0] != '{' {
		return nil
	}
	body := append(append([]byte(`{"`+field+`":`), thing...), '}')
	return []platform.Answer{{Header: map[string][]string{fetchedHeader: {topic}}, Body: body}}
}

// The cursors of the two lists begin with their names: first orders, since they
// stop messages, then checkouts.
const (
	inOrders    = "orders:"
	inCheckouts = "checkouts:"
)

// List gives the orders changed since, oldest change first, and then the
// checkouts, newest change first.
func (a *Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	if after, ok := strings.CutPrefix(cursor, inCheckouts); ok {
		return checkouts(ctx, api, since, after)
	}
	if cursor != "" && !strings.HasPrefix(cursor, inOrders) {
		return platform.Page{}, fault.New(fault.Internal, "the cursor is none of Saleor's lists")
	}
	var data struct {
		Orders connection `json:"orders"`
	}
	in := map[string]any{"since": since.UTC().Format(time.RFC3339), "after": after(strings.TrimPrefix(cursor, inOrders))}
	if err := ask(ctx, api, using(ordersQuery), in, &data); err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{Next: inCheckouts}
	for _, e := range data.Orders.Edges {
		page.Answers = append(page.Answers, answers(fetchedOrder, "order", e.Node)...)
	}
	if data.Orders.Page.More && data.Orders.Page.End != "" {
		page.Next = inOrders + data.Orders.Page.End
	}
	return page, nil
}

// after is a cursor as GraphQL takes it: null for the first page.
func after(cursor string) any {
	if cursor == "" {
		return nil
	}
	return cursor
}

// checkouts reads a page of checkouts. Saleor filters them by day alone and
// lists them newest change first, so the list ends at the first one before since.
func checkouts(ctx context.Context, api platform.API, since time.Time, cursor string) (page platform.Page, err error) {
	var data struct {
		Checkouts connection `json:"checkouts"`
	}
	in := map[string]any{"day": since.UTC().Format(time.DateOnly), "after": after(cursor)}
	if err := ask(ctx, api, using(checkoutsQuery), in, &data); err != nil {
		return page, err
	}
	for _, e := range data.Checkouts.Edges {
		var c struct {
			UpdatedAt wire.Time `json:"updatedAt"`
		}
		if json.Unmarshal(e.Node, &c) == nil && !c.UpdatedAt.IsZero() && c.UpdatedAt.Before(since.Truncate(time.Second)) {
			return page, nil
		}
		page.Answers = append(page.Answers, answers(fetchedCheckout, "checkout", e.Node)...)
	}
	if data.Checkouts.Page.More && data.Checkouts.Page.End != "" {
		page.Next = inCheckouts + data.Checkouts.Page.End
	}
	return page, nil
}
