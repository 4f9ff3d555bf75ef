package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/money"
)

// bag is one cart on its way through a platform.
type bag struct {
	*Plan
	// Cart and Token are the platform's ids of the cart and its checkout.
	Cart, Token string
	// Began is when the cart, Paying when the checkout was begun; zero before.
	Began, Paying time.Time
}

// purchase is one order.
type purchase struct {
	ID, Number string
	Lines      []Line
	Placed     time.Time
	// Refunded is what was given back so far.
	Refunded money.Money
}

// platform reports what a shopper does, in its own way.
type platform interface {
	// past reports an order from before the demo.
	past(ctx context.Context, b *bag, o purchase) error
	// look reports the first product, fill the whole basket and, if the plan goes that far, the checkout.
	look(ctx context.Context, b *bag) error
	fill(ctx context.Context, b *bag) error
	empty(ctx context.Context, b *bag) error
	fail(ctx context.Context, b *bag) error
	buy(ctx context.Context, b *bag, o purchase) error
	refund(ctx context.Context, b *bag, o purchase) error
}

// newBag gives the shopper a cart whose ids follow from their number.
func newBag(p *Plan, seed uint64) *bag {
	return &bag{Plan: p, Cart: fmt.Sprintf("c%04d%08x", p.N, uint32(seed)*2654435761+uint32(p.N)), Token: fmt.Sprintf("k%04d%08x", p.N, uint32(seed)*2246822519+uint32(p.N))}
}

// OrderNumber is the number of the order that the shopper makes during the demo.
func (p Plan) OrderNumber() string { return number(p.N, 0) }

// number is what the shop calls the k-th order of shopper n.
func number(n, k int) string { return fmt.Sprintf("#%d", 1001+n*10+k) }

// order gives the k-th order of a shopper; 0 is the demo's own.
func (b *bag) order(k int, lines []Line, placed time.Time) purchase {
	return purchase{
		ID: fmt.Sprintf("58%08d%02d", b.N, k), Number: number(b.N, k), Lines: lines, Placed: placed,
		Refunded: money.Money{Currency: b.Currency},
	}
}

// part gives the share of an order's total that is given back.
func (o purchase) part(share float64) money.Money {
	m := sum(o.Lines)
	m.Minor = int64(float64(m.Minor) * share)
	return m
}
