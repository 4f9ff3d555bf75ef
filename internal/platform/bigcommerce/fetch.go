package bigcommerce

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Fetch asks for what a webhook named. A cart that became an order, or was
// deleted, is gone: then what was told of it before stays.
func (*Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if !wire.Segment(ref.ID) {
		return nil, fault.New(fault.Unprocessable, "BigCommerce has no such ids").In("id")
	}
	answers, err := ask(ctx, api, ref)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return answers, err
}

func ask(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	switch ref.Kind {
	case event.LinkCart:
		return askCart(ctx, api, ref.ID)
	case event.LinkOrder:
		return askOrder(ctx, api, ref.ID)
	case refCustomer:
		return one(ctx, api, fetchedCustomer, "v3/customers", url.Values{"id:in": {ref.ID}})
	case refSubscriber:
		return one(ctx, api, fetchedSubscriber, "v3/customers/subscribers/"+ref.ID, nil)
	}
	return nil, fault.New(fault.Internal, "there is no way to ask BigCommerce for a %s", ref.Kind)
}

func one(ctx context.Context, api platform.API, topic, path string, query url.Values) ([]platform.Answer, error) {
	text, err := get(ctx, api, path, query)
	if err != nil || empty(topic, text) {
		return nil, err
	}
	return []platform.Answer{answer(topic, text)}, nil
}

// empty reports a list without the customer that was asked for.
func empty(topic string, text []byte) bool {
	var b struct {
		Data []json.RawMessage `json:"data"`
	}
	return topic == fetchedCustomer && json.Unmarshal(text, &b) == nil && len(b.Data) == 0
}

// The parts of carts and checkouts that are told only when asked for.
const (
	cartOptions     = "line_items.physical_items.options,line_items.digital_items.options"
	checkoutOptions = "cart.line_items.physical_items.options,cart.line_items.digital_items.options"
)

// askCart asks for a cart and, once somebody is known on it, for its checkout
// instead, which tells name, phone and country. A token without the right to
// read checkouts still gets the cart.
func askCart(ctx context.Context, api platform.API, id string) ([]platform.Answer, error) {
	text, err := get(ctx, api, "v3/carts/"+id, url.Values{"include": {cartOptions}})
	if err != nil {
		return nil, err
	}
	var b struct {
		Data wire.Object[cartBody] `json:"data"`
	}
	if json.Unmarshal(text, &b) != nil || wire.First(b.Data.V.Email) == "" {
		return askOwner(ctx, api, b.Data.V.CustomerID, answer(fetchedCart, text))
	}
	full, err := get(ctx, api, "v3/checkouts/"+id, url.Values{"include": {checkoutOptions}})
	switch fault.CodeOf(err) {
	case "":
		return []platform.Answer{answer(fetchedCheckout, full)}, nil
	case fault.NotFound, fault.Misconfigured:
		return []platform.Answer{answer(fetchedCart, text)}, nil
	}
	return nil, err
}

// askOwner adds the customer of a cart that tells no address. That they cannot
// be asked for does not cost the cart.
func askOwner(ctx context.Context, api platform.API, customer wire.Text, cart platform.Answer) ([]platform.Answer, error) {
	id := wire.First(customer)
	if !wire.Segment(id) || id == "0" {
		return []platform.Answer{cart}, nil
	}
	who, err := one(ctx, api, fetchedCustomer, "v3/customers", url.Values{"id:in": {id}})
	switch fault.CodeOf(err) {
	case "", fault.NotFound, fault.Misconfigured:
		return append([]platform.Answer{cart}, who...), nil
	}
	return nil, err
}

// askOrder asks for an order, and with one that is unfinished for its cart, which
// is still there.
func askOrder(ctx context.Context, api platform.API, id string) ([]platform.Answer, error) {
	text, err := get(ctx, api, "v2/orders/"+id, nil)
	if err != nil {
		return nil, err
	}
	answers := []platform.Answer{answer(fetchedOrder, text)}
	var b orderBody
	if json.Unmarshal(text, &b) != nil || !wire.Segment(wire.First(b.CartID)) {
		return answers, nil
	}
	if s := wire.First(b.StatusID); s != incomplete && s != pending {
		return answers, nil
	}
	cart, err := askCart(ctx, api, wire.First(b.CartID))
	if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Misconfigured) {
		return nil, err
	}
	return append(answers, cart...), nil
}
