package commercetools

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// What of carts and orders is told only when asked for: the codes of discounts,
// and what payments gave back.
const (
	expandCart    = "discountCodes[*].discountCode"
	expandPayment = "paymentInfo.payments[*]"
)

// Fetch asks for what a notification named. What is gone is no answer.
func (*Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if !wire.Segment(ref.ID) {
		return nil, fault.New(fault.Unprocessable, "commercetools has no such ids").In("resource.id")
	}
	s, err := open(ctx, api)
	if err != nil {
		return nil, err
	}
	switch ref.Kind {
	case event.LinkCart:
		return s.cart(ctx, ref.ID)
	case event.LinkOrder:
		return s.one(ctx, fetchedOrder, "orders/"+ref.ID, url.Values{"expand": {expandCart, expandPayment}})
	case refPayment:
		return s.orders(ctx, `paymentInfo(payments(id="`+ref.ID+`"))`)
	}
	return nil, fault.New(fault.Internal, "there is no way to ask commercetools for a %s", ref.Kind)
}

// cart asks for a cart, and for the order that it became.
func (s session) cart(ctx context.Context, id string) ([]platform.Answer, error) {
	answers, err := s.one(ctx, fetchedCart, "carts/"+id, url.Values{"expand": {expandCart}})
	if err != nil || len(answers) == 0 {
		return nil, err
	}
	var b cartBody
	if json.Unmarshal(answers[0].Body, &b) != nil || wire.First(b.State) != "Ordered" {
		return answers, nil
	}
	orders, err := s.orders(ctx, `cart(id="`+id+`")`)
	return slices.Concat(answers, orders), err
}

func (s session) one(ctx context.Context, topic, path string, query url.Values) ([]platform.Answer, error) {
	text, err := s.get(ctx, path, query)
	switch fault.CodeOf(err) {
	case "":
		return []platform.Answer{answer(topic, text)}, nil
	case fault.NotFound:
		return nil, nil
	}
	return nil, err
}

// maxOrders is how many orders of one cart or payment are asked for.
const maxOrders = "20"

// orders asks for those that a condition holds of.
func (s session) orders(ctx context.Context, where string) ([]platform.Answer, error) {
	text, err := s.get(ctx, "orders", url.Values{"where": {where}, "limit": {maxOrders}, "withTotal": {"false"},
		"expand": {expandCart, expandPayment}})
	if err != nil {
		return nil, err
	}
	results, err := resultsOf(text)
	if err != nil {
		return nil, err
	}
	var answers []platform.Answer
	for _, o := range results {
		answers = append(answers, answer(fetchedOrder, o))
	}
	return answers, nil
}

// resultsOf gives the members of a list as they were told.
func resultsOf(text []byte) ([]json.RawMessage, error) {
	var b struct {
		Results *[]json.RawMessage `json:"results"`
	}
	if err := json.Unmarshal(text, &b); err != nil || b.Results == nil {
		return nil, fault.New(fault.Unprocessable, "the platform's list is no list")
	}
	return *b.Results, nil
}
