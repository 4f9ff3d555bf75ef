package magento

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// productsAtOnce is how many products are asked for at once.
const productsAtOnce = 50

// productFields are what is asked of a product.
const productFields = "items[id,sku,status,type_id,price,custom_attributes,media_gallery_entries[file,types,disabled]," +
	"extension_attributes[stock_item[qty,is_in_stock,manage_stock,backorders]]]"

// productBody is a product, or the variant of a configurable one, which is a
// product as well. What Magento keeps as attributes is text by the attribute's code.
type productBody struct {
	ID         wire.Text   `json:"id"`
	SKU        wire.Text   `json:"sku"`
	Status     wire.Text   `json:"status"`
	Type       wire.Text   `json:"type_id"`
	Price      wire.Amount `json:"price"`
	Attributes wire.List[struct {
		Code  wire.Text `json:"attribute_code"`
		Value wire.Text `json:"value"`
	}] `json:"custom_attributes"`
	Gallery wire.List[struct {
		File     wire.Text            `json:"file"`
		Types    wire.List[wire.Text] `json:"types"`
		Disabled wire.Bool            `json:"disabled"`
	}] `json:"media_gallery_entries"`
	More wire.Object[struct {
		Stock wire.Object[stockBody] `json:"stock_item"`
	}] `json:"extension_attributes"`
}

func (b productBody) attribute(code string) string {
	for _, a := range b.Attributes.V {
		if string(a.Code) == code {
			return wire.First(a.Value)
		}
	}
	return ""
}

// disabled is status 2; 1 is enabled.
func (b productBody) disabled() bool { return b.Status == "2" }

// image is the path of the picture that lists of products show.
func (b productBody) image() string {
	if path := b.attribute("small_image"); strings.HasPrefix(path, "/") {
		return path
	}
	for _, e := range b.Gallery.V {
		if !e.Disabled.Value && strings.HasPrefix(string(e.File), "/") && slices.Contains(e.Types.V, "small_image") {
			return string(e.File)
		}
	}
	return ""
}

// shelves are the products of a cart: those that its lines' SKUs name, which are
// the variants of configurable products, and those that its product ids name.
type shelves struct {
	bySKU, byID map[string]productBody
	stock       map[string]stockBody
	// media is where pictures are.
	media string
}

// Products asks for the lines' products as the shop sells them now.
func (*Adapter) Products(ctx context.Context, api platform.API, items []event.Item) ([]platform.Product, error) {
	base, err := site(api)
	if err != nil {
		return nil, err
	}
	base, _, _ = strings.Cut(base, "/rest/")
	s := shelves{media: strings.TrimSuffix(strings.TrimSuffix(base, "/rest"), "/index.php") + "/media/catalog/product"}
	var skus, ids []string
	for _, it := range items {
		if nameable(it.SKU) {
			skus = append(skus, it.SKU)
		}
	}
	if s.bySKU, err = products(ctx, api, "sku", skus, func(b productBody) string { return folded(string(b.SKU)) }); err != nil {
		return nil, err
	}
	for _, it := range items {
		if p, ok := s.bySKU[folded(it.SKU)]; number(it.ProductID) && (!ok || string(p.ID) != it.ProductID) {
			ids = append(ids, it.ProductID)
		}
	}
	if s.byID, err = products(ctx, api, "entity_id", ids, func(b productBody) string { return string(b.ID) }); err != nil {
		return nil, err
	}
	if s.stock, err = stocks(ctx, api, s.bySKU); err != nil {
		return nil, err
	}
	var out []platform.Product
	for _, it := range items {
		if p, ok := s.now(it, api.Shop); ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// nameable reports whether a SKU can be one of several in a search, which are
// separated by commas.
func nameable(sku string) bool { return sku != "" && !strings.Contains(sku, ",") }

// folded is a SKU as Magento's database compares it.
func folded(sku string) string { return strings.ToLower(strings.TrimSpace(sku)) }

// products searches for products by a field.
func products(ctx context.Context, api platform.API, field string, values []string, key func(productBody) string) (map[string]productBody, error) {
	slices.Sort(values)
	out := map[string]productBody{}
	for some := range slices.Chunk(slices.Compact(values), productsAtOnce) {
		found, err := search(ctx, api, "/products", criteria{groups: [][]filter{{{field, "in", strings.Join(some, ",")}}}, size: len(some), fields: productFields})
		if err != nil {
			return nil, err
		}
		for _, raw := range found.Items.V {
			var b productBody
			if err := json.Unmarshal(raw, &b); err != nil {
				return nil, fault.Wrap(fault.Unprocessable, err, "Magento's answer for products cannot be read")
			}
			out[key(b)] = b
		}
	}
	return out, nil
}

// now is a line's product. A line whose product is found by neither name was
// deleted, if its product's id is known; an unknown SKU alone tells nothing,
// since options and bundles have SKUs that no product has.
func (s shelves) now(it event.Item, shop event.Delivery) (platform.Product, bool) {
	p, exact := s.bySKU[folded(it.SKU)]
	parent, above := s.byID[it.ProductID]
	if !exact && !above && !number(it.ProductID) {
		return platform.Product{}, false
	}
	// The ids are the line's, so that Same() meets it.
	now := platform.Product{Item: event.Item{ProductID: it.ProductID, VariantID: it.VariantID, SKU: it.SKU, Title: it.Title}}
	if now.Gone = !exact && !above || exact && p.disabled() || above && parent.disabled(); !exact && !above {
		return now, true
	}
	for _, path := range []string{p.image(), parent.image()} {
		if now.Item.ImageURL == "" && path != "" {
			now.Item.ImageURL = wire.URL(s.media + path)
		}
	}
	if stock, known := s.stock[folded(it.SKU)]; known {
		now.Item.Stock = stock.left()
		now.Gone = now.Gone || stock.soldOut()
	}
	if it.Price.Currency == shop.Currency {
		now.Item.Price = p.price(it.Price, shop.ReceivedAt)
	}
	return now, true
}
