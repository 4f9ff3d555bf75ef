package recovery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// channelOf names the channel a provider serves.
var channelOf = map[string]event.Channel{"sendgrid": event.Email, "twilio": event.SMS, "messenger": event.Messenger}

// Callback takes in one provider callback: verified, then folded once into
// message, touches, suppressions and credit, in one transaction. It gives what
// the provider wants to hear. Messenger names no shop: its page tells.
func (e *Engine) Callback(ctx context.Context, provider, shopID string, r delivery.Request) (contentType, body string, err error) {
	c, ok := channelOf[provider]
	if !ok {
		return "", "", fault.New(fault.NotFound, "no such provider")
	}
	r.ReceivedAt = e.Now().UTC()
	if c == event.Messenger {
		return e.messenger(ctx, r)
	}
	if _, err := e.Store.Shop(ctx, shopID); err != nil {
		return "", "", err
	}
	account, err := e.Accounts.Account(ctx, shopID, c)
	if err != nil {
		return "", "", err
	}
	b, err := e.Providers[c].Callback(account, r)
	if err != nil {
		e.refuse(ctx, shopID, provider, err)
		return "", "", err
	}
	return b.ReplyType, b.ReplyBody, e.report(ctx, provider, c, shopID, b)
}

// messenger answers Messenger's one address for all shops. A request may speak
// of several pages; those that are nobody's here are passed over.
func (e *Engine) messenger(ctx context.Context, r delivery.Request) (contentType, body string, err error) {
	if r.Method == "GET" {
		return e.subscription(ctx, r)
	}
	var known bool
	for _, page := range pagesOf(r.Body) {
		shops, err := e.Accounts.ShopsOfPage(ctx, page)
		if err != nil {
			return "", "", err
		}
		if len(shops) == 0 {
			continue
		}
		known = true
		proven, b, err := e.proven(ctx, shops, r)
		if err != nil {
			return "", "", err
		}
		if err := e.reportAmong(ctx, proven, b); err != nil {
			return "", "", err
		}
		contentType, body = b.ReplyType, b.ReplyBody
	}
	if !known {
		return "", "", fault.New(fault.Unauthorized, "no shop here speaks for this Messenger page").
			Try("set messenger_page_id for a shop, or CARTOGRAPH_MESSENGER_PAGE_ID")
	}
	return contentType, body, nil
}

// proven gives the shops of a page whose own secret verifies the request: a shop
// that merely names another's page as its own neither hears it nor speaks for it.
func (e *Engine) proven(ctx context.Context, shops []string, r delivery.Request) (proven []string, b delivery.Batch, err error) {
	var refused error
	for _, shopID := range shops {
		account, err := e.Accounts.Account(ctx, shopID, event.Messenger)
		if err != nil {
			return nil, b, err
		}
		read, err := e.Providers[event.Messenger].Callback(account, r)
		if err != nil {
			refused = err
			continue
		}
		proven, b = append(proven, shopID), read
	}
	if len(proven) == 0 {
		if len(shops) == 1 {
			e.refuse(ctx, shops[0], "messenger", refused)
		}
		return nil, b, refused
	}
	return proven, b, nil
}

// subscription answers Messenger's check of the callback address, for any
// account whose verify token it shows.
func (e *Engine) subscription(ctx context.Context, r delivery.Request) (contentType, body string, err error) {
	accounts, err := e.Accounts.VerifyTokens(ctx)
	if err != nil {
		return "", "", err
	}
	err = fault.New(fault.Unauthorized, "no verify token is configured").Try("set CARTOGRAPH_MESSENGER_VERIFY_TOKEN")
	for _, a := range accounts {
		var b delivery.Batch
		if b, err = e.Providers[event.Messenger].Callback(a, r); err == nil {
			return b.ReplyType, b.ReplyBody, nil
		}
	}
	return "", "", err
}

// pagesOf reads which pages a still unverified body speaks of, only to find
// the secrets that verify it. Each page's entries are then verified and read
// with its own account.
func pagesOf(body []byte) []string {
	var v struct {
		Entry []struct {
			ID string `json:"id"`
		} `json:"entry"`
	}
	if json.Unmarshal(body, &v) != nil {
		return nil
	}
	var out []string
	for _, e := range v.Entry {
		if !slices.Contains(out, e.ID) {
			out = append(out, e.ID)
		}
	}
	return out
}

// reportAmong sorts a batch by shop: several shops may share a page, and then
// the message or the known writer tells whose it is; else it is the first's.
func (e *Engine) reportAmong(ctx context.Context, shops []string, b delivery.Batch) error {
	by := map[string]*delivery.Batch{}
	part := func(shopID string) *delivery.Batch {
		if by[shopID] == nil {
			by[shopID] = &delivery.Batch{}
		}
		return by[shopID]
	}
	for _, r := range b.Reports {
		shopID, err := e.Store.MessageShop(ctx, r.MessageID, r.ProviderID, shops)
		if fault.Is(err, fault.NotFound) {
			shopID, err = shops[0], nil
		}
		if err != nil {
			return err
		}
		p := part(shopID)
		p.Reports = append(p.Reports, r)
	}
	for _, in := range b.Inbounds {
		// Everyone who shares the page hears it: a "stop" to the page is a stop to all its shops.
		for _, shopID := range shops {
			p := part(shopID)
			p.Inbounds = append(p.Inbounds, in)
		}
	}
	for shopID, p := range by {
		if err := e.report(ctx, "messenger", event.Messenger, shopID, *p); err != nil {
			return err
		}
	}
	return nil
}

// report folds a verified batch of one shop.
func (e *Engine) report(ctx context.Context, provider string, c event.Channel, shopID string, b delivery.Batch) error {
	if len(b.Reports)+len(b.Inbounds) == 0 {
		return nil
	}
	for _, r := range b.Reports {
		e.Meter.Report(provider, r.Status)
	}
	return e.writeAndWake(ctx, shopID, func(ctx context.Context, tx Tx) error {
		for _, r := range b.Reports {
			if err := e.reportOne(ctx, tx, provider, c, shopID, r); err != nil {
				return err
			}
		}
		if c == event.Email && slices.ContainsFunc(b.Reports, troubling) {
			if _, err := e.judge(ctx, tx, shopID); err != nil {
				return err
			}
		}
		for _, in := range b.Inbounds {
			if err := e.hear(ctx, tx, shopID, in); err != nil {
				return err
			}
		}
		return nil
	})
}

// troubling reports that a shop's standing may have changed.
func troubling(r delivery.Report) bool { return r.Suppress != "" }

// reportOne folds one report: message state forward only, the touch it proves,
// the suppression it asks for, and the credit it may bring.
func (e *Engine) reportOne(ctx context.Context, tx Tx, provider string, c event.Channel, shopID string, r delivery.Report) error {
	if strings.HasPrefix(r.MessageID, testPrefix) {
		return nil // somebody of the shop wrote to themselves; see SendTemplateTest
	}
	l, err := e.letterOf(ctx, tx, shopID, r)
	known := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	fresh, err := tx.InsertReport(ctx, shopID, provider, l.ID, r)
	if err != nil || !fresh {
		return err
	}
	to := first(l.To, r.Address)
	if r.Suppress != "" && to != "" {
		if err := tx.Suppress(ctx, shopID, c, HashAddress(shopID, c, to), r.Suppress); err != nil {
			return err
		}
	}
	if !known {
		if r.ProviderID == "" {
			return nil
		}
		return tx.KeepEarly(ctx, shopID, r)
	}
	if err := e.reached(ctx, tx, l, r); err != nil || l.ProviderID != "" {
		return err
	}
	return e.early(ctx, tx, shopID, l.ID, r.ProviderID)
}

// reached folds a report into its message.
func (e *Engine) reached(ctx context.Context, tx Tx, l Letter, r delivery.Report) error {
	if err := e.moved(ctx, tx, l, r); err != nil {
		return err
	}
	return e.touched(ctx, tx, l, r)
}

// early folds the reports that came before the provider's id of a message was
// known: Messenger's receipts name nothing else, and may overtake its answer.
func (e *Engine) early(ctx context.Context, tx Tx, shopID, messageID, providerID string) error {
	if providerID == "" {
		return nil
	}
	kept, err := tx.TakeEarly(ctx, shopID, providerID)
	if err != nil {
		return err
	}
	for _, r := range kept {
		l, err := tx.Message(ctx, shopID, messageID)
		if err != nil {
			return err
		}
		if err := e.reached(ctx, tx, l, r); err != nil {
			return err
		}
	}
	return nil
}

// letterOf finds a report's message. Its cart is held first, as everywhere.
func (e *Engine) letterOf(ctx context.Context, tx Tx, shopID string, r delivery.Report) (Letter, error) {
	cartID, err := tx.CartOfMessage(ctx, shopID, r.MessageID, r.ProviderID)
	if err != nil {
		return Letter{}, err
	}
	if _, err := tx.Cart(ctx, shopID, cartID); err != nil {
		return Letter{}, err
	}
	if r.MessageID != "" {
		l, err := tx.Message(ctx, shopID, r.MessageID)
		if !fault.Is(err, fault.NotFound) {
			return l, err
		}
	}
	if r.ProviderID == "" {
		return Letter{}, fault.New(fault.NotFound, "no such message")
	}
	return tx.MessageByProvider(ctx, shopID, r.ProviderID)
}

// moved takes the report into the message's state. A message that was still
// being sent is thereby settled, and so is one that is to be tried again: the
// provider said that it had not taken it, and yet it arrived.
func (e *Engine) moved(ctx context.Context, tx Tx, l Letter, r delivery.Report) error {
	next := delivery.Next(l.State, r)
	if next == l.State {
		return nil
	}
	unsettled := !l.State.Left() || l.State == delivery.Sending
	l.State, l.ProviderID = next, first(l.ProviderID, r.ProviderID)
	l.Code, l.Reason = first(r.Code, l.Code), first(r.Reason, l.Reason)
	if next == delivery.Delivered && l.DeliveredAt.IsZero() {
		l.DeliveredAt = r.At
	}
	l.DueAt = zeroTime
	if err := tx.SaveMessage(ctx, l); err != nil || !unsettled {
		return err
	}
	return e.sent(ctx, tx, l)
}

// touched stores what reached the shopper or what they did, and credits an
// order that was waiting for exactly this.
func (e *Engine) touched(ctx context.Context, tx Tx, l Letter, r delivery.Report) error {
	kind, ok := map[delivery.Status]attribution.TouchKind{
		delivery.Delivery: attribution.Delivered, delivery.Open: attribution.Opened, delivery.Click: attribution.ClickRaw,
	}[r.Status]
	if !ok {
		return nil
	}
	detail := e.linkName(r.URL)
	if r.Machine {
		detail = "machine"
	}
	t := attribution.Touch{
		ID: digest(l.ID, string(kind), r.Dedupe), ShopID: l.ShopID, MessageID: l.ID, CartID: l.CartID, ShopperID: l.ShopperID,
		Channel: l.Channel, Kind: kind, At: r.At, Detail: event.Clean(detail, 500),
	}
	if err := tx.InsertTouch(ctx, t); err != nil {
		return err
	}
	return e.recredit(ctx, tx, l)
}

// linkName says which link a click was on, without the token that opens it.
func (e *Engine) linkName(clicked string) string {
	rest, ours := strings.CutPrefix(clicked, e.PublicURL+"/")
	purpose, _, _ := strings.Cut(rest, "/")
	switch {
	case ours && purpose == string(message.LinkRestore):
		return "restore link"
	case ours && purpose == string(message.LinkUnsubscribe):
		return "unsubscribe link"
	case ours && purpose == string(message.LinkWhy):
		return "why link"
	}
	u, err := url.Parse(clicked)
	if err != nil {
		return ""
	}
	// A query may hold a platform's own recovery secret.
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// recredit asks again for the credit of a cart's order: its touches may arrive
// after it.
func (e *Engine) recredit(ctx context.Context, tx Tx, l Letter) error {
	c, err := tx.Cart(ctx, l.ShopID, l.CartID)
	if err != nil || c.OrderID == "" {
		return err
	}
	p, err := tx.PurchaseByID(ctx, l.ShopID, c.OrderID)
	if err != nil {
		return err
	}
	own := ""
	if c.OrderedBy == "link" {
		own = c.ID
	}
	return e.credit(ctx, tx, p, own)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
