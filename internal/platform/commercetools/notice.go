package commercetools

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// noteBody is a notification: a message with what happened, a change of a
// resource, or an event.
type noteBody struct {
	Notification wire.Text                  `json:"notificationType"`
	ID           wire.Text                  `json:"id"`
	Type         wire.Text                  `json:"type"`
	Resource     wire.Object[referenceBody] `json:"resource"`
	Version      wire.Text                  `json:"version"`
	CreatedAt    wire.Time                  `json:"createdAt"`
	ModifiedAt   wire.Time                  `json:"modifiedAt"`
	Erasure      wire.Bool                  `json:"dataErasure"`
	Order        wire.Object[orderBody]     `json:"order"`
}

// referenceBody names a resource.
type referenceBody struct {
	TypeID wire.Text `json:"typeId"`
	ID     wire.Text `json:"id"`
}

// refPayment asks for the orders that a payment is of.
const refPayment event.LinkKind = "payment"

func (r *reader) notification(raw []byte) error {
	var b noteBody
	if err := wire.Decode(raw, &b); err != nil {
		return inner(err, 1)
	}
	what := "change"
	happened := wire.First(b.Notification)
	if happened == "Message" || happened == "Event" {
		what, happened = strings.ToLower(happened), wire.First(b.Type)
	}
	about := wire.First(b.Resource.V.TypeID)
	r.e.Topic = event.Clean(about+"."+what+"."+happened, 100)
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.CreatedAt.Time, b.ModifiedAt.Time)
	r.e.DedupeKey = b.repeats(raw, what)
	switch about {
	case "order":
		return r.orderNotice(b, happened)
	case "cart":
		return r.cartNotice(b, happened)
	case "payment":
		if strings.HasPrefix(happened, "PaymentTransaction") || happened == "ResourceUpdated" {
			return r.fetch(refPayment, b.Resource.V.ID)
		}
	case "customer":
		r.customerNotice(b, happened)
	}
	return nil
}

// repeats gives the key under which repeats meet: a message's id; for a change
// the resource with the version it came to. A customer's change is hashed whole:
// their id would outlive their erasure.
func (b noteBody) repeats(raw []byte, what string) string {
	id := wire.First(b.ID)
	if what != "change" && id != "" {
		return key(what, id)
	}
	about := wire.First(b.Resource.V.TypeID)
	if about == "customer" || wire.First(b.Resource.V.ID) == "" || wire.First(b.Version) == "" {
		return key(what, "sha256", wire.Sum(raw))
	}
	return key(what, string(b.Notification), about, string(b.Resource.V.ID), string(b.Version))
}

// orderNotice reads what is said of an order. Messages that carry it whole are
// read; of all others the order is asked for, since what they tell of it (a
// state, an address) makes no order by itself.
func (r *reader) orderNotice(b noteBody, happened string) error {
	if happened == "OrderDeleted" || happened == "ResourceDeleted" {
		r.notes.Add("a deleted order is not a cancelled one")
		return nil
	}
	if wire.First(b.Order.V.ID) == "" {
		return r.fetch(event.LinkOrder, b.Resource.V.ID)
	}
	o := b.Order.V
	switch happened {
	case "OrderImported":
		o.imported = true
	case "OrderCreatedFromRecurringOrder":
		o.recurred = true
	}
	return r.order(o)
}

// cartNotice reads what is said of a cart: only that it is gone needs no question.
func (r *reader) cartNotice(b noteBody, happened string) error {
	if happened != "ResourceDeleted" {
		return r.fetch(event.LinkCart, b.Resource.V.ID)
	}
	var links wire.Links
	if links.Add(event.LinkCart, b.Resource.V.ID); len(links) == 0 {
		return missing("resource.id")
	}
	r.e.Kind, r.e.Links = event.CartDeleted, links
	return nil
}

// customerNotice reads the one change of a customer that asks something of us:
// their deletion with the erasure of their data.
func (r *reader) customerNotice(b noteBody, happened string) {
	id := wire.ID(string(b.Resource.V.ID))
	if happened != "ResourceDeleted" || !b.Erasure.Value || id == "" {
		return
	}
	r.e.Kind = event.SubjectErase
	r.e.Privacy = &event.Privacy{Keys: []event.Key{{Kind: event.KeyCustomer, Value: id}}}
}

func (r *reader) fetch(kind event.LinkKind, id wire.Text) error {
	clean := wire.ID(string(id))
	if clean == "" {
		return missing("resource.id")
	}
	r.e.Fetch = []event.Reference{{Kind: kind, ID: clean}}
	return nil
}
