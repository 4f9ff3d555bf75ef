package demo

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// tries is how often a platform delivers a webhook that is not answered 200;
// Shopify goes on for hours.
const tries = 3

// poster delivers webhooks of one shop, signed as their sender signs.
type poster struct {
	o      *Options
	client *http.Client
	// seq makes ids, signed counts the app's deliveries, posted those of all that were answered 200.
	seq, signed, posted atomic.Int64
}

// webhook is one delivery before it is signed.
type webhook struct {
	// path is below the server's address, headers say what it is about.
	path    string
	headers map[string]string
	body    []byte
	// name is what errors call it: the topic, never its content.
	name string
}

// fromShopify makes a delivery as Shopify sends it.
func (p *poster) fromShopify(topic string, content any) (webhook, error) {
	body, err := encode(content)
	id := p.id("shopify")
	return webhook{
		path: "/webhooks/shopify/" + p.o.ShopID, body: body, name: topic,
		headers: map[string]string{
			"X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": p.o.Domain, "X-Shopify-API-Version": "2026-01",
			"X-Shopify-Webhook-Id": id, "X-Shopify-Event-Id": "event-" + id,
			"X-Shopify-Triggered-At": p.o.Now().UTC().Format(time.RFC3339Nano),
			"X-Shopify-Hmac-Sha256":  base64.StdEncoding.EncodeToString(mac([]byte(p.o.Secret), body)),
		},
	}, err
}

// fromApp makes a delivery of the shop's own app. Every other one is signed as
// Standard Webhooks says, the rest by Cartograph's own header.
func (p *poster) fromApp(event string, content any) (webhook, error) {
	body, err := encode(content)
	h := webhook{path: "/webhooks/generic/" + p.o.ShopID, body: body, name: event}
	if p.signed.Add(1)%2 == 0 {
		h.headers = map[string]string{"X-Cartograph-Signature": "sha256=" + hex.EncodeToString(mac([]byte(p.o.Secret), body))}
		return h, err
	}
	id, stamp := p.id("msg"), strconv.FormatInt(p.o.Now().Unix(), 10)
	sum := mac(standardKey(p.o.Secret), []byte(id+"."+stamp+"."), body)
	h.headers = map[string]string{
		"Webhook-Id": id, "Webhook-Timestamp": stamp, "Webhook-Signature": "v1," + base64.StdEncoding.EncodeToString(sum),
	}
	return h, err
}

// standardKey is the key of Standard Webhooks: the base64 after "whsec_", or
// the secret's own text.
func standardKey(secret string) []byte {
	if text, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			return key
		}
	}
	return []byte(secret)
}

// finishing gives the context of one call: when the demo ends none is begun any
// more, and one under way is let finish within its client's timeout. A server
// whose callers hang up has errors to log that are none.
func finishing(ctx context.Context) (context.Context, error) {
	return context.WithoutCancel(ctx), ctx.Err()
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// id makes an id that no other delivery of this demo has.
func (p *poster) id(prefix string) string {
	return prefix + "-" + strconv.FormatUint(p.o.Seed, 36) + "-" + strconv.FormatInt(p.seq.Add(1), 10)
}

func encode(content any) ([]byte, error) {
	body, err := json.Marshal(content)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a webhook could not be written")
	}
	return body, nil
}

// deliver posts a webhook until it is answered 200, as platforms do; twice, if
// the platform is of those that repeat themselves.
func (p *poster) deliver(ctx context.Context, h webhook, again bool) error {
	wait := time.Minute
	for try := 1; ; try++ {
		err := p.post(ctx, h)
		if err == nil {
			break
		}
		if try == tries || !fault.Is(err, fault.Overloaded) {
			return err
		}
		if err := p.o.Sleep(ctx, wait); err != nil {
			return err
		}
		wait *= 2
	}
	p.posted.Add(1)
	if again {
		return p.post(ctx, h)
	}
	return nil
}

// post makes one call. What is worth another try is fault.Overloaded.
func (p *poster) post(ctx context.Context, h webhook) error {
	ctx, err := finishing(ctx)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.o.URL+h.path, bytes.NewReader(h.body))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the webhook %s has no address", h.name)
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range h.headers {
		req.Header.Set(name, value)
	}
	res, err := p.client.Do(req)
	if err != nil {
		return fault.Wrap(fault.Overloaded, err, "the webhook %s was not answered", h.name)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 500))
	switch {
	case err != nil:
		return fault.Wrap(fault.Overloaded, err, "the answer to the webhook %s broke off", h.name)
	case res.StatusCode == http.StatusOK:
		return nil
	case res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests:
		return fault.New(fault.Overloaded, "the webhook %s was answered %d: %s", h.name, res.StatusCode, text)
	}
	return fault.New(fault.Internal, "the webhook %s was answered %d: %s", h.name, res.StatusCode, text)
}
