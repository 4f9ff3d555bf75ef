package saleor

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// named reports whether the signed body says which event it is.
func (b eventBody) named() bool { return b.name() != "" }

// name is the event's name by the body.
func (b eventBody) name() string {
	for _, camel := range []string{string(b.Type), b.root} {
		if camel = strings.TrimSpace(camel); camel != "" && camel != "event" {
			return event.Clean(snake(camel), 100)
		}
	}
	return ""
}

// topic gives the event's name in Saleor's spelling of headers. What the signed
// body says of it goes before the header, which is not signed; named is whether
// it, or our own question to the API, says it.
func (b eventBody) topic(d event.Delivery) (topic string, named bool) {
	if name := b.name(); name != "" {
		return name, true
	}
	if t := d.Get(fetchedHeader); t != "" {
		return event.Clean(t, 100), true
	}
	return event.Clean(strings.ToLower(header(d, "Event")), 100), false
}

// shaped holds the header's name against what the body tells, where that names
// no event: an order under another thing's name is an order, and neither its
// draft nor its end is believed without the order's own status.
func (b eventBody) shaped(topic string) (string, wire.Notes) {
	is := ""
	switch {
	case b.Order.Set, len(b.orders) > 0:
		is = "order"
	case b.Checkout.Set:
		is = "checkout"
	case b.User.Set:
		is = "customer"
	}
	said, _, _ := strings.Cut(strings.TrimPrefix(topic, "draft_"), "_")
	if said == "account" {
		said = "customer"
	}
	var notes wire.Notes
	if is == "" || said == is || topic == "" {
		return topic, nil
	}
	notes.Add("the header says %s and the body tells a %s: the body counts", topic, is)
	return is + "_updated", notes
}

// snake writes OrderCreated and orderCreated as order_created.
func snake(camel string) string {
	var b strings.Builder
	for i, r := range camel {
		if 'A' <= r && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// farewell reads what ends something for good. It is believed only where the
// signed body itself says so: the body of customer_updated is that of
// customer_deleted, and whoever has the one could post it under the other's header.
func (r *reader) farewell() (string, error) {
	if !r.b.named() {
		return "", fault.New(fault.Unprocessable, "the header says %s and the signed body does not", r.e.Topic).In("Saleor-Event").
			Try("save the webhook with the subscription query of Cartograph's page about Saleor; nothing was erased or ended")
	}
	if r.e.Topic == "app_deleted" {
		return r.leaving()
	}
	return r.erasure()
}
