package recovery_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// historyBook writes on every channel, by preference, and has a sequence of its
// own for failed payments.
const historyBook = `
personas:
  - {key: everyone, name: Sam}
sequences:
  - key: cart
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [messenger, sms, email], template: nudge, max_late: 6h}
      - {after: 24h, channels: [email, sms], template: nudge, max_late: 6h}
  - key: payment
    stage: purchase
    trigger: payment_failed
    steps:
      - {after: 40m, channels: [sms, email], template: nudge, max_late: 2h}
      - {after: 3h, channels: [email], template: nudge, max_late: 2h}
templates:
  - {key: nudge, channel: email, locale: en, subject: "Your bag", body: "<p>{{ cart.total }}</p> offer:{{ offer.code }};"}
  - {key: nudge, channel: sms, locale: en, body: "Your bag: {{ cart.total }} offer:{{ offer.code }};"}
  - {key: nudge, channel: messenger, locale: en, title: "Your bag", button: "Open it", body: "{{ cart.total }} offer:{{ offer.code }};"}
`

// historyShops are the shops that a history may happen in.
var historyShops = []shop.Shop{
	historyShop("off", func(*shop.Settings) {}),
	historyShop("opt-in", func(s *shop.Settings) { s.ConsentMode = consent.OptIn }),
	historyShop("soft-and-quiet", func(s *shop.Settings) {
		s.CatchUp = 20 * time.Minute
		s.ConsentMode, s.QuietHours = consent.SoftOptIn, consent.Quiet{From: 11 * 60, To: 13 * 60}
	}),
	historyShop("offers", func(s *shop.Settings) { s.OffersEvery = -1 }),
	historyShop("few-offers", func(s *shop.Settings) { s.OffersEvery = 5 * time.Hour }),
}

func historyShop(id string, change func(*shop.Settings)) shop.Shop {
	sh := aShop(id)
	sh.ActivatedAt = historyStart.Add(-2 * time.Hour)
	change(&sh.Settings)
	return sh
}

// stage is a database with the shops in which one history after another is
// played. Each finds it empty: rows are removed, which is much faster than a
// database for each.
type stage struct {
	t     testing.TB
	db    storetest.DB
	store *store.Store
	raw   *sql.DB
	clock *clock
	rules *persona.Rules
	// ids counts over all histories: link tokens are unique in a database.
	ids int64
	// spoil, if set, makes the engine's store deliberately wrong.
	spoil func(historyStore) historyStore
	clear string
	// ruled counts the histories with people's words that were told in two orders.
	ruled int
	// offered counts the calls of providers with a message that had an offer.
	offered int
}

func newStage(t testing.TB, db storetest.DB) *stage {
	t.Helper()
	s := &stage{t: t, db: db, clock: &clock{}, raw: db.Raw(t)}
	s.store = db.Open(t, storetest.Now(s.clock.Now))
	s.raw.SetMaxOpenConns(1)
	var err error
	if s.rules, err = persona.NewRules(); err != nil {
		t.Fatal(err)
	}
	for _, sh := range historyShops {
		b := bookOf(sh.ID)
		err := s.store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if err := errors.Join(tx.SaveShop(ctx, sh), publish(ctx, tx, sh.ID, b)); err != nil {
				return err
			}
			_, err := tx.AddCodes(ctx, sh.ID, "few", historyCodes)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.clear = s.clearing()
	return s
}

// clearing gives the statements that remove what a history left.
func (s *stage) clearing() string {
	kept := []string{"installation", "shops", "secrets", "pages", "api_keys", "users", "members", "personas", "sequences", "templates", "offer_stocks", "offer_codes", "goose_db_version"}
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if s.db.Engine == storetest.EnginePostgres {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
	}
	tables, err := textsOf(s.raw, query)
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("BEGIN;")
	for _, table := range tables {
		if !meets([]string{table}, kept) {
			fmt.Fprintf(&b, "DELETE FROM %s;", table)
		}
	}
	b.WriteString("UPDATE offer_codes SET taken_at = 0, message_id = ''; COMMIT;")
	return b.String()
}

// empty removes what the last history left and turns the clock back.
func (s *stage) empty(f failer) {
	if _, err := s.raw.Exec(s.clear); err != nil {
		f.Fatalf("emptying the database: %v", err)
	}
	s.setClock(historyStart)
}

func (s *stage) setClock(at time.Time) { s.clock.Add(at.Sub(s.clock.Now())) }

func textsOf(db *sql.DB, query string, args ...any) (out []string, err error) {
	rows, err := db.Query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// failer ends a check with a message: rapid's test, or one that notes it.
type failer interface {
	Fatalf(format string, args ...any)
}

// oneShop gives the shop of a history the accounts that it needs.
type oneShop struct{ id string }

func (o oneShop) Account(context.Context, string, event.Channel) (delivery.Account, error) {
	return delivery.Account{Key: "key", ID: "id", From: "from"}, nil
}
func (o oneShop) WebhookSecrets(context.Context, string) ([]string, error) { return nil, nil }
func (o oneShop) ShopsOfPage(context.Context, string) ([]string, error)    { return []string{o.id}, nil }
func (o oneShop) VerifyTokens(context.Context) ([]delivery.Account, error) { return nil, nil }

// complaints keeps what the engine logs as an error.
type complaints struct {
	mu   sync.Mutex
	list []string
}

func (c *complaints) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (c *complaints) WithAttrs([]slog.Attr) slog.Handler           { return c }
func (c *complaints) WithGroup(string) slog.Handler                { return c }
func (c *complaints) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, text)
	return nil
}

var historyRenderer = sync.OnceValue(func() *message.Renderer { return message.NewRenderer(nil) })
