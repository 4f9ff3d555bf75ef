// Package shopify verifies and parses Shopify's webhooks: carts, checkouts,
// orders and marketing consent. See README.md for what each topic becomes.
package shopify

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "shopify"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

// Ping is always false: Shopify signs everything it sends.
func (*Adapter) Ping(event.Delivery) bool { return false }

// header reads one of Shopify's headers. There are two families with the same
// meaning: X-Shopify-Topic of webhooks and Shopify-Topic of the newer "events".
func header(d event.Delivery, name string) string {
	for _, family := range []string{"X-Shopify-", "Shopify-"} {
		if v := strings.TrimSpace(d.Get(http.CanonicalHeaderKey(family + name))); v != "" {
			return v
		}
	}
	return ""
}

// Verify checks base64(HMAC-SHA256(secret, raw body)), then that the delivery
// names the addressed shop: one app secret signs for all shops that installed
// the app, so the signature alone does not tell them apart.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	const name = "X-Shopify-Hmac-Sha256"
	keys, err := wire.Keys(secrets)
	if err != nil {
		return err
	}
	signature := header(d, "Hmac-Sha256")
	if signature == "" {
		return wire.Missing(name)
	}
	sum, err := base64.StdEncoding.Strict().DecodeString(signature)
	if err != nil || len(sum) != 32 {
		return wire.Malformed(name, "the base64 of an HMAC-SHA256")
	}
	if !wire.Signed(sum, keys, d.Body) {
		return wire.Mismatch(name)
	}
	return sameShop(d)
}

// sameShop holds the signed-for domain against the shop's own.
func sameShop(d event.Delivery) error {
	want, got := host(d.Domain), host(header(d, "Shop-Domain"))
	if want == "" || want == got {
		return nil
	}
	return fault.New(fault.Unauthorized, "the delivery is for another shop domain than this shop's").
		In("X-Shopify-Shop-Domain").
		Try("set the shop's domain to its myshopify.com domain, or correct the webhook's address")
}

// host strips what merchants paste around a domain.
func host(domain string) string {
	domain = strings.ToLower(strings.TrimSpace(domain))
	domain = strings.TrimPrefix(strings.TrimPrefix(domain, "https://"), "http://")
	return strings.TrimRight(domain, "/.")
}

// Parse turns a delivery into one event.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	r := newReader(d)
	resource, err := r.read()
	if err != nil {
		return nil, err
	}
	r.e.DedupeKey = r.dedupe(resource)
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

// reader builds the event of one delivery.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
}

func newReader(d event.Delivery) *reader {
	return &reader{d: d, e: event.Event{
		ShopID:     d.ShopID,
		Platform:   Name,
		Topic:      event.Clean(topic(d), 100),
		Kind:       event.Unknown,
		ReceivedAt: d.ReceivedAt,
	}}
}

// topic is the webhook's, or what we called an answer of the API.
func topic(d event.Delivery) string {
	if t := header(d, "Topic"); t != "" {
		return strings.ToLower(t)
	}
	return d.Get(fetchedHeader)
}

// read dispatches by topic and gives the id of what the event is about.
func (r *reader) read() (resource string, err error) {
	switch r.e.Topic {
	case "carts/create", "carts/update":
		return r.cart()
	case "checkouts/create", "checkouts/update":
		return r.checkout()
	case "checkouts/delete":
		return r.checkoutDeleted()
	case "orders/create", "orders/paid", "orders/updated", "orders/edited", "orders/cancelled",
		"orders/fulfilled", "orders/partially_fulfilled", fetchedOrder:
		return r.order()
	case "orders/delete":
		return r.orderDeleted()
	case "customers_email_marketing_consent/update":
		return r.consentTopic(event.Email)
	case "customers_marketing_consent/update":
		return r.consentTopic(event.SMS)
	}
	return r.about()
}

// about dispatches the topics that speak of personal data or of the shop itself.
func (r *reader) about() (resource string, err error) {
	switch r.e.Topic {
	case "customers/data_request":
		return r.subject(event.SubjectExport)
	case "customers/redact":
		return r.subject(event.SubjectErase)
	case "shop/redact":
		return r.leaving(event.ShopErase)
	case "app/uninstalled":
		return r.leaving(event.ShopUninstalled)
	}
	return r.unknown()
}

// unknown keeps a topic this adapter does not read. Among them is
// refunds/create: it tells one refund's amount, while an order's refunds are
// kept as their sum, which the orders/updated that follows it carries.
func (r *reader) unknown() (string, error) {
	if _, err := wire.Check(r.d.Body); err != nil {
		return "", err
	}
	switch r.e.Topic {
	case "":
		r.notes.Add("the delivery names no topic")
	case "refunds/create":
		r.notes.Add("refunds are read from orders/updated, which Shopify sends along")
	}
	r.e.OccurredAt = r.occurred(wire.Time{})
	return "", nil
}

// occurred gives the time of the change: the resource's own, else the time
// Shopify says it triggered the webhook.
func (r *reader) occurred(updated wire.Time) time.Time {
	triggered, _ := wire.ParseTime(header(r.d, "Triggered-At"))
	return wire.Occurred(r.d.ReceivedAt, &r.notes, updated.Time, triggered)
}

// dedupe gives the key under which repeats of a delivery meet. Shopify gives
// all webhooks of one merchant action the same event id, so topic and resource
// belong to the key.
func (r *reader) dedupe(resource string) string {
	key := Name + ":" + r.e.Topic + ":"
	if r.e.Topic == fetchedOrder && !r.e.OccurredAt.IsZero() {
		// The same state of an order gives the same key, however often it is listed.
		return key + wire.ID(resource) + ":" + r.e.OccurredAt.Format(time.RFC3339Nano)
	}
	if id := wire.ID(header(r.d, "Event-Id")); id != "" {
		return key + "event:" + id + ":" + wire.ID(resource)
	}
	if id := wire.ID(header(r.d, "Webhook-Id")); id != "" {
		return key + "webhook:" + id
	}
	return key + "sha256:" + wire.Sum([]byte(r.e.Topic), r.d.Body)
}
