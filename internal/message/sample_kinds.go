package message

import (
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// NamedSample is an input that templates must get along with: Check renders
// them all, and the editor previews with any.
type NamedSample struct {
	// Key names it in addresses; Name is for a menu.
	Key  string `json:"key"`
	Name string `json:"name"`
	// About completes "with …" in an error.
	About string `json:"about"`
	Input Input  `json:"-"`
}

// Samples lists the ordinary input and the awkward ones, in a locale.
func Samples(locale string) []NamedSample {
	var out []NamedSample
	add := func(key, name, about string, change func(in *Input)) {
		in := Sample(locale)
		change(&in)
		out = append(out, NamedSample{key, name, about, in})
	}
	euros := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }
	add("ordinary", "Ordinary cart", "an ordinary cart", func(in *Input) { in.Offer = Offer{} })
	add("offer", "With an offer", "an offer and a coupon in the cart", func(in *Input) {
		in.Cart.Facts.Contents.Coupons = []string{"SPRING5"}
	})
	add("one-line", "One thing", "one line and no image", func(in *Input) {
		in.Cart = sampleCart("EUR", event.Item{Title: "Mug", Quantity: 1, Price: euros(900)})
	})
	add("thirty-lines", "30 things", "30 lines", func(in *Input) { in.Cart = sampleCart("EUR", manyItems(30)...) })
	add("no-image", "No pictures", "no images", func(in *Input) { in.Cart = withItems(in.Cart, func(it *event.Item) { it.ImageURL, it.URL = "", "" }) })
	add("no-price", "No prices", "no prices and no total", func(in *Input) {
		in.Cart = withItems(in.Cart, func(it *event.Item) { it.Price, it.LineTotal = money.Money{}, money.Money{} })
		in.Cart.Facts.Contents.Total, in.Cart.Facts.Contents.Items = money.Money{}, in.Cart.Items()[:1]
	})
	add("nobody", "Nothing known", "a shopper nothing is known of, and no offer", func(in *Input) {
		in.Shopper, in.History, in.Offer = shopper.Shopper{}, shopper.History{}, Offer{}
		in.Shop.SupportEmail, in.Shop.Address = "", ""
	})
	add("no-name", "Name not known", "a shopper whose name is not known", func(in *Input) {
		in.Shopper.Traits.FirstName, in.Shopper.Traits.LastName = shopper.Said{}, shopper.Said{}
	})
	return append(out, strangeWords(locale)...)
}

// strangeWords are the samples whose words or amounts are unusual.
func strangeWords(locale string) []NamedSample {
	sample := func(key, name, about, firstName, currency string, items ...event.Item) NamedSample {
		in := Sample(locale)
		in.Shopper.Traits.FirstName = said(firstName)
		in.Cart = sampleCart(currency, items...)
		if currency != "EUR" {
			in.Shop.Currency = currency
		}
		return NamedSample{key, name, about, in}
	}
	item := func(title, variant string, quantity int, minor int64, currency string) event.Item {
		return event.Item{Title: title, Variant: variant, Quantity: quantity, Price: money.Money{Minor: minor, Currency: currency},
			URL: "https://shop.example/p/1", ImageURL: "https://shop.example/p/1.jpg"}
	}
	long := strings.TrimSpace(strings.Repeat(`Übergröße "XL" & <b>'mehr'</b> `, 8))
	word := strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4)
	return []NamedSample{
		sample("long-names", "Very long names", "long names with special characters", long, "EUR", item(long, long, 1, 1, "EUR"), item(word, word, 1, 99_999_999, "EUR")),
		sample("quotes", "Emoji and quotes", "emoji, quotes and brackets", `D’Arcy "Dee" 🎉`, "EUR",
			item("👩‍👩‍👧 “Family” mug, 8½″ {{ blue }} 100 %", "it’s ¾ & <more>", 2, 1_495, "EUR")),
		sample("right-to-left", "Right to left", "right-to-left text", "דנה", "ILS", item("حقيبة جلدية", "بني / كبير", 1, 12_900, "ILS"), item("ספל קרמיקה", "", 2, 5_990, "ILS")),
		sample("yen", "No decimals (JPY)", "a currency without decimals", "葵", "JPY", item("湯呑み", "藍", 2, 1_200, "JPY")),
		sample("dinar", "Three decimals (KWD)", "a currency with three decimals", "نورة", "KWD", item("Oud perfume", "50 ml", 1, 24_750, "KWD")),
	}
}

func manyItems(n int) (items []event.Item) {
	for i := range n {
		items = append(items, event.Item{Title: fmt.Sprintf("Product %d", i+1), Quantity: i%3 + 1, Price: money.Money{Minor: int64(100 + i), Currency: "EUR"}})
	}
	return items
}

// withItems changes the lines of a copy.
func withItems(c cart.Cart, change func(*event.Item)) cart.Cart {
	items := append([]event.Item(nil), c.Items()...)
	for i := range items {
		change(&items[i])
	}
	c.Facts.Contents.Items = items
	return c
}
