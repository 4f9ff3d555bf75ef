package woocommerce_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
)

// withMeta gives an order's body other meta data.
func withMeta(body, meta string) string {
	return strings.Replace(body, `"meta_data":[]`, `"meta_data":`+meta, 1)
}

func TestNewsletterBoxes(t *testing.T) {
	t.Parallel()
	yes := func(plugin string) []event.Consent {
		return []event.Consent{{Channel: event.Email, Answer: event.Yes, Source: "woocommerce checkout, " + plugin, At: at(9, 0)}}
	}
	box := func(key, value string) string {
		return `[{"id":1,"key":"_wc_order_attribution_source_type","value":"typein"},{"id":2,"key":"` + key + `","value":` + value + `}]`
	}
	for meta, want := range map[string][]event.Consent{
		box("mailchimp_woocommerce_is_subscribed", `"1"`):                      yes("Mailchimp for WooCommerce"),
		box("mailchimp_woocommerce_is_subscribed", `true`):                     yes("Mailchimp for WooCommerce"),
		box("_mc4wp_optin", `1`):                                               yes("MC4WP"),
		box("activecampaign_for_woocommerce_accepts_marketing", `1`):           yes("ActiveCampaign"),
		box("ws_opt_in", `"yes"`):                                              yes("Brevo"),
		box("_wc_other/SendinblueWoocommerce/newsletter_opt_in", `"1"`):        yes("Brevo"),
		box("mailchimp_woocommerce_is_subscribed", `"0"`):                      nil,
		box("mailchimp_woocommerce_is_subscribed", `""`):                       nil,
		box("mailchimp_woocommerce_is_subscribed", `"unsubscribed"`):           nil,
		box("_mc4wp_optin", `{"a":1}`):                                         nil,
		box("_mc4wp_optin", `null`):                                            nil,
		box("ckwc_opt_in", `"yes"`):                                            nil, // also where no box was shown
		box("_woo_ml_subscribe", `"1"`):                                        nil, // its box may be hidden
		box("_wc_order_attribution_utm_source", `"newsletter"`):                nil,
		`{"12":{"key":"_mc4wp_optin","value":1}}`:                              nil,
		`["x",null,{"key":["_mc4wp_optin"]},{"key":"_mc4wp_optin","value":1}]`: yes("MC4WP"),
		`"none"`: nil,
	} {
		for _, status := range []string{"checkout-draft", "pending", "processing", "cancelled"} {
			e := parse(t, "order.updated", withMeta(order(status, ""), meta))
			platformtest.Sound(t, e)
			if diff := cmp.Diff(want, e.Consents); diff != "" {
				t.Errorf("%s %s: %s", status, meta, diff)
			}
		}
	}
}

// The box is the shopper's only on an order that they made, and for an address that is there.
func TestWhoseBoxItIs(t *testing.T) {
	t.Parallel()
	const ticked = `[{"key":"_mc4wp_optin","value":"1"}]`
	for name, body := range map[string]string{
		"a renewal":          order("processing", `"created_via":"subscription",`),
		"by staff":           order("processing", `"created_via":"admin",`),
		"by a program":       order("processing", `"created_via":"rest-api",`),
		"without an address": strings.Replace(order("processing", ""), `"Ann@Example.com"`, `""`, 1),
		"without a time":     strings.Replace(order("processing", ""), `"date_created_gmt":"2026-05-02T09:00:00",`, "", 1),
	} {
		if e := parse(t, "order.updated", withMeta(body, ticked)); e.Consents != nil {
			t.Errorf("%s: %+v", name, e.Consents)
		}
	}
	if e := parse(t, "order.created", withMeta(order("processing", `"created_via":"store-api",`), ticked)); len(e.Consents) != 1 {
		t.Error("an order of the block checkout has no consent")
	}
}
