package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

const words = `SELECT r.id, r.same, r.at, r.reason, r.ended_at, r.by_kind, r.by_id, r.ended_kind, r.ended_id,
	ka.kind, ka.value, ka.id, ka.shopper_id, ka.contested, kb.kind, kb.value, kb.id, kb.shopper_id, kb.contested FROM rulings r
	JOIN shopper_keys ka ON ka.shop_id = r.shop_id AND ka.id = r.a JOIN shopper_keys kb ON kb.shop_id = r.shop_id AND kb.id = r.b WHERE r.shop_id = $1`

func scanWord(rows *sql.Rows, w *shopper.Word) error {
	a, b := &w.NameA, &w.NameB
	err := rows.Scan(&w.ID, &w.Same, &w.At, &w.Reason, &w.EndedAt, &w.By.Kind, &w.By.ID, &w.EndedBy.Kind, &w.EndedBy.ID,
		&a.Kind, &a.Value, &a.ID, &a.ShopperID, &a.Contested, &b.Kind, &b.Value, &b.ID, &b.ShopperID, &b.Contested)
	w.A, w.B, w.Ended = a.Key, b.Key, w.EndedAt != 0
	return err
}

// Words gives what people said of a name: first what stands, the latest first.
func (t *Tx) Words(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Word, error) {
	return wordsOn(ctx, t.q, shopID, nameID, limit)
}

// Words gives what people said of a name: first what stands, the latest first.
// Who said it has their name, if they still exist.
func (s *Store) Words(ctx context.Context, shopID, nameID string, limit int) ([]shopper.Word, error) {
	out, err := wordsOn(ctx, s.reader(), shopID, nameID, limit)
	for i := range out {
		for _, who := range []*shopper.Author{&out[i].By, &out[i].EndedBy} {
			if err == nil && who.ID != "" {
				who.Name, err = s.authorName(ctx, shopID, who.ID)
			}
		}
	}
	return out, err
}

func (s *Store) authorName(ctx context.Context, shopID, id string) (string, error) {
	found, err := all(ctx, s.reader(), "authors", scanText,
		`SELECT email FROM users WHERE id = $2 UNION ALL SELECT name FROM api_keys WHERE shop_id = $1 AND id = $2`, shopID, id)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

func wordsOn(ctx context.Context, q querier, shopID, nameID string, limit int) ([]shopper.Word, error) {
	return all(ctx, q, "rulings", scanWord,
		words+` AND r.a = $2 UNION ALL `+words+` AND r.b = $2 ORDER BY 5, 3 DESC, 1 DESC LIMIT $3`, shopID, nameID, limit)
}

// Word gives one, held.
func (t *Tx) Word(ctx context.Context, shopID, id string) (shopper.Word, error) {
	return one(ctx, t.q, "ruling", scanWord, words+` AND r.id = $2`, shopID, id)
}

// AddWord keeps a ruling that stands, under the ids of its names. The one on the
// same names that stood before has ended by it.
func (t *Tx) AddWord(ctx context.Context, shopID string, w shopper.Word) error {
	if _, err := run(ctx, t.q, "ruling", `
		UPDATE rulings SET ended_at = $4, ended_kind = $5, ended_id = $6 WHERE shop_id = $1 AND a = $2 AND b = $3 AND ended_at = 0`,
		shopID, w.NameA.ID, w.NameB.ID, w.At, w.By.Kind, w.By.ID); err != nil {
		return err
	}
	_, err := run(ctx, t.q, "ruling", `INSERT INTO rulings (shop_id, id, a, b, same, at, reason, by_kind, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		shopID, w.ID, w.NameA.ID, w.NameB.ID, w.Same, w.At, w.Reason, w.By.Kind, w.By.ID)
	return err
}

// EndWord takes a ruling back; fault.Conflict if it does not stand any more.
func (t *Tx) EndWord(ctx context.Context, shopID, id string, by shopper.Author) error {
	n, err := run(ctx, t.q, "ruling", `UPDATE rulings SET ended_at = $3, ended_kind = $4, ended_id = $5 WHERE shop_id = $1 AND id = $2 AND ended_at = 0`,
		shopID, id, ms(t.now), by.Kind, by.ID)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "this does not stand any more: somebody took it back, or said otherwise since").Try("look at the page again")
	}
	return err
}

// Hanging gives a person's latest carts and orders with the names they hang on, at most limit of each.
func (t *Tx) Hanging(ctx context.Context, shopID, shopperID string, limit int) (carts, orders []journey.Hanging, err error) {
	carts, err = all(ctx, t.q, "carts", func(rows *sql.Rows, h *journey.Hanging) error {
		var active int64
		err := rows.Scan(&h.ID, &h.NameID, &h.State, &h.Total.Minor, &h.Total.Currency, &active)
		h.At = at(active)
		return err
	}, `SELECT id, name_id, state, total_minor, currency, last_activity FROM carts
		WHERE shop_id = $1 AND shopper_id = $2 AND state <> 'merged' ORDER BY last_activity DESC LIMIT $3`, shopID, shopperID, limit)
	if err != nil {
		return nil, nil, err
	}
	// Of a checkout that announced an order, the order itself is told.
	orders, err = all(ctx, t.q, "orders", func(rows *sql.Rows, h *journey.Hanging) error {
		var placed int64
		err := rows.Scan(&h.ID, &h.NameID, &h.Number, &h.Total.Minor, &h.Total.Currency, &placed)
		h.At = at(placed)
		return err
	}, `SELECT id, name_id, number, total_minor, currency, placed_at FROM orders
		WHERE shop_id = $1 AND shopper_id = $2 AND platform_id NOT LIKE 'checkout:%' ORDER BY placed_at + 0 DESC LIMIT $3`, shopID, shopperID, limit)
	return carts, orders, err
}
