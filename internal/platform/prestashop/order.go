package prestashop

import (
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// orderBody is an order, by PrestaShop's own names. The module adds what its
// state means; ps_eventbus tells the state's number only.
type orderBody struct {
	ID        wire.Text                 `json:"id_order"`
	Reference wire.Text                 `json:"reference"`
	CartID    wire.Text                 `json:"id_cart"`
	FromCart  wire.Text                 `json:"from_cart"`
	Customers wire.Text                 `json:"id_customer"`
	Source    wire.Text                 `json:"source"`
	State     wire.Object[stateBody]    `json:"state"`
	Current   wire.Text                 `json:"current_state"`
	Paid      wire.Bool                 `json:"is_paid"`
	Currency  wire.Text                 `json:"currency"`
	Total     wire.Amount               `json:"total_paid_tax_incl"`
	Refunded  wire.Amount               `json:"refunded_tax_incl"`
	Refund    wire.Amount               `json:"refund"`
	Slips     wire.List[slipRow]        `json:"slips"`
	AddedAt   wire.Time                 `json:"date_add"`
	UpdatedAt wire.Time                 `json:"date_upd"`
	CreatedAt wire.Time                 `json:"created_at"`
	ChangedAt wire.Time                 `json:"updated_at"`
	Products  wire.List[lineBody]       `json:"products"`
	Restore   wire.Text                 `json:"restore_url"`
	Customer  wire.Object[customerBody] `json:"customer"`
}

// stateBody is an order's state. Kind is waiting, paid, error, cancelled or
// refunded by the shop's own configuration; "" for a state that a module or the
// merchant added. Was is whether it was ever paid.
type stateBody struct {
	Kind wire.Text `json:"kind"`
	Was  wire.Bool `json:"has_been_paid"`
}

// installed are the states that every shop is installed with, by number.
var installed = map[string]string{
	"1": "waiting", "2": "paid", "3": "paid", "4": "paid", "5": "paid", "6": "cancelled", "7": "refunded",
	"8": "error", "9": "paid", "10": "waiting", "11": "paid", "12": "waiting", "13": "waiting",
}

func (b orderBody) state() (kind string, paid bool) {
	kind = strings.ToLower(wire.First(b.State.V.Kind))
	if !b.State.Set {
		kind = installed[wire.First(b.Current)]
	}
	return kind, b.State.V.Was.Value || b.Paid.Value || kind == "paid" || kind == "refunded"
}

// order reads an order. Its cart and it share id_cart; a cart that was brought back
// is linked to the one that it was made of.
func (r *reader) order(b orderBody) error {
	var links wire.Links
	links.Add(event.LinkOrder, b.ID)
	if len(links) == 0 {
		return missing("order.id_order")
	}
	links.Add(event.LinkCart, b.CartID, b.FromCart)
	r.e.Links = links
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.UpdatedAt.Time, b.ChangedAt.Time, r.e.OccurredAt)
	b.Customer.V.ID = wire.Text(wire.First(b.Customer.V.ID, b.Customers))
	r.person(b.Customer.V)
	r.newsletter(b.Customer.V)
	kind, paid := b.state()
	if b.Products.Set {
		if err := r.contents("order", b.Currency, b.Total, b.Products.V, nil, kind != "error"); err != nil {
			return err
		}
	}
	if kind == "error" && !paid {
		// The order exists, and its payment was refused: the cart is still to be won back.
		r.e.Kind, r.e.RestoreURL = event.PaymentFailed, wire.URL(string(b.Restore))
		return nil
	}
	return r.purchase(b, kind, paid)
}

// purchase reads an order that counts. One that waits for a bank transfer or a
// cheque does; so does one in a state that a module added.
func (r *reader) purchase(b orderBody, kind string, paid bool) error {
	currency, err := wire.Currency("order.currency", b.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return err
	}
	o := event.Order{ID: wire.ID(string(b.ID)), Number: event.Clean(string(b.Reference), 60), Status: event.OrderOpen,
		Source: event.Clean(string(b.Source), 60), PlacedAt: wire.Occurred(r.d.ReceivedAt, &r.notes, b.AddedAt.Time, b.CreatedAt.Time)}
	o.Creditable = o.Source != "admin" && (kind != "" || paid)
	if o.Total, err = amount(b.Total, currency, "order.total_paid_tax_incl"); err != nil {
		return err
	}
	if o.Refunded, err = b.refunded(currency); err != nil {
		return err
	}
	o.Refunded.Minor = min(o.Refunded.Minor, o.Total.Minor)
	if r.e.Kind = event.OrderUpdated; r.e.Topic == "order.validated" {
		r.e.Kind = event.OrderPlaced
	}
	switch {
	case kind == "cancelled":
		r.e.Kind, o.Status, o.Unpaid = event.OrderCancelled, event.OrderVoid, !paid
	case kind == "refunded":
		r.e.Kind, o.Status, o.Refunded = event.OrderRefunded, event.OrderVoid, o.Total
	case o.Refunded.Minor > 0:
		if r.e.Kind = event.OrderRefunded; o.Refunded == o.Total {
			o.Status = event.OrderVoid
		}
	}
	r.e.Order = &o
	return nil
}

// refunded is what was given back: in one sum, or by the credit slips.
func (b orderBody) refunded(currency string) (money.Money, error) {
	const field = "order.refunded_tax_incl"
	told := b.Refunded
	if !told.Set() {
		told = b.Refund
	}
	sum, err := amount(told, currency, field)
	for _, s := range b.Slips.V {
		for _, part := range []wire.Amount{s.Products, s.Shipping} {
			m, wrong := amount(part, currency, "order.slips")
			if wrong != nil {
				return sum, wrong
			}
			if sum, wrong = wire.Plus(sum, m); wrong != nil {
				return sum, wire.In(wrong, "order.slips")
			}
		}
	}
	return sum, err
}

// entry is one entry of a ps_eventbus collection.
type entry struct {
	Action     wire.Text       `json:"action"`
	Collection wire.Text       `json:"collection"`
	Properties json.RawMessage `json:"properties"`
}

// collections reads a list of ps_eventbus. Its carts tell neither lines nor
// people, its cart_products neither names nor prices: only its orders, and that
// a cart was used, say something here.
func collections(d event.Delivery, text []byte) ([]event.Event, error) {
	var list []wire.Object[json.RawMessage]
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, missing("collection")
	}
	var events []event.Event
	for _, raw := range list {
		var one entry
		if raw.Set && json.Unmarshal(raw.V, &one) != nil {
			raw.Set = false
		}
		r := newReader(d, "ps_eventbus/"+one.Collection)
		r.e.DedupeKey = r.dedupe("", "", raw.V)
		if err := r.synced(one); err != nil {
			if len(list) == 1 {
				return nil, err
			}
			r = newReader(d, "ps_eventbus/"+one.Collection)
			r.e.DedupeKey = r.dedupe("", "", raw.V)
			r.notes.Add("rejected: %s", wire.Reason(err))
		}
		r.e.Notes = r.notes
		events = append(events, r.e)
	}
	return events, nil
}

func (r *reader) synced(one entry) error {
	switch {
	case one.Action != "upsert":
		return nil
	case one.Collection == "orders":
		var b orderBody
		if err := wire.Decode(one.Properties, &b); err != nil {
			return err
		}
		return r.order(b)
	case one.Collection == "carts":
		var b struct {
			ID      wire.Text `json:"id_cart"`
			Created wire.Time `json:"created_at"`
			Updated wire.Time `json:"updated_at"`
		}
		if err := wire.Decode(one.Properties, &b); err != nil {
			return err
		}
		var links wire.Links
		if links.Add(event.LinkCart, b.ID); len(links) == 0 {
			return missing("id_cart")
		}
		r.e.Kind, r.e.Links, r.e.StartedAt = event.CartViewed, links, b.Created.Time
		r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes, b.Updated.Time)
	}
	return nil
}
