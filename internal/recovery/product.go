package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Product is what one line's product is at the shop now.
type Product struct {
	// Item has the Same() of the line; what the platform did not tell is zero.
	Item event.Item `json:"item"`
	// Gone says that it cannot be bought any more.
	Gone bool `json:"gone"`
	// ToldAt is when the platform told it.
	ToldAt time.Time `json:"-"`
}

const (
	// freshFor is how old what a platform told of its products may be in a message.
	freshFor = 15 * time.Minute
	// productsPause is how long a step waits for it at a time, productsWithin in
	// all: a shop that is slow or down keeps no message back.
	productsPause  = 3 * time.Second
	productsWithin = 30 * time.Second
)

// askProducts asks what the things in a cart are now.
func (e *Engine) askProducts(ctx context.Context, sh shop.Shop, cartID string) (int, error) {
	var items []event.Item
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Cart(ctx, sh.ID, cartID)
		items = c.Items()
		return err
	})
	if err != nil || len(items) == 0 {
		return 0, err
	}
	told, err := e.Remote.Products(ctx, sh, items)
	if err != nil {
		return 0, err
	}
	return len(told), e.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.SaveProducts(ctx, sh.ID, told) })
}

// freshen brings what a message will say of the products up to what the shop
// sells now, where its platform can be asked. The asking is done outside of the
// transaction: until then, and not longer than productsWithin, the step waits.
func (e *Engine) freshen(ctx context.Context, tx Tx, w *work) (*verdict, error) {
	w.shown = w.cart
	if !e.Remote.Can(w.shop.Platform).Products {
		return nil, nil
	}
	if has, err := tx.HasAccount(ctx, w.shop.ID); err != nil || !has {
		return nil, err
	}
	q, err := tx.Inquiry(ctx, w.shop.ID, AskProducts, w.cart.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	asked := err == nil && w.now.Sub(q.WantedAt) < freshFor
	switch {
	case !asked:
		err := tx.Want(ctx, Inquiry{ShopID: w.shop.ID, Kind: AskProducts, Ref: w.cart.ID, DueAt: w.now, WantedAt: w.now})
		return &verdict{until: w.now.Add(productsPause)}, err
	case !q.DueAt.IsZero() && w.now.Sub(q.WantedAt) < productsWithin:
		return &verdict{until: w.now.Add(productsPause)}, nil
	}
	known, err := tx.Products(ctx, w.shop.ID, w.cart.Items())
	if err != nil {
		return nil, err
	}
	return e.asSold(w, known), nil
}

// asSold gives a step's cart as the shop sells its things now, by the shop's
// rules for what is sold out and for prices that changed.
func (e *Engine) asSold(w *work, known map[string]Product) *verdict {
	var now []cart.Now
	for _, p := range known {
		if w.now.Sub(p.ToldAt) <= freshFor {
			now = append(now, cart.Now{Item: p.Item, Gone: p.Gone})
		}
	}
	shown, news := w.cart.AsSold(now, cart.Selling{
		SoldOut: cart.SellingRule(w.shop.Settings.SoldOut), Prices: cart.SellingRule(w.shop.Settings.PriceChanges),
	})
	if news.Gone > 0 {
		w.in["products_gone"] = count(news.Gone)
	}
	if news.Repriced > 0 {
		w.in["products_repriced"] = count(news.Repriced)
	}
	if news.Skip != "" {
		return &verdict{outcome: journey.Skipped, rule: news.Skip}
	}
	w.shown = shown
	return nil
}
