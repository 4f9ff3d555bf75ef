package store_test

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// A probe reads by ids and keys that shop A uses and gives what it found, nil for nothing.
type probe func(ctx context.Context, s *store.Store, tx *store.Tx, shopID string) (any, error)

var adaKey = []event.Key{email("ada@example.com")}

// twoKeys are looked for at once: of two SQLite may plan otherwise than of one.
var twoKeys = []event.Key{email("ada@example.com"), phone("+337")}

// firstEmail is the template that fill publishes, and drafts anew.
var firstEmail = journey.TemplateName{Key: "first", Channel: event.Email, Locale: "en"}

// probes are all ways to read something of a shop, by the name of the method.
var probes = map[string]probe{
	"Tx.ShoppersByKeys": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.ShoppersByKeys(ctx, shopID, adaKey))
	},
	"Tx.Names": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Names(ctx, shopID, adaKey))
	},
	"Tx.NamesOf": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.NamesOf(ctx, shopID, "ada"))
	},
	"Tx.Partners": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Partners(ctx, shopID, "ada", 9))
	},
	"Tx.NamesByID": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.NamesByID(ctx, shopID, []string{"ada"}))
	},
	"Tx.Words": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Words(ctx, shopID, "ada", 9))
	},
	"Tx.Word": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Word(ctx, shopID, "word")
	},
	"Tx.Hanging": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		carts, orders, err := tx.Hanging(ctx, shopID, "ada", 9)
		return some(append(carts, orders...), err)
	},
	"PersonNames": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		_, names, err := s.PersonNames(ctx, shopID, "ada", 9)
		return some(names, err)
	},
	"SeenWith": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return some(s.SeenWith(ctx, shopID, "ada", 9))
	},
	"Words": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return some(s.Words(ctx, shopID, "ada", 9))
	},
	"ToldBy": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		kind, cartID, err := s.ToldBy(ctx, shopID, "event")
		if kind == "" {
			return nil, err
		}
		return string(kind) + " of " + cartID, err
	},
	"SharedCart": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		id, err := s.SharedCart(ctx, shopID, adaKey[0], adaKey[0])
		if id == "" {
			return nil, err
		}
		return id, err
	},
	"StandsOn": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		carts, orders, err := s.StandsOn(ctx, shopID, adaKey[0], 9)
		if carts+orders == 0 {
			return nil, err
		}
		return carts + orders, err
	},
	"Tx.Told": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Told(ctx, shopID, "ada")
	},
	"Tx.Shopper": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Shopper(ctx, shopID, "ada")
	},
	"Tx.History": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		h, err := tx.History(ctx, shopID, "ada")
		if h.Orders == 0 && h.Visits == 0 && len(h.Spent) == 0 {
			return nil, err
		}
		return h, err
	},
	"Tx.CartsByLinks": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.CartsByLinks(ctx, shopID, []event.Link{cartLink("c-1")}))
	},
	"Tx.CartsOfOrder": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.CartsOfOrder(ctx, shopID, cart.Order{Keys: adaKey, PlacedAt: now}))
	},
	"Tx.Cart": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Cart(ctx, shopID, "cart")
	},
	"Tx.NewestCart": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		id, _, err := tx.NewestCart(ctx, shopID, "ada")
		return id, err
	},
	"Tx.OrdersMatching by link": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.OrdersMatching(ctx, shopID, []event.Link{cartLink("c-1")}, nil, time.Time{}))
	},
	"Tx.OrdersMatching by key": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.OrdersMatching(ctx, shopID, nil, adaKey, time.Time{}))
	},
	"Tx.Purchase": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Purchase(ctx, shopID, "o-1")
	},
	"Tx.PurchaseByID": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.PurchaseByID(ctx, shopID, "order")
	},
	"Tx.Personas": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Personas(ctx, shopID))
	},
	"Tx.LiveSequences": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.LiveSequences(ctx, shopID))
	},
	"Tx.Sequence": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Sequence(ctx, shopID, "cart", 1)
	},
	"Tx.TemplateState": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		st, err := tx.TemplateState(ctx, shopID, firstEmail)
		if !st.Published() && !st.Drafted() {
			return nil, err
		}
		return st, err
	},
	"Store.TemplateBoard": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		b, err := s.TemplateBoard(ctx, shopID)
		if len(b.Live)+len(b.Drafts)+len(b.Sequences) == 0 {
			return nil, err
		}
		return b, err
	},
	"Store.TemplateVersions": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		list, _, err := s.TemplateVersions(ctx, shopID, firstEmail, 0)
		return some(list, err)
	},
	"Store.TemplateVersion": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return s.TemplateVersion(ctx, shopID, firstEmail, 1)
	},
	"Store.TemplateCart": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		c, _, _, err := s.TemplateCart(ctx, shopID, "cart")
		return c, err
	},
	"Tx.TemplatesOf": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.TemplatesOf(ctx, shopID, "first"))
	},
	"Tx.Enrollment": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Enrollment(ctx, shopID, "enrollment")
	},
	"Tx.WaitingOf": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.WaitingOf(ctx, shopID, "ada"))
	},
	"Tx.WaitingOfCart": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.WaitingOfCart(ctx, shopID, "cart"))
	},
	"Tx.Consents": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Consents(ctx, shopID, event.Email, "ada", "cart", "hash-of-email"))
	},
	"Tx.Suppression": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return text(tx.Suppression(ctx, shopID, event.SMS, "hash-of-phone"))
	},
	"Tx.LastInbound": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		at, err := tx.LastInbound(ctx, shopID, event.SMS, "+33123456789")
		if at.IsZero() {
			return nil, err
		}
		return at, err
	},
	"Tx.Message": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Message(ctx, shopID, "message")
	},
	"Tx.CartOfMessage": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return text(tx.CartOfMessage(ctx, shopID, "message", "provider-1"))
	},
	"Tx.MessageByProvider": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.MessageByProvider(ctx, shopID, "provider-1")
	},
	"Tx.ReservedOf": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.ReservedOf(ctx, shopID, "cart"))
	},
	"Tx.Refused": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Refused(ctx, shopID, "enrollment", 1))
	},
	"Tx.Touches of a shopper": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Touches(ctx, shopID, "ada", "", time.Time{}))
	},
	"Tx.Touches of a cart": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return some(tx.Touches(ctx, shopID, "", "cart", time.Time{}))
	},
	"Tx.Recovery": func(ctx context.Context, _ *store.Store, tx *store.Tx, shopID string) (any, error) {
		return tx.Recovery(ctx, shopID, "order")
	},
	"Store.Cart": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return s.Cart(ctx, shopID, "cart")
	},
	"Store.Shopper": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		who, _, err := s.Shopper(ctx, shopID, "ada")
		return who, err
	},
	"Store.Message": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return s.Message(ctx, shopID, "message")
	},
	"Store.MessageShop": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return s.MessageShop(ctx, "message", "provider-1", []string{shopID})
	},
	"Store.Personas": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return some(s.Personas(ctx, shopID))
	},
	"Store.Sequences": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return some(s.Sequences(ctx, shopID))
	},
	"Store.Templates": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return some(s.Templates(ctx, shopID))
	},
	"Store.Secrets": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return some(s.Secrets(ctx, shopID))
	},
	"Store.Quarantined": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		held, _, err := s.Quarantined(ctx, shopID, journey.Held{}, "", 10)
		return some(held, err)
	},
	"Store.QuarantineKinds": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		return some(s.QuarantineKinds(ctx, shopID))
	},
	"Store.CountQuarantined": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		n, err := s.CountQuarantined(ctx, shopID, journey.Held{})
		if n == 0 {
			return nil, err
		}
		return n, err
	},
	"Store.Carts": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		p, err := s.Carts(ctx, shopID, journey.Query{})
		return some(p.Items, err)
	},
	"Store.Carts recovered": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		p, err := s.Carts(ctx, shopID, journey.Query{State: "recovered"})
		return some(p.Items, err)
	},
	"Store.Decisions": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		p, err := s.Decisions(ctx, shopID, journey.Query{CartID: "cart"})
		return some(p.Items, err)
	},
	"Store.Messages": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		p, err := s.Messages(ctx, shopID, journey.Query{})
		return some(p.Items, err)
	},
	"Store.Orders": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		p, err := s.Orders(ctx, shopID, journey.Query{})
		return some(p.Items, err)
	},
	"Store.Recoveries": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		p, err := s.Recoveries(ctx, shopID, journey.Query{})
		return some(p.Items, err)
	},
	"Store.Summary": func(ctx context.Context, s *store.Store, _ *store.Tx, shopID string) (any, error) {
		sum, err := s.Summary(ctx, shopID)
		if len(sum.Carts)+len(sum.Messages)+len(sum.Revenue)+len(sum.Decisions)+len(sum.Personas)+sum.Recovered+sum.Quarantined == 0 {
			return nil, err
		}
		return sum, err
	},
}

// some gives nil for an empty list.
func some[T any](list []T, err error) (any, error) {
	if len(list) == 0 {
		return nil, err
	}
	return list, err
}

func text(s string, err error) (any, error) {
	if s == "" {
		return nil, err
	}
	return s, err
}
