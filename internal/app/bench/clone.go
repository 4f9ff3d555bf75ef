package bench

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// original is an enrolled cart that went the real way: by webhook, idle alarm,
// persona and sequence. Its copies differ in number, ids and time alone.
type original struct {
	shopID, cartID, shopperID string
	// activity is the cart's last activity, due when its first step is due (Unix milliseconds).
	activity, due int64
}

// copied are the tables an enrolled cart has rows in, with the column that finds them.
var copied = []struct{ table, by string }{
	{"events", "cart_id"}, {"shoppers", "id"}, {"shopper_keys", "shopper_id"}, {"consents", "shopper_id"}, {"carts", "id"},
	{"cart_links", "cart_id"}, {"cart_people", "cart_id"}, {"enrollments", "cart_id"}, {"decisions", "cart_id"},
}

// ids are the columns whose id becomes the copy's.
var ids = []string{"id", "cart_id", "shopper_id", "enrollment_id"}

// chunk is how many carts are copied in one transaction.
const chunk = 5000

// duetimes tells when copies are due: the first at an instant, each next one a step later.
type duetimes struct {
	first time.Time
	// perSecond is how many come due each second; 0 for all at once.
	perSecond int
}

// fill copies the original n times under the numbers from first on.
func (s *scratch) fill(ctx context.Context, o original, first int64, n int, at duetimes) error {
	for done := 0; done < n; done += chunk {
		if err := s.fillChunk(ctx, o, first, done, min(n, done+chunk), at); err != nil {
			return fault.Wrap(fault.Internal, err, "cannot pre-load carts")
		}
	}
	return nil
}

func (s *scratch) fillChunk(ctx context.Context, o original, first int64, from, to int, at duetimes) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after the commit there is nothing to take back
	for _, c := range copied {
		query, err := copyQuery(ctx, tx, c.table, c.by, o, first, at)
		if err != nil {
			return err
		}
		find := o.cartID
		if c.by == "shopper_id" || c.table == "shoppers" {
			find = o.shopperID
		}
		if _, err := tx.ExecContext(ctx, query, o.shopID, find, from, to-1); err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
	}
	return tx.Commit()
}

// copyQuery writes the statement that copies one table's rows of the original.
// In it i counts the copies of this run from 0.
func copyQuery(ctx context.Context, tx *sql.Tx, table, by string, o original, first int64, at duetimes) (string, error) {
	columns, err := columnsOf(ctx, tx, table)
	if err != nil {
		return "", err
	}
	due := fmt.Sprint(at.first.UnixMilli())
	if at.perSecond > 0 {
		due = fmt.Sprintf("(%s + i * 1000 / %d)", due, at.perSecond)
	}
	// A step's due time counts from the last activity, so this one moves along.
	activity := fmt.Sprintf("(%s - %d)", due, o.due-o.activity)
	number := fmt.Sprintf("substr(CAST(%d + i AS TEXT), 2)", markBase+first)
	var names, values []string
	for _, c := range columns {
		v := "t." + c.name
		switch {
		case slices.Contains(ids, c.name):
			v = fmt.Sprintf("CASE WHEN %s = '' THEN '' ELSE substr(%s, 1, 24) || '000' || %s END", v, v, number)
		case c.text:
			v = fmt.Sprintf("replace(replace(%s, '%s', '%s' || %s), '%d', CAST(%s AS TEXT))", v, marked(model), mark, number, o.activity, activity)
		case c.name == "due_at" && table == "enrollments":
			v = due
		case c.name == "last_activity" || c.name == "started_at":
			v = activity
		}
		names, values = append(names, c.name), append(values, v)
	}
	return fmt.Sprintf(`INSERT INTO %s (%s)
		WITH RECURSIVE n (i) AS (SELECT CAST($3 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST($4 AS BIGINT))
		SELECT %s FROM %s t, n WHERE t.shop_id = $1 AND t.%s = $2`,
		table, strings.Join(names, ", "), strings.Join(values, ", "), table, by), nil
}

type column struct {
	name string
	text bool
}

// columnsOf gives a table's columns as they are, so that a new one needs no change here.
func columnsOf(ctx context.Context, tx *sql.Tx, table string) (columns []column, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT * FROM `+table+` LIMIT 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		columns = append(columns, column{t.Name(), t.DatabaseTypeName() == "TEXT"})
	}
	return columns, rows.Err()
}
