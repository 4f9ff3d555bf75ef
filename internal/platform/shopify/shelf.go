package shopify

import (
	"context"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// shelfQuery asks for variants as they are sold now.
const shelfQuery = `query Shelf($ids: [ID!]!) {
  shop { currencyCode }
  nodes(ids: $ids) { ... on ProductVariant {
    id title price availableForSale sellableOnlineQuantity inventoryPolicy inventoryItem { tracked }
    media(first: 1) { nodes { preview { image { url } } } }
    product { title status publishedAt onlineStoreUrl featuredMedia { preview { image { url } } } }
  } }
}`

// shelfReply is its answer. A variant that was deleted is null.
type shelfReply struct {
	Data struct {
		Shop struct {
			Currency wire.Text `json:"currencyCode"`
		} `json:"shop"`
		Nodes []*variantBody `json:"nodes"`
	} `json:"data"`
	Errors []struct {
		Message    string `json:"message"`
		Extensions struct {
			Code string `json:"code"`
		} `json:"extensions"`
	} `json:"errors"`
}

// pictured is a medium with its preview.
type pictured struct {
	Preview wire.Object[struct {
		Image wire.Object[struct {
			URL wire.Text `json:"url"`
		}] `json:"image"`
	}] `json:"preview"`
}

func (p pictured) url() string { return wire.URL(string(p.Preview.V.Image.V.URL)) }

// variantBody is one variant with its product.
type variantBody struct {
	ID        wire.Text   `json:"id"`
	Title     wire.Text   `json:"title"`
	Price     wire.Amount `json:"price"`
	Available wire.Bool   `json:"availableForSale"`
	Quantity  wire.Count  `json:"sellableOnlineQuantity"`
	Policy    wire.Text   `json:"inventoryPolicy"`
	Inventory wire.Object[struct {
		Tracked wire.Bool `json:"tracked"`
	}] `json:"inventoryItem"`
	Media wire.Object[struct {
		Nodes wire.List[pictured] `json:"nodes"`
	}] `json:"media"`
	Product wire.Object[struct {
		Title     wire.Text             `json:"title"`
		Status    wire.Text             `json:"status"`
		Published wire.Text             `json:"publishedAt"`
		URL       wire.Text             `json:"onlineStoreUrl"`
		Media     wire.Object[pictured] `json:"featuredMedia"`
	}] `json:"product"`
}

// maxNodes is how many ids Shopify takes in one question.
const maxNodes = 250

// Products asks for the lines' variants. Lines without a variant's number, such
// as what a merchant typed into a draft, are left out.
func (a *Adapter) Products(ctx context.Context, api platform.API, items []event.Item) ([]platform.Product, error) {
	ids, asked := platform.LinesBy(items, func(it event.Item) string {
		if !number(it.VariantID) {
			return ""
		}
		return "gid://shopify/ProductVariant/" + it.VariantID
	})
	if len(ids) == 0 {
		return nil, nil
	}
	base, header, err := a.admin(ctx, api)
	if err != nil {
		return nil, err
	}
	var out []platform.Product
	for len(ids) > 0 {
		n := min(maxNodes, len(ids))
		found, err := ask(ctx, api, base, header, ids[:n], asked)
		if err != nil {
			return nil, err
		}
		out, ids = append(out, found...), ids[n:]
	}
	return out, nil
}

func ask(ctx context.Context, api platform.API, base string, header map[string]string, ids []string,
	asked map[string][]event.Item) (out []platform.Product, err error) {
	var reply shelfReply
	in := map[string]any{"query": shelfQuery, "variables": map[string]any{"ids": ids}}
	if _, _, err := api.Ask(ctx, "POST", base+"/graphql.json", header, in, &reply); err != nil {
		return nil, err
	}
	if err := reply.failed(len(ids)); err != nil {
		return nil, err
	}
	for i, v := range reply.Data.Nodes {
		for _, it := range asked[ids[i]] {
			out = append(out, v.as(it, money.Code(string(reply.Data.Shop.Currency))))
		}
	}
	return out, nil
}

// failed reads the errors of GraphQL, which come with the status 200. Half an
// answer is none: what is missing from it would read as gone.
func (r shelfReply) failed(want int) error {
	for _, e := range r.Errors {
		switch e.Extensions.Code {
		case "THROTTLED":
			return fault.New(fault.Throttled, "Shopify asks to be asked less often")
		case "ACCESS_DENIED":
			return fault.New(fault.Misconfigured, "the app may not read products").
				In(platform.KeyID).Try("give it the rights read_products and read_inventory")
		}
	}
	if len(r.Errors) > 0 || len(r.Data.Nodes) != want {
		return fault.New(fault.Unprocessable, "Shopify did not answer the question for products")
	}
	return nil
}

// as gives the variant as the line that was asked for.
func (v *variantBody) as(asked event.Item, currency string) platform.Product {
	it := event.Item{ProductID: asked.ProductID, VariantID: asked.VariantID, SKU: asked.SKU}
	if v == nil || wire.First(v.ID) == "" {
		return platform.Product{Item: it, Gone: true}
	}
	p := v.Product.V
	it.Title, it.Variant = event.Clean(string(p.Title), 300), event.Clean(variantTitle(v.Title), 300)
	it.URL, it.ImageURL = wire.URL(string(p.URL)), p.Media.V.url()
	if n := v.Media.V.Nodes.V; len(n) > 0 && n[0].url() != "" {
		it.ImageURL = n[0].url()
	}
	var notes wire.Notes
	if price, err := v.Price.Positive(currency, "price", &notes); err == nil && currency == asked.Price.Currency {
		it.Price = price
	}
	if v.Inventory.V.Tracked.Value && string(v.Policy) == "DENY" {
		it.Stock = v.Quantity.Stock()
	}
	gone := v.Available.Set && !v.Available.Value || p.Published == "" || p.Status != "" && !strings.EqualFold(string(p.Status), "ACTIVE")
	return platform.Product{Item: it, Gone: gone}
}

// number reports an id of digits alone, as all of Shopify's are.
func number(id string) bool { return id != "" && len(id) <= 20 && strings.Trim(id, "0123456789") == "" }
