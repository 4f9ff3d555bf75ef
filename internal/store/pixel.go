package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

const visitorColumns = `id, name_id, shopper_id, contested, proof, device, first_seen, last_seen`

func scanVisitor(rows *sql.Rows, v *journey.Visitor) error {
	var first, last int64
	err := rows.Scan(&v.ID, &v.NameID, &v.ShopperID, &v.Contested, &v.Proof, &v.Device, &first, &last)
	v.FirstSeen, v.LastSeen = at(first), at(last)
	return err
}

// SeeVisitor notes that a visitor was there, and gives what is known of them.
// An empty proof or device leaves the one there is.
func (t *Tx) SeeVisitor(ctx context.Context, shopID, id, device, proof string) (journey.Visitor, error) {
	now := ms(t.now)
	_, err := run(ctx, t.q, "visitor", `
		INSERT INTO visitors (shop_id, id, name_id, shopper_id, contested, proof, device, first_seen, last_seen)
		VALUES ($1, $2, '', '', FALSE, $3, $4, $5, $5)
		ON CONFLICT (shop_id, id) DO UPDATE SET last_seen = excluded.last_seen,
			proof = CASE excluded.proof WHEN '' THEN visitors.proof ELSE excluded.proof END,
			device = CASE excluded.device WHEN '' THEN visitors.device ELSE excluded.device END`, shopID, id, proof, device, now)
	if err != nil {
		return journey.Visitor{}, err
	}
	_, err = run(ctx, t.q, "visitor's day", `INSERT INTO visitor_days (shop_id, visitor_id, day) VALUES ($1, $2, $3)
		ON CONFLICT (shop_id, visitor_id, day) DO NOTHING`, shopID, id, now/day)
	if err != nil {
		return journey.Visitor{}, err
	}
	return one(ctx, t.q, "visitor", scanVisitor, `SELECT `+visitorColumns+` FROM visitors WHERE shop_id = $1 AND id = $2`, shopID, id)
}

// behaviourBatch is how many rows one statement writes: SQLite and Postgres bound its arguments.
const behaviourBatch = 50

// InsertBehaviours stores what a visitor did; what is stored already is passed over.
func (t *Tx) InsertBehaviours(ctx context.Context, shopID, visitorID string, did []event.Behaviour) error {
	for len(did) > 0 {
		n := min(len(did), behaviourBatch)
		if err := t.insertBehaviours(ctx, shopID, visitorID, did[:n]); err != nil {
			return err
		}
		did = did[n:]
	}
	return nil
}

func (t *Tx) insertBehaviours(ctx context.Context, shopID, visitorID string, did []event.Behaviour) error {
	var rows []string
	args := []any{shopID, visitorID}
	for _, b := range did {
		when := ms(b.At)
		fields := []any{b.Page, b.Seq, when, when / day, string(b.Kind), b.Path, b.Target, b.X, b.Y, b.Width, b.Name, b.Detail}
		var marks []string
		for i := range fields {
			marks = append(marks, fmt.Sprintf("$%d", len(args)+i+1))
		}
		rows, args = append(rows, "($1, $2, "+strings.Join(marks, ", ")+")"), append(args, fields...)
	}
	_, err := run(ctx, t.q, "behaviour", `INSERT INTO behaviours (shop_id, visitor_id, `+behaviourColumns+`)
		VALUES `+strings.Join(rows, ", ")+` ON CONFLICT (shop_id, visitor_id, page, seq) DO NOTHING`, args...)
	return err
}

const behaviourColumns = `page, seq, at, day, kind, path, target, x, y, width, name, detail`

func scanBehaviour(rows *sql.Rows, b *event.Behaviour) error {
	var when, onDay int64
	err := rows.Scan(&b.Page, &b.Seq, &when, &onDay, &b.Kind, &b.Path, &b.Target, &b.X, &b.Y, &b.Width, &b.Name, &b.Detail)
	b.At = at(when)
	return err
}

// Claim notes that an address, by its hash, was typed in a visitor's browser.
func (t *Tx) Claim(ctx context.Context, shopID, visitorID, address string) error {
	_, err := run(ctx, t.q, "claim", `INSERT INTO visitor_claims (shop_id, address, visitor_id, said_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (shop_id, address, visitor_id) DO UPDATE SET said_at = excluded.said_at`, shopID, address, visitorID, ms(t.now))
	return err
}

// Claimants gives the visitors in whose browsers an address was typed within a span, at most limit.
func (t *Tx) Claimants(ctx context.Context, shopID, address string, from, to time.Time, limit int) ([]string, error) {
	return all(ctx, t.q, "claims", scanText, fmt.Sprintf(`SELECT visitor_id FROM visitor_claims
		WHERE shop_id = $1 AND address = $2 AND said_at BETWEEN $3 AND $4 ORDER BY visitor_id LIMIT %d`, limit), shopID, address, ms(from), ms(to))
}

// VisitorsWith gives the visitors whose browsers know a platform's cart, at most limit.
func (t *Tx) VisitorsWith(ctx context.Context, shopID, proof string, limit int) ([]string, error) {
	return all(ctx, t.q, "visitors", scanText, fmt.Sprintf(
		`SELECT id FROM visitors WHERE shop_id = $1 AND proof = $2 AND proof <> '' ORDER BY id LIMIT %d`, limit), shopID, proof)
}

// TieVisitor makes a visitor a known person's. Who is tied to somebody else
// already is nobody's from then on: a browser that several people use.
func (t *Tx) TieVisitor(ctx context.Context, shopID, visitorID, nameID, shopperID string) error {
	_, err := run(ctx, t.q, "visitor", `UPDATE visitors SET name_id = $3, shopper_id = $4
		WHERE shop_id = $1 AND id = $2 AND contested = FALSE AND shopper_id = ''`, shopID, visitorID, nameID, shopperID)
	if err != nil {
		return err
	}
	_, err = run(ctx, t.q, "visitor", `UPDATE visitors SET contested = TRUE, name_id = '', shopper_id = ''
		WHERE shop_id = $1 AND id = $2 AND shopper_id <> '' AND shopper_id <> $3`, shopID, visitorID, shopperID)
	return err
}

// visitDays counts a shopper's different days, by events and by visits.
const visitDays = `SELECT count(*) FROM (
	SELECT occurred_at / 86400000 AS day FROM events WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> ''
	UNION SELECT day FROM visitor_days WHERE shop_id = $1
		AND visitor_id IN (SELECT id FROM visitors WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '')) AS days`

// deviceOf gives the device a shopper's browser was last seen on, "" for unknown.
func deviceOf(ctx context.Context, q querier, shopID, shopperID string) (string, error) {
	found, err := all(ctx, q, "device", scanText, `SELECT device FROM visitors
		WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '' AND device <> '' ORDER BY last_seen + 0 DESC LIMIT 1`, shopID, shopperID)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// visitorsOf narrows a table with visitor_id to the visitors of a scope.
func visitorsOf(s recovery.Scope) string {
	return `visitor_id IN (SELECT id FROM visitors WHERE shop_id = $1 AND ` + mine(s) + `)`
}

// visited are the tables of what visitors did, with their keys.
var visited = []struct{ table, key string }{
	{"behaviours", "visitor_id, page, seq"}, {"visitor_claims", "address, visitor_id"}, {"visitor_days", "visitor_id, day"},
}

// heldVisits counts what an erasure would remove of visits.
func (s *Store) heldVisits(ctx context.Context, c recovery.Cleaning, out map[string]int) error {
	if c.ShopperID == "" {
		return nil
	}
	for _, v := range visited {
		n, err := one(ctx, s.reader(), v.table, scanInt, fmt.Sprintf(`SELECT count(*) FROM %s WHERE shop_id = $1 AND %s`, v.table, visitorsOf(c.Scope)), c.ShopID, id(c.Scope))
		if err != nil {
			return err
		}
		out[v.table] = n
	}
	n, err := one(ctx, s.reader(), "visitors", scanInt, `SELECT count(*) FROM visitors WHERE shop_id = $1 AND `+mine(c.Scope), c.ShopID, id(c.Scope))
	out["visitors"] = n
	return err
}

// visited reads the shopper's browsers and what they did.
func (d *dossiers) visited(out *journey.Dossier) {
	out.Visitors = []journey.Visitor{}
	filled(d, &out.Visitors, "visitors", scanVisitor,
		`SELECT `+visitorColumns+` FROM visitors WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '' ORDER BY first_seen + 0, id`)
	for i := range out.Visitors {
		of := &dossiers{ctx: d.ctx, q: d.q, shopID: d.shopID, shopperID: out.Visitors[i].ID, err: d.err}
		filled(of, &out.Visitors[i].Did, "behaviour", scanBehaviour,
			`SELECT `+behaviourColumns+` FROM behaviours WHERE shop_id = $1 AND visitor_id = $2 ORDER BY at + 0, page, seq`)
		filled(of, &out.Visitors[i].Days, "days", func(rows *sql.Rows, t *time.Time) error {
			var n int64
			err := rows.Scan(&n)
			*t = at(n * day)
			return err
		}, `SELECT day FROM visitor_days WHERE shop_id = $1 AND visitor_id = $2 ORDER BY day`)
		d.err = of.err
	}
}

// blankVisitors removes what visitors of a scope did, and then the visitors.
// Their carts hold no name and are found by their link.
func (t *Tx) blankVisitors(ctx context.Context, c recovery.Cleaning) (map[string]int, error) {
	out := map[string]int{}
	if c.ShopperID == "" {
		return nil, nil
	}
	for _, v := range visited {
		n, err := run(ctx, t.q, v.table, fmt.Sprintf(`DELETE FROM %s WHERE shop_id = $1 AND (%s) IN (
			SELECT %s FROM %s WHERE shop_id = $1 AND %s LIMIT %d)`, v.table, v.key, v.key, v.table, visitorsOf(c.Scope), c.Limit), c.ShopID, id(c.Scope))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out[v.table] = n
			return out, nil
		}
	}
	ids, err := all(ctx, t.q, "visitors", scanVisitor, fmt.Sprintf(`SELECT `+visitorColumns+` FROM visitors WHERE shop_id = $1 AND %s LIMIT %d`, mine(c.Scope), c.Limit), c.ShopID, id(c.Scope))
	if err != nil {
		return nil, err
	}
	for _, v := range ids {
		if err := t.blankVisitorCarts(ctx, c, v, out); err != nil {
			return nil, err
		}
		n, err := run(ctx, t.q, "visitor", `DELETE FROM visitors WHERE shop_id = $1 AND id = $2`, c.ShopID, v.ID)
		if err != nil {
			return nil, err
		}
		out["visitors"] += n
	}
	return out, nil
}

// blankVisitorCarts blanks the carts that the script told of a visitor.
func (t *Tx) blankVisitorCarts(ctx context.Context, c recovery.Cleaning, v journey.Visitor, out map[string]int) error {
	carts, err := t.cartIDsByLinks(ctx, c.ShopID, recovery.PixelLinks(v.ID, v.Proof))
	if err != nil {
		return err
	}
	for _, row := range carts {
		if err := t.blankCart(ctx, c, row, out); err != nil {
			return err
		}
	}
	return nil
}

// purgeVisits removes behaviour of before an instant, and the visitors who did not come since.
func (t *Tx) purgeVisits(ctx context.Context, shopID string, before time.Time, limit int) (int, error) {
	n, err := run(ctx, t.q, "behaviour", fmt.Sprintf(`DELETE FROM behaviours WHERE shop_id = $1 AND (visitor_id, page, seq) IN (
		SELECT visitor_id, page, seq FROM behaviours WHERE shop_id = $1 AND at < $2 LIMIT %d)`, limit), shopID, ms(before))
	if err != nil || n == limit {
		return n, err
	}
	// A claim is of use for an hour.
	over := max(ms(before), ms(t.now.Add(-48*time.Hour)))
	claims, err := run(ctx, t.q, "claims", fmt.Sprintf(`DELETE FROM visitor_claims WHERE shop_id = $1 AND (address, visitor_id) IN (
		SELECT address, visitor_id FROM visitor_claims WHERE shop_id = $1 AND said_at < $2 LIMIT %d)`, limit), shopID, over)
	if err != nil {
		return n, err
	}
	gone, err := all(ctx, t.q, "visitors", scanText, fmt.Sprintf(`SELECT id FROM visitors WHERE shop_id = $1 AND last_seen < $2 LIMIT %d`, limit), shopID, ms(before))
	if err != nil {
		return n, err
	}
	for _, v := range gone {
		if _, err := run(ctx, t.q, "visitor's days", `DELETE FROM visitor_days WHERE shop_id = $1 AND visitor_id = $2`, shopID, v); err != nil {
			return n, err
		}
		if _, err := run(ctx, t.q, "visitor", `DELETE FROM visitors WHERE shop_id = $1 AND id = $2`, shopID, v); err != nil {
			return n, err
		}
	}
	return max(n, claims, len(gone)), nil
}

// PixelSeen gives when the script of a shop's pages last reported, and how many
// browsers did since an instant, at most journey.MaxPurgeCount.
func (s *Store) PixelSeen(ctx context.Context, shopID string, since time.Time) (p journey.PixelSeen, err error) {
	last, err := all(ctx, s.reader(), "visitors", func(rows *sql.Rows, v *int64) error { return rows.Scan(v) },
		`SELECT last_seen FROM visitors WHERE shop_id = $1 ORDER BY last_seen DESC LIMIT 1`, shopID)
	if err != nil || len(last) == 0 {
		return p, err
	}
	p.LastAt = at(last[0])
	p.Visitors, err = one(ctx, s.reader(), "visitors", scanInt, fmt.Sprintf(
		`SELECT count(*) FROM (SELECT 1 FROM visitors WHERE shop_id = $1 AND last_seen >= $2 LIMIT %d) AS subquery`, journey.MaxPurgeCount), shopID, ms(since))
	return p, err
}
