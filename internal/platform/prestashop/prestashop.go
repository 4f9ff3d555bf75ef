// Package prestashop reads what the module in companion/ posts from a PrestaShop
// shop, and the collections of PrestaShop's own ps_eventbus. PrestaShop itself
// posts nothing. See README.md for what each becomes.
package prestashop

import (
	"context"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "prestashop"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: the module signs everything, its test as well.
func (*Adapter) Ping(event.Delivery) bool { return false }

// Verify checks the module's signature over the raw body.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	return wire.VerifyCompanion(d, secrets)
}

// body is what the module posts. Its topic is in the body, where the signature covers it.
type body struct {
	Topic   wire.Text                 `json:"topic"`
	At      wire.Time                 `json:"at"`
	Cart    wire.Object[cartBody]     `json:"cart"`
	Order   wire.Object[orderBody]    `json:"order"`
	Subject wire.Object[customerBody] `json:"customer"`
}

// reader builds one event.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
}

func newReader(d event.Delivery, topic wire.Text) *reader {
	return &reader{d: d, e: event.Event{
		ShopID: d.ShopID, Platform: Name, Topic: event.Clean(strings.ToLower(string(topic)), 100),
		Kind: event.Unknown, ReceivedAt: d.ReceivedAt,
	}}
}

// Parse turns a delivery of the module into one event, and a list of ps_eventbus
// into one for each of its entries.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	text, err := wire.Check(d.Body)
	if err != nil {
		return nil, err
	}
	if text[0] == '[' {
		return collections(d, text)
	}
	var b body
	if err := wire.Decode(text, &b); err != nil {
		return nil, err
	}
	r := newReader(d, b.Topic)
	r.e.DedupeKey = r.dedupe("", "", text)
	r.e.OccurredAt = wire.Occurred(d.ReceivedAt, &r.notes, b.At.Time)
	if err := r.read(b, text); err != nil {
		return nil, err
	}
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

func (r *reader) read(b body, text []byte) error {
	switch r.e.Topic {
	case "cart.saved":
		r.e.DedupeKey = r.dedupe(string(b.Cart.V.ID), string(b.Cart.V.Revision), text)
		return r.cart(b.Cart.V)
	case "order.validated", "order.status", "order.refunded", listedOrder:
		r.e.DedupeKey = r.dedupe(string(b.Order.V.ID), "", text)
		return r.order(b.Order.V)
	case "customer.consent":
		r.person(b.Subject.V)
		if r.newsletter(b.Subject.V); len(r.e.Consents) > 0 {
			r.e.Kind = event.ConsentChanged
		}
	case "privacy.export":
		return r.subject(b.Subject.V, event.SubjectExport)
	case "privacy.erase":
		return r.subject(b.Subject.V, event.SubjectErase)
	case "shop.uninstalled":
		r.e.Kind, r.e.Privacy = event.ShopUninstalled, &event.Privacy{}
	case "ping":
		r.notes.Add("the module's test: address and secret are right")
	case "":
		r.notes.Add("the delivery names no topic")
	}
	return nil
}

// dedupe gives the key under which repeats meet.
func (r *reader) dedupe(id, revision string, text []byte) string {
	return strings.Join([]string{Name, r.e.Topic, wire.ID(id), wire.ID(revision), wire.Sum(text)}, ":")
}

// subject reads a request of PrestaShop's GDPR module. Whom it is about stays
// out of the key, which would outlive their erasure.
func (r *reader) subject(b customerBody, kind event.Kind) error {
	p := wire.Person{Notes: &r.notes}
	p.Key(event.KeyCustomer, b.ID)
	p.Email(b.Email)
	p.Phone(b.Phone, r.d.Country)
	keys := p.Done().Keys
	if len(keys) == 0 {
		return missing("customer")
	}
	r.e.Kind, r.e.Privacy = kind, &event.Privacy{Keys: keys}
	return nil
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the delivery has no %s", field).
		In(field).Try("update the Cartograph module in PrestaShop")
}

// The names under which the module reads its restore address.
const (
	openKey    = "cartograph_key"
	openCoupon = "cartograph_coupon"
)

// Open gives the module's address of a cart, with the coupon to apply.
func (*Adapter) Open(_ context.Context, _ platform.API, c platform.Closed) (string, error) {
	u, err := url.Parse(c.RestoreURL)
	if err != nil || c.Coupon == "" || u.Query().Get(openKey) == "" {
		return c.RestoreURL, nil //nolint:nilerr // an address that cannot be read is given as it was told
	}
	query := u.Query()
	query.Set(openCoupon, c.Coupon)
	u.RawQuery = query.Encode()
	return u.String(), nil
}
