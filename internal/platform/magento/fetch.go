package magento

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// fetchedHeader names what an answer of the API holds.
const (
	fetchedHeader = "X-Cartograph-Topic"
	fetchedOrder  = "fetched/order"
	fetchedCart   = "fetched/cart"
)

// refNumber names an order by the number that its shopper knows, where an event
// tells no other; event.LinkOrder names one by its entity_id.
const refNumber event.LinkKind = "order_number"

// Fetch asks for a cart or an order that an event named without telling it. What
// is gone is no answer.
func (*Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	switch {
	case ref.Kind == event.LinkCart && number(ref.ID):
		return askCart(ctx, api, ref.ID)
	case ref.Kind == event.LinkOrder && number(ref.ID):
		return askOrders(ctx, api, filter{"entity_id", "eq", ref.ID})
	case ref.Kind == refNumber && wire.Segment(ref.ID):
		return askOrders(ctx, api, filter{"increment_id", "eq", ref.ID})
	}
	return nil, nil
}

// named gives the reference to an order, or none.
func named(b orderBody) []event.Reference {
	switch id, n := wire.First(b.ID), wire.First(b.Number); {
	case number(id):
		return []event.Reference{{Kind: event.LinkOrder, ID: id}}
	case wire.Segment(n):
		return []event.Reference{{Kind: refNumber, ID: n}}
	}
	return nil
}

func askOrders(ctx context.Context, api platform.API, which filter) ([]platform.Answer, error) {
	mine, err := views(api)
	if err != nil {
		return nil, err
	}
	found, err := search(ctx, api, "/orders", criteria{groups: append(mine, []filter{which}), size: 10, fields: "items[" + orderFields + "]"})
	return orders(found), err
}

func orders(found reply) (out []platform.Answer) {
	for _, o := range found.Items.V {
		out = append(out, platform.Answer{Header: map[string][]string{fetchedHeader: {fetchedOrder}}, Body: o})
	}
	return out
}

func askCart(ctx context.Context, api platform.API, id string) ([]platform.Answer, error) {
	body, err := ask(ctx, api, "/carts/"+id+"?fields="+escape(cartFields), nil)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	answer, err := priced(ctx, api, body)
	if err != nil {
		return nil, err
	}
	return []platform.Answer{answer}, nil
}

// priced adds to a cart its totals: a cart as the API tells it has neither a
// total nor prices with tax, and those it has are in the shop's base currency. A
// cart that Magento cannot count (a product of it is broken, or it was bought
// meanwhile) is told without.
func priced(ctx context.Context, api platform.API, cart json.RawMessage) (platform.Answer, error) {
	var b restCart
	body := map[string]json.RawMessage{"cart": cart}
	if err := json.Unmarshal(cart, &b); err == nil && b.Active.Value && len(b.Items.V) > 0 && number(wire.First(b.ID)) {
		totals, err := ask(ctx, api, "/carts/"+wire.First(b.ID)+"/totals?fields="+escape(totalFields), nil)
		switch {
		case err == nil && json.Valid(totals):
			body["totals"] = totals
		case fault.Is(err, fault.Throttled) || ctx.Err() != nil:
			return platform.Answer{}, err
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return platform.Answer{}, fault.Wrap(fault.Unprocessable, err, "the platform's cart cannot be read")
	}
	return platform.Answer{Header: map[string][]string{fetchedHeader: {fetchedCart}}, Body: text}, nil
}

// asked reports whether a delivery is an answer of the API, and of what.
func asked(d event.Delivery) (topic string, ok bool) {
	topic = d.Get(fetchedHeader)
	return topic, strings.HasPrefix(topic, "fetched/")
}

// answered reads what the API told. The same state gives the same key, however
// often it is asked for.
func answered(d event.Delivery, topic string) ([]event.Event, error) {
	r := &reader{d: d, asked: true, e: event.Event{ShopID: d.ShopID, Platform: Name, Topic: event.Clean(topic, 100), Kind: event.Unknown, ReceivedAt: d.ReceivedAt}}
	r.e.DedupeKey = Name + ":" + r.e.Topic + ":" + wire.Sum(d.Body)
	text, err := wire.Check(d.Body)
	if err != nil {
		return nil, err
	}
	switch topic {
	case fetchedOrder:
		err = decoded(text, r.orderOf)
	case fetchedCart:
		err = decoded(text, r.cartOf)
	}
	if err != nil {
		return nil, err
	}
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

func decoded[T any](body []byte, then func(T) error) error {
	var b T
	if err := wire.Decode(body, &b); err != nil {
		return err
	}
	return then(b)
}

// orderOf reads an order of the API, which leaves null out: an order without an
// address of the shopper's computer was made by staff.
func (r *reader) orderOf(b orderBody) error {
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.UpdatedAt.Time, b.CreatedAt.Time)
	if len(b.RemoteIP) == 0 {
		b.RemoteIP = json.RawMessage("null")
	}
	return r.order(b)
}
