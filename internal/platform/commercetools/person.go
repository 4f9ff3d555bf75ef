package commercetools

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// addressBody is a billing or shipping address.
type addressBody struct {
	First   wire.Text `json:"firstName"`
	Last    wire.Text `json:"lastName"`
	Email   wire.Text `json:"email"`
	Phone   wire.Text `json:"phone"`
	Mobile  wire.Text `json:"mobile"`
	Country wire.Text `json:"country"`
	State   wire.Text `json:"state"`
}

// person reads who it is. The shipping phone is left aside: the parcel may go to
// somebody else.
func (r *reader) person(b basketBody) {
	p := wire.Person{Notes: &r.notes}
	bill, ship := b.Billing.V, b.Shipping.V
	p.Key(event.KeyCustomer, b.CustomerID)
	p.Key(event.KeyAnonymous, b.AnonymousID)
	p.Email(b.Email, bill.Email)
	for _, number := range []wire.Text{bill.Mobile, bill.Phone} {
		p.Phone(number, string(bill.Country), string(b.Country), r.d.Country)
	}
	p.Name(bill.First, bill.Last)
	p.Name(ship.First, ship.Last)
	p.Place(bill.Country, bill.State)
	p.Place(ship.Country, ship.State)
	p.Place(b.Country, "")
	p.Is.Locale = wire.Locale(strings.TrimSpace(string(b.Locale)))
	r.e.Person = p.Done()
}
