// Package wix verifies and parses Wix's webhooks: carts, checkouts, abandoned
// checkouts, orders and contacts. See README.md for what each event becomes.
package wix

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "wix"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: Wix signs everything it sends.
func (*Adapter) Ping(event.Delivery) bool { return false }

// Verify checks the body, which is a JSON Web Token signed by Wix, against the
// app's public keys, and the site it names against the shop's. The token's age
// is not judged: Wix tries for 48 hours, and repeats change nothing.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	keys := wire.PublicKeys(secrets)
	if len(keys) == 0 {
		return wire.NoKey()
	}
	t, err := split(d.Body)
	if err != nil {
		return err
	}
	if !wire.SignedRSA(t.signature, t.key, keys, t.signed) {
		return wire.Mismatch("body")
	}
	return sameSite(t, secrets)
}

// instance begins the line of a secret that names the shop's site.
const instance = "instance:"

// sameSite holds the app instance that the token names against the shop's. An
// app has one key and one address for all sites it is installed on, so for an
// app on several sites the signature does not tell them apart.
func sameSite(t token, secrets []string) error {
	want := instances(secrets)
	if len(want) == 0 {
		return nil
	}
	env, err := t.envelope()
	for _, id := range want {
		if err == nil && id != "" && strings.EqualFold(id, string(env.Instance)) {
			return nil
		}
	}
	return fault.New(fault.Unauthorized, "the delivery is for another site than this shop's").
		In("instanceId").Try("set the secret's line instance: to the app's instance ID on this shop's site")
}

// instances are the app's instances on the shop's site, as the secrets name them.
func instances(secrets []string) (ids []string) {
	for _, s := range secrets {
		for _, line := range strings.Split(s, "\n") {
			if id, found := strings.CutPrefix(strings.TrimSpace(line), instance); found {
				ids = append(ids, strings.TrimSpace(id))
			}
		}
	}
	return ids
}

// Warnings tell of an app whose events of other sites would be taken for this one's.
func (*Adapter) Warnings(_ event.Delivery, secrets []string) []string {
	if len(wire.PublicKeys(secrets)) == 0 || len(instances(secrets)) > 0 {
		return nil
	}
	return []string{"Wix signs with one key for every site that an app is installed on, and no secret here says which site is yours: " +
		"events of another site with the same app would be taken for this shop’s. Add the public key once more with a line below it " +
		"that says instance: and the app instance ID of your site."}
}

// Parse turns a delivery, or what the API answered, into one event.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	r := &reader{d: d, e: event.Event{ShopID: d.ShopID, Platform: Name, Kind: event.Unknown, ReceivedAt: d.ReceivedAt}}
	var err error
	if topic := d.Get(fetchedHeader); topic != "" {
		err = r.answer(topic)
	} else {
		err = r.posted()
	}
	if err != nil {
		return nil, err
	}
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

// reader builds the event of one delivery.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
	// told is the moment that the webhook names for itself.
	told time.Time
}

// posted reads a webhook.
func (r *reader) posted() error {
	t, err := split(r.d.Body)
	if err != nil {
		// Only what was verified comes here, so it is the shape and not the sender.
		return fault.Wrap(fault.Invalid, err, "the body is no JSON Web Token").Try("post the token as Wix sent it")
	}
	env, err := t.envelope()
	if err != nil {
		return err
	}
	r.e.Topic = event.Clean(strings.ToLower(string(env.Type)), 100)
	m, err := env.message()
	if err != nil {
		return err
	}
	kind, slug := m.about(r.e.Topic)
	if r.e.Topic == "" {
		r.e.Topic = event.Clean(strings.ToLower(kind+"_"+slug), 100)
	}
	r.told = m.Time.Time
	r.e.DedupeKey = r.dedupe(m)
	r.e.OccurredAt = r.occurred(wire.Time{})
	return r.dispatch(kind, slug, m)
}

// answer reads what the API told, under the name that the question gave it.
func (r *reader) answer(topic string) error {
	r.e.Topic = event.Clean(topic, 100)
	m := message{body: r.d.Body}
	kind, _ := strings.CutPrefix(topic, fetched)
	if err := r.dispatch(kind, "updated", m); err != nil {
		return err
	}
	if kind != abandonedKind {
		r.e.Fetch = nil // it is what was just asked for
	}
	// The same state gives the same key, however often it is asked for.
	r.e.DedupeKey = Name + ":" + r.e.Topic + ":" + wire.Sum(r.d.Body)
	return nil
}

// dedupe gives Wix's own id of the event, which a repeat bears again.
func (r *reader) dedupe(m message) string {
	if id := wire.ID(string(m.ID)); id != "" {
		return Name + ":event:" + id
	}
	return Name + ":" + r.e.Topic + ":sha256:" + wire.Sum([]byte(r.e.Topic), []byte(m.EntityID), m.body, []byte(m.Time.Format(time.RFC3339Nano)))
}

// occurred gives the time of the change: the thing's own, else the webhook's.
func (r *reader) occurred(updated wire.Time) time.Time {
	return wire.Occurred(r.d.ReceivedAt, &r.notes, updated.Time, r.told)
}

// The things that events are about, by the last part of Wix's name for them.
const (
	cartKind         = "cart"
	checkoutKind     = "checkout"
	abandonedKind    = "abandoned_checkout"
	orderKind        = "order"
	transactionsKind = "order_transactions"
	contactKind      = "contact"
	removedKind      = "app_removed"
)

func (r *reader) dispatch(kind, slug string, m message) error {
	switch kind {
	case cartKind:
		return r.cart(slug, m)
	case checkoutKind:
		return r.checkout(slug, m)
	case abandonedKind:
		return r.abandoned(slug, m)
	case orderKind:
		return r.order(slug, m)
	case transactionsKind:
		return r.transactions(m)
	case contactKind:
		return r.contact(slug, m)
	case removedKind:
		r.e.Kind, r.e.Privacy = event.ShopUninstalled, &event.Privacy{}
	}
	return nil
}
