package woocommerce

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Needs are a key of WooCommerce's REST API, and where the shop is.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyURL, Label: "Site address", Optional: true,
			Help: "WordPress, Settings → General → WordPress Address, if it is not https:// and the shop's domain"},
		{Name: platform.KeyID, Label: "Consumer key",
			Help: "WooCommerce → Settings → Advanced → REST API → Add key, with the permission Read; it begins with ck_"},
		{Name: platform.KeySecret, Label: "Consumer secret",
			Help: "shown once beside the consumer key; it begins with cs_"},
	}
}

// Probe asks for one order, which takes the right that everything else takes.
func (*Adapter) Probe(ctx context.Context, api platform.API) error {
	_, err := ask(ctx, api, "/orders?per_page=1", nil)
	return err
}

// ask makes a call to the REST API.
func ask(ctx context.Context, api platform.API, path string, v any) ([]byte, error) {
	base, err := site(api)
	if err != nil {
		return nil, err
	}
	key, secret := api.Values[platform.KeyID], api.Values[platform.KeySecret]
	if key == "" || secret == "" {
		return nil, fault.New(fault.Misconfigured, "the shop has no consumer key and secret of WooCommerce's REST API").
			In(platform.KeyID).Try("make a key under WooCommerce → Settings → Advanced → REST API and save it in the settings")
	}
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":"+secret))
	body, _, err := api.Get(ctx, base+"/wp-json/wc/v3"+path, map[string]string{"Authorization": auth}, v)
	return body, err
}

// site is where WordPress is. Keys travel by https only, but to this machine itself.
func site(api platform.API) (string, error) {
	base := api.Base("https://" + api.Shop.Domain)
	if !strings.Contains(base, "://") {
		base = "https://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return "", fault.New(fault.Misconfigured, "the shop's address cannot be read").
			In(platform.KeyURL).Try("write it like https://shop.example")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (ip == nil || !ip.IsLoopback()) {
		return "", fault.New(fault.Misconfigured, "keys are sent by https only").
			In(platform.KeyURL).Try("write the address with https:// before it")
	}
	return base, nil
}

// told makes of an order as the API prints it what the webhook would have posted.
func told(body []byte) platform.Answer {
	return platform.Answer{Header: map[string][]string{"X-Wc-Webhook-Topic": {"order.updated"}}, Body: body}
}

// Fetch asks for an order that was named without being told.
func (*Adapter) Fetch(ctx context.Context, api platform.API, ref event.Reference) ([]platform.Answer, error) {
	if ref.Kind != event.LinkOrder || !wire.Segment(ref.ID) {
		return nil, nil
	}
	body, err := ask(ctx, api, "/orders/"+url.PathEscape(ref.ID), nil)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []platform.Answer{told(body)}, nil
}

// pageSize is the most that WooCommerce gives at once.
const pageSize = 100

// List asks for the orders that changed, oldest change first. WooCommerce gives
// a webhook up after one attempt and switches it off after five.
//
// Its pages are counted, and an order that changes while we read moves to the
// end and pulls the others forward: a counted page would miss one. So the next
// page begins a second before the last change that was seen, and is counted
// only where a whole page changed in one second.
func (*Adapter) List(ctx context.Context, api platform.API, since time.Time, cursor string) (platform.Page, error) {
	after, page := since.UTC().Truncate(time.Second).Add(-time.Second), 1
	if cursor != "" {
		text, n, _ := strings.Cut(cursor, " ")
		at, err := time.Parse(moment, text)
		count, countErr := strconv.Atoi(n)
		if err != nil || countErr != nil {
			return platform.Page{}, fault.New(fault.Internal, "the list's cursor cannot be read")
		}
		after, page = at, count
	}
	query := url.Values{"modified_after": {after.Format(moment)}, "dates_are_gmt": {"true"}, "orderby": {"modified"}, "order": {"asc"},
		"status": {"any"}, "per_page": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)}}
	var orders []json.RawMessage
	if _, err := ask(ctx, api, "/orders?"+query.Encode(), &orders); err != nil {
		return platform.Page{}, err
	}
	var out platform.Page
	for _, o := range orders {
		out.Answers = append(out.Answers, told(o))
	}
	if len(orders) >= pageSize {
		out.Next = next(orders, after, page)
	}
	return out, nil
}

// moment is how the REST API writes and reads times, here always in UTC.
const moment = "2006-01-02T15:04:05"

// next is the cursor after a full page.
func next(orders []json.RawMessage, after time.Time, page int) string {
	var last struct {
		Modified string `json:"date_modified_gmt"`
	}
	_ = json.Unmarshal(orders[len(orders)-1], &last)
	at, err := time.Parse(moment, last.Modified)
	if at = at.Add(-time.Second); err == nil && at.After(after) {
		return at.Format(moment) + " 1"
	}
	return after.Format(moment) + " " + strconv.Itoa(page+1)
}
