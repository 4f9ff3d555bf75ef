package recovery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Item is one event of a batch as the events API got it.
type Item struct {
	// Raw is its own part of the body, Event what was read from it.
	Raw   []byte
	Event event.Event
	// Err is why it could not be read; the other items are not touched by it.
	Err error
}

// Receive takes in one webhook delivery: verified over its raw bytes, parsed,
// stored and folded in one transaction. It returns after the commit.
//
// Errors: fault.NotFound for an unknown shop or platform, fault.Unauthorized
// for a bad signature, fault.Invalid for an unreadable body; in each case
// nothing is stored. What is readable and makes no sense is quarantined, which
// is no error: the sender could not mend it by sending again.
func (e *Engine) Receive(ctx context.Context, platform, shopID string, header map[string][]string, body []byte) ([]event.Receipt, error) {
	sh, p, err := e.addressed(ctx, platform, shopID)
	if err != nil {
		return nil, err
	}
	d := e.delivery(sh, unanswering(header), body)
	if p.Ping(d) {
		return nil, nil
	}
	secrets, err := e.Accounts.WebhookSecrets(ctx, shopID)
	if err != nil {
		return nil, err
	}
	if err := e.verify(ctx, sh, platform, d, secrets); err != nil {
		e.refuse(ctx, sh.ID, platform, err)
		return nil, err
	}
	events, err := p.Parse(d)
	if fault.Is(err, fault.Unprocessable) {
		return e.take(ctx, sh, []Stored{e.quarantine(platform, d, err)})
	}
	if err != nil {
		return nil, err
	}
	var in []Stored
	for _, ev := range events {
		ev.Platform = platform
		in = append(in, Stored{Event: ev, Body: body, Headers: kept(d.Header)})
	}
	receipts, err := e.take(ctx, sh, in)
	if err != nil && e.Store.Hopeless(err) {
		return e.take(ctx, sh, []Stored{e.unfolded(platform, d, err)})
	}
	return receipts, err
}

// answerTopic is the header under which adapters say what an answer of a
// platform's API is.
const answerTopic = "X-Cartograph-Topic"

// unanswering takes it out of a webhook, whose headers nobody signs: what was
// posted must not be read as what the platform's API answered.
func unanswering(header map[string][]string) map[string][]string {
	if _, there := header[answerTopic]; !there {
		return header
	}
	header = maps.Clone(header)
	delete(header, answerTopic)
	return header
}

// unfolded quarantines a delivery that was understood and cannot be folded:
// answering with an error would have the platform repeat it until it gives up,
// and then it were lost.
func (e *Engine) unfolded(platform string, d event.Delivery, why error) Stored {
	e.Log.Error("event cannot be folded", "shop", d.ShopID, "platform", platform, "error", why)
	return e.quarantine(platform, d, unfoldable)
}

// unfoldable is what is told of an event that we could not fold.
var unfoldable = fault.New(fault.Internal, "it could not be folded: an error of ours, which the log tells")

// addressed finds the shop and its platform. The generic platform serves every shop.
func (e *Engine) addressed(ctx context.Context, platform, shopID string) (shop.Shop, Platform, error) {
	p, ok := e.Platforms[platform]
	if !ok {
		return shop.Shop{}, nil, fault.New(fault.NotFound, "no such platform").
			Try("post to the webhook_url that `cartograph shop show` prints")
	}
	sh, err := e.Store.Shop(ctx, shopID)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "no such shop").Try("post to the webhook_url that `cartograph shop show` prints: its last part is the shop's id")
	}
	if err != nil {
		return shop.Shop{}, nil, err
	}
	if sh.Platform != platform && platform != "generic" {
		return shop.Shop{}, nil, fault.New(fault.NotFound, "this shop does not take %s webhooks", platform).
			Try("post to the webhook_url that `cartograph shop show` prints")
	}
	return sh, p, nil
}

func (e *Engine) delivery(sh shop.Shop, header map[string][]string, body []byte) event.Delivery {
	return event.Delivery{
		Header: header, Body: body, ReceivedAt: e.Now().UTC(), ShopID: sh.ID,
		Domain: sh.Domain, Currency: sh.Currency, Country: sh.Country, Locale: sh.Locale,
	}
}

// Collect takes in a body of the events API, one event or a batch, already
// authenticated. Each item is answered on its own.
func (e *Engine) Collect(ctx context.Context, shopID string, body []byte) ([]event.Receipt, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return nil, err
	}
	items, err := e.Options.Collect(e.delivery(sh, nil, body))
	if err != nil {
		return nil, err
	}
	out := make([]event.Receipt, len(items))
	var in []Stored
	var place []int
	for i, it := range items {
		if it.Err != nil {
			out[i] = refusal(it.Err)
			e.Meter.Event("generic", event.Rejected)
			continue
		}
		it.Event.Platform = "generic"
		in, place = append(in, Stored{Event: it.Event, Body: it.Raw}), append(place, i)
	}
	receipts, err := e.take(ctx, sh, in)
	if err != nil && e.Store.Hopeless(err) {
		receipts, err = e.takeSingly(ctx, sh, in)
	}
	if err != nil {
		return nil, err
	}
	for j, r := range receipts {
		out[place[j]] = r
	}
	for i := range out {
		out[i].Index = i
	}
	return out, nil
}

// takeSingly is for a batch that cannot be folded: one event's trouble must not
// touch the others. Each is tried by itself, and quarantined if it is the one.
func (e *Engine) takeSingly(ctx context.Context, sh shop.Shop, in []Stored) (out []event.Receipt, err error) {
	for _, s := range in {
		one, err := e.take(ctx, sh, []Stored{s})
		if err != nil && e.Store.Hopeless(err) {
			one, err = e.take(ctx, sh, []Stored{e.unfolded(s.Platform, e.delivery(sh, s.header(), s.Body), err)})
		}
		if err != nil {
			return nil, err
		}
		out = append(out, one...)
	}
	return out, nil
}

// header gives what is kept of a delivery's headers as a delivery has them.
func (s Stored) header() map[string][]string {
	out := map[string][]string{}
	for name, value := range s.Headers {
		out[name] = []string{value}
	}
	return out
}

// take stores and folds events in one transaction and sets the alarms of new carts.
func (e *Engine) take(ctx context.Context, sh shop.Shop, in []Stored) ([]event.Receipt, error) {
	if len(in) == 0 {
		return nil, nil
	}
	now := e.Now().UTC()
	for i := range in {
		in[i].ID, in[i].ShopID, in[i].ReceivedAt = e.NewID(), sh.ID, now
	}
	var receipts []event.Receipt
	var f *folding
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		receipts, f = receipts[:0], &folding{Engine: e, tx: tx, shop: sh}
		for i, s := range in {
			r, err := f.takeOne(ctx, s)
			if err != nil {
				return err
			}
			r.Index = i
			receipts = append(receipts, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, r := range receipts {
		e.Meter.Event(in[r.Index].Platform, r.Status)
	}
	f.ring(ctx)
	return receipts, nil
}

// takeOne stores one event under its dedupe key and folds it.
func (f *folding) takeOne(ctx context.Context, s Stored) (event.Receipt, error) {
	if err := f.impersonal(ctx, &s); err != nil {
		return event.Receipt{}, err
	}
	if len(s.Consents) > 0 && len(s.Person.Keys) == 0 && !(cart.Touches(s.Kind) && len(s.Links) > 0) {
		s.Notes = append(slices.Clip(s.Notes), "an answer to a request for consent names neither a shopper nor a cart, and was left out")
	}
	if s.Status == "" {
		s.Status, s.Note = "ignored", strings.Join(s.Notes, "; ")
	}
	r := event.Receipt{ID: s.ID, Kind: s.Kind, Status: event.Accepted, Notes: s.Notes}
	s.ErasedKey = f.erasedKey(f.shop.ID, s.DedupeKey)
	fresh, err := f.tx.InsertEvent(ctx, s)
	if err != nil {
		return r, err
	}
	if !fresh {
		return event.Receipt{Kind: s.Kind, Status: event.Duplicate}, nil
	}
	if s.Status == "quarantined" {
		r.Status, r.Message = event.Quarantined, s.Note
		return r, nil
	}
	if err := f.wants(ctx, s.Event); err != nil {
		return r, err
	}
	if s.Privacy != nil {
		return r, f.asked(ctx, &s)
	}
	if err := f.fold(ctx, &s); err != nil {
		return r, err
	}
	r.CartID = s.CartID
	return r, f.tx.SettleEvent(ctx, s)
}

// quarantine keeps a delivery that verified and could not be understood.
func (e *Engine) quarantine(platform string, d event.Delivery, why error) Stored {
	headers, topic := kept(d.Header), ""
	// The same body under another topic is another delivery; its repeats are not.
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if strings.HasSuffix(strings.ToLower(name), "-topic") {
			sum.Write([]byte(headers[name] + "\x00"))
			topic = headers[name]
		}
	}
	sum.Write(d.Body)
	e.Log.Warn("event quarantined", "shop", d.ShopID, "platform", platform, "error", why)
	return Stored{
		Event: event.Event{
			Platform: platform, Topic: topic, Kind: event.Unknown,
			DedupeKey: "quarantine:" + hex.EncodeToString(sum.Sum(nil)), OccurredAt: d.ReceivedAt,
		},
		Status: "quarantined", Note: event.Clean(why.Error(), 1000), Body: d.Body, Headers: headers,
	}
}

// kept gives the headers that a replay needs: what happened, where and when. Signatures are left out.
func kept(header map[string][]string) map[string]string {
	out := map[string]string{}
	for k, v := range header {
		l := strings.ToLower(k)
		if len(v) == 0 || !speaks(l) {
			continue
		}
		switch {
		case l == companionHeader:
			out[k] = "was there" // whose body it is hangs on it; what proves it is not kept
		case !secretive(l):
			out[k] = event.Clean(v[0], 200)
		}
	}
	return out
}

// spoken are how the names begin of headers in which platforms say what a body is.
var spoken = []string{"x-shopify-", "shopify-", "x-wc-webhook-", "webhook-", "x-cartograph-", "x-shopware-", "saleor-", "x-saleor-"}

// companionHeader is the signature of our own companions.
const companionHeader = "x-cartograph-signature"

func speaks(header string) bool {
	return slices.ContainsFunc(spoken, func(s string) bool { return strings.HasPrefix(header, s) })
}

// secretive reports whether a header may hold what proves who sent it.
func secretive(header string) bool {
	return slices.ContainsFunc([]string{"hmac", "signature", "token"}, func(s string) bool { return strings.Contains(header, s) })
}

func refusal(err error) event.Receipt {
	r := event.Receipt{Status: event.Rejected, Code: string(fault.CodeOf(err)), Message: err.Error()}
	var fe *fault.Error
	if asFault(err, &fe) {
		r.Field, r.Message, r.Remedy = fe.Field, fe.Message, fe.Remedy
	}
	return r
}
