package bigcommerce

import (
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// checkoutBody is a checkout of the V3 API: the cart with who pays.
type checkoutBody struct {
	Cart    wire.Object[cartBody]    `json:"cart"`
	Billing wire.Object[addressBody] `json:"billing_address"`
	Total   wire.Amount              `json:"grand_total"`
}

// addressBody is a billing address of a checkout (country_code) or of an order
// (country_iso2).
type addressBody struct {
	First    wire.Text `json:"first_name"`
	Last     wire.Text `json:"last_name"`
	Email    wire.Text `json:"email"`
	Phone    wire.Text `json:"phone"`
	Country  wire.Text `json:"country_code"`
	Country2 wire.Text `json:"country_iso2"`
	State    wire.Text `json:"state_or_province_code"`
	State2   wire.Text `json:"state"`
}

func (r *reader) checkout() error {
	var b struct {
		Data wire.Object[checkoutBody] `json:"data"`
	}
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	c := b.Data.V
	total := c.Total
	if !total.Set() {
		total = c.Cart.V.AmountTax
	}
	if err := r.cartFacts(c.Cart.V, total); err != nil {
		return err
	}
	// A checkout exists beside every cart; it has begun once somebody said who pays.
	if wire.First(c.Billing.V.Email) != "" {
		r.e.Kind = event.CheckoutUpdated
	}
	p := wire.Person{Notes: &r.notes}
	p.Email(c.Billing.V.Email)
	r.owner(&p, c.Cart.V)
	r.address(&p, c.Billing.V)
	r.e.Person = p.Done()
	return nil
}

func (r *reader) address(p *wire.Person, a addressBody) {
	country := wire.Text(wire.First(a.Country, a.Country2))
	p.Phone(a.Phone, string(country), r.d.Country)
	p.Name(a.First, a.Last)
	p.Place(country, wire.Text(wire.First(a.State, a.State2)))
}
