package recovery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

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
