package bigcommerce

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// cartBody is a cart of the V3 API. Amounts are JSON numbers in major units.
type cartBody struct {
	ID         wire.Text                 `json:"id"`
	CustomerID wire.Text                 `json:"customer_id"`
	ChannelID  wire.Text                 `json:"channel_id"`
	Email      wire.Text                 `json:"email"`
	Locale     wire.Text                 `json:"locale"`
	Currency   wire.Object[currencyBody] `json:"currency"`
	Amount     wire.Amount               `json:"cart_amount"`
	AmountTax  wire.Amount               `json:"cart_amount_inc_tax"`
	Coupons    couponList                `json:"coupons"`
	Lines      wire.Object[linesBody]    `json:"line_items"`
	CreatedAt  wire.Time                 `json:"created_time"`
	UpdatedAt  wire.Time                 `json:"updated_time"`
}

type currencyBody struct {
	Code wire.Text `json:"code"`
}

// linesBody are a cart's lines by their sort.
type linesBody struct {
	Physical wire.List[lineBody] `json:"physical_items"`
	Digital  wire.List[lineBody] `json:"digital_items"`
	Custom   wire.List[lineBody] `json:"custom_items"`
	Gifts    wire.List[lineBody] `json:"gift_certificates"`
}

// lineBody is one line. Custom items have list prices only, gift certificates an
// amount.
type lineBody struct {
	ProductID wire.Text             `json:"product_id"`
	VariantID wire.Text             `json:"variant_id"`
	SKU       wire.Text             `json:"sku"`
	Name      wire.Text             `json:"name"`
	URL       wire.Text             `json:"url"`
	ImageURL  wire.Text             `json:"image_url"`
	Quantity  wire.Count            `json:"quantity"`
	List      wire.Amount           `json:"list_price"`
	Sale      wire.Amount           `json:"sale_price"`
	ListTotal wire.Amount           `json:"extended_list_price"`
	SaleTotal wire.Amount           `json:"extended_sale_price"`
	Amount    wire.Amount           `json:"amount"`
	Options   wire.List[optionBody] `json:"options"`
}

// optionBody is one chosen option, with the ids by which it is chosen again.
type optionBody struct {
	Name    wire.Text `json:"name"`
	Value   wire.Text `json:"value"`
	NameID  wire.Text `json:"nameId"`
	ValueID wire.Text `json:"valueId"`
}

// couponList are the codes of a cart. Its vendor's own examples show a 0 in the
// place of none.
type couponList []string

// UnmarshalJSON reads a list; any other value is none.
func (l *couponList) UnmarshalJSON(b []byte) error {
	*l = nil
	var list []wire.Object[struct {
		Code wire.Text `json:"code"`
	}]
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '[' || json.Unmarshal(b, &list) != nil {
		return nil
	}
	for _, c := range list {
		if code := event.Clean(string(c.V.Code), 100); code != "" && len(*l) < 20 {
			*l = append(*l, code)
		}
	}
	return nil
}

func (r *reader) cart() error {
	var b struct {
		Data wire.Object[cartBody] `json:"data"`
	}
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	c := b.Data.V
	if err := r.cartFacts(c, c.Amount); err != nil {
		return err
	}
	p := wire.Person{Notes: &r.notes}
	r.owner(&p, c)
	r.e.Person = p.Done()
	return nil
}

// cartFacts reads what a cart says by itself and within its checkout.
func (r *reader) cartFacts(c cartBody, total wire.Amount) error {
	var links wire.Links
	if links.Add(event.LinkCart, c.ID); len(links) == 0 {
		return missing("data.id")
	}
	r.e.Kind, r.e.Links = event.CartUpdated, links
	r.e.StartedAt = c.CreatedAt.Time
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, c.UpdatedAt.Time, c.CreatedAt.Time)
	r.e.DedupeKey = key(r.e.Topic, string(c.ID), wire.Sum(r.d.Body))
	return r.contents(c, total)
}

func (r *reader) owner(p *wire.Person, c cartBody) {
	p.Key(event.KeyCustomer, c.CustomerID)
	p.Email(c.Email)
	p.Is.Locale = wire.Locale(string(c.Locale))
}

// contents reads the lines. A cart without readable lists of lines tells
// nothing, rather than that it is empty.
func (r *reader) contents(c cartBody, total wire.Amount) error {
	lists := c.Lines.V
	if !c.Lines.Set || !lists.Physical.Set && !lists.Digital.Set {
		r.notes.Add("the cart came without its lines")
		return nil
	}
	currency, err := wire.Currency("currency", c.Currency.V.Code, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	all := event.Contents{Items: []event.Item{}, Coupons: c.Coupons}
	all.Total.Currency = currency
	for _, list := range []struct {
		field string
		lines []lineBody
	}{{"physical_items", lists.Physical.V}, {"digital_items", lists.Digital.V},
		{"custom_items", lists.Custom.V}, {"gift_certificates", lists.Gifts.V}} {
		lines := wire.Lines{Field: list.field, Currency: currency, Notes: &r.notes}
		for _, l := range list.lines {
			if err := lines.Add(l.line()); err != nil {
				return err
			}
		}
		all.Items = append(all.Items, lines.Items...)
		if all.Total, err = wire.Plus(all.Total, lines.Sum); err != nil {
			return wire.In(err, list.field)
		}
	}
	if total.Set() {
		if all.Total, err = total.Positive(currency, "total", &r.notes); err != nil {
			return err
		}
	}
	r.e.Contents = &all
	return nil
}

// line is what the shopper pays: the sale price, which is the list price where
// nothing is taken off.
func (b lineBody) line() wire.Line {
	var options []string
	for _, o := range b.Options.V {
		if v := wire.First(o.Value); v != "" {
			options = append(options, v)
		}
	}
	return wire.Line{
		Item: event.Item{
			ProductID: string(b.ProductID), VariantID: string(b.VariantID), SKU: string(b.SKU), Title: string(b.Name),
			Variant: strings.Join(options, " / "), URL: string(b.URL), ImageURL: string(b.ImageURL),
		},
		Quantity: b.Quantity,
		Price:    wire.Amount(wire.First(wire.Text(b.Sale), wire.Text(b.List), wire.Text(b.Amount))),
		Total:    wire.Amount(wire.First(wire.Text(b.SaleTotal), wire.Text(b.ListTotal))),
	}
}
