package store_test

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// Shoppers from before names had ids of their own stay who they were, with the
// strongest name under the id that their rows have.
func TestMigrationOfShoppersWithoutEvidence(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db storetest.DB) {
		migrateUp(t, db)
		for {
			down, err := store.MigrateDown(t.Context(), db.URL)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(down, "00007_identity.sql") {
				break
			}
		}
		raw := db.Raw(t)
		for _, statement := range []string{
			`INSERT INTO shops (id, shard, name, platform, domain, currency, timezone, locale, country, settings, activated_at, created_at)
				VALUES ('shop-a', 1, 'A', 'generic', 'a.example', 'EUR', 'UTC', 'en', 'FR', '{}', 1, 1)`,
			`INSERT INTO shoppers (shop_id, id, traits, first_seen, last_seen, merged_into) VALUES ('shop-a', 'ada', '{"first_name":{"v":"Ada","at":5}}', 1, 9, ''),
				('shop-a', 'old', '{}', 1, 2, 'ada')`,
			`INSERT INTO shopper_keys (shop_id, kind, value, shopper_id) VALUES ('shop-a', 'anonymous', 'd1', 'ada'),
				('shop-a', 'email', 'ada@example.com', 'ada'), ('shop-a', 'email', 'a@example.com', 'ada'), ('shop-a', 'phone', '+331', 'ada')`,
			`INSERT INTO orders (shop_id, id, platform_id, number, shopper_id, status, said_at, total_minor, refunded_minor, currency, placed_at, stored_at,
				source, creditable, bought) VALUES ('shop-a', 'o', 'o', '', 'ada', 'placed', 1, 1, 0, 'EUR', 1, 1, '', TRUE, TRUE)`,
		} {
			if _, err := raw.ExecContext(t.Context(), statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		migrateUp(t, db)
		s := db.Open(t)
		for _, id := range []string{"ada", "old"} {
			who, history, err := s.Shopper(t.Context(), shopA, id)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "who "+id+" is", []any{who.ID, who.Keys, who.Traits.FirstName.Value, who.Contested, history.Orders}, []any{"ada",
				[]event.Key{email("a@example.com"), email("ada@example.com"), phone("+331"), {Kind: event.KeyAnonymous, Value: "d1"}}, "Ada", false, 1})
		}
		same(t, "names", texts(t, raw, `SELECT id || ' ' || value FROM shopper_keys ORDER BY id`),
			[]string{"ada a@example.com", "ada.1 ada@example.com", "ada.2 +331", "ada.3 d1"})
		same(t, "evidence", texts(t, raw, `SELECT a || ' ' || b || ' ' || at FROM key_pairs ORDER BY b`), []string{"ada ada.1 9", "ada ada.2 9", "ada ada.3 9"})
		same(t, "the order hangs on", texts(t, raw, `SELECT name_id FROM orders`), []string{"ada"})
	})
}
