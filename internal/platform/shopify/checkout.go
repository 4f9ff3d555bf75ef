package shopify

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// checkoutBody is a checkouts/* body. Its numeric id went away with API version
// 2026-04; the token is the key.
type checkoutBody struct {
	buyer
	ID          wire.Text   `json:"id"`
	Token       wire.Text   `json:"token"`
	CartToken   wire.Text   `json:"cart_token"`
	CreatedAt   wire.Time   `json:"created_at"`
	UpdatedAt   wire.Time   `json:"updated_at"`
	CompletedAt wire.Time   `json:"completed_at"`
	RecoverURL  wire.Text   `json:"abandoned_checkout_url"`
	Currency    wire.Text   `json:"currency"`
	Total       wire.Amount `json:"total_price"`
	SourceName  wire.Text   `json:"source_name"`
	// OrderNumber and Financial are an order's; see isOrder.
	OrderNumber wire.Text               `json:"order_number"`
	Financial   wire.Text               `json:"financial_status"`
	Lines       wire.List[lineBody]     `json:"line_items"`
	Coupons     wire.List[discountBody] `json:"discount_codes"`
}

// discountBody is one discount code of a checkout or order.
type discountBody struct {
	Code wire.Text `json:"code"`
}

func (r *reader) checkout() (string, error) {
	var b checkoutBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return "", err
	}
	if b.isOrder() {
		r.notes.Add("the topic says %s and the body tells an order: the body counts", r.e.Topic)
		return r.order()
	}
	if wire.First(b.Token) == "" {
		return "", missing("token")
	}
	r.e.Kind = event.CheckoutUpdated
	r.e.OccurredAt, r.e.StartedAt = r.occurred(b.UpdatedAt), b.CreatedAt.Time
	r.e.Links = b.links()
	r.e.RestoreURL = wire.URL(string(b.RecoverURL))
	r.person(b.buyer)
	r.ticked(b.buyer, b.CreatedAt, shopperSource(b.SourceName))
	if err := r.contents(b.Currency, b.Total, b.Lines, b.Coupons, false); err != nil {
		return "", err
	}
	if !b.CompletedAt.IsZero() || b.CompletedAt.Bad {
		return string(b.Token), r.completed(b)
	}
	if !shopperSource(b.SourceName) {
		// Its order would name neither checkout nor cart: who paid at the till would be reminded of it.
		r.notes.Add("a checkout of a till, a draft order or a subscription is no shopper's cart")
		r.e.Kind, r.e.Links, r.e.Contents, r.e.RestoreURL = event.ShopperUpdated, nil, nil, ""
		if len(r.e.Person.Keys) == 0 {
			r.e.Kind = event.Unknown
		}
	}
	return string(b.Token), nil
}

// isOrder reports an order's body, which a checkout's topic may be put on: nobody
// signs the topic, and an order has a token too.
func (b checkoutBody) isOrder() bool {
	return wire.First(b.OrderNumber, b.Financial) != "" && wire.First(b.RecoverURL) == ""
}

// shopperSource reports where shoppers check out by themselves: the online store,
// and apps, which are told by a number. iphone and android are the point of sale's.
func shopperSource(name wire.Text) bool {
	switch s := strings.ToLower(string(name)); s {
	case "pos", "iphone", "android", "shopify_draft_order":
		return false
	default:
		return !strings.HasPrefix(s, "subscription_contract")
	}
}

// completed turns a finished checkout into an order, so that messages stop even
// if orders/create is late or not subscribed to. It knows no order id: under
// "checkout:<token>" it is never credited, or the orders/create of the same
// purchase would be counted as a second one.
func (r *reader) completed(b checkoutBody) error {
	r.e.Kind, r.e.RestoreURL = event.OrderPlaced, ""
	o := &event.Order{
		ID:         "checkout:" + wire.ID(string(b.Token)),
		Status:     event.OrderOpen,
		PlacedAt:   b.CompletedAt.Time,
		Source:     event.Clean(string(b.SourceName), 60),
		Creditable: false,
	}
	currency, err := wire.Currency("currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if b.Total.Set() {
		if o.Total, err = b.Total.Positive(currency, "total_price", &r.notes); err != nil {
			return err
		}
	}
	r.e.Order = o
	r.notes.Add("the checkout was completed; its order is credited when orders/create arrives")
	return nil
}

func (b checkoutBody) links() wire.Links {
	var links wire.Links
	links.Add(event.LinkCheckout, b.Token, b.ID)
	links.Add(event.LinkCart, cartToken(b.CartToken))
	return links
}

// checkoutDeleted reads checkouts/delete, which carries little more than ids.
func (r *reader) checkoutDeleted() (string, error) {
	var b checkoutBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return "", err
	}
	r.e.Kind = event.CartDeleted
	r.e.OccurredAt = r.occurred(b.UpdatedAt)
	r.e.Links = b.links()
	if len(r.e.Links) == 0 {
		return "", missing("token")
	}
	return wire.First(b.Token, b.ID, b.CartToken), nil
}

// contents reads the lines of a checkout or order. Its amounts are in the
// `currency` field's currency (presentment amounts are left aside); lenient is
// for orders, see wire.Lines.
func (r *reader) contents(code wire.Text, total wire.Amount, list wire.List[lineBody],
	coupons wire.List[discountBody], lenient bool) error {
	currency, err := wire.Currency("currency", code, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	if !list.Set {
		return nil
	}
	lines := wire.Lines{Field: "line_items", Currency: currency, Lenient: lenient, Notes: &r.notes}
	for _, l := range list.V {
		if err := lines.Add(wire.Line{Item: l.item(), Quantity: l.Quantity, Price: l.Price, Total: l.LinePrice}); err != nil {
			return err
		}
	}
	c := &event.Contents{Items: items(lines), Total: lines.Sum}
	c.Total.Currency = currency
	if total.Set() {
		if c.Total, err = total.Positive(currency, "total_price", &r.notes); err != nil {
			return err
		}
	}
	for _, d := range coupons.V {
		if code := event.Clean(string(d.Code), 100); code != "" && len(c.Coupons) < 20 {
			c.Coupons = append(c.Coupons, code)
		}
	}
	r.e.Contents = c
	return nil
}
