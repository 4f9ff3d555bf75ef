package recovery

import (
	"context"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// opened finds what a token opens. Every failure is the same fault.NotFound.
func (e *Engine) opened(ctx context.Context, purpose message.Link, token string) (Link, error) {
	l, err := e.Store.LinkOf(ctx, HashToken(token))
	if err != nil {
		return Link{}, err
	}
	if l.Purpose != purpose {
		return Link{}, fault.New(fault.NotFound, "no such link")
	}
	return l, nil
}

// behind is what stands behind a link.
type behind struct {
	link   Link
	letter Letter
	cart   cart.Cart
	shop   shop.Shop
}

func (e *Engine) lookBehind(ctx context.Context, tx Tx, l Link) (b behind, err error) {
	b.link = l
	if b.letter, err = tx.Message(ctx, l.ShopID, l.MessageID); err != nil {
		return b, err
	}
	if b.cart, err = tx.Cart(ctx, l.ShopID, b.letter.CartID); err != nil {
		return b, err
	}
	b.shop, err = tx.Shop(ctx, l.ShopID)
	return b, err
}

// LinkPage gives what the page behind a link shows. It changes nothing.
func (e *Engine) LinkPage(ctx context.Context, purpose message.Link, token string) (p journey.LinkPage, err error) {
	l, err := e.opened(ctx, purpose, token)
	if err != nil {
		return p, err
	}
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		b, err := e.lookBehind(ctx, tx, l)
		if err != nil {
			return err
		}
		p, err = e.page(ctx, tx, b)
		return err
	})
	return p, err
}

func (e *Engine) page(ctx context.Context, tx Tx, b behind) (journey.LinkPage, error) {
	why, err := tx.Suppression(ctx, b.link.ShopID, b.letter.Channel, HashAddress(b.link.ShopID, b.letter.Channel, b.letter.To))
	if err != nil {
		return journey.LinkPage{}, err
	}
	return journey.LinkPage{
		ShopName: b.shop.Name, ShopDomain: b.shop.Domain, Locale: b.letter.Locale, SupportEmail: b.shop.Settings.SupportEmail,
		Channel: b.letter.Channel, Address: mask(b.letter.Channel, b.letter.To),
		Items: b.cart.Items(), Total: b.cart.Total(), Ordered: b.cart.State == cart.Ordered, Empty: b.cart.Empty(),
		Unsubscribed: why != "", Expired: !b.link.ExpiresAt.IsZero() && tx.Now().After(b.link.ExpiresAt),
	}, nil
}

// NoteClick records that a restore link was fetched: a raw click, which may be
// a scanner's and never counts for credit.
func (e *Engine) NoteClick(ctx context.Context, token, userAgent string) error {
	return e.click(ctx, token, attribution.ClickRaw, event.Clean(userAgent, 200), nil)
}

// Restore records a confirmed click and gives the address where the cart is
// taken up again: the platform's own recovery URL, or the shop's. The address
// comes from what is stored, never from the request.
func (e *Engine) Restore(ctx context.Context, token string) (string, error) {
	to := ""
	err := e.click(ctx, token, attribution.ClickConfirmed, "", func(b behind) error {
		to = restoreURL(b.shop, b.cart)
		return nil
	})
	return to, err
}

func (e *Engine) click(ctx context.Context, token string, kind attribution.TouchKind, detail string, then func(behind) error) error {
	l, err := e.opened(ctx, message.LinkRestore, token)
	if err != nil {
		return err
	}
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		b, err := e.lookBehind(ctx, tx, l)
		if err != nil {
			return err
		}
		t := attribution.Touch{
			ID: e.NewID(), ShopID: l.ShopID, MessageID: b.letter.ID, CartID: b.cart.ID, ShopperID: b.letter.ShopperID,
			Channel: b.letter.Channel, Kind: kind, At: tx.Now(), Detail: detail,
		}
		if err := tx.InsertTouch(ctx, t); err != nil || then == nil {
			return err
		}
		return then(b)
	})
}

// restoreURL is where a cart is taken up again.
func restoreURL(sh shop.Shop, c cart.Cart) string {
	if u, err := url.Parse(c.Facts.RestoreURL.Value); err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") {
		return u.String()
	}
	id := c.ID
	for _, l := range c.Facts.Links {
		if l.Kind == event.LinkCart || (l.Kind == event.LinkCheckout && id == c.ID) {
			id = l.Value
		}
	}
	if t := sh.Settings.RestoreURL; t != "" {
		return strings.ReplaceAll(t, "{cart}", url.QueryEscape(id))
	}
	return "https://" + sh.Domain + "/cart"
}

// Unsubscribe makes the no of a message's address final on its channel, or, if
// everything is meant, on all channels of its shopper. Repeating it changes nothing.
func (e *Engine) Unsubscribe(ctx context.Context, token string, everything bool) error {
	l, err := e.opened(ctx, message.LinkUnsubscribe, token)
	if err != nil {
		return err
	}
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		b, err := e.lookBehind(ctx, tx, l)
		if err != nil {
			return err
		}
		if err := e.forget(ctx, tx, b.letter, b.letter.Channel, b.letter.To); err != nil || !everything {
			return err
		}
		who, err := tx.Shopper(ctx, l.ShopID, b.letter.ShopperID)
		if err != nil {
			return err
		}
		for c, kind := range addressKind {
			if err := e.forgetAll(ctx, tx, b.letter, c, kind, who.Keys); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *Engine) forgetAll(ctx context.Context, tx Tx, l Letter, c event.Channel, kind event.KeyKind, keys []event.Key) error {
	for _, k := range keys {
		if k.Kind != kind {
			continue
		}
		if err := e.forget(ctx, tx, l, c, k.Value); err != nil {
			return err
		}
	}
	return nil
}

// forget suppresses one address and records the answer.
func (e *Engine) forget(ctx context.Context, tx Tx, l Letter, c event.Channel, address string) error {
	hash := HashAddress(l.ShopID, c, address)
	if err := tx.Suppress(ctx, l.ShopID, c, hash, "opted_out"); err != nil {
		return err
	}
	return tx.InsertConsent(ctx, l.ShopID, e.NewID(), consent.Entry{
		Consent:   event.Consent{Channel: c, Answer: event.No, Source: "unsubscribe page", At: tx.Now()},
		ShopperID: l.ShopperID, Address: hash, Evidence: "message " + l.ID,
	})
}

// Why answers "why did I get this?" from the record of the decision.
func (e *Engine) Why(ctx context.Context, token string) (w journey.Why, err error) {
	l, err := e.opened(ctx, message.LinkWhy, token)
	if err != nil {
		return w, err
	}
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		b, err := e.lookBehind(ctx, tx, l)
		if err != nil {
			return err
		}
		answer, err := said(ctx, tx, l.ShopID, b.letter.ShopperID, b.letter.CartID, b.letter.Channel, b.letter.To)
		if err != nil {
			return err
		}
		// The merchant's page reads the same record. Until the call is settled there is
		// none, and the message itself tells under what it was reserved.
		d, err := tx.DecisionOf(ctx, l.ShopID, b.letter.CartID, b.letter.ID)
		if fault.Is(err, fault.NotFound) {
			d, err = journey.Decision{Rule: b.letter.Rule, Inputs: b.letter.Inputs, Step: b.letter.Step, Channel: b.letter.Channel, MessageID: b.letter.ID}, nil
		}
		if err != nil {
			return err
		}
		w = journey.Why{
			SentAt: b.letter.SentAt, Step: b.letter.Step + 1, LastActivity: b.cart.LastActivity(), Permission: b.letter.Rule,
			ConsentSource: answer.Source, ConsentAt: answer.At,
			Decision:         d,
			UnsubscribeToken: e.token(message.LinkUnsubscribe, b.letter.ID),
		}
		w.LinkPage, err = e.page(ctx, tx, b)
		return err
	})
	return w, err
}

// mask shows enough of an address for its owner to recognize it.
func mask(c event.Channel, address string) string {
	if c == event.Email {
		local, domain, ok := strings.Cut(address, "@")
		if !ok || local == "" {
			return "•••"
		}
		return string([]rune(local)[:1]) + "•••@" + domain
	}
	if len(address) < 4 {
		return "•••"
	}
	return "••• " + address[len(address)-2:]
}
