package commercetools

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// lineBody is a line item, or a custom one, which has money and no product.
type lineBody struct {
	ProductID wire.Text                `json:"productId"`
	Name      localized                `json:"name"`
	Variant   wire.Object[variantBody] `json:"variant"`
	Price     wire.Object[priceBody]   `json:"price"`
	Money     wire.Object[moneyBody]   `json:"money"`
	Quantity  wire.Count               `json:"quantity"`
	Total     wire.Object[moneyBody]   `json:"totalPrice"`
	// PerQuantity is not empty where a cart discount made pieces differ in price.
	PerQuantity wire.List[json.RawMessage] `json:"discountedPricePerQuantity"`
}

// variantBody is a product's variant; its id counts within the product.
type variantBody struct {
	ID           wire.Text                     `json:"id"`
	SKU          wire.Text                     `json:"sku"`
	Images       wire.List[imageBody]          `json:"images"`
	Price        wire.Object[priceBody]        `json:"price"`
	Availability wire.Object[availabilityBody] `json:"availability"`
}

type imageBody struct {
	URL wire.Text `json:"url"`
}

// priceBody is a price with the discount on the product, if there is one.
type priceBody struct {
	Value      wire.Object[moneyBody] `json:"value"`
	Discounted wire.Object[struct {
		Value wire.Object[moneyBody] `json:"value"`
	}] `json:"discounted"`
}

// asked is the price that is asked for a piece.
func (b priceBody) asked() moneyBody {
	if d := b.Discounted.V.Value; d.Set {
		return d.V
	}
	return b.Value.V
}

// line prefers the first of the locales for its title. Pieces that a cart
// discount made differ in price are told at their mean.
func (b lineBody) line(locales ...wire.Text) wire.Line {
	price := b.Price.V.asked()
	if b.Money.Set {
		price = b.Money.V
	}
	l := wire.Line{
		Item: event.Item{ProductID: string(b.ProductID), VariantID: b.variantID(), SKU: string(b.Variant.V.SKU),
			Title: b.Name.in(locales...), ImageURL: b.Variant.V.picture()},
		Quantity: b.Quantity, Price: price.amount(), Total: b.Total.V.amount(),
	}
	if len(b.PerQuantity.V) > 0 && l.Total.Set() {
		l.Price = ""
	}
	return l
}

// variantID tells a variant without a SKU apart; one with a SKU needs no other name.
func (b lineBody) variantID() string {
	product, n := wire.First(b.ProductID), wire.First(b.Variant.V.ID)
	if wire.First(b.Variant.V.SKU) != "" || product == "" || n == "" {
		return ""
	}
	return product + "/" + n
}

func (b variantBody) picture() string {
	if len(b.Images.V) == 0 {
		return ""
	}
	return string(b.Images.V[0].URL)
}

// localized is a text by locale.
type localized map[string]string

// UnmarshalJSON reads an object of texts; a plain text stands for all locales.
func (l *localized) UnmarshalJSON(b []byte) error {
	*l = nil
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '"' {
		var s wire.Text
		err := json.Unmarshal(b, &s)
		*l = localized{"": string(s)}
		return err
	}
	var texts map[string]wire.Text
	if len(b) == 0 || b[0] != '{' || json.Unmarshal(b, &texts) != nil {
		return nil
	}
	*l = localized{}
	for locale, text := range texts {
		if wire.First(text) != "" {
			(*l)[fold(locale)] = string(text)
		}
	}
	return nil
}

// in gives the text of the first locale that has one, or of its language; else
// the English one, else any, always the same.
func (l localized) in(locales ...wire.Text) string {
	for _, want := range append(locales, "en") {
		tag := fold(string(want))
		language, _, _ := strings.Cut(tag, "-")
		for _, t := range []string{tag, language} {
			if text := l[t]; text != "" {
				return text
			}
		}
		for _, t := range slices.Sorted(maps.Keys(l)) {
			if language != "" && strings.HasPrefix(t, language+"-") {
				return l[t]
			}
		}
	}
	for _, t := range slices.Sorted(maps.Keys(l)) {
		return l[t]
	}
	return ""
}

func fold(locale string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(locale), "_", "-"))
}
