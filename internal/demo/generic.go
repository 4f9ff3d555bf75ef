package demo

import (
	"context"
	"fmt"
	"maps"
	"time"
)

// generic reports as the shop's own app would: Segment's events, with what
// recovery needs added.
type generic struct{ *poster }

// track sends one event with a few properties beside those that every event
// of a cart has.
func (g generic) track(ctx context.Context, b *bag, name string, at time.Time, more object) error {
	properties := object{"cart_id": b.Cart, "currency": b.Currency}
	maps.Copy(properties, more)
	h, err := g.fromApp(name, object{
		"type": "track", "event": name, "messageId": g.id("event"), "anonymousId": fmt.Sprintf("device-%d", b.N),
		"timestamp": at.UTC().Format(time.RFC3339Nano), "properties": properties,
		"context": object{"locale": b.Locale, "userAgent": agent(b.Device)},
	})
	if err != nil {
		return err
	}
	return g.deliver(ctx, h, b.Repeats)
}

func (g generic) products(lines []Line) []object {
	out := []object{}
	for _, l := range lines {
		out = append(out, product(l))
	}
	return out
}

func product(l Line) object {
	return object{
		"product_id": l.ID, "variant_id": l.Variant, "sku": l.SKU, "name": l.Title, "variant": l.Option,
		"category": l.Category, "price": l.Price.Decimal(), "quantity": l.Quantity,
	}
}

// look reports the first product put into the bag, by a visitor without a name.
func (g generic) look(ctx context.Context, b *bag) error {
	now := g.o.Now()
	if err := g.track(ctx, b, "Product Viewed", now, product(b.Basket[0])); err != nil {
		return err
	}
	return g.track(ctx, b, "Product Added", now, product(b.Basket[0]))
}

func (g generic) fill(ctx context.Context, b *bag) error {
	now := g.o.Now()
	if err := g.track(ctx, b, "Cart Updated", now, g.contents(b)); err != nil || !b.Checkout {
		return err
	}
	b.Paying = now
	return g.track(ctx, b, "Checkout Started", now, g.contents(b))
}

func (g generic) empty(ctx context.Context, b *bag) error {
	return g.track(ctx, b, "Cart Emptied", g.o.Now(), g.person(b))
}

func (g generic) fail(ctx context.Context, b *bag) error {
	return g.track(ctx, b, "Payment Failed", g.o.Now(), g.contents(b))
}

func (g generic) buy(ctx context.Context, b *bag, o purchase) error {
	return g.track(ctx, b, "Order Completed", o.Placed, g.order(b, o))
}

func (g generic) past(ctx context.Context, b *bag, o purchase) error {
	past := *b
	past.Cart += "-" + o.ID
	return g.track(ctx, &past, "Order Completed", o.Placed, g.order(&past, o))
}

func (g generic) refund(ctx context.Context, b *bag, o purchase) error {
	more := g.order(b, o)
	more["refunded"] = o.Refunded.Decimal()
	return g.track(ctx, b, "Order Refunded", g.o.Now(), more)
}

func (g generic) order(b *bag, o purchase) object {
	more := g.person(b)
	more["order_id"], more["order_number"], more["total"] = o.ID, o.Number, sum(o.Lines).Decimal()
	more["created_at"], more["products"] = o.Placed.UTC().Format(time.RFC3339), g.products(o.Lines)
	return more
}

func (g generic) contents(b *bag) object {
	more := g.person(b)
	more["products"], more["total"] = g.products(b.Basket), sum(b.Basket).Decimal()
	more["recovery_url"] = "https://" + g.o.Domain + "/cart/" + b.Cart
	return more
}

// person is who the app knows them to be.
func (g generic) person(b *bag) object {
	more := object{"email": b.Email, "first_name": b.First, "last_name": b.Last, "country": b.Country, "device": b.Device}
	consent := object{"email": b.Reach != Silent}
	if b.Reach == Silent {
		// Never asked: neither yes nor no.
		consent = object{}
	}
	if b.Phone != "" {
		more["phone"], consent["sms"] = b.Phone, true
	}
	if b.PSID != "" {
		more["messenger_psid"], consent["messenger"] = b.PSID, true
	}
	if len(consent) > 0 {
		more["consent"], more["consent_source"] = consent, "app sign-up"
		more["consent_wording"] = "Write to me about my bag and new pieces"
	}
	return more
}
