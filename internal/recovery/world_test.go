package recovery_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/channel/twilio"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
	"github.com/cartograph-dev/cartograph/internal/playbook"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
	"github.com/cartograph-dev/cartograph/templates"
)

// publicURL is where the engine says that it lives.
const publicURL = "https://cartograph.example"

// world is one engine with everything about it real, except time, ids and what
// lies between it and its callers: a database, the platforms' adapters, the
// providers' clients over HTTP, and the sandbox that plays the providers.
type world struct {
	t      testing.TB
	db     storetest.DB
	store  *store.Store
	clock  *clock
	engine *recovery.Engine
	box    *sandbox.Server
	alarms *alarms
	accts  *accounts
	// shop is the world's first shop.
	shop shop.Shop

	ids  atomic.Int64
	logs *journal

	mu sync.Mutex
	// fault plays a provider's misfortune; it is asked before each call.
	fault func(event.Channel) *sandbox.Fault
	// taken runs after a provider took a message, before it answers.
	taken func()
	// calls counts the calls of providers that were answered.
	calls int
}

// setup is what a test may choose about its world.
type setup struct {
	shop   shop.Shop
	book   string
	engine func(*recovery.Options)
}

// option changes a setup.
type option func(*setup)

func book(yaml string) option                   { return func(s *setup) { s.book = yaml } }
func settings(f func(*shop.Settings)) option    { return func(s *setup) { f(&s.shop.Settings) } }
func onPlatform(name string) option             { return func(s *setup) { s.shop.Platform = name } }
func engineOf(f func(*recovery.Options)) option { return func(s *setup) { s.engine = f } }
func consentMode(m consent.Mode) option {
	return settings(func(s *shop.Settings) { s.ConsentMode = m })
}
func quietHours(from, to int) option {
	return settings(func(s *shop.Settings) { s.QuietHours = consent.Quiet{From: from * 60, To: to * 60} })
}

// aShop is a shop in Paris, activated an hour ago, that writes to all who did not say no.
func aShop(id string) shop.Shop {
	return shop.Shop{
		ID: id, Name: "Maison " + id, Platform: "shopify", Domain: id + ".myshopify.com", Currency: "EUR", TimeZone: "Europe/Paris",
		Locale: "en", Country: "FR", ActivatedAt: storetest.Start.Add(-time.Hour), CreatedAt: storetest.Start.Add(-time.Hour),
		Settings: shop.Settings{AbandonAfter: 30 * time.Minute, ConsentMode: consent.Off},
	}
}

// onEach runs f in a world of its own on each engine.
func onEach(t *testing.T, f func(t *testing.T, w *world), opts ...option) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) { f(t, newWorld(t, db, opts...)) })
}

// onSQLite runs f in a world on SQLite alone: for rules that no SQL takes part in.
func onSQLite(t *testing.T, f func(t *testing.T, w *world), opts ...option) {
	t.Helper()
	t.Parallel()
	f(t, newWorld(t, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}, opts...))
}

func newWorld(t testing.TB, db storetest.DB, opts ...option) *world {
	t.Helper()
	o := setup{shop: aShop("shop-a"), book: twoSteps}
	for _, opt := range opts {
		opt(&o)
	}
	w := &world{t: t, db: db, clock: &clock{}, logs: &journal{}, alarms: &alarms{set: map[alarm]bool{}}}
	w.store = db.Open(t, storetest.Now(w.clock.Now))
	w.accts = &accounts{secret: []byte("a secret of the tests"), change: map[string]func(event.Channel, *sandboxAccount){}}
	w.openSandbox()
	w.engine = w.newEngine(o.engine)
	w.shop = o.shop
	w.addShop(o.shop, o.book)
	t.Cleanup(func() {
		if !t.Failed() {
			w.audit()
		}
	})
	return w
}

// openSandbox starts the providers: their API over HTTP, their callbacks
// straight into the engine.
func (w *world) openSandbox() {
	w.box = sandbox.New(sandbox.Options{
		Secret: w.accts.secret, Now: w.clock.Now, Client: &http.Client{Transport: callbacks{w}},
		Callback: sandbox.CallbacksAt(publicURL), Fault: w.misfortune,
	})
	srv := httptest.NewServer(w.counted(w.box))
	w.accts.url, w.accts.client = srv.URL, srv.Client()
	w.t.Cleanup(func() {
		w.box.Close()
		srv.Close()
	})
}

// newEngine makes an engine on the world's store: a second one is a second process.
func (w *world) newEngine(change func(*recovery.Options)) *recovery.Engine {
	rules, err := persona.NewRules()
	if err != nil {
		w.t.Fatal(err)
	}
	o := recovery.Options{
		Store: stored{w.store},
		Platforms: map[string]recovery.Platform{
			"shopify": shopify.New(), "generic": generic.New(), "woocommerce": woocommerce.New(),
		},
		Collect: func(event.Delivery) ([]recovery.Item, error) { return nil, nil },
		Providers: map[event.Channel]recovery.Provider{
			event.Email:     sendgrid.New(sendgrid.Options{HTTP: w.accts.client, Now: w.clock.Now}),
			event.SMS:       twilio.New(twilio.Options{HTTP: w.accts.client, Now: w.clock.Now}),
			event.Messenger: messenger.New(messenger.Options{HTTP: w.accts.client, Now: w.clock.Now}),
		},
		Accounts: w.accts, Alarms: w.alarms, Rules: rules, Packs: shippedPacks(w.t), Confirmations: requests(w.t), Renderer: message.NewRenderer(nil), Meter: unmetered{},
		Log: slog.New(slog.NewTextHandler(w.logs, nil)), Now: w.clock.Now, NewID: w.newID,
		PublicURL: publicURL, Secret: []byte("a secret for links"), Workers: 8, Horizon: 4 * time.Hour,
	}
	if change != nil {
		change(&o)
	}
	return recovery.New(o)
}

// shippedPacks are the policy packs that everybody has.
func shippedPacks(t testing.TB) consent.Packs {
	t.Helper()
	packs, err := playbook.ParsePolicies(config.Policies, "policies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

// requests are the shipped requests to confirm an address.
func requests(t testing.TB) []message.Template {
	t.Helper()
	all, err := templates.Load()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(m message.Template) bool { return m.Key != message.ConfirmKey })
}

// newID gives ids that sort by the order in which they were made.
func (w *world) newID() string { return fmt.Sprintf("0195d000-0000-7000-8000-%012x", w.ids.Add(1)) }

// addShop stores a shop with its playbook.
func (w *world) addShop(sh shop.Shop, yaml string) {
	w.t.Helper()
	b, err := playbook.Parse([]byte(yaml), "test.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SaveShop(ctx, sh); err != nil {
			return err
		}
		return publish(ctx, tx, sh.ID, b)
	})
}

func publish(ctx context.Context, tx *store.Tx, shopID string, b playbook.Book) error {
	if err := tx.SavePersonas(ctx, shopID, b.Personas); err != nil {
		return err
	}
	for _, s := range b.Sequences {
		if _, err := tx.PublishSequence(ctx, shopID, s); err != nil {
			return err
		}
	}
	for _, m := range b.Templates {
		if _, err := tx.PublishTemplate(ctx, shopID, m); err != nil {
			return err
		}
	}
	return nil
}

// write runs one transaction that must succeed.
func (w *world) write(fn func(context.Context, *store.Tx) error) {
	w.t.Helper()
	if err := w.store.Write(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// change stores the first shop changed.
func (w *world) change(f func(*shop.Shop)) {
	w.t.Helper()
	f(&w.shop)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SaveShop(ctx, w.shop) })
}

// stored gives the engine the store's transactions as its own interface.
type stored struct{ *store.Store }

func (s stored) Write(ctx context.Context, fn func(context.Context, recovery.Tx) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return fn(ctx, tx) })
}

// clock stands still until it is moved. Some tests let it tick by itself, so
// that no two readings are equal.
type clock struct {
	storetest.Clock
	tick atomic.Int64
}

func (c *clock) Now() time.Time {
	if step := c.tick.Load(); step > 0 {
		c.Add(time.Duration(step))
	}
	return c.Clock.Now()
}

// journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// rung rings a shard's due alarm until nothing comes of it any more, each time
// waiting for what is being sent.
func rung(e *recovery.Engine, shard int) (total int, err error) {
	for {
		n, err := e.Due(context.Background(), shard)
		e.Rest()
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}
