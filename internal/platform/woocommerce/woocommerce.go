// Package woocommerce verifies and parses WooCommerce's webhooks and asks its
// REST API. WooCommerce itself tells of orders only; carts come through drafts of
// the block checkout, unpaid orders, the plugin in companion/ and Tyche's plugin.
// See README.md for what each becomes.
package woocommerce

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Name is the platform's name in URLs and events.
const Name = "woocommerce"

// Adapter is stateless; one serves all shops.
type Adapter struct{}

// New makes the adapter.
func New() *Adapter { return &Adapter{} }

func header(d event.Delivery, name string) string {
	return strings.TrimSpace(d.Get(http.CanonicalHeaderKey("X-WC-Webhook-" + name)))
}

// Ping reports the form that WooCommerce posts when a webhook is saved:
// "webhook_id=12", unsigned and without any of its headers.
func (*Adapter) Ping(d event.Delivery) bool {
	if header(d, "Topic") != "" || header(d, "Signature") != "" {
		return false
	}
	id, found := bytes.CutPrefix(bytes.TrimSpace(d.Body), []byte("webhook_id="))
	return found && len(id) > 0 && len(id) < 20 && len(bytes.Trim(id, "0123456789")) == 0
}

// Verify checks base64(HMAC-SHA256(secret, raw body)), or the signature of the
// companion plugin. WordPress decodes HTML entities in the secret before signing,
// so that a secret typed with & or < may reach us as &amp; or &lt;: both forms
// are tried.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	if fromPlugin(d) {
		return wire.VerifyCompanion(d, secrets)
	}
	const name = "X-WC-Webhook-Signature"
	var forms []string
	for _, s := range secrets {
		forms = append(forms, s)
		if plain := html.UnescapeString(s); plain != s {
			forms = append(forms, plain)
		}
	}
	keys, err := wire.Keys(forms)
	if err != nil {
		return err
	}
	signature := header(d, "Signature")
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
	return nil
}

// fromPlugin reports a delivery of the companion plugin, which carries no header of WooCommerce's.
func fromPlugin(d event.Delivery) bool { return wire.ByCompanion(d) && header(d, "Topic") == "" }

// Parse turns a delivery into one event, and the connection test into none.
func (a *Adapter) Parse(d event.Delivery) ([]event.Event, error) {
	if a.Ping(d) {
		return nil, nil
	}
	r := &reader{d: d, e: event.Event{
		ShopID:     d.ShopID,
		Platform:   Name,
		Topic:      event.Clean(strings.ToLower(header(d, "Topic")), 100),
		Kind:       event.Unknown,
		ReceivedAt: d.ReceivedAt,
	}}
	if err := r.read(); err != nil {
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
}

func (r *reader) read() error {
	if fromPlugin(r.d) {
		return r.plugin()
	}
	r.e.DedupeKey = r.dedupe("", "")
	switch r.e.Topic {
	case "order.created", "order.updated", "order.restored":
		return r.order()
	case "order.deleted":
		if r.tellsOrder() {
			return r.order()
		}
		return r.deleted()
	case "wcap_cart.cutoff", "wcap_cart.recovered":
		if r.tellsOrder() {
			return r.order()
		}
		return r.tyche()
	case "":
		r.notes.Add("the delivery names no topic")
	}
	_, err := wire.Check(r.d.Body)
	return err
}

// tellsOrder reports a whole order under a topic that has another body. Nobody
// signs the topic: what the body tells counts.
func (r *reader) tellsOrder() bool {
	var b struct {
		Key    wire.Text `json:"order_key"`
		Status wire.Text `json:"status"`
	}
	is := wire.Decode(r.d.Body, &b) == nil && b.Key != "" && b.Status != ""
	if is {
		r.notes.Add("the topic says %s and the body tells an order: the body counts", r.e.Topic)
	}
	return is
}

// dedupe gives the key under which repeats meet. The Delivery-ID header is of
// no use for it: WooCommerce makes it from webhook and second, so two different
// orders may share one, and nothing is ever sent again under the same one.
func (r *reader) dedupe(id, modified string) string {
	return strings.Join([]string{Name, r.e.Topic, wire.ID(id), wire.ID(modified), wire.Sum([]byte(r.e.Topic), bare(r.d.Body))}, ":")
}

// bare is a body without its _links and without white space, so that an order
// has the same key whether a webhook or the API told it.
func bare(body []byte) []byte {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return body
	}
	delete(fields, "_links")
	text, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return text
}

// deleted reads order.deleted, which carries the id only. WooCommerce deletes
// abandoned drafts daily; the order's status is not told, so this never says
// anything but that the cart is gone.
func (r *reader) deleted() error {
	var b orderBody
	if err := wire.Decode(r.d.Body, &b); err != nil {
		return err
	}
	if b.refused() {
		r.refuse()
		return nil
	}
	var links wire.Links
	if links.Add(event.LinkOrder, b.ID); len(links) == 0 {
		return missing("id")
	}
	r.e.Kind, r.e.Links = event.CartDeleted, links
	r.e.DedupeKey = r.dedupe(string(b.ID), "")
	return nil
}

// refuse notes the signed error that WooCommerce delivers in an order's place
// when the user the webhook belongs to may no longer read orders.
func (r *reader) refuse() {
	r.notes.Add("WooCommerce sent an error instead of the order: the webhook's user may no longer read orders; " +
		"save the webhook again as an administrator")
}
