package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// maxStocks bounds the stocks of a shop: a page shows them all, with their counts.
const maxStocks = 100

// AddCodes puts codes into a stock, which is made when it is new, and gives how
// many were not in it.
func (t *Tx) AddCodes(ctx context.Context, shopID, stock string, codes []string) (int, error) {
	list, err := stocks(ctx, t.q, shopID)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(list, stock) && len(list) >= maxStocks {
		return 0, fault.New(fault.Unprocessable, "the shop has %d stocks of codes already", maxStocks).In("codes").
			Try("add the codes to one of them, or remove the free codes of one that is not used any more")
	}
	if _, err := run(ctx, t.q, "stock", `INSERT INTO offer_stocks (shop_id, stock, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		shopID, stock, ms(t.now)); err != nil {
		return 0, err
	}
	return run(ctx, t.q, "codes", `
		INSERT INTO offer_codes (shop_id, stock, code, added_at, taken_at, message_id)
		SELECT $1, $2, l.value, CAST($4 AS BIGINT), 0, '' FROM `+t.dialect.elements("$3")+` WHERE TRUE ON CONFLICT DO NOTHING`,
		shopID, stock, doc(codes), ms(t.now))
}

// RemoveFreeCodes removes up to limit free codes of a stock, and the stock itself
// with the last code of it. It gives how many were removed.
func (t *Tx) RemoveFreeCodes(ctx context.Context, shopID, stock string, limit int) (int, error) {
	n, err := run(ctx, t.q, "codes", fmt.Sprintf(`
		DELETE FROM offer_codes WHERE shop_id = $1 AND stock = $2 AND taken_at = 0 AND code IN (
			SELECT code FROM offer_codes WHERE shop_id = $1 AND stock = $2 AND taken_at = 0 ORDER BY added_at, code LIMIT %d%s)`,
		limit, t.dialect.claim()), shopID, stock)
	if err != nil || n == limit {
		return n, err
	}
	_, err = run(ctx, t.q, "stock", `
		DELETE FROM offer_stocks WHERE shop_id = $1 AND stock = $2
			AND NOT EXISTS (SELECT 1 FROM offer_codes c WHERE c.shop_id = $1 AND c.stock = $2)`, shopID, stock)
	return n, err
}

func stocks(ctx context.Context, q querier, shopID string) ([]string, error) {
	return all(ctx, q, "stocks", scanText, `SELECT stock FROM offer_stocks WHERE shop_id = $1 ORDER BY stock LIMIT `+fmt.Sprint(maxStocks), shopID)
}

// CodeStocks gives a shop's stocks of codes by their keys, with what is left of
// them: those with codes, and those that live sequences name without any.
func (s *Store) CodeStocks(ctx context.Context, shopID string) ([]journey.CodeStock, error) {
	q := s.reader()
	keys, err := stocks(ctx, q, shopID)
	if err != nil {
		return nil, err
	}
	live, err := liveSequences(ctx, q, shopID)
	if err != nil {
		return nil, err
	}
	used := sequence.StocksOf(live)
	for key := range used {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	out := make([]journey.CodeStock, 0, len(keys))
	for _, key := range keys {
		one, err := codeStock(ctx, q, shopID, key, ms(s.now().Add(-journey.CodesLately)), journey.MaxCodesCounted)
		if err != nil {
			return nil, err
		}
		one.UsedBy = used[key]
		out = append(out, one)
	}
	return out, nil
}

// codeStock counts a stock's codes, never more of them than pages tell apart.
func codeStock(ctx context.Context, q querier, shopID, key string, since int64, most int) (journey.CodeStock, error) {
	const counted = `(SELECT count(*) FROM (SELECT 1 FROM offer_codes WHERE shop_id = $1 AND stock = $2 AND %s LIMIT %d) c)`
	return one(ctx, q, "stock", func(rows *sql.Rows, c *journey.CodeStock) error {
		c.Key = key
		return rows.Scan(&c.Free, &c.Taken, &c.TakenLately)
	}, fmt.Sprintf(`SELECT `+counted+`, `+counted+`, `+counted,
		"taken_at = 0", most, "taken_at > 0", most, "taken_at > 0 AND taken_at >= $3", most), shopID, key, since)
}

// scarcely is how far the overview counts: who has so many codes left is not warned.
const scarcely = 1_000

// scarceStocks gives the stocks that live sequences name and that are empty, or
// have fewer codes left than went in the last days.
func (s *Store) scarceStocks(ctx context.Context, shopID string) ([]journey.CodeStock, error) {
	live, err := liveSequences(ctx, s.reader(), shopID)
	if err != nil {
		return nil, err
	}
	used := sequence.StocksOf(live)
	var out []journey.CodeStock
	for _, key := range sorted(used) {
		one, err := codeStock(ctx, s.reader(), shopID, key, ms(s.now().Add(-journey.CodesLately)), scarcely)
		if err != nil {
			return nil, err
		}
		if one.UsedBy = used[key]; one.Empty() || one.Low() {
			out = append(out, one)
		}
	}
	return out, nil
}
