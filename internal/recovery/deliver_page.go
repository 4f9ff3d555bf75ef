package recovery

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

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
