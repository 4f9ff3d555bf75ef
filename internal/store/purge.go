package store

import (
	"context"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// PurgeDue gives shops whose old rows are to be looked for.
func (s *Store) PurgeDue(ctx context.Context, limit int) ([]shop.Shop, error) {
	return all(ctx, s.reader(), "shops", scanShop, `SELECT `+shopColumns+` FROM shops WHERE purge_at <= $1 ORDER BY purge_at LIMIT $2`,
		ms(s.now()), limit)
}

// TakePurge makes a shop's purge this process's until an instant; false when another has it.
func (t *Tx) TakePurge(ctx context.Context, shopID string, until time.Time) (bool, error) {
	n, err := run(ctx, t.q, "purge", `UPDATE shops SET purge_at = $2 WHERE id = $1 AND purge_at <= $3`, shopID, ms(until), ms(t.now))
	return n == 1, err
}

// PurgeAgain sets when the shop is looked through next.
func (t *Tx) PurgeAgain(ctx context.Context, shopID string, at time.Time) error {
	_, err := run(ctx, t.q, "purge", `UPDATE shops SET purge_at = $2 WHERE id = $1`, shopID, ms(at))
	return err
}

// old tells how what is kept for a time is found and removed. found is asked
// with $1 the shop and $2 the instant; the outer statement asks it again, since
// a row may have changed while it waited for it.
type old struct {
	table, change, found string
}

var olds = map[shop.Kept]old{
	// A quarantined event whose body is gone can never be replayed.
	shop.KeptEvents: {"events", `UPDATE events SET body = %s, headers = '{}',
		status = CASE status WHEN 'quarantined' THEN 'expired' ELSE status END`, `received_at < $2 AND length(body) > 0`},
	shop.KeptMessages:  {"messages", `UPDATE messages SET rendered = '{}', inputs = '{}'`, `reserved_at < $2 AND rendered <> '{}' AND state NOT IN ('reserved', 'sending')`},
	shop.KeptDecisions: {"decisions", `UPDATE decisions SET inputs = '{}'`, `decided_at < $2 AND inputs <> '{}'`},
	shop.KeptInbounds:  {"inbounds", `DELETE FROM inbounds`, `received_at < $2`},
	shop.KeptTouches:   {"touches", `DELETE FROM touches`, `at < $2`},
}

// keyed are those whose rows have no id of their own.
var keyedOlds = map[shop.Kept]string{
	shop.KeptReports: `DELETE FROM reports WHERE shop_id = $1 AND (provider, dedupe) IN (
		SELECT provider, dedupe FROM reports WHERE shop_id = $1 AND received_at < $2 LIMIT %d)`,
	shop.KeptEarlyReports: `DELETE FROM early_reports WHERE shop_id = $1 AND (provider_id, dedupe) IN (
		SELECT provider_id, dedupe FROM early_reports WHERE shop_id = $1 AND received_at < $2 LIMIT %d)`,
	shop.KeptProducts: `DELETE FROM products WHERE shop_id = $1 AND told_at < $2 AND (same, currency) IN (
		SELECT same, currency FROM products WHERE shop_id = $1 AND told_at < $2 LIMIT %d)`,
	shop.KeptInquiries: `DELETE FROM inquiries WHERE shop_id = $1 AND due_at IS NULL AND wanted_at < $2 AND (kind, ref) IN (
		SELECT kind, ref FROM inquiries WHERE shop_id = $1 AND due_at IS NULL AND wanted_at < $2 LIMIT %d)`,
	shop.KeptLinks: `DELETE FROM links WHERE hash IN (
		SELECT hash FROM links WHERE shop_id = $1 AND expires_at < $2 AND expires_at > 0 LIMIT %d)`,
}

// Purge removes or blanks what is kept from before an instant, at most limit
// rows, and gives how many there were.
func (t *Tx) Purge(ctx context.Context, shopID string, what shop.Kept, before time.Time, limit int) (int, error) {
	if what == shop.KeptCarts {
		return t.expireCarts(ctx, shopID, before, limit)
	}
	if what == shop.KeptOffers {
		return t.purgeOffers(ctx, shopID, before, limit)
	}
	if what == shop.KeptBehaviour {
		return t.purgeVisits(ctx, shopID, before, limit)
	}
	if what == shop.KeptInbounds {
		if err := t.sweepConversations(ctx, shopID, ms(before)); err != nil {
			return 0, err
		}
	}
	if query, ok := keyedOlds[what]; ok {
		return run(ctx, t.q, string(what), fmt.Sprintf(query, limit), shopID, ms(before))
	}
	o, ok := olds[what]
	if !ok {
		return 0, fault.New(fault.Internal, "nothing is known of how to purge %s", what)
	}
	change, args := o.change, []any{shopID, ms(before)}
	if what == shop.KeptEvents {
		change, args = fmt.Sprintf(change, "$3"), append(args, []byte{})
	}
	return run(ctx, t.q, string(what), fmt.Sprintf(`%s WHERE shop_id = $1 AND %s AND id IN (SELECT id FROM %s WHERE shop_id = $1 AND %s LIMIT %d)`,
		change, o.found, o.table, o.found, limit), args...)
}

// overCarts are unfinished carts of before an instant.
const overCarts = `state IN ('open', 'abandoned') AND last_activity < $2
		AND NOT EXISTS (SELECT 1 FROM enrollments e WHERE e.shop_id = $1 AND e.cart_id = carts.id AND e.state = 'waiting')`

// expireCarts ends unfinished carts of before an instant. One that a step still
// waits for is not over yet.
func (t *Tx) expireCarts(ctx context.Context, shopID string, before time.Time, limit int) (int, error) {
	old, err := all(ctx, t.q, "carts", scanText, fmt.Sprintf(`SELECT id FROM carts WHERE shop_id = $1 AND %s LIMIT %d`, overCarts, limit)+t.dialect.lock(),
		shopID, ms(before))
	if err != nil {
		return 0, err
	}
	for _, id := range old {
		was, _, err := t.cartWas(ctx, shopID, id)
		if err != nil {
			return 0, err
		}
		now := was
		now.state = "expired"
		t.tallyCart(shopID, was, -1)
		t.tallyCart(shopID, now, 1)
		if _, err := run(ctx, t.q, "cart", `UPDATE carts SET state = 'expired', idle_at = NULL WHERE shop_id = $1 AND id = $2`, shopID, id); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

// PurgeSignIns removes sessions and sign-in links that are over.
func (t *Tx) PurgeSignIns(ctx context.Context) error {
	if _, err := run(ctx, t.q, "sessions", `DELETE FROM sessions WHERE expires_at <= $1`, ms(t.now)); err != nil {
		return err
	}
	if _, err := run(ctx, t.q, "sign-in links", `DELETE FROM sign_ins WHERE expires_at <= $1`, ms(t.now)); err != nil {
		return err
	}
	_, err := run(ctx, t.q, "invitations", `DELETE FROM invitations WHERE expires_at <= $1`, ms(t.now))
	return err
}
