// Package bigcommerce verifies and parses BigCommerce's webhooks, which name
// carts and orders without telling them, and asks its API for the rest. See
// README.md for what each scope becomes.
package bigcommerce

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "bigcommerce"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

var (
	_ platform.Fetcher = (*Adapter)(nil)
	_ platform.Lister  = (*Adapter)(nil)
	_ platform.Shelf   = (*Adapter)(nil)
	_ platform.Opener  = (*Adapter)(nil)
)

// Ping is always false: BigCommerce tests no connection.
func (*Adapter) Ping(event.Delivery) bool { return false }

// Verify checks the Standard Webhooks signature, made with the API account's
// client secret, or for hooks whose secret is not known here the header
// X-Cartograph-Token that they were made with. One of both is enough.
//
// An app's secret signs for every store that installed it, so the store that the
// body names is held against the shop's where its domain tells it.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	err := wire.Missing(wire.StandardHeader)
	if d.Get(wire.StandardHeader) != "" {
		err = wire.VerifyStandard(d, secrets)
	}
	if err != nil && wire.Tokened(d) {
		err = wire.VerifyToken(d, secrets)
	}
	if err != nil {
		return err
	}
	return sameStore(d)
}

// sameStore holds the body's producer ("stores/1a2b3c") against the store hash
// in a permanent domain ("store-1a2b3c.mybigcommerce.com"). A domain of the
// merchant's own tells no hash. A body that cannot be read is left to Parse.
func sameStore(d event.Delivery) error {
	want := storeHash(d.Domain)
	var b noticeBody
	if want == "" || json.Unmarshal(d.Body, &b) != nil {
		return nil //nolint:nilerr // Parse says what is wrong with the body
	}
	got := strings.TrimPrefix(strings.ToLower(string(b.Producer)), "stores/")
	if got == want {
		return nil
	}
	return fault.New(fault.Unauthorized, "the delivery is of another store than this shop's").In("producer").
		Try("set the shop's domain to its store-….mybigcommerce.com domain, or correct the webhook's destination")
}

// Warnings tell of a domain by which stores with the same app cannot be told apart.
func (*Adapter) Warnings(d event.Delivery, _ []string) []string {
	if storeHash(d.Domain) != "" {
		return nil
	}
	return []string{"This shop’s domain does not say which store it is. That is fine for the client secret of a store-level API account, " +
		"which signs for one store only. The secret of an app signs for every store that installed it, and events of those would be taken " +
		"for this shop’s: then set the domain to the permanent one, like store-1a2b3c.mybigcommerce.com."}
}

// storeHash reads the hash out of a permanent domain; a further storefront's has
// its channel behind it ("store-1a2b3c-2.mybigcommerce.com").
func storeHash(domain string) string {
	name, found := strings.CutSuffix(host(domain), ".mybigcommerce.com")
	hash, begins := strings.CutPrefix(name, "store-")
	if !found || !begins {
		return ""
	}
	hash, _, _ = strings.Cut(hash, "-")
	return hash
}

// host strips what merchants paste around a domain.
func host(domain string) string {
	domain = strings.ToLower(strings.TrimSpace(domain))
	domain = strings.TrimPrefix(strings.TrimPrefix(domain, "https://"), "http://")
	return strings.TrimRight(domain, "/.")
}

// topicHeader tells an answer of the API from a webhook, under its canonical name.
const topicHeader = "X-Cartograph-Topic"

// The topics of answers.
const (
	fetchedCart       = "fetched/cart"
	fetchedCheckout   = "fetched/checkout"
	fetchedOrder      = "fetched/order"
	fetchedCustomer   = "fetched/customer"
	fetchedSubscriber = "fetched/subscriber"
)

// answer wraps what the API told.
func answer(topic string, body []byte) platform.Answer {
	return platform.Answer{Header: map[string][]string{http.CanonicalHeaderKey(topicHeader): {topic}}, Body: body}
}

// reader builds the event of one delivery or answer.
type reader struct {
	d     event.Delivery
	e     event.Event
	notes wire.Notes
}

// Parse turns a webhook, or what the API answered, into one event.
func (*Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	r := &reader{d: d, e: event.Event{
		ShopID: d.ShopID, Platform: Name, Kind: event.Unknown, ReceivedAt: d.ReceivedAt,
		Topic: event.Clean(d.Get(topicHeader), 100),
	}}
	if err := r.read(); err != nil {
		return nil, err
	}
	r.e.Notes = r.notes
	return []event.Event{r.e}, nil
}

func (r *reader) read() error {
	switch r.e.Topic {
	case fetchedCart:
		return r.cart()
	case fetchedCheckout:
		return r.checkout()
	case fetchedOrder:
		return r.order()
	case fetchedCustomer:
		return r.customer()
	case fetchedSubscriber:
		return r.subscriber()
	}
	return r.notice()
}

// key is a dedupe key of parts, each made safe to store.
func key(parts ...string) string {
	for i := range parts {
		parts[i] = wire.ID(parts[i])
	}
	return Name + ":" + strings.Join(parts, ":")
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the body has no %s", field).
		In(field).Try("compare the body with BigCommerce's documentation")
}
