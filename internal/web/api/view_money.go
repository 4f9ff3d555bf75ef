package api

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// The views are the wire format, apart from the domain's own structs so that
// it only changes on purpose. Their doc tags are published in the OpenAPI
// document and explain each field. Times are UTC in RFC 3339; one that has not
// come is left out.

// Money is an amount of one currency.
type Money struct {
	// Amount is for reading, Minor for arithmetic.
	Amount   string `json:"amount" doc:"Decimal text in major units" example:"12.50"`
	Minor    int64  `json:"minor" doc:"The same in the currency's smallest unit" example:"1250"`
	Currency string `json:"currency" doc:"ISO 4217 code; empty where nothing is known yet" example:"EUR"`
}

func viewMoney(m money.Money) Money {
	return Money{Amount: m.Decimal(), Minor: m.Minor, Currency: m.Currency}
}

// Order is a purchase as the shop's platform told it.
type Order struct {
	// ID is ours, PlatformID the platform's.
	ID         string `json:"id"`
	PlatformID string `json:"platform_id" doc:"The platform's own id"`
	Number     string `json:"number,omitempty" doc:"What the shopper sees"`
	ShopperID  string `json:"shopper_id,omitempty"`
	// Status is what it means for recovery.
	Status     event.OrderStatus `json:"status" enum:"placed,cancelled"`
	Total      Money             `json:"total"`
	Refunded   Money             `json:"refunded" doc:"Given back since; the whole total when cancelled"`
	Source     string            `json:"source,omitempty" doc:"Where it was made: web, pos, admin, …"`
	Creditable bool              `json:"creditable" doc:"False for test, admin, till and subscription orders: they stop messages and are never counted as a recovery"`
	PlacedAt   time.Time         `json:"placed_at,omitzero" doc:"The platform's time"`
	StoredAt   time.Time         `json:"stored_at,omitzero" doc:"When it reached us"`
}

func viewOrder(p cart.Purchase) Order {
	return Order{
		ID: p.ID, PlatformID: p.PlatformID, Number: p.Number, ShopperID: p.ShopperID, Status: p.Status,
		Total: viewMoney(p.Total), Refunded: viewMoney(p.Lost()), Source: p.Source, Creditable: p.Creditable,
		PlacedAt: p.PlacedAt.UTC(), StoredAt: p.StoredAt.UTC(),
	}
}

// Recovery is an order credited to a message.
type Recovery struct {
	// ID is ours, like the others.
	ID        string `json:"id"`
	OrderID   string `json:"order_id"`
	CartID    string `json:"cart_id"`
	MessageID string `json:"message_id"`
	TouchID   string `json:"touch_id"`
	// Rule is why it was credited.
	Rule       attribution.Rule `json:"rule" doc:"last_confirmed_click_5d: the last confirmed click at most five days before the order. same_cart_24h_after_delivery: the cart the message was about was ordered within a day of its delivery"`
	Amount     Money            `json:"amount" doc:"The order's total"`
	Refunded   Money            `json:"refunded" doc:"Given back since"`
	Net        Money            `json:"net" doc:"What counts"`
	OrderedAt  time.Time        `json:"ordered_at,omitzero" doc:"The platform's time of the order"`
	CreditedAt time.Time        `json:"credited_at,omitzero" doc:"When it was credited"`
}

func viewRecovery(r attribution.Recovery) Recovery {
	net := money.Money{Minor: r.Amount.Minor - r.Refunded.Minor, Currency: r.Amount.Currency}
	return Recovery{
		ID: r.ID, OrderID: r.OrderID, CartID: r.CartID, MessageID: r.MessageID, TouchID: r.TouchID, Rule: r.Rule,
		Amount: viewMoney(r.Amount), Refunded: viewMoney(r.Refunded), Net: viewMoney(net),
		OrderedAt: r.OrderedAt.UTC(), CreditedAt: r.CreditedAt.UTC(),
	}
}
