package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

const offerColumns = `o.id, o.shop_id, o.enrollment_id, o.offer_key, o.stock, o.code, o.value, o.message_id, o.made_at, o.expires_at`

func scanOffer(rows *sql.Rows, o *journey.Offer) error {
	var made, expires int64
	err := rows.Scan(&o.ID, &o.ShopID, &o.EnrollmentID, &o.Key, &o.Stock, &o.Code, &o.Value, &o.MessageID, &made, &expires)
	o.MadeAt, o.ExpiresAt = at(made), at(expires)
	return err
}

// Offer gives one, or fault.NotFound.
func (t *Tx) Offer(ctx context.Context, shopID, id string) (journey.Offer, error) {
	return one(ctx, t.q, "offer", scanOffer, `SELECT `+offerColumns+` FROM offers o WHERE shop_id = $1 AND id = $2`, shopID, id)
}

// What carts and shoppers were offered is found by their messages, which follow
// both through merges. A CROSS JOIN has SQLite begin with those: without
// statistics it might read all offers of the shop.

// OfferOf gives what a cart was offered under a key: in the enrollment itself,
// else in another of the cart's, the first of several; or fault.NotFound.
func (t *Tx) OfferOf(ctx context.Context, shopID, cartID, enrollmentID, key string) (journey.Offer, error) {
	return one(ctx, t.q, "offer", scanOffer, `
		SELECT `+offerColumns+` FROM messages m CROSS JOIN offers o
		WHERE m.shop_id = $1 AND m.cart_id = $2 AND o.shop_id = $1 AND o.id = m.offer_id AND o.offer_key = $4
		ORDER BY CASE o.enrollment_id WHEN $3 THEN 0 ELSE 1 END, o.made_at, o.id LIMIT 1`,
		shopID, cartID, enrollmentID, key)
}

// OfferedElsewhere gives when a shopper was last made an offer for another cart
// by a message that left or may still leave; zero for never since an instant.
func (t *Tx) OfferedElsewhere(ctx context.Context, shopID, shopperID, cartID string, since time.Time) (time.Time, error) {
	last, err := one(ctx, t.q, "offer", scanInt, `
		SELECT CAST(coalesce(max(o.made_at), 0) AS BIGINT) FROM messages m CROSS JOIN offers o
		WHERE m.shop_id = $1 AND m.shopper_id = $2 AND m.reserved_at >= $4 AND m.cart_id <> $3 AND m.state NOT IN ('rejected', 'cancelled')
			AND o.shop_id = $1 AND o.id = m.offer_id AND o.made_at > $4`,
		shopID, shopperID, cartID, ms(since))
	return at(int64(last)), err
}

// InsertOffer stores one; fault.Conflict when its enrollment has one under this
// key, or its code was given before.
func (t *Tx) InsertOffer(ctx context.Context, o journey.Offer) error {
	n, err := run(ctx, t.q, "offer", `
		INSERT INTO offers (shop_id, id, enrollment_id, offer_key, stock, code, value, message_id, made_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		o.ShopID, o.ID, o.EnrollmentID, o.Key, o.Stock, o.Code, o.Value, o.MessageID, ms(o.MadeAt), ms(o.ExpiresAt))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "this offer is made already")
	}
	return err
}

// takeCode takes the first free code of a stock. On Postgres codes that another
// transaction is about to take are passed over.
const takeCode = `
	UPDATE offer_codes SET taken_at = $3, message_id = $4 WHERE shop_id = $1 AND stock = $2 AND taken_at = 0 AND code = (
		SELECT code FROM offer_codes WHERE shop_id = $1 AND stock = $2 AND taken_at = 0 ORDER BY added_at, code LIMIT 1%s)
	RETURNING code`

// TakeCode takes a free code of a stock for a message; "" when none is left.
func (t *Tx) TakeCode(ctx context.Context, shopID, stock, messageID string) (string, error) {
	// The last codes may be held by transactions that give them back: whoever finds none waits for those.
	for _, hold := range []string{t.dialect.claim(), t.dialect.lock()} {
		code, err := t.takeFree(ctx, hold, shopID, stock, messageID)
		if err != nil || code != "" || hold == "" {
			return code, err
		}
	}
	return "", nil
}

func (t *Tx) takeFree(ctx context.Context, hold, shopID, stock, messageID string) (string, error) {
	taken, err := all(ctx, t.q, "code", scanText, fmt.Sprintf(takeCode, hold), shopID, stock, ms(t.now), messageID)
	if err != nil || len(taken) == 0 {
		return "", err
	}
	return taken[0], nil
}

// OfferInUse reports whether another message shows an offer, whatever became of it.
func (t *Tx) OfferInUse(ctx context.Context, shopID, id, except string) (bool, error) {
	found, err := all(ctx, t.q, "messages", scanText, `
		SELECT id FROM messages WHERE shop_id = $1 AND offer_id = $2 AND offer_id <> '' AND id <> $3 LIMIT 1`, shopID, id, except)
	return len(found) > 0, err
}

// DropOffer unmakes an offer that nobody saw, and makes its code free again.
func (t *Tx) DropOffer(ctx context.Context, o journey.Offer) error {
	if _, err := run(ctx, t.q, "offer", `DELETE FROM offers WHERE shop_id = $1 AND id = $2`, o.ShopID, o.ID); err != nil || o.Stock == "" {
		return err
	}
	_, err := run(ctx, t.q, "code", `
		UPDATE offer_codes SET taken_at = 0, message_id = '' WHERE shop_id = $1 AND stock = $2 AND code = $3 AND message_id = $4`,
		o.ShopID, o.Stock, o.Code, o.MessageID)
	return err
}

// forgetOffer removes an offer, and whom its code was given to. The code stays taken.
func (t *Tx) forgetOffer(ctx context.Context, shopID, id string) error {
	for _, query := range []string{
		`UPDATE offer_codes SET message_id = '' WHERE shop_id = $1 AND (stock, code) IN (
			SELECT stock, code FROM offers WHERE shop_id = $1 AND id = $2 AND stock <> '')`,
		`UPDATE messages SET offer_id = '' WHERE shop_id = $1 AND offer_id = $2 AND offer_id <> ''`,
		`DELETE FROM offers WHERE shop_id = $1 AND id = $2`,
	} {
		if _, err := run(ctx, t.q, "offer", query, shopID, id); err != nil {
			return err
		}
	}
	return nil
}

// purgeOffers forgets offers that were over before an instant, at most limit of them.
func (t *Tx) purgeOffers(ctx context.Context, shopID string, before time.Time, limit int) (int, error) {
	old, err := all(ctx, t.q, "offers", scanText, fmt.Sprintf(`
		SELECT id FROM offers WHERE shop_id = $1 AND expires_at < $2 LIMIT %d`, limit)+t.dialect.lock(), shopID, ms(before))
	if err != nil {
		return 0, err
	}
	for _, id := range old {
		if err := t.forgetOffer(ctx, shopID, id); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
