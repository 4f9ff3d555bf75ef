package store

import (
	"context"
	"slices"
)

// part is a row that a claimed row belongs to.
type part[T any] struct {
	table string
	id    func(T) string
}

// holdParts takes, for rows of a queue that were claimed, the rows they belong
// to as well, without waiting, and passes over those whose parts somebody else
// holds: they come with the next alarm. A worker that held a batch and waited
// for one cart, while that cart's order waited for the batch, would cost both a
// second until Postgres notices. SQLite's writer never waits.
func holdParts[T any](ctx context.Context, t *Tx, claimed []T, shopOf func(T) string, parts ...part[T]) ([]T, error) {
	if t.dialect != postgres {
		return claimed, nil
	}
	byShop := map[string][]T{}
	for _, c := range claimed {
		byShop[shopOf(c)] = append(byShop[shopOf(c)], c)
	}
	free := claimed
	for shopID, rows := range byShop {
		for _, p := range parts {
			var ids []string
			for _, r := range rows {
				if id := p.id(r); id != "" {
					ids = append(ids, id)
				}
			}
			slices.Sort(ids)
			taken, err := t.holdAll(ctx, p.table, shopID, slices.Compact(ids))
			if err != nil {
				return nil, err
			}
			free = slices.DeleteFunc(free, func(r T) bool { return shopOf(r) == shopID && slices.Contains(taken, p.id(r)) })
		}
	}
	return free, nil
}

// holdAll holds rows until the commit and gives the ids of those that
// somebody else holds.
func (t *Tx) holdAll(ctx context.Context, table, shopID string, ids []string) (taken []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query := `SELECT id FROM ` + table + ` WHERE shop_id = $1 AND id = ANY($2) ORDER BY id`
	mine, err := all(ctx, t.q, table, scanText, query+t.dialect.claim(), shopID, ids)
	if err != nil || len(mine) == len(ids) {
		return nil, err
	}
	there, err := all(ctx, t.q, table, scanText, query, shopID, ids)
	return slices.DeleteFunc(there, func(id string) bool { return slices.Contains(mine, id) }), err
}
