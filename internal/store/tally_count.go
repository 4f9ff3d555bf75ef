package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Recount counts a shop's tallies from its rows, in its time zone as it is now.
// Nothing is counted twice or left out meanwhile: it holds the shop, which
// whoever changes a tally shares until their commit.
func (t *Tx) Recount(ctx context.Context, shopID string) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	name, err := one(ctx, t.q, "shop", scanText, `SELECT timezone FROM shops WHERE id = $1`, shopID)
	if err != nil {
		return err
	}
	rows, err := t.counted(ctx, shopID, zoneNamed(name))
	if err != nil {
		return err
	}
	if _, err := run(ctx, t.q, "tallies", `DELETE FROM tallies WHERE shop_id = $1`, shopID); err != nil {
		return err
	}
	if err := t.addTallies(ctx, shopID, rows); err != nil {
		return err
	}
	// What this transaction did itself is counted with the rest.
	for k := range t.tally.by {
		if k.shopID == shopID {
			delete(t.tally.by, k)
		}
	}
	_, err = run(ctx, t.q, "shop", `UPDATE shops SET tally_zone = $2 WHERE id = $1`, shopID, name)
	return err
}

// inZone counts anew when the shop's time zone is not the one its tallies are
// kept in: its days begin at other moments now.
func (t *Tx) inZone(ctx context.Context, shopID string) error {
	other, err := all(ctx, t.q, "shop", scanText, `SELECT id FROM shops WHERE id = $1 AND tally_zone <> timezone`, shopID)
	if err != nil || len(other) == 0 {
		return err
	}
	return t.Recount(ctx, shopID)
}

// RecountStale counts the shops whose tallies are of another time zone, or were
// never counted, and gives how many there were: after the schema gained them, all.
func (s *Store) RecountStale(ctx context.Context) (int, error) {
	stale, err := all(ctx, s.reader(), "shops", scanText, `SELECT id FROM shops WHERE tally_zone <> timezone ORDER BY id`)
	if err != nil {
		return 0, err
	}
	for i, id := range stale {
		if err := s.Write(ctx, func(ctx context.Context, tx *Tx) error { return tx.inZone(ctx, id) }); err != nil {
			return i, err
		}
	}
	return len(stale), nil
}

// counting adds rows that count many things at once to tallies.
type counting struct {
	ctx    context.Context
	q      querier
	shopID string
	by     tallying
	err    error
}

// group is a row of a counting query: things alike of one quarter of an hour.
type group[M any] struct {
	marks M
	n     int64
}

// countGroups runs a counting query whose last column is the count.
func countGroups[M any](c *counting, what, query string, scan func(rows *sql.Rows, m *M, n *int64) error, add func(M, int64)) {
	if c.err != nil {
		return
	}
	groups, err := all(c.ctx, c.q, what, func(rows *sql.Rows, g *group[M]) error { return scan(rows, &g.marks, &g.n) }, query, c.shopID)
	c.err = err
	for _, g := range groups {
		add(g.marks, g.n)
	}
}

// counted counts everything from the rows. Times are told in quarters of an
// hour, of which the days of all zones are made.
func (t *Tx) counted(ctx context.Context, shopID string, zone *time.Location) (map[journey.Tally]sums, error) {
	c := &counting{ctx: ctx, q: t.q, shopID: shopID}
	c.carts()
	c.messages()
	c.decisions()
	c.recoveries()
	return rowsOf(c.by.by, zone), c.err
}

func (c *counting) carts() {
	// One query for each moment: together they would make a group for almost every cart.
	for what, column := range map[string]string{"": "", journey.TallyStarted: "started_at", journey.TallyAbandoned: "abandoned_at", journey.TallyOrdered: "ordered_at"} {
		moment, some := column+" / 900000", " AND "+column+" > 0"
		if column == "" {
			moment, some = "0", ""
		}
		countGroups(c, "carts", `SELECT state, persona, `+moment+`, count(*) FROM carts WHERE shop_id = $1 AND state <> 'merged'`+some+` GROUP BY 1, 2, 3`,
			func(rows *sql.Rows, k *tallied, n *int64) error { return rows.Scan(&k.Kind, &k.Persona, &k.quarter, n) },
			func(k tallied, n int64) {
				k.shopID = c.shopID
				if what != "" {
					k.What, k.Kind = what, ""
					c.by.add(k, sums{n: n})
					return
				}
				state, persona := k.Kind, k.Persona
				c.by.add(tallied{shopID: c.shopID, quarter: noQuarter, Tally: journey.Tally{What: journey.TallyCart, Kind: state}}, sums{n: n})
				if persona != "" {
					c.by.add(tallied{shopID: c.shopID, quarter: noQuarter, Tally: journey.Tally{What: journey.TallyRouted, Persona: persona}}, sums{n: n})
				}
			})
	}
}

func (c *counting) messages() {
	countGroups(c, "messages", `SELECT state, channel, sequence_key, persona, reserved_at / 900000, count(*) FROM messages WHERE shop_id = $1 GROUP BY 1, 2, 3, 4, 5`,
		func(rows *sql.Rows, k *tallied, n *int64) error {
			return rows.Scan(&k.Kind, &k.Channel, &k.Sequence, &k.Persona, &k.quarter, n)
		},
		func(k tallied, n int64) { k.shopID, k.What = c.shopID, journey.TallyMessage; c.by.add(k, sums{n: n}) })
	countGroups(c, "enrollments", `SELECT persona, sequence_key, CASE WHEN holdout THEN 'held_out' ELSE '' END, created_at / 900000, count(*) FROM enrollments WHERE shop_id = $1 GROUP BY 1, 2, 3, 4`,
		func(rows *sql.Rows, k *tallied, n *int64) error {
			return rows.Scan(&k.Persona, &k.Sequence, &k.Kind, &k.quarter, n)
		},
		func(k tallied, n int64) { k.shopID, k.What = c.shopID, journey.TallyEnrolled; c.by.add(k, sums{n: n}) })
}

func (c *counting) decisions() {
	countGroups(c, "decisions", `SELECT outcome || ' ' || rule, decided_at / 900000, count(*) FROM decisions WHERE shop_id = $1 GROUP BY 1, 2`,
		func(rows *sql.Rows, k *tallied, n *int64) error { return rows.Scan(&k.Kind, &k.quarter, n) },
		func(k tallied, n int64) { k.shopID, k.What = c.shopID, journey.TallyDecision; c.by.add(k, sums{n: n}) })
}

// recovered is a counted group with its money.
type recovered struct {
	tallied
	amount, refunded int64
}

func (c *counting) recoveries() {
	countGroups(c, "recovered carts", `SELECT count(DISTINCT cart_id) FROM recoveries WHERE shop_id = $1 AND cart_id <> ''`,
		func(rows *sql.Rows, _ *tallied, n *int64) error { return rows.Scan(n) },
		func(_ tallied, n int64) {
			c.by.add(tallied{shopID: c.shopID, quarter: noQuarter, Tally: journey.Tally{What: journey.TallyRecoveredCart}}, sums{n: n})
		})
	countGroups(c, "recoveries", `SELECT rule, currency, persona, sequence_key, channel, credited_at / 900000,
			CAST(sum(amount_minor) AS BIGINT), CAST(sum(refunded_minor) AS BIGINT), count(*) FROM recoveries WHERE shop_id = $1 GROUP BY 1, 2, 3, 4, 5, 6`,
		func(rows *sql.Rows, r *recovered, n *int64) error {
			return rows.Scan(&r.Kind, &r.Currency, &r.Persona, &r.Sequence, &r.Channel, &r.quarter, &r.amount, &r.refunded, n)
		},
		func(r recovered, n int64) {
			r.shopID, r.What = c.shopID, journey.TallyRecovered
			c.by.add(r.tallied, sums{n, r.amount, r.refunded})
		})
}
