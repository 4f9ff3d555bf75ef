package message

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Sample gives an ordinary input for previews: two products, a known shopper
// and an offer, in a locale.
func Sample(locale string) Input {
	at := time.Date(2026, time.March, 12, 18, 30, 0, 0, time.UTC)
	stock := 3
	in := Input{
		Shop: Shop{Name: "Atelier Nord", Domain: "shop.example", Currency: "EUR", SupportEmail: "help@shop.example",
			Address: "1 Harbour Street, 1000 Example", Locale: locale},
		History: shopper.History{Orders: 2, Spent: []money.Money{{Minor: 18_450, Currency: "EUR"}}, Visits: 5},
		Offer:   Offer{Code: "COMEBACK10", Value: "10%", Expires: at.AddDate(0, 0, 7)},
		Locale:  locale, PublicURL: "https://go.shop.example", Zone: time.UTC,
	}
	in.Shopper.Traits = shopper.Traits{
		FirstName: said("Ana"), LastName: said("Silva"), Email: said("ana@shopper.example"), Phone: said("+33600000000"),
		Country: said("FR"), Locale: said(locale), Device: said("mobile"), Tags: said("newsletter,vip"),
	}
	in.Cart = sampleCart("EUR",
		event.Item{Title: "Linen shirt", Variant: "Blue / M", SKU: "LIN-1", Category: "Shirts", Quantity: 1,
			Price: money.Money{Minor: 5_900, Currency: "EUR"}, URL: "https://shop.example/linen-shirt",
			ImageURL: "https://shop.example/linen-shirt.jpg", Stock: &stock},
		event.Item{Title: "Canvas bag", SKU: "BAG-1", Category: "Bags", Quantity: 2,
			Price: money.Money{Minor: 1_250, Currency: "EUR"}, URL: "https://shop.example/canvas-bag",
			ImageURL: "https://shop.example/canvas-bag.jpg"})
	return in
}

func said(v string) shopper.Said { return shopper.Said{Value: v, At: 1} }

// sampleCart adds up the lines.
func sampleCart(currency string, items ...event.Item) cart.Cart {
	at := time.Date(2026, time.March, 12, 18, 30, 0, 0, time.UTC).UnixMilli()
	total := money.Money{Currency: currency}
	for i := range items {
		items[i].LineTotal = items[i].Price.Times(items[i].Quantity)
		total.Minor += items[i].LineTotal.Minor
	}
	var c cart.Cart
	c.State = cart.Abandoned
	c.Facts.Stage, c.Facts.StartedAt, c.Facts.LastActivity = cart.StageCheckout, at, at
	c.Facts.Contents = cart.Snapshot{Contents: event.Contents{Items: items, Total: total}, At: at}
	return c
}
