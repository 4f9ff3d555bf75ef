package prestashop

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// listedOrder is the topic of orders that were asked for.
const listedOrder = "listed/order"

// facts are what a page of orders names, by number.
type facts struct {
	zone                                  *time.Location
	customers                             map[wire.Text]customerRow
	addresses                             map[wire.Text]addressRow
	countries, regions, moneys, languages map[wire.Text]codeRow
	states                                map[wire.Text]stateRow
	slips                                 map[wire.Text][]slipRow
	paid                                  map[wire.Text]bool
}

// answers asks for what some orders name and tells each as the module does. A
// page takes ten calls at most, however many orders are on it.
func answers(ctx context.Context, api platform.API, where *time.Location, orders []orderRow) ([]platform.Answer, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	f := &facts{zone: where}
	for _, ask := range []func(context.Context, platform.API, []orderRow) error{f.people, f.words, f.money, f.past} {
		if err := ask(ctx, api, orders); err != nil {
			return nil, err
		}
	}
	out := make([]platform.Answer, 0, len(orders))
	for _, o := range orders {
		text, err := json.Marshal(map[string]any{"topic": listedOrder, "order": f.order(o)})
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "an order cannot be written")
		}
		out = append(out, platform.Answer{Body: text})
	}
	return out, nil
}

// people asks who ordered, and where they live.
func (f *facts) people(ctx context.Context, api platform.API, orders []orderRow) (err error) {
	var customers, addresses, countries, regions idSet
	for _, o := range orders {
		customers.add(o.CustomerID)
		addresses.add(o.AddressID)
	}
	if f.customers, err = named(ctx, api, "customers", "[id,email,firstname,lastname,newsletter,newsletter_date_add]", customers,
		func(r customerRow) wire.Text { return r.ID }); err != nil {
		return err
	}
	if f.addresses, err = named(ctx, api, "addresses", "[id,phone,phone_mobile,id_country,id_state]", addresses,
		func(r addressRow) wire.Text { return r.ID }); err != nil {
		return err
	}
	for _, a := range f.addresses {
		countries.add(a.CountryID)
		regions.add(a.StateID)
	}
	if f.countries, err = named(ctx, api, "countries", "[id,iso_code]", countries, codeRow.id); err != nil {
		return err
	}
	f.regions, err = named(ctx, api, "states", "[id,iso_code]", regions, codeRow.id)
	return err
}

func (r codeRow) id() wire.Text { return r.ID }

// words asks for currencies and languages.
func (f *facts) words(ctx context.Context, api platform.API, orders []orderRow) (err error) {
	var moneys, languages idSet
	for _, o := range orders {
		moneys.add(o.CurrencyID)
		languages.add(o.LanguageID)
	}
	if f.moneys, err = named(ctx, api, "currencies", "[id,iso_code]", moneys, codeRow.id); err != nil {
		return err
	}
	f.languages, err = named(ctx, api, "languages", "[id,iso_code,language_code]", languages, codeRow.id)
	return err
}

// money asks for what was given back.
func (f *facts) money(ctx context.Context, api platform.API, orders []orderRow) error {
	var ids idSet
	for _, o := range orders {
		ids.add(o.ID)
	}
	found, err := rows[slipRow](ctx, api, "order_slip", url.Values{"filter[id_order]": {oneOf(ids)},
		"display": {"[id,id_order,total_products_tax_incl,total_shipping_tax_incl]"}, "sort": {"[id_ASC]"}})
	f.slips = map[wire.Text][]slipRow{}
	for _, s := range found {
		f.slips[s.OrderID] = append(f.slips[s.OrderID], s)
	}
	return err
}

// past asks what the states mean, and of orders in one that is not paid whether
// they ever were: a cancelled order was a purchase only then.
func (f *facts) past(ctx context.Context, api platform.API, orders []orderRow) error {
	all, err := rows[stateRow](ctx, api, "order_states", url.Values{"display": {"[id,paid,unremovable]"}})
	if err != nil {
		return err
	}
	f.states, f.paid = map[wire.Text]stateRow{}, map[wire.Text]bool{}
	for _, s := range all {
		f.states[s.ID] = s
	}
	var open idSet
	for _, o := range orders {
		if f.paid[o.ID] = f.states[o.Current].Paid.Value; !f.paid[o.ID] {
			open.add(o.ID)
		}
	}
	if len(open) == 0 {
		return nil
	}
	past, err := rows[historyRow](ctx, api, "order_histories", url.Values{"display": {"[id,id_order,id_order_state]"}, "filter[id_order]": {oneOf(open)}})
	for _, h := range past {
		f.paid[h.OrderID] = f.paid[h.OrderID] || f.states[h.StateID].Paid.Value
	}
	return err
}

// kind is what a state means, as the module tells it. Which number is which is
// in the shop's settings, which the key is not asked to see, since passwords are
// among them: the states that came with PrestaShop have the numbers they are
// installed with; of others only being paid says something.
func (f *facts) kind(state wire.Text) string {
	s := f.states[state]
	kind := ""
	if s.Unremovable.Value || s.ID == "" {
		kind = installed[wire.First(state)]
	}
	switch {
	case kind == "error" || kind == "cancelled" || kind == "refunded":
		return kind
	case s.Paid.Value:
		return "paid"
	case kind == "paid":
		return "waiting"
	}
	return kind
}

// at writes a time of the shop with its offset, nil where that is not known.
func (f *facts) at(text wire.Text) any {
	if f.zone == nil {
		return nil
	}
	at, err := time.ParseInLocation(moment, string(text), f.zone)
	if err != nil || at.Year() < 1971 {
		return nil
	}
	return at.Format(time.RFC3339)
}

// order is an order in the words of the module.
func (f *facts) order(o orderRow) map[string]any {
	out := map[string]any{
		"id_order": o.ID, "reference": o.Reference, "id_cart": o.CartID,
		"state":    map[string]any{"id": o.Current, "kind": f.kind(o.Current), "has_been_paid": f.paid[o.ID]},
		"currency": f.currency(o.CurrencyID), "total_paid_tax_incl": o.Total,
		"date_add": f.at(o.AddedAt), "date_upd": f.at(o.UpdatedAt), "customer": f.customer(o),
		// A state that comes back is told anew, in a zone that is not known as well.
		"date_upd_local": o.UpdatedAt,
	}
	if rows := o.With.V.Rows; rows.Set {
		out["products"] = rows.V
	}
	var back []any
	for _, s := range f.slips[o.ID] {
		back = append(back, map[string]any{"id": s.ID, "total_products_tax_incl": s.Products, "total_shipping_tax_incl": s.Shipping})
	}
	if len(back) > 0 {
		out["slips"] = back
	}
	return out
}

// currency is an order's. One that was deleted is no currency, and not the shop's:
// the order is put aside then, and shown.
func (f *facts) currency(id wire.Text) string {
	return wire.First(f.moneys[id].Code, "deleted")
}

func (f *facts) customer(o orderRow) map[string]any {
	c, a, l := f.customers[o.CustomerID], f.addresses[o.AddressID], f.languages[o.LanguageID]
	out := map[string]any{
		"id_customer": o.CustomerID, "email": c.Email, "firstname": c.First, "lastname": c.Last,
		"phone": wire.First(a.Mobile, a.Phone), "country": f.countries[a.CountryID].Code, "state": f.regions[a.StateID].Code,
		"language": wire.First(l.Language, l.Code),
	}
	// Without its time an answer would be newer than what was said since.
	if at := f.at(c.AnsweredAt); c.Newsletter.Value && at != nil {
		out["newsletter"] = map[string]any{"answer": true, "at": at}
	}
	return out
}
