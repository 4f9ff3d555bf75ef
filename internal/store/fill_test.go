package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// fill gives a shop a little of everything: one shopper "ada" whose cart "cart"
// was abandoned, written to, clicked, ordered and credited.
func fill(t testing.TB, s *store.Store, shopID string) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return first(
			func() error { return tx.SaveShop(ctx, aShop(shopID)) },
			func() error { return fillAccess(ctx, tx, shopID) },
			func() error { return fillPlaybook(ctx, tx, shopID) },
			func() error { return fillShopper(ctx, tx, shopID) },
			func() error { return fillCart(ctx, tx, shopID) },
			func() error { return fillMessages(ctx, tx, shopID) },
			func() error { return fillOrder(ctx, tx, shopID) },
		)
	})
	if err := (store.Sessions{Store: s, Now: time.Now}).Commit("session-"+shopID, []byte("x"), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// first runs steps until one fails.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func fillAccess(ctx context.Context, tx *store.Tx, shopID string) error {
	return first(
		func() error { return tx.AddSecret(ctx, shopID, "webhook", []byte("sealed")) },
		func() error { return tx.AddPage(ctx, shopID, "page-"+shopID) },
		func() error { return tx.AddAPIKey(ctx, "key-"+shopID, aKey(shopID, "k-1")) },
		func() error { _, err := tx.SaveUser(ctx, "user-"+shopID, shopID+"@example.com"); return err },
		func() error { return tx.SaveMember(ctx, shopID, "user-"+shopID, "owner") },
		func() error { return tx.AddSignIn(ctx, "sign-in-"+shopID, "user-"+shopID, now.Add(time.Hour)) },
	)
}

func fillPlaybook(ctx context.Context, tx *store.Tx, shopID string) error {
	return first(
		func() error { return tx.SavePersonas(ctx, shopID, []persona.Persona{{Key: "everyone", Name: "Kim"}}) },
		func() error {
			_, err := tx.PublishSequence(ctx, shopID, sequence.Sequence{Key: "cart", Stage: sequence.Purchase, Trigger: sequence.CartAbandoned})
			return err
		},
		func() error {
			_, err := tx.PublishTemplate(ctx, shopID, message.Template{Key: "first", Channel: event.Email, Locale: "en", Body: "Hi"})
			return err
		},
		func() error {
			d := journey.Draft{Template: firstEmail.Of(message.Template{Body: "Hello"}), Revision: "r1", Base: 1}
			return tx.SaveDraft(ctx, shopID, d, "")
		},
	)
}

func fillShopper(ctx context.Context, tx *store.Tx, shopID string) error {
	keys := []event.Key{email("ada@example.com")}
	return first(
		func() error { return keepShopper(ctx, tx, aShopper(shopID, "ada", keys...)) },
		func() error { return tx.AddName(ctx, shopID, shopper.Name{Key: phone("+337"), ID: "kim"}) },
		func() error { return tx.SeenTogether(ctx, shopID, []shopper.PairOf{{A: "ada", B: "kim", At: 1}}) },
		func() error {
			return tx.AddWord(ctx, shopID, shopper.Word{ID: "word", NameA: shopper.Name{ID: "ada"}, NameB: shopper.Name{ID: "kim"}, Reason: "a sister's phone"})
		},
		func() error {
			yes := said("ada", event.Email, event.Yes, now)
			yes.NameID = "ada"
			return tx.InsertConsent(ctx, shopID, "consent", yes)
		},
		func() error { return tx.Suppress(ctx, shopID, event.SMS, "hash-of-phone", "opted_out") },
		func() error {
			in := delivery.Inbound{Dedupe: "in-1", Channel: event.SMS, From: "+33123456789", Text: "hello", At: now}
			_, err := tx.InsertInbound(ctx, recovery.Inbound{Inbound: in, ID: "inbound", ShopID: shopID, ShopperID: "ada", NameID: "ada"})
			return err
		},
	)
}

func fillCart(ctx context.Context, tx *store.Tx, shopID string) error {
	c := aCart(shopID, "cart", cartLink("c-1"))
	c.ShopperID, c.State, c.OrderID, c.OrderedBy, c.OrderedAt = "ada", cart.Ordered, "order", "link", now
	c.AbandonedAt, c.PersonaKey, c.Facts.Keys = now, "everyone", []event.Key{email("ada@example.com")}
	e := anEvent(shopID, "event", "delivery-1")
	c.NameID = "ada"
	e.Status, e.CartID, e.ShopperID, e.NameID = "folded", "cart", "ada", "ada"
	return first(
		func() error { return tx.SaveCart(ctx, c, now) },
		func() error { _, err := tx.InsertEvent(ctx, e); return err },
		func() error { return tx.SettleEvent(ctx, e) },
	)
}

func fillMessages(ctx context.Context, tx *store.Tx, shopID string) error {
	en := anEnrollment(shopID, "enrollment", "cart")
	en.ShopperID = "ada"
	d := aDecision(shopID, "decision", "enrollment", 0, journey.Sent)
	d.CartID, d.MessageID = "cart", "message"
	l := aLetter(shopID, "message", "enrollment", 0)
	l.CartID, l.ShopperID = "cart", "ada"
	refused := aLetter(shopID, "refused", "enrollment", 1)
	refused.State = delivery.Rejected
	links := []recovery.Link{{Hash: "link-" + shopID, ShopID: shopID, Purpose: message.LinkRestore, MessageID: "message", ExpiresAt: now.Add(time.Hour)}}
	return first(
		func() error { _, err := tx.InsertEnrollment(ctx, en); return err },
		func() error { return tx.InsertDecision(ctx, d) },
		func() error { return tx.InsertMessage(ctx, l, links) },
		func() error { l.ProviderID = "provider-1"; return tx.SaveMessage(ctx, l) },
		func() error { return tx.InsertMessage(ctx, refused, nil) },
		func() error {
			r := delivery.Report{Dedupe: "report-1", MessageID: "message", Status: delivery.Delivery, At: now}
			_, err := tx.InsertReport(ctx, shopID, "sendgrid", "message", r)
			return err
		},
		func() error { return tx.InsertTouch(ctx, aTouch(shopID, "touch")) },
	)
}

func aTouch(shopID, id string) attribution.Touch {
	return attribution.Touch{ID: id, ShopID: shopID, MessageID: "message", CartID: "cart", ShopperID: "ada", Channel: event.Email,
		Kind: attribution.ClickConfirmed, At: now, Detail: "r"}
}

func fillOrder(ctx context.Context, tx *store.Tx, shopID string) error {
	p := anOrder(shopID, "order", "o-1")
	p.ShopperID, p.NameID, p.Links, p.Keys = "ada", "ada", []event.Link{cartLink("c-1")}, []event.Key{email("ada@example.com")}
	return first(
		func() error { return tx.SavePurchase(ctx, p) },
		func() error { return tx.SaveRecovery(ctx, aRecovery(shopID, "recovery", "order")) },
	)
}

// aRecovery of 12.50 EUR, credited to the last click.
func aRecovery(shopID, id, orderID string) attribution.Recovery {
	return attribution.Recovery{ID: id, ShopID: shopID, OrderID: orderID, CartID: "cart", MessageID: "message", TouchID: "touch",
		Rule: attribution.LastClick, Amount: money.Money{Minor: 1250, Currency: "EUR"}, Refunded: money.Money{Currency: "EUR"},
		OrderedAt: now, CreditedAt: now}
}
