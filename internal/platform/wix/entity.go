package wix

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// price is an amount in major units. Wix tells a converted one beside it, in
// the currency shown; the site's own is what counts.
type price struct {
	Amount wire.Amount `json:"amount"`
}

// UnmarshalJSON reads the object, or the bare amount of older events.
func (p *price) UnmarshalJSON(b []byte) error {
	*p = price{}
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '{' {
		type plain price
		return json.Unmarshal(b, (*plain)(p))
	}
	return p.Amount.UnmarshalJSON(b)
}

// words are a text as the merchant wrote it and as the shopper saw it.
type words struct {
	Original   wire.Text `json:"original"`
	Translated wire.Text `json:"translated"`
}

func (w words) shown() string { return wire.First(w.Translated, w.Original) }

// lineBody is one line of a cart, checkout or order.
type lineBody struct {
	Quantity wire.Count           `json:"quantity"`
	Name     wire.Object[words]   `json:"productName"`
	Price    price                `json:"price"`
	Image    image                `json:"image"`
	URL      wire.Object[urlPath] `json:"url"`
	Catalog  wire.Object[struct {
		Item    wire.Text `json:"catalogItemId"`
		App     wire.Text `json:"appId"`
		Options wire.Object[struct {
			Variant wire.Text `json:"variantId"`
		}] `json:"options"`
	}] `json:"catalogReference"`
	Physical wire.Object[struct {
		SKU wire.Text `json:"sku"`
	}] `json:"physicalProperties"`
	Described wire.List[struct {
		Text  wire.Object[words] `json:"plainText"`
		Text2 wire.Object[words] `json:"plainTextValue"`
		Color wire.Object[words] `json:"colorInfo"`
	}] `json:"descriptionLines"`
	Availability wire.Object[struct {
		Left wire.Count `json:"quantityAvailable"`
	}] `json:"availability"`
	Subscription wire.Object[struct {
		Cycle wire.Text `json:"cycleNumber"`
	}] `json:"subscriptionInfo"`
}

// urlPath is a page's address in two parts.
type urlPath struct {
	Path wire.Text `json:"relativePath"`
	Base wire.Text `json:"url"`
}

// image is a picture: an address, an object with one, or Wix's own scheme.
type image string

// UnmarshalJSON reads all three.
func (i *image) UnmarshalJSON(b []byte) error {
	var text wire.Text
	var o wire.Object[struct {
		ID  wire.Text `json:"id"`
		URL wire.Text `json:"url"`
	}]
	_ = o.UnmarshalJSON(b) // a picture in an unknown shape is no picture
	_ = text.UnmarshalJSON(b)
	s := wire.First(text, o.V.URL, o.V.ID)
	if rest, found := strings.CutPrefix(s, "wix:image://v1/"); found {
		id, _, _ := strings.Cut(rest, "/")
		s = media + id
	} else if s != "" && !strings.Contains(s, "/") {
		s = media + s
	}
	*i = image(s)
	return nil
}

// media is where Wix keeps pictures.
const media = "https://static.wixstatic.com/media/"

func (b lineBody) line() wire.Line {
	var variant []string
	for _, d := range b.Described.V {
		for _, w := range []words{d.Text.V, d.Text2.V, d.Color.V} {
			if s := w.shown(); s != "" {
				variant = append(variant, s)
				break
			}
		}
	}
	u := b.URL.V
	address := strings.TrimRight(string(u.Base), "/")
	if address != "" && u.Path != "" {
		address += "/" + strings.TrimLeft(string(u.Path), "/")
	}
	c := b.Catalog.V
	return wire.Line{Quantity: b.Quantity, Price: b.Price.Amount, Item: event.Item{
		ProductID: inCatalog(c.App, c.Item), VariantID: known(c.Options.V.Variant), SKU: string(b.Physical.V.SKU),
		Title: b.Name.V.shown(), Variant: strings.Join(variant, " / "), URL: address, ImageURL: string(b.Image),
		Stock: b.Availability.V.Left.Stock(),
	}}
}

// storesApp is the app whose catalog Wix Stores sells from, on every site.
const storesApp = "215238eb-22a5-4c36-9e7b-e7c08025e04e"

// inCatalog gives an item's id; one of another app's catalog (bookings, events)
// stands behind that app's, so that it is never looked for among the shop's products.
func inCatalog(app, item wire.Text) string {
	if app == "" || item == "" || strings.EqualFold(string(app), storesApp) {
		return string(item)
	}
	return string(app) + ":" + string(item)
}

// known leaves out the id that Wix gives to a product without variants: it is
// the same for all products, and would make their lines one.
func known(id wire.Text) string {
	if strings.Trim(string(id), "0-") == "" {
		return ""
	}
	return string(id)
}

// couponBody is one discount that is applied.
type couponBody struct {
	Coupon wire.Object[struct {
		Code wire.Text `json:"code"`
	}] `json:"coupon"`
}

// contents reads lines in the site's currency. Without a list it says nothing:
// what was not told must not look like an emptied cart.
func (r *reader) contents(currency wire.Text, total price, list wire.List[lineBody], coupons wire.List[couponBody], lenient bool) error {
	if !list.Set {
		return nil
	}
	code, err := wire.Currency("currency", currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	lines := wire.Lines{Field: "lineItems", Currency: code, Lenient: lenient, Notes: &r.notes, Items: []event.Item{}}
	for _, l := range list.V {
		if err := lines.Add(l.line()); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: lines.Items, Total: lines.Sum}
	c.Total.Currency = code
	if total.Amount.Set() {
		if c.Total, err = total.Amount.Positive(code, "total", &r.notes); err != nil {
			return err
		}
	}
	for _, d := range coupons.V {
		if code := event.Clean(string(d.Coupon.V.Code), 100); code != "" && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}
