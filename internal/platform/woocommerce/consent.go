package woocommerce

import (
	"bytes"
	"encoding/json"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// boxes are the entries of an order's meta data in which plugins keep the
// newsletter box of the checkout, each as its plugin's own code writes it.
// README.md tells which plugins are left out, and why.
var boxes = map[string]string{
	// mailchimp/mc-woocommerce, class MailChimp_Newsletter and its block: 1, true or "".
	"mailchimp_woocommerce_is_subscribed": "Mailchimp for WooCommerce",
	// ibericode/mailchimp-for-wordpress, class MC4WP_WooCommerce_Integration: 1 or "".
	"_mc4wp_optin": "MC4WP",
	// activecampaign-for-woocommerce, ACTIVECAMPAIGN_FOR_WOOCOMMERCE_ACCEPTS_MARKETING_NAME: 1 or 0.
	"activecampaign_for_woocommerce_accepts_marketing": "ActiveCampaign",
	// woocommerce-sendinblue-newsletter-subscription, the classic checkout and the block: 1 or "".
	"ws_opt_in": "Brevo", "_wc_other/SendinblueWoocommerce/newsletter_opt_in": "Brevo",
	// The plugin in companion/, the classic checkout and the block: yes or 1, else "".
	"_cartograph_reminders": "Cartograph", "_wc_other/cartograph/reminders": "Cartograph",
}

// cartMeta is the meta data under which the plugin in companion/ writes its cart's id.
const cartMeta = "_cartograph_cart_id"

// metaBody is one entry of meta data. Values of any shape are met there.
type metaBody struct {
	Key   wire.Text `json:"key"`
	Value wire.Text `json:"value"`
}

// metaList is an order's meta data. Any plugin writes to it: what cannot be
// read is left out and never costs the order.
type metaList []metaBody

// UnmarshalJSON reads what can be read.
func (l *metaList) UnmarshalJSON(b []byte) error {
	*l = nil
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '[' {
		return nil
	}
	var entries []wire.Object[metaBody]
	if json.Unmarshal(b, &entries) != nil {
		return nil //nolint:nilerr // meta data that cannot be read says nothing
	}
	for _, e := range entries {
		if boxes[string(e.V.Key)] != "" || e.V.Key == cartMeta {
			*l = append(*l, e.V)
		}
	}
	return nil
}

// value gives the first entry's under a key.
func (l metaList) value(key string) wire.Text {
	for _, m := range l {
		if string(m.Key) == key {
			return m.Value
		}
	}
	return ""
}

// consents reads the newsletter box. A ticked one is a yes by email; an unticked
// one says nothing, since it is also what a shopper leaves who never saw it.
//
// The yes dates from when the order began: later updates of an old order repeat
// the box and must not outdo an unsubscribe that came after it. Renewals of a
// subscription copy the meta data of the first order, and staff fill in what
// they like: only orders made at the checkout count.
func (r *reader) consents(b orderBody) {
	if !hasEmail(r.e.Person) || !b.creditable() || b.CreatedAt.IsZero() {
		return
	}
	for _, m := range b.Meta {
		if boxes[string(m.Key)] != "" && wire.ParseBool(string(m.Value)).Value {
			r.e.Consents = []event.Consent{{
				Channel: event.Email, Answer: event.Yes, Source: "woocommerce checkout, " + boxes[string(m.Key)],
				At: wire.Occurred(r.d.ReceivedAt, &r.notes, b.CreatedAt.Time),
			}}
			return
		}
	}
}
