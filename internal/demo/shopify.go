package demo

import (
	"context"
	"fmt"
	"maps"
	"time"
)

// object is a JSON object.
type object = map[string]any

// shopify reports in Shopify's webhooks: carts that name nobody, checkouts
// that do, orders that name both.
type shopify struct {
	*poster
	zone *time.Location
}

func (s shopify) send(ctx context.Context, b *bag, topic string, body object) error {
	h, err := s.fromShopify(topic, body)
	if err != nil {
		return err
	}
	return s.deliver(ctx, h, b.Repeats)
}

// at writes a time as Shopify does: whole seconds in the shop's zone.
func (s shopify) at(t time.Time) string { return t.In(s.zone).Format(time.RFC3339) }

func (s shopify) lines(lines []Line) []object {
	out := []object{}
	for _, l := range lines {
		out = append(out, object{
			"product_id": l.ID, "variant_id": l.Variant, "sku": l.SKU, "title": l.Title, "variant_title": l.Option,
			"quantity": l.Quantity, "price": l.Price.Decimal(), "line_price": l.Total().Decimal(), "product_type": l.Category,
		})
	}
	return out
}

func (s shopify) cart(ctx context.Context, b *bag, topic string, lines []Line) error {
	now := s.o.Now()
	return s.send(ctx, b, topic, object{
		"id": b.Cart, "token": b.Cart, "created_at": s.at(b.Began), "updated_at": s.at(now), "line_items": s.lines(lines),
	})
}

func (s shopify) look(ctx context.Context, b *bag) error {
	return s.cart(ctx, b, "carts/create", b.Basket[:1])
}

func (s shopify) fill(ctx context.Context, b *bag) error {
	if err := s.cart(ctx, b, "carts/update", b.Basket); err != nil || !b.Checkout {
		return err
	}
	b.Paying = s.o.Now()
	return s.send(ctx, b, "checkouts/create", s.checkout(b, b.Basket, time.Time{}))
}

func (s shopify) empty(ctx context.Context, b *bag) error {
	if err := s.cart(ctx, b, "carts/update", nil); err != nil || !b.Checkout {
		return err
	}
	return s.send(ctx, b, "checkouts/update", s.checkout(b, nil, time.Time{}))
}

// fail does nothing: Shopify does not report failed payments.
func (s shopify) fail(context.Context, *bag) error { return nil }

// buy completes the checkout and places its order, which Shopify reports apart.
func (s shopify) buy(ctx context.Context, b *bag, o purchase) error {
	if b.Checkout {
		if err := s.send(ctx, b, "checkouts/update", s.checkout(b, o.Lines, o.Placed)); err != nil {
			return err
		}
	}
	return s.send(ctx, b, "orders/create", s.order(b, o, true))
}

func (s shopify) past(ctx context.Context, b *bag, o purchase) error {
	return s.send(ctx, b, "orders/create", s.order(b, o, false))
}

func (s shopify) refund(ctx context.Context, b *bag, o purchase) error {
	body := s.order(b, o, true)
	body["financial_status"] = "partially_refunded"
	if o.Refunded == sum(o.Lines) {
		body["financial_status"] = "refunded"
	}
	body["refunds"] = []object{{"id": o.ID + "9", "transactions": []object{{
		"kind": "refund", "status": "success", "amount": o.Refunded.Decimal(), "currency": b.Currency,
	}}}}
	return s.send(ctx, b, "orders/updated", body)
}

func (s shopify) checkout(b *bag, lines []Line, completed time.Time) object {
	body := s.buyer(b)
	total := sum(lines).Decimal()
	maps.Copy(body, object{
		"id": fmt.Sprintf("37%08d", b.N), "token": b.Token, "cart_token": b.Cart, "source_name": "web", "currency": b.Currency,
		"created_at": s.at(b.Paying), "updated_at": s.at(s.o.Now()), "completed_at": nil,
		"abandoned_checkout_url": "https://" + s.o.Domain + "/checkouts/" + b.Token + "/recover",
		"total_price":            total, "subtotal_price": total, "line_items": s.lines(lines), "discount_codes": []object{},
	})
	if !completed.IsZero() {
		body["completed_at"] = s.at(completed)
	}
	return body
}

// order is an order's body; one from the past belongs to no cart of the demo.
func (s shopify) order(b *bag, o purchase, own bool) object {
	body := s.buyer(b)
	total := sum(o.Lines).Decimal()
	maps.Copy(body, object{
		"id": o.ID, "name": o.Number, "source_name": "web", "currency": b.Currency, "financial_status": "paid",
		"created_at": s.at(o.Placed), "processed_at": s.at(o.Placed), "updated_at": s.at(s.o.Now()),
		"total_price": total, "subtotal_price": total, "line_items": s.lines(o.Lines), "discount_codes": []object{},
		"client_details": object{"user_agent": agent(b.Device)},
	})
	if own {
		body["cart_token"] = b.Cart
		if b.Checkout {
			body["checkout_token"] = b.Token
		}
		return body
	}
	body["updated_at"] = body["created_at"]
	return body
}

// buyer is what checkouts and orders tell of the person.
func (s shopify) buyer(b *bag) object {
	home := object{"first_name": b.First, "last_name": b.Last, "country_code": b.Country}
	body := object{
		"email": b.Email, "customer_locale": b.Locale, "buyer_accepts_marketing": b.Reach != Silent,
		"billing_address": home, "shipping_address": home,
		"customer": object{"id": fmt.Sprintf("61%08d", b.N), "email": b.Email, "first_name": b.First, "last_name": b.Last},
	}
	if b.Phone != "" {
		body["phone"], body["sms_marketing_phone"], body["buyer_accepts_sms_marketing"] = b.Phone, b.Phone, true
	}
	return body
}

// agent is the browser of a device.
func agent(device string) string {
	if device == "mobile" {
		return "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
	}
	return "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15"
}
