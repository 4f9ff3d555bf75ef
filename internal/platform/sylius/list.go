package sylius

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
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

const (
	// listedOrder is the topic of orders that were asked for.
	listedOrder = "listed/order"
	// pageSize is how many orders are asked for at once: each may take two calls more.
	pageSize = 30
	// lookBack is for how long placed orders are looked at again.
	lookBack = 24 * time.Hour
)

// listedBody is an order as the Admin API lists it.
type listedBody struct {
	ID            wire.Text                `json:"id"`
	Token         wire.Text                `json:"tokenValue"`
	Number        wire.Text                `json:"number"`
	State         wire.Text                `json:"state"`
	CheckoutState wire.Text                `json:"checkoutState"`
	PaymentState  wire.Text                `json:"paymentState"`
	Currency      wire.Text                `json:"currencyCode"`
	Locale        wire.Text                `json:"localeCode"`
	Total         wire.Amount              `json:"total"`
	CompletedAt   wire.Text                `json:"checkoutCompletedAt"`
	Items         wire.List[listedItem]    `json:"items"`
	Customer      customerLink             `json:"customer"`
	Billing       wire.Object[addressBody] `json:"billingAddress"`
	Shipping      wire.Object[addressBody] `json:"shippingAddress"`
}

type listedItem struct {
	Variant     link        `json:"variant"`
	ProductName wire.Text   `json:"productName"`
	VariantName wire.Text   `json:"variantName"`
	Quantity    wire.Count  `json:"quantity"`
	UnitPrice   wire.Amount `json:"unitPrice"`
	Subtotal    wire.Amount `json:"subtotal"`
}

// customerLink is an order's customer: told, or named only.
type customerLink struct {
	link
	wire.Object[customerBody]
}

// UnmarshalJSON reads an address, or an object with its own.
func (l *link) UnmarshalJSON(b []byte) error {
	var address wire.Text
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '{' {
		var o struct {
			ID wire.Text `json:"@id"`
		}
		if err := json.Unmarshal(b, &o); err != nil {
			return err
		}
		address = o.ID
	} else if err := json.Unmarshal(b, &address); err != nil {
		return err
	}
	l.ID = last(string(address))
	return nil
}

// UnmarshalJSON reads both.
func (l *customerLink) UnmarshalJSON(b []byte) error {
	if err := l.link.UnmarshalJSON(b); err != nil {
		return err
	}
	return l.Object.UnmarshalJSON(b)
}

// List asks for the orders that were completed since a day before, by number:
// the API sorts by nothing else. It has no filter for what changed, so that
// payments, cancellations and refunds are found by looking again for a day; later
// ones only the bundle tells.
//
// Times are compared as the shop's database holds them, in the zone of its PHP,
// which the API does not tell: the day covers that as well, since the zones of
// the world lie less than a day apart.
func (*Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	number, seen := 1, 0
	if cursor != "" {
		var ok bool
		if number, seen, ok = parsePlace(cursor); !ok {
			return platform.Page{}, fault.New(fault.Invalid, "the cursor is none of this list").In("cursor")
		}
	}
	c, err := enter(ctx, api)
	if err != nil {
		return platform.Page{}, err
	}
	orders, total, err := c.orders(ctx, since, number)
	if err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{}
	if seen += len(orders); len(orders) > 0 && (total < 0 || seen < total) {
		page.Next = strconv.Itoa(number+1) + " " + strconv.Itoa(seen)
	}
	page.Answers, err = newListing(c, since).answers(ctx, orders)
	return page, err
}

// orders asks for one page, and how many orders there are on all of them; -1
// where that is not told.
func (c *chain) orders(ctx context.Context, since time.Time, page int) (found []listedBody, total int, err error) {
	query := url.Values{
		"checkoutCompletedAt[after]": {since.UTC().Add(-lookBack).Format("2006-01-02T15:04:05")}, "order[number]": {"asc"},
		"itemsPerPage": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)},
	}
	var told collection
	if err := c.get(ctx, "/admin/orders?"+query.Encode(), &told); err != nil {
		return nil, 0, err
	}
	list := told.Members
	if !list.Set {
		list = told.HydraMembers
	}
	if !list.Set {
		return nil, 0, fault.New(fault.Unprocessable, "Sylius' answer is no list of orders").
			Try("check that the address is the shop's own")
	}
	if total, err = strconv.Atoi(wire.First(told.Total, told.HydraTotal)); err != nil {
		total = -1
	}
	return list.V, total, nil
}

// parsePlace reads a cursor: the next page and how many orders were seen.
func parsePlace(cursor string) (number, seen int, ok bool) {
	page, before, _ := strings.Cut(cursor, " ")
	number, err := strconv.Atoi(page)
	seen, wrong := strconv.Atoi(before)
	return number, seen, err == nil && wrong == nil && number > 1 && seen >= 0
}
