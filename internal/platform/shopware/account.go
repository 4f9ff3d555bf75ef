package shopware

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Needs lists what calls of the Admin API take.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyID, Label: "Access key ID", Help: "Administration → Settings → System → Integrations."},
		{Name: platform.KeySecret, Label: "Secret access key", Help: "Shown once, when the integration is made."},
		{Name: platform.KeyURL, Label: "Shop address", Help: "Only if it is not https:// and the shop's domain.", Optional: true},
	}
}

// Probe asks for one order's id, which takes the right that lists need.
func (a *Adapter) Probe(ctx context.Context, api platform.API) error {
	_, err := a.search(ctx, api, "order", map[string]any{"limit": 1, "includes": map[string]any{"order": []string{"id"}}})
	return err
}

// search asks for entities. The integration's key and secret are exchanged for a
// token that holds for ten minutes and is used for this call alone.
func (*Adapter) search(ctx context.Context, api platform.API, entity string, criteria map[string]any) ([]json.RawMessage, error) {
	base := api.Base("https://" + strings.TrimPrefix(strings.TrimPrefix(api.Shop.Domain, "https://"), "http://"))
	id, secret := strings.TrimSpace(api.Values[platform.KeyID]), strings.TrimSpace(api.Values[platform.KeySecret])
	if id == "" || secret == "" {
		return nil, fault.New(fault.Misconfigured, "the shop has no key of Shopware's Admin API").
			In(platform.KeyID).Try("save the integration's access key and secret in the settings")
	}
	var token struct {
		Access string `json:"access_token"`
	}
	_, _, err := api.Ask(ctx, http.MethodPost, base+"/api/oauth/token", nil,
		map[string]string{"grant_type": "client_credentials", "client_id": id, "client_secret": secret}, &token)
	switch {
	case fault.Is(err, fault.Unprocessable), err == nil && token.Access == "":
		return nil, fault.New(fault.Misconfigured, "Shopware gives no token for this access key").
			In(platform.KeyID).Try("make a new integration and save its key and secret")
	case err != nil:
		return nil, err
	}
	var reply struct {
		Data []json.RawMessage `json:"data"`
	}
	// sw-inheritance fills a variant's gaps from its parent product.
	header := map[string]string{"Authorization": "Bearer " + token.Access, "sw-inheritance": "1"}
	_, _, err = api.Ask(ctx, http.MethodPost, base+"/api/search/"+entity, header, criteria, &reply)
	return reply.Data, err
}

// fetchedHeader names what an answer of the API holds.
const (
	fetchedHeader = "X-Cartograph-Topic"
	fetchedOrder  = "fetched/order"
)

// answered reads an order that the API told.
func answered(d event.Delivery, topic string) ([]event.Event, error) {
	r := begin(d, topic)
	var b orderBody
	if err := wire.Decode(d.Body, &b); err != nil {
		return nil, err
	}
	// The same state gives the same key, however often it is asked for.
	r.e.DedupeKey = Name + ":" + r.e.Topic + ":" + wire.Sum(d.Body)
	if topic != fetchedOrder {
		return r.done(), nil
	}
	if err := r.told(b); err != nil {
		return nil, err
	}
	return r.done(), nil
}

// orderCriteria asks for orders with all that Parse reads, and with as few of
// their other fields as the API allows.
func orderCriteria(limit int) map[string]any {
	none := map[string]any{}
	return map[string]any{
		"limit": limit,
		"associations": map[string]any{
			"currency": none, "orderCustomer": none, "billingAddress": map[string]any{"associations": map[string]any{"country": none, "countryState": none}},
			"lineItems": map[string]any{"associations": map[string]any{"cover": none}}, "stateMachineState": none,
			"language": map[string]any{"associations": map[string]any{"locale": none}},
			"transactions": map[string]any{"sort": []any{map[string]string{"field": "createdAt", "order": "ASC"}}, "associations": map[string]any{
				"stateMachineState": none,
				"captures":          map[string]any{"associations": map[string]any{"refunds": map[string]any{"associations": map[string]any{"stateMachineState": none}}}},
			}},
		},
		"includes": map[string]any{
			"order": []string{"id", "versionId", "orderNumber", "orderDateTime", "createdAt", "updatedAt", "createdById", "amountTotal",
				"price", "currency", "orderCustomer", "billingAddress", "language", "lineItems", "stateMachineState", "transactions",
				"customFields", "subscriptionId", "extensions"},
			"order_customer":  []string{"customerId", "email", "firstName", "lastName"},
			"order_address":   []string{"firstName", "lastName", "phoneNumber", "country", "countryState"},
			"order_line_item": []string{"type", "referencedId", "productId", "label", "quantity", "unitPrice", "totalPrice", "payload", "cover"},
		},
	}
}

// Fetch asks for an order. What is gone is no answer.
func (a *Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if ref.Kind != event.LinkOrder || !wire.Segment(ref.ID) {
		return nil, nil
	}
	criteria := orderCriteria(1)
	criteria["ids"] = []string{ref.ID}
	found, err := a.search(ctx, api, "order", criteria)
	return answers(found), err
}

func answers(orders []json.RawMessage) (out []platform.Answer) {
	for _, o := range orders {
		out = append(out, platform.Answer{Header: map[string][]string{fetchedHeader: {fetchedOrder}}, Body: o})
	}
	return out
}

// pageSize is as many orders as Shopware gives at once without being asked to.
const pageSize = 100

// List asks for the orders made or changed since, oldest first; the cursor is
// the page's number. An order that never changed has no updatedAt.
func (a *Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	number := 1
	if cursor != "" {
		var err error
		if number, err = strconv.Atoi(cursor); err != nil || number < 2 {
			return platform.Page{}, fault.New(fault.Invalid, "the cursor is none of this list").In("cursor")
		}
	}
	after := func(field string) map[string]any {
		return map[string]any{"type": "range", "field": field, "parameters": map[string]string{"gte": since.UTC().Format("2006-01-02T15:04:05.000Z07:00")}}
	}
	criteria := orderCriteria(pageSize)
	criteria["page"], criteria["total-count-mode"] = number, 0
	criteria["filter"] = []any{map[string]any{"type": "multi", "operator": "or", "queries": []any{after("updatedAt"), after("createdAt")}}}
	criteria["sort"] = []any{map[string]string{"field": "createdAt", "order": "ASC"}, map[string]string{"field": "id", "order": "ASC"}}
	found, err := a.search(ctx, api, "order", criteria)
	if err != nil {
		return platform.Page{}, err
	}
	page := platform.Page{Answers: answers(found)}
	if len(found) >= pageSize {
		page.Next = strconv.Itoa(number + 1)
	}
	return page, nil
}
