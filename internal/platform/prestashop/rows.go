package prestashop

import (
	"context"
	"net/url"

	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderRow is an order as the web service tells it: it names people, places,
// states and currencies by their numbers.
type orderRow struct {
	ID         wire.Text   `json:"id"`
	Reference  wire.Text   `json:"reference"`
	CartID     wire.Text   `json:"id_cart"`
	CustomerID wire.Text   `json:"id_customer"`
	AddressID  wire.Text   `json:"id_address_invoice"`
	CurrencyID wire.Text   `json:"id_currency"`
	LanguageID wire.Text   `json:"id_lang"`
	Current    wire.Text   `json:"current_state"`
	Total      wire.Amount `json:"total_paid_tax_incl"`
	AddedAt    wire.Text   `json:"date_add"`
	UpdatedAt  wire.Text   `json:"date_upd"`
	With       wire.Object[struct {
		Rows wire.List[rowBody] `json:"order_rows"`
	}] `json:"associations"`
}

// rowBody is a line of an order, by the names that the module posts too.
type rowBody struct {
	ProductID   wire.Text   `json:"product_id"`
	AttributeID wire.Text   `json:"product_attribute_id"`
	Reference   wire.Text   `json:"product_reference"`
	Name        wire.Text   `json:"product_name"`
	Quantity    wire.Count  `json:"product_quantity"`
	Price       wire.Amount `json:"unit_price_tax_incl"`
}

// slipRow is a credit slip: what was given back of an order.
type slipRow struct {
	ID        wire.Text   `json:"id"`
	OrderID   wire.Text   `json:"id_order"`
	UpdatedAt wire.Text   `json:"date_upd"`
	Products  wire.Amount `json:"total_products_tax_incl"`
	Shipping  wire.Amount `json:"total_shipping_tax_incl"`
}

type (
	customerRow struct {
		ID         wire.Text `json:"id"`
		Email      wire.Text `json:"email"`
		First      wire.Text `json:"firstname"`
		Last       wire.Text `json:"lastname"`
		Newsletter wire.Bool `json:"newsletter"`
		AnsweredAt wire.Text `json:"newsletter_date_add"`
	}
	addressRow struct {
		ID        wire.Text `json:"id"`
		Phone     wire.Text `json:"phone"`
		Mobile    wire.Text `json:"phone_mobile"`
		CountryID wire.Text `json:"id_country"`
		StateID   wire.Text `json:"id_state"`
	}
	codeRow struct {
		ID       wire.Text `json:"id"`
		Code     wire.Text `json:"iso_code"`
		Language wire.Text `json:"language_code"`
	}
	// stateRow is a state that orders can be in. Unremovable ones came with PrestaShop.
	stateRow struct {
		ID          wire.Text `json:"id"`
		Paid        wire.Bool `json:"paid"`
		Unremovable wire.Bool `json:"unremovable"`
	}
	historyRow struct {
		OrderID wire.Text `json:"id_order"`
		StateID wire.Text `json:"id_order_state"`
	}
)

// idSet are the ids that are worth asking for, each once.
type idSet []string

func (s *idSet) add(id wire.Text) {
	if wire.Segment(string(id)) && id != "0" {
		for _, have := range *s {
			if have == string(id) {
				return
			}
		}
		*s = append(*s, string(id))
	}
}

// named asks for rows by their ids; of none, nobody is asked.
func named[T any](ctx context.Context, api platform.API, resource, display string, ids idSet, id func(T) wire.Text) (map[wire.Text]T, error) {
	out := map[wire.Text]T{}
	if len(ids) == 0 {
		return out, nil
	}
	found, err := rows[T](ctx, api, resource, url.Values{"display": {display}, "filter[id]": {oneOf(ids)}})
	for _, row := range found {
		out[id(row)] = row
	}
	return out, err
}
