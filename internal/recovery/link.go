package recovery

import (
	"context"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// linkTx is what the links need of a transaction.
type linkTx interface {
	// RevokeLinks takes links back and gives how many still worked.
	RevokeLinks(ctx context.Context, shopID string, of LinksOf) (int, error)
	// LinksOpened gives the different links of a shopper's messages that were fetched since an instant.
	LinksOpened(ctx context.Context, shopID, shopperID string, since time.Time) ([]OpenedLink, error)
	// DoubtClicks names why a shopper's raw clicks since an instant, as far as
	// nothing else was held against them, are taken for a machine's.
	DoubtClicks(ctx context.Context, shopID, shopperID string, since time.Time, robot string) error
	// LastConfirmed gives when a message's click was last confirmed, or zero.
	LastConfirmed(ctx context.Context, shopID, messageID string) (time.Time, error)
}

// OpenedLink is a link of ours that was fetched.
type OpenedLink struct {
	MessageID string
	Purpose   message.Link
}

// LinksOf names the links to take back: those of a message, of all messages
// about a cart, or of all to a shopper. What is "" names none.
type LinksOf struct {
	MessageID string
	CartID    string
	ShopperID string
	// Unsubscribe takes those that unsubscribe back, too. Only erasure may: the law
	// has them work for as long as somebody may hold the message.
	Unsubscribe bool
}

// RevokeLinks takes links back and gives how many still worked. From then on
// they are as unknown as any token that never was.
func (e *Engine) RevokeLinks(ctx context.Context, shopID string, of LinksOf) (n int, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		n, err = tx.RevokeLinks(ctx, shopID, of)
		return err
	})
	return n, err
}

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

// lookBehind holds the cart before the message, as everywhere.
func (e *Engine) lookBehind(ctx context.Context, tx Tx, l Link) (b behind, err error) {
	b.link = l
	cartID, err := tx.CartOfMessage(ctx, l.ShopID, l.MessageID, "")
	if err != nil {
		return b, err
	}
	if b.cart, err = tx.Cart(ctx, l.ShopID, cartID); err != nil {
		return b, err
	}
	if b.letter, err = tx.HoldMessage(ctx, l.ShopID, l.MessageID); err != nil {
		return b, err
	}
	b.shop, err = tx.Shop(ctx, l.ShopID)
	return b, err
}

// onLink runs fn in one transaction with what stands behind a token.
func (e *Engine) onLink(ctx context.Context, purpose message.Link, token string, fn func(context.Context, Tx, behind) error) error {
	l, err := e.opened(ctx, purpose, token)
	if err != nil {
		return err
	}
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		b, err := e.lookBehind(ctx, tx, l)
		if err != nil {
			return err
		}
		return fn(ctx, tx, b)
	})
}

// LinkPage gives what the page behind a link shows. It changes nothing.
func (e *Engine) LinkPage(ctx context.Context, purpose message.Link, token string) (p journey.LinkPage, err error) {
	err = e.onLink(ctx, purpose, token, func(ctx context.Context, tx Tx, b behind) error {
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
	answer, err := said(ctx, tx, b.link.ShopID, b.letter.ShopperID, b.letter.CartID, b.letter.Channel, b.letter.To)
	if err != nil {
		return journey.LinkPage{}, err
	}
	return journey.LinkPage{
		ShopName: b.shop.Name, ShopDomain: b.shop.Domain, Locale: b.letter.Locale, SupportEmail: b.shop.Settings.SupportEmail,
		Channel: b.letter.Channel, Address: mask(b.letter.Channel, b.letter.To),
		Items: b.cart.Items(), Total: b.cart.Total(), Ordered: b.cart.State == cart.Ordered, Empty: b.cart.Empty(),
		Confirmed:    why == "" && answer.Answer == event.Yes && answer.Confirmed,
		Unsubscribed: why != "", Expired: b.expired(tx.Now()),
	}, nil
}

func (b behind) expired(now time.Time) bool {
	return !b.link.ExpiresAt.IsZero() && now.After(b.link.ExpiresAt)
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
