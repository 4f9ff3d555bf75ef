package message

import (
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// sample is an input that templates must get along with.
type sample struct {
	about string
	in    Input
}

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

// samples are the awkward inputs of Check.
func samples(locale string) []sample {
	out := []sample{{"an ordinary cart", Sample(locale)}}
	add := func(about string, change func(in *Input)) {
		in := Sample(locale)
		change(&in)
		out = append(out, sample{about, in})
	}
	add("one line and no image", func(in *Input) {
		in.Cart = sampleCart("EUR", event.Item{Title: "Mug", Quantity: 1, Price: money.Money{Minor: 900, Currency: "EUR"}})
	})
	add("30 lines", func(in *Input) {
		var items []event.Item
		for i := range 30 {
			items = append(items, event.Item{Title: fmt.Sprintf("Product %d", i+1), Quantity: i%3 + 1,
				Price: money.Money{Minor: int64(100 + i), Currency: "EUR"}})
		}
		in.Cart = sampleCart("EUR", items...)
	})
	add("a shopper nothing is known of, and no offer", func(in *Input) {
		in.Shopper, in.History, in.Offer = shopper.Shopper{}, shopper.History{}, Offer{}
		in.Shop.SupportEmail, in.Shop.Address = "", ""
	})
	add("long names with special characters", func(in *Input) {
		long := strings.Repeat(`Übergröße "XL" & <b>'mehr'</b> `, 8)
		in.Shopper.Traits.FirstName = said(long)
		in.Cart = sampleCart("EUR", event.Item{Title: long, Variant: long, Quantity: 1, Price: money.Money{Minor: 1, Currency: "EUR"}})
	})
	add("right-to-left text", func(in *Input) {
		in.Shopper.Traits.FirstName = said("דנה")
		in.Cart = sampleCart("ILS", event.Item{Title: "حقيبة جلدية", Quantity: 1, Price: money.Money{Minor: 12_900, Currency: "ILS"}})
	})
	add("a currency without decimals", func(in *Input) {
		in.Shop.Currency = "JPY"
		in.Cart = sampleCart("JPY", event.Item{Title: "湯呑み", Quantity: 2, Price: money.Money{Minor: 1_200, Currency: "JPY"}})
	})
	return out
}
