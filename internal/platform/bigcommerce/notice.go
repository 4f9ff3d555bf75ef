package bigcommerce

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// noticeBody is a webhook's body: it names what changed and tells nothing of it.
type noticeBody struct {
	Scope     wire.Text             `json:"scope"`
	Producer  wire.Text             `json:"producer"`
	Hash      wire.Text             `json:"hash"`
	CreatedAt wire.Time             `json:"created_at"`
	Data      wire.Object[dataBody] `json:"data"`
}

// dataBody is the id of what changed. A line's cart and a transaction's order
// stand beside it; a conversion names the order.
type dataBody struct {
	ID      wire.Text `json:"id"`
	CartID  wire.Text `json:"cartId"`
	OrderID wire.Text `json:"orderId"`
	Order   wire.Text `json:"order_id"`
}

// What else than carts and orders is asked for by id.
const (
	refCustomer   event.LinkKind = "customer"
	refSubscriber event.LinkKind = "subscriber"
)

func (r *reader) notice() error {
	var b noticeBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	r.e.Topic = event.Clean(string(b.Scope), 100)
	r.e.DedupeKey = r.repeats(b)
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.CreatedAt.Time)
	scope, data := strings.TrimPrefix(r.e.Topic, "store/"), b.Data.V
	switch area, rest, _ := strings.Cut(scope, "/"); {
	case scope == "":
		r.notes.Add("the delivery names no scope")
	case scope == "app/uninstalled":
		r.e.Kind, r.e.Privacy = event.ShopUninstalled, &event.Privacy{}
	case strings.Contains(scope, "metafield"), strings.Contains(scope, "message"):
	case area == "cart":
		return r.cartNotice(rest, data)
	case area == "order":
		return r.fetch(event.LinkOrder, "data.id", data.Order, data.ID)
	case scope == "customer/created", scope == "customer/updated":
		return r.fetch(refCustomer, "data.id", data.ID)
	case scope == "subscriber/created", scope == "subscriber/updated":
		return r.fetch(refSubscriber, "data.id", data.ID)
	case scope == "subscriber/deleted":
		r.notes.Add("a subscriber was deleted, and BigCommerce does not say whose address it was")
	}
	return nil
}

// cartNotice reads the cart scopes. All but two say only that it is worth asking
// for the cart. They are no activity of the shopper's by themselves: what the
// cart then says was its last change is.
func (r *reader) cartNotice(scope string, data dataBody) error {
	switch scope {
	case "converted":
		return r.converted(data)
	case "deleted":
		var links wire.Links
		if links.Add(event.LinkCart, data.ID); len(links) == 0 {
			return missing("data.id")
		}
		r.e.Kind, r.e.Links = event.CartDeleted, links
		return nil
	}
	return r.fetch(event.LinkCart, "data.id", data.CartID, data.ID)
}

// converted reads a cart's end in an order, which BigCommerce announces without
// telling the order. Messages stop at once: under "checkout:<cart>" the order is
// never credited, and the real one, which is asked for, is.
func (r *reader) converted(data dataBody) error {
	var links wire.Links
	if links.Add(event.LinkCart, data.ID); len(links) == 0 {
		return missing("data.id")
	}
	r.e.Order = &event.Order{ID: "checkout:" + links[0].Value, Status: event.OrderOpen, PlacedAt: r.e.OccurredAt}
	links.Add(event.LinkOrder, data.OrderID)
	r.e.Kind, r.e.Links = event.OrderPlaced, links
	r.notes.Add("the cart became an order, which is credited when the API has told it")
	if len(links) > 1 {
		r.e.Fetch = []event.Reference{{Kind: event.LinkOrder, ID: links[1].Value}}
	}
	return nil
}

// fetch asks for the first of the ids that is set.
func (r *reader) fetch(kind event.LinkKind, field string, ids ...wire.Text) error {
	id := wire.ID(wire.First(ids...))
	if id == "" || id == "0" {
		return missing(field)
	}
	r.e.Fetch = []event.Reference{{Kind: kind, ID: id}}
	return nil
}

// repeats gives the key under which repeats of a webhook meet: its id, which a
// retry keeps; else, for hooks without one, scope, producer, hash and moment.
// The hash alone does not tell scopes apart.
func (r *reader) repeats(b noticeBody) string {
	if id := r.d.Get(wire.StandardID); strings.TrimSpace(id) != "" {
		return key(r.e.Topic, "id", id)
	}
	if wire.First(b.Hash) == "" {
		return key(r.e.Topic, "sha256", wire.Sum(r.d.Body))
	}
	return key(r.e.Topic, string(b.Producer), string(b.Hash), b.CreatedAt.UTC().Format("20060102150405"))
}
