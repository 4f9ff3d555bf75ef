package magento

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// stocksAtOnce bounds the calls for stock, of which each product takes one: a
// message waits for them.
const stocksAtOnce = 10

// stockBody is a product's stock. Magento has put the shop's own settings in the
// place of what a product leaves to them.
type stockBody struct {
	Qty     wire.Count `json:"qty"`
	In      wire.Bool  `json:"is_in_stock"`
	Managed wire.Bool  `json:"manage_stock"`
	// Backorders other than 0 can be ordered although none is left.
	Backorders wire.Text `json:"backorders"`
}

// counted reports whether the shop counts what is left of it.
func (b stockBody) counted() bool { return !b.Managed.Set || b.Managed.Value }

func (b stockBody) soldOut() bool { return b.counted() && b.In.Set && !b.In.Value }

// left is how many are left, nil where that is no limit.
func (b stockBody) left() *int {
	if !b.counted() || b.Backorders != "" && b.Backorders != "0" {
		return nil
	}
	return b.Qty.Stock()
}

// stocks asks for the stock of products, of at most stocksAtOnce. A token
// without the right to see it does without.
func stocks(ctx context.Context, api platform.API, of map[string]productBody) (map[string]stockBody, error) {
	out := map[string]stockBody{}
	if len(of) == 0 {
		return out, nil
	}
	one, err := oneStock(ctx, api)
	if err != nil || !one {
		return out, err
	}
	calls := 0
	for _, key := range slices.Sorted(maps.Keys(of)) {
		p := of[key]
		if s := p.More.V.Stock; s.Set {
			out[key] = s.V
			continue
		}
		// Many web servers let no escaped slash pass.
		if calls >= stocksAtOnce || p.disabled() || strings.ContainsAny(string(p.SKU), "/\\") {
			continue
		}
		calls++
		var s stockBody
		_, err := ask(ctx, api, "/stockItems/"+url.PathEscape(string(p.SKU))+"?fields=qty,is_in_stock,manage_stock,backorders", &s)
		switch fault.CodeOf(err) {
		case "":
			out[key] = s
		case fault.Misconfigured:
			return out, nil
		case fault.NotFound, fault.Unprocessable:
		default:
			return nil, err
		}
	}
	return out, nil
}

// oneStock reports whether the shop has one stock only, or none by that name.
// With several, a product's stock item speaks of the first alone, and what is
// sold out there may be sold from another.
func oneStock(ctx context.Context, api platform.API) (bool, error) {
	found, err := search(ctx, api, "/inventory/stocks", criteria{size: 1, fields: "total_count"})
	switch {
	case fault.Is(err, fault.NotFound):
		return true, nil
	case fault.Is(err, fault.Misconfigured):
		return false, nil
	case err != nil:
		return false, err
	}
	return wire.First(found.Total) == "1" || wire.First(found.Total) == "0", nil
}
