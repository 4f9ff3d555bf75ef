package generic

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// reader builds the event of one item.
type reader struct {
	d     event.Delivery
	t     track
	p     properties
	e     event.Event
	notes wire.Notes
	// single: the properties themselves are the one product (Segment's Product Added).
	single bool
}

// read turns one item into an event. With an error the event still holds what
// is needed to store it: shop, topic, kind Unknown, dedupe key.
func read(d event.Delivery, env envelope, raw []byte) (event.Event, error) {
	r := reader{d: d, e: event.Event{
		ShopID: d.ShopID, Platform: Name, Kind: event.Unknown, ReceivedAt: d.ReceivedAt,
	}}
	err := decode(raw, &r.t)
	r.e.DedupeKey = key(env, r.t, raw)
	r.e.Topic = r.t.name()
	if err != nil {
		return r.e, err
	}
	bare := r.e
	r.inherit(env)
	r.p = r.t.props()
	if err = r.fill(); err != nil {
		return bare, err
	}
	r.e.Notes = r.notes
	return r.e, nil
}

// decode reads one item, which must be an object.
func decode(raw []byte, t *track) error {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || raw[0] != '{' {
		return fault.New(fault.Unprocessable, "the event is not an object").
			Try("send each event as a JSON object")
	}
	err := json.Unmarshal(raw, t)
	if err == nil {
		err = t.flat(raw)
	}
	if err == nil {
		return nil
	}
	f := fault.Wrap(fault.Unprocessable, err, "a field has a shape that cannot be read")
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) {
		f = f.In(shape.Field)
	}
	return f.Try("send products as a list of objects")
}

// inherit fills in what a GA4 envelope says for all of its events.
func (r *reader) inherit(env envelope) {
	if r.t.ClientID == "" {
		r.t.ClientID = env.ClientID
	}
	if wire.First(r.t.UserID, r.t.UserID2) == "" {
		r.t.UserID = env.UserID
	}
	if r.t.Micros.IsZero() && !r.t.Micros.Bad {
		r.t.Micros = env.Micros
	}
}

func (r *reader) fill() error {
	if r.e.Topic == "" {
		return fault.New(fault.Unprocessable, "the event has no name").
			In("event").Try("send the event's name in \"event\", for example \"Cart Updated\"")
	}
	kind := event.Unknown
	if !r.t.call() {
		kind = kindOf(r.e.Topic)
	}
	if kind == event.Unknown && r.t.Type == "identify" {
		kind = event.ShopperUpdated
	}
	if err := r.times(); err != nil {
		return err
	}
	r.person()
	r.consents()
	if err := r.links(kind); err != nil {
		return err
	}
	r.e.RestoreURL = wire.URL(string(r.p.RecoveryURL))
	if r.p.RecoveryURL != "" && r.e.RestoreURL == "" {
		r.notes.Add("recovery_url is no http or https address and was left out")
	}
	r.e.Kind = kind
	if kind == event.Unknown && !r.t.call() {
		r.notes.Add("this name is none that anything is done for: the event is stored, and that is all; the names that count are at /docs and in the generic platform's page")
	}
	return r.body(kind)
}

// times reads when it happened: the cart's own version where it is told, else
// the event's time. A time that cannot be read is refused: guessing would put
// the event at the wrong place among the others.
func (r *reader) times() error {
	for _, one := range []struct {
		field string
		time  wire.Time
	}{{"timestamp", r.t.Timestamp}, {"timestamp_micros", r.t.Micros},
		{"updated_at", r.p.UpdatedAt}, {"created_at", r.p.CreatedAt}} {
		if one.time.Bad {
			return fault.New(fault.Unprocessable, "the time cannot be read").
				In(one.field).Try("send RFC 3339 such as 2026-05-02T10:00:00Z, or unix seconds")
		}
	}
	r.e.OccurredAt = wire.Occurred(r.d.ReceivedAt, &r.notes,
		r.p.UpdatedAt.Time, r.t.Timestamp.Time, r.t.Micros.Time, r.t.Original.Time)
	if r.e.OccurredAt.IsZero() && wire.First(r.t.MessageID, r.t.MessageID2) == "" {
		r.notes.Add("the event has neither messageId nor timestamp: the same content sent later counts as a repeat")
	}
	return nil
}

// moment is when it happened as far as we know.
func (r *reader) moment() time.Time {
	if r.e.OccurredAt.IsZero() {
		return r.d.ReceivedAt.UTC()
	}
	return r.e.OccurredAt
}

// links reads the ids that tie events together. Order kinds need none of the
// cart's: they meet it by the person, too.
func (r *reader) links(kind event.Kind) error {
	var links wire.Links
	links.Add(event.LinkCart, r.p.CartID)
	links.Add(event.LinkCheckout, r.p.CheckoutID)
	links.Add(event.LinkOrder, r.p.OrderID, r.p.Transaction)
	if len(links) == 0 && isCart(kind) {
		visitor := r.visitor()
		if visitor == "" {
			return fault.New(fault.Unprocessable, "the event says neither which cart it is about nor whose").
				In("cart_id").Try("send properties.cart_id, or anonymousId or userId")
		}
		links.Add(event.LinkCart, wire.Text(visitor))
	}
	r.e.Links = links
	return nil
}

// visitor names the cart of a visitor whose sender knows no cart ids: all that
// one visitor does in one UTC day is one cart. The name depends on the event
// alone and not on what came before, so events may come in any order; and the
// day keeps what was left in spring out of the cart of autumn. A cart filled
// across midnight becomes two, of which the newer one is followed up.
func (r *reader) visitor() string {
	id := wire.First(r.t.AnonymousID, r.t.AnonymousID2, r.t.ClientID, r.t.UserID, r.t.UserID2)
	if id == "" {
		for _, k := range r.e.Person.Keys {
			id = "sha256:" + wire.Sum([]byte(k.Kind), []byte(k.Value))
			break
		}
	}
	if id == "" {
		return ""
	}
	return "visitor:" + wire.ID(id) + ":" + r.moment().Format("2006-01-02")
}
