package vendure

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// ordersQuery asks for orders with what Parse reads and no more, and for the
// decimals of their money.
const ordersQuery = `query Orders($options: OrderListOptions) {
  globalSettings { serverConfig { moneyStrategyPrecision } }
  orders(options: $options) { items {
    id code state active type createdAt updatedAt orderPlacedAt currencyCode totalWithTax couponCodes
    customer { id emailAddress phoneNumber firstName lastName }
    shippingAddress { fullName phoneNumber countryCode province }
    billingAddress { fullName phoneNumber countryCode province }
    lines {
      quantity orderPlacedQuantity unitPriceWithTax proratedLinePriceWithTax featuredAsset { preview }
      productVariant { id sku name product { id name } }
    }
    payments { state amount refunds { state total } }
    history(options: { filter: { type: { eq: "ORDER_STATE_TRANSITION" } } }) { items { data } }
  } }
}`

// pageSize is how many orders are asked for at once.
const pageSize = 50

// List gives the orders changed since, oldest change first: carts are among
// them. A page begins at the last change of the page before: orders that change
// meanwhile move to the end of the list, and by counting alone others would be
// passed over. Only where a whole page has one and the same time are orders counted.
func (a *Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	from, skip, err := place(since, cursor)
	if err != nil {
		return platform.Page{}, err
	}
	s, err := enter(ctx, api)
	if err != nil {
		return platform.Page{}, err
	}
	var data struct {
		Settings struct {
			Server struct {
				Precision json.Number `json:"moneyStrategyPrecision"`
			} `json:"serverConfig"`
		} `json:"globalSettings"`
		Orders struct {
			Items []json.RawMessage `json:"items"`
		} `json:"orders"`
	}
	// "after" leaves out the moment itself, and some databases keep whole seconds.
	options := map[string]any{"take": pageSize, "skip": skip, "sort": map[string]any{"updatedAt": "ASC"},
		"filter": map[string]any{"updatedAt": map[string]any{"after": from.Add(-time.Second).Format(stamp)}}}
	if err := s.ask(ctx, ordersQuery, map[string]any{"options": options}, &data); err != nil {
		return platform.Page{}, err
	}
	var page platform.Page
	for _, o := range data.Orders.Items {
		body := []byte(`{"moneyPrecision":` + decimals(data.Settings.Server.Precision) + `,"order":`)
		page.Answers = append(page.Answers, platform.Answer{Header: map[string][]string{fetchedHeader: {fetchedOrder}},
			Body: append(append(body, o...), '}')})
	}
	if n := len(data.Orders.Items); n >= pageSize {
		page.Next = next(data.Orders.Items[n-1], from, skip, n)
	}
	return page, nil
}

// stamp is a time as Vendure writes it.
const stamp = "2006-01-02T15:04:05.000Z"

// next is the cursor of the page after one that ends with an order.
func next(last json.RawMessage, from time.Time, skip, n int) string {
	var o struct {
		UpdatedAt wire.Time `json:"updatedAt"`
	}
	_ = json.Unmarshal(last, &o) // without a time the page after it is counted
	if at := o.UpdatedAt.Truncate(time.Millisecond); at.After(from.Add(time.Second)) {
		return at.Format(stamp) + " 0"
	}
	return from.Format(stamp) + " " + strconv.Itoa(skip+n)
}

func decimals(n json.Number) string {
	if n == "" {
		return "2"
	}
	return string(n)
}

// place reads a cursor: a time, a blank and how many orders to pass over.
func place(since time.Time, cursor string) (from time.Time, skip int, err error) {
	if cursor == "" {
		return since.UTC().Truncate(time.Millisecond), 0, nil
	}
	at, count, _ := strings.Cut(cursor, " ")
	from, err = time.Parse(stamp, at)
	if err == nil {
		skip, err = strconv.Atoi(count)
	}
	if err != nil || skip < 0 {
		return from, 0, fault.New(fault.Internal, "the cursor is none of Vendure's list")
	}
	return from, skip, nil
}
