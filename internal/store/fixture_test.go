package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// The two shops of these tests.
const (
	shopA = "shop-a"
	shopB = "shop-b"
)

// now is the clock's time unless a test moves it.
var now = storetest.Start

// eachStore runs f on both engines with an open store that has both shops.
func eachStore(t *testing.T, f func(t *testing.T, s *store.Store), opts ...storetest.Option) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t, opts...)
		addShops(t, s)
		f(t, s)
	})
}

func addShops(t testing.TB, s *store.Store) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SaveShop(ctx, aShop(shopA)); err != nil {
			return err
		}
		return tx.SaveShop(ctx, aShop(shopB))
	})
}

type work = func(context.Context, *store.Tx) error

// write runs one transaction that must succeed.
func write(t testing.TB, s *store.Store, fn work) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// get gives what fn reads in a transaction of its own.
func get[T any](t testing.TB, s *store.Store, fn func(context.Context, *store.Tx) (T, error)) T {
	t.Helper()
	var v T
	write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		v, err = fn(ctx, tx)
		return err
	})
	return v
}

// must gives a reading that has to succeed.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same fails with the difference. Empty and missing lists are the same.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wantCode fails unless err carries the code.
func wantCode(t testing.TB, what string, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: got %v, want a fault of code %q", what, err, code)
	}
}

// abreast runs n calls at once and gives their errors.
func abreast(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = call(i) })
	}
	wg.Wait()
	return errs
}

func noErrors(t testing.TB, errs []error) {
	t.Helper()
	for i, err := range errs {
		if err != nil {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

// meeting makes racing transactions really race: each waits, once, until n have
// come to the same place. SQLite's transactions follow one another, and do not wait.
type meeting struct {
	wg sync.WaitGroup
}

func meet(s *store.Store, n int) *meeting {
	m := &meeting{}
	if s.Engine() == storetest.EnginePostgres {
		m.wg.Add(n)
	}
	return m
}

// once gives one participant's way of saying that it is there.
func (m *meeting) once(s *store.Store) func() {
	return sync.OnceFunc(func() {
		if s.Engine() == storetest.EnginePostgres {
			m.wg.Done()
			m.wg.Wait()
		}
	})
}

func aShop(id string) shop.Shop {
	return shop.Shop{
		ID: id, Name: "Shop " + id, Platform: "shopify", Domain: id + ".example.com", Currency: "EUR", TimeZone: "Europe/Paris",
		Locale: "en", Country: "FR", ActivatedAt: now.Add(-time.Hour), CreatedAt: now.Add(-2 * time.Hour),
		Settings: shop.Settings{AbandonAfter: 30 * time.Minute, ConsentMode: consent.OptIn, SenderName: "The shop"},
	}
}

// aKey has every scope.
func aKey(shopID, id string) access.Key {
	return access.Key{ID: id, ShopID: shopID, Name: "plugin", Hint: "cg_1…", Scopes: access.Scopes()}
}

func anEvent(shopID, id, dedupe string) recovery.Stored {
	return recovery.Stored{
		Event: event.Event{
			ID: id, ShopID: shopID, Platform: "shopify", Topic: "carts/update", Kind: event.CartUpdated, DedupeKey: dedupe,
			OccurredAt: now.Add(-time.Minute), ReceivedAt: now,
		},
		Status: "ignored", Headers: map[string]string{"X-Topic": "carts/update"}, Body: []byte(`{"id":1}`),
	}
}

func aShopper(shopID, id string, keys ...event.Key) shopper.Shopper {
	return shopper.Shopper{
		ID: id, ShopID: shopID, Keys: keys, FirstSeen: now.Add(-time.Hour), LastSeen: now,
		Traits: shopper.Traits{FirstName: shopper.Said{Value: "Ada", At: now.UnixMilli()}},
	}
}

// keepShopper stores a shopper whose names have the ids "<id>", "<id>.1", …
func keepShopper(ctx context.Context, tx *store.Tx, v shopper.Shopper) error {
	for i, k := range v.Keys {
		n := shopper.Name{Key: k, ID: v.ID}
		if i > 0 {
			n.ID += fmt.Sprint(".", i)
		}
		if err := tx.AddName(ctx, v.ShopID, n); err != nil {
			return err
		}
		if i > 0 {
			from := n.ID
			n.ShopperID = v.ID
			if err := tx.MoveName(ctx, v.ShopID, n, from); err != nil {
				return err
			}
		}
	}
	return tx.SaveTold(ctx, v, v.ID)
}

func email(address string) event.Key { return event.Key{Kind: event.KeyEmail, Value: address} }
func phone(number string) event.Key  { return event.Key{Kind: event.KeyPhone, Value: number} }
func cartLink(id string) event.Link  { return event.Link{Kind: event.LinkCart, Value: id} }

// aCart has one line of 12.50 EUR and was last active now.
func aCart(shopID, id string, links ...event.Link) cart.Cart {
	price := money.Money{Minor: 1250, Currency: "EUR"}
	return cart.Cart{
		ID: id, ShopID: shopID, Platform: "shopify", State: cart.Open, StoredAt: now,
		Facts: cart.Facts{
			Links: links, Stage: cart.StageCart, StartedAt: now.Add(-time.Hour).UnixMilli(), LastActivity: now.UnixMilli(),
			Contents: cart.Snapshot{At: now.UnixMilli(), Contents: event.Contents{
				Total: price, Items: []event.Item{{ProductID: "p1", Title: "Cap", Quantity: 1, Price: price, LineTotal: price}},
			}},
		},
	}
}

// anOrder of 12.50 EUR, placed now.
func anOrder(shopID, id, platformID string) cart.Purchase {
	return cart.Purchase{
		ID: id, ShopID: shopID, PlatformID: platformID, Number: "#" + platformID, Status: event.OrderOpen, SaidAt: now.UnixMilli(),
		Total: money.Money{Minor: 1250, Currency: "EUR"}, Refunded: money.Money{Currency: "EUR"},
		PlacedAt: now, PlacedLast: now, StoredAt: now, Source: "web", Creditable: true, Bought: true,
	}
}

// anEnrollment waits for its first step, due now.
func anEnrollment(shopID, id, cartID string) journey.Enrollment {
	return journey.Enrollment{
		ID: id, ShopID: shopID, CartID: cartID, SequenceKey: "cart", SequenceVersion: 1, Persona: "everyone",
		State: "waiting", DueAt: now, CreatedAt: now.Add(-time.Minute),
	}
}

func aDecision(shopID, id, enrollmentID string, step int, o journey.Outcome) journey.Decision {
	return journey.Decision{
		ID: id, ShopID: shopID, CartID: "cart-of-" + enrollmentID, EnrollmentID: enrollmentID, SequenceKey: "cart", SequenceVersion: 1,
		Step: step, Outcome: o, Rule: "rule." + string(o), Channel: event.Email, Inputs: map[string]string{"items": "2"}, DueAt: now, At: now,
	}
}

// aLetter is reserved, with a lease that ends now.
func aLetter(shopID, id, enrollmentID string, step int) recovery.Letter {
	return recovery.Letter{
		Message: message.Message{
			ID: id, ShopID: shopID, EnrollmentID: enrollmentID, CartID: "cart-of-" + enrollmentID, Step: step, Channel: event.Email,
			To: "ada@example.com", Template: "first", TemplateVersion: 1, Locale: "en",
			Rendered: message.Rendered{Subject: "Your cart", Text: "It waits."},
			State:    delivery.Reserved, ReservedAt: now.Add(-time.Minute), StepDueAt: now.Add(-2 * time.Minute),
		},
		Rule: "consent.yes", Inputs: map[string]string{"channel": "email"}, ExpiresAt: now.Add(time.Hour), DueAt: now,
	}
}

// numbered gives "prefix-0007": names that sort like their numbers.
func numbered(prefix string, i int) string { return fmt.Sprintf("%s-%04d", prefix, i) }
