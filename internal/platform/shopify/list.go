package shopify

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/platform"
)

// fetchedHeader names what an answer of the API holds, and fetchedOrder is an
// order of it: the same object as in the webhooks.
const (
	fetchedHeader = "X-Cartograph-Topic"
	fetchedOrder  = "fetched/order"
)

// orderFields are what is asked of an order: what Parse reads and no more.
const orderFields = "id,name,checkout_token,cart_token,created_at,updated_at,processed_at,cancelled_at,financial_status," +
	"source_name,app_id,test,currency,total_price,current_total_price,line_items,discount_codes,refunds,email,contact_email," +
	"phone,buyer_accepts_marketing,customer_locale,customer,billing_address,shipping_address,client_details"

// List asks for the orders changed since, oldest change first. The REST API is
// asked, since GraphQL tells neither of the tokens that tie an order to its cart.
func (a *Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	base, header, err := a.admin(ctx, api)
	if err != nil {
		return platform.Page{}, err
	}
	// With page_info Shopify takes no filters: they are part of it.
	q := url.Values{"limit": {"250"}, "fields": {orderFields}}
	if cursor != "" {
		q.Set("page_info", cursor)
	} else {
		q.Set("status", "any")
		q.Set("order", "updated_at asc")
		q.Set("updated_at_min", since.UTC().Format(time.RFC3339))
	}
	var reply struct {
		Orders []json.RawMessage `json:"orders"`
	}
	_, head, err := api.Get(ctx, base+"/orders.json?"+q.Encode(), header, &reply)
	if err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{Next: nextPage(head.Values("Link"))}
	for _, o := range reply.Orders {
		page.Answers = append(page.Answers, platform.Answer{Header: map[string][]string{fetchedHeader: {fetchedOrder}}, Body: o})
	}
	return page, nil
}

// nextPage reads page_info of the Link header's next page. The address itself
// is not followed: the key goes to the shop's address and nowhere else.
func nextPage(links []string) string {
	for _, link := range strings.Split(strings.Join(links, ","), ",") {
		address, rel, found := strings.Cut(link, ">")
		if !found || !strings.Contains(rel, `rel="next"`) && !strings.Contains(rel, "rel=next") {
			continue
		}
		if u, err := url.Parse(strings.TrimPrefix(strings.TrimSpace(address), "<")); err == nil {
			return u.Query().Get("page_info")
		}
	}
	return ""
}
