package store

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// CreditedTo gives what recoveries are credited to and which order each is, by
// the recoveries' ids; one that is not the shop's is left out.
func (s *Store) CreditedTo(ctx context.Context, shopID string, ids []string) (map[string]journey.Credited, error) {
	out := map[string]journey.Credited{}
	if len(ids) == 0 {
		return out, nil
	}
	args := []any{shopID}
	for _, id := range ids {
		args = append(args, id)
	}
	_, err := all(ctx, s.reader(), "what recoveries are credited to", func(rows *sql.Rows, _ *struct{}) error {
		var id, number, platform string
		var c journey.Credited
		err := rows.Scan(&id, &c.Persona, &c.Sequence, &c.Channel, &number, &platform)
		c.Order = cmp.Or(number, platform)
		out[id] = c
		return err
	}, `
		SELECT r.id, r.persona, r.sequence_key, r.channel, coalesce(o.number, ''), coalesce(o.platform_id, '') FROM recoveries r
		LEFT JOIN orders o ON o.shop_id = r.shop_id AND o.id = r.order_id
		WHERE r.shop_id = $1 AND r.id IN (`+params(2, len(ids))+`)`, args...)
	return out, err
}
