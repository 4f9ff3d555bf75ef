package shopify

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// cartBody is a carts/* body. It names neither the shopper nor a currency at
// top level; a cart becomes a person's by its token, through the checkout.
type cartBody struct {
	ID        wire.Text           `json:"id"`
	Token     wire.Text           `json:"token"`
	CreatedAt wire.Time           `json:"created_at"`
	UpdatedAt wire.Time           `json:"updated_at"`
	Lines     wire.List[lineBody] `json:"line_items"`
}

// lineBody is one line of a cart, checkout or order.
type lineBody struct {
	ProductID    wire.Text             `json:"product_id"`
	VariantID    wire.Text             `json:"variant_id"`
	SKU          wire.Text             `json:"sku"`
	Title        wire.Text             `json:"title"`
	Presented    wire.Text             `json:"presentment_title"`
	Variant      wire.Text             `json:"variant_title"`
	Quantity     wire.Count            `json:"quantity"`
	Price        wire.Amount           `json:"price"`
	LinePrice    wire.Amount           `json:"line_price"`
	ProductType  wire.Text             `json:"product_type"`
	PriceSet     wire.Object[priceSet] `json:"price_set"`
	DiscountSet  wire.Object[priceSet] `json:"discounted_price_set"`
	LinePriceSet wire.Object[priceSet] `json:"line_price_set"`
}

// priceSet is one amount in the shop's currency and in the one shown.
type priceSet struct {
	Shop wire.Object[setMoney] `json:"shop_money"`
}

// setMoney is one side of a price set.
type setMoney struct {
	Amount   wire.Amount `json:"amount"`
	Currency wire.Text   `json:"currency_code"`
}

func (b lineBody) item() event.Item {
	return event.Item{
		ProductID: string(b.ProductID), VariantID: string(b.VariantID), SKU: string(b.SKU),
		Title:   wire.First(b.Presented, b.Title),
		Variant: variantTitle(b.Variant), Category: string(b.ProductType),
	}
}

// variantTitle leaves out the title that Shopify gives to the only variant.
func variantTitle(t wire.Text) string {
	if t == "Default Title" {
		return ""
	}
	return string(t)
}

func (r *reader) cart() (string, error) {
	var b cartBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return "", err
	}
	token := wire.First(b.Token, b.ID)
	if token == "" {
		return "", missing("token")
	}
	r.e.Kind = event.CartUpdated
	r.e.OccurredAt, r.e.StartedAt = r.occurred(b.UpdatedAt), b.CreatedAt.Time
	var links wire.Links
	links.Add(event.LinkCart, cartToken(b.Token), cartToken(b.ID))
	r.e.Links = links
	return token, r.cartContents(b)
}

// cartToken cuts off the key that storefronts write behind a cart's token
// ("Z2NwLWV1…?key=…") and orders do not: with it a cart and its order would never meet.
func cartToken(t wire.Text) wire.Text {
	token, _, _ := strings.Cut(string(t), "?")
	return wire.Text(token)
}

// cartContents sums the lines, since a cart carries no total. Amounts are taken
// in the shop's currency, as in the checkout that follows.
func (r *reader) cartContents(b cartBody) error {
	if !b.Lines.Set {
		r.notes.Add("the cart carries no line_items")
		return nil
	}
	currency, err := cartCurrency(b.Lines.V, r.d.Currency)
	if err != nil {
		return err
	}
	lines := wire.Lines{Field: "line_items", Currency: currency, Notes: &r.notes}
	for _, l := range b.Lines.V {
		price, total := l.Price, l.LinePrice
		if set := l.shopPrice(); set.Set {
			if money.Code(string(set.V.Currency)) != currency {
				return fault.New(fault.Unprocessable, "the cart's lines are in different currencies").
					In("line_items[].price_set.shop_money.currency_code").Try("send all lines in the shop's currency")
			}
			price, total = set.V.Amount, l.LinePriceSet.V.Shop.V.Amount
		}
		if err := lines.Add(wire.Line{Item: l.item(), Quantity: l.Quantity, Price: price, Total: total}); err != nil {
			return err
		}
	}
	r.e.Contents = &event.Contents{Items: items(lines), Total: money.Money{Minor: lines.Sum.Minor, Currency: currency}}
	return nil
}

// shopPrice is the price of one piece after its discounts, in the shop's currency.
func (b lineBody) shopPrice() wire.Object[setMoney] {
	if b.DiscountSet.V.Shop.Set {
		return b.DiscountSet.V.Shop
	}
	return b.PriceSet.V.Shop
}

// cartCurrency is the one currency of the lines, else the shop's own.
func cartCurrency(lines []lineBody, shop string) (string, error) {
	for _, l := range lines {
		if set := l.shopPrice(); set.Set {
			return wire.Currency("line_items[].price_set.shop_money.currency_code", set.V.Currency)
		}
	}
	return wire.Currency("currency", wire.Text(shop))
}

// items gives the collected lines, never nil: an empty cart is contents too.
func items(l wire.Lines) []event.Item {
	if l.Items == nil {
		return []event.Item{}
	}
	return l.Items
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the body has no %s", field).
		In(field).Try("send the topic's whole payload, with all of its fields")
}
