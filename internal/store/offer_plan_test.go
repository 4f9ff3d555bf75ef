package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// offersMade is a stock of which most codes are gone, and an offer for every message.
var offersMade = []string{
	`INSERT INTO offer_stocks (shop_id, stock, made_at) VALUES ($1, 'spring', 1)`,
	`INSERT INTO offer_codes (shop_id, stock, code, added_at, taken_at, message_id)` + many + `
		$1, 'spring', 'C' || i, 1, CASE WHEN i <= 3500 THEN i ELSE 0 END, CASE WHEN i <= 3500 THEN 'id' || i ELSE '' END FROM n`,
	`INSERT INTO offers (shop_id, id, enrollment_id, offer_key, stock, code, value, message_id, made_at, expires_at)` + many + `
		$1, 'o' || i, 'id' || i, 'codes:spring', 'spring', 'C' || i, '', 'id' || i, i, i + 1 FROM n`,
	`UPDATE messages SET offer_id = 'o' || substr(id, 3) WHERE shop_id = $1`,
}

var offerQueries = []hot{
	{name: "what a cart was offered", index: append(primary("offers"), "messages_cart"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.OfferOf(ctx, shopA, "id7", "id7", "codes:spring")
		return err
	}},
	{name: "what a shopper was offered for other carts", index: append(primary("offers"), "messages_shopper"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.OfferedElsewhere(ctx, shopA, "s7", "id8", time.Unix(0, 0))
		return err
	}},
	{name: "who shows an offer", index: []string{"messages_offer"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.OfferInUse(ctx, shopA, "o7", "id7")
		return err
	}},
	{name: "one offer", index: primary("offers"), tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Offer(ctx, shopA, "o7")
		return err
	}},
	{name: "the next free code", index: []string{"offer_codes_free"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.TakeCode(ctx, shopA, "spring", "m")
		return err
	}},
	{name: "unmaking an offer", index: append(primary("offers"), primary("offer_codes")...), tx: func(ctx context.Context, tx *store.Tx) error {
		return tx.DropOffer(ctx, journey.Offer{ID: "o9", ShopID: shopA, Stock: "spring", Code: "C9", MessageID: "id9"})
	}},
	{name: "purge offers", index: []string{"offers_over"}, tx: purge(shop.KeptOffers)},
	{name: "erase offers", index: append(primary("offers"), "messages_shopper"), tx: blank("offers")},
	{name: "removing free codes", index: []string{"offer_codes_free"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RemoveFreeCodes(ctx, shopA, "spring", 10)
		return err
	}},
}

// withOffers adds offers and codes to a busy shop.
func withOffers(t *testing.T, raw *sql.DB, measured bool) {
	t.Helper()
	for _, query := range offersMade {
		if _, err := raw.ExecContext(t.Context(), query, shopA); err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
	}
	if measured {
		if _, err := raw.ExecContext(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOfferQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := crowded(t, db)
		withOffers(t, raw, true)
		reader, heard := s.Overheard(db.URL)
		t.Cleanup(func() { reader.Close() })
		for _, h := range offerQueries {
			checkPlans(t, raw, db.Engine, h, h.heard(t, s, reader, heard))
		}
	})
}

func TestOfferQueriesNeedNoStatistics(t *testing.T) {
	t.Parallel()
	db := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}
	s, raw := unmeasured(t, db)
	withOffers(t, raw, false)
	reader, heard := s.Overheard(db.URL)
	t.Cleanup(func() { reader.Close() })
	for _, h := range offerQueries {
		checkPlans(t, raw, db.Engine, h, h.heard(t, s, reader, heard))
	}
}

// The page of stocks counts no further than it says.
func TestStocksAreCountedToACap(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s := db.Open(t)
		addShops(t, s)
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for _, stock := range []string{"autumn", "spring"} {
				codes := make([]string, 3)
				if stock == "spring" {
					codes = make([]string, journey.MaxCodesCounted+5)
				}
				for i := range codes {
					codes[i] = fmt.Sprintf("C%d", i)
				}
				if n, err := tx.AddCodes(ctx, shopA, stock, codes); err != nil || n != len(codes) {
					t.Errorf("added %d, %v", n, err)
				}
			}
			for range 2 {
				if _, err := tx.TakeCode(ctx, shopA, "autumn", "m"); err != nil {
					return err
				}
			}
			n, err := tx.AddCodes(ctx, shopB, "autumn", []string{"C1"})
			if n != 1 {
				t.Errorf("another shop's code of the same name: %d", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.CodeStocks(t.Context(), shopA)
		if err != nil || len(found) != 2 {
			t.Fatalf("%+v, %v", found, err)
		}
		if a, b := found[0], found[1]; a.Key != "autumn" || a.Free != 1 || a.Taken != 2 || a.TakenLately != 2 || b.Free != journey.MaxCodesCounted || b.Taken != 0 {
			t.Errorf("stocks: %+v", found)
		}
	})
}
