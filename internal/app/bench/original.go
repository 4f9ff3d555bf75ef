package bench

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// soon is how long the originals' carts are silent before they are abandoned.
const soon = time.Second

// far is when originals and waiting carts are due: never, as far as a run goes.
const far = 30 * 24 * time.Hour

// originals has one checkout abandoned and enrolled in each of several new shops.
func (b *bench) originals(ctx context.Context, s Server, shops int) ([]original, error) {
	var all []original
	for range shops {
		shop, err := s.OpenShop(ctx, soon)
		if err != nil {
			return nil, err
		}
		if err := deliver(ctx, s, shop); err != nil {
			return nil, err
		}
		all = append(all, original{shopID: shop.ID})
	}
	for i := range all {
		if err := b.enrolled(ctx, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// deliver posts the model's checkout.
func deliver(ctx context.Context, s Server, shop Shop) error {
	u, err := url.Parse(s.URL())
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the server's address cannot be read")
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the server does not answer")
	}
	defer c.Close()
	status, err := exchange(c, bufio.NewReader(c), newWebhooks(shop, u.Host, time.Now()).request(nil, model))
	if err != nil || status != http.StatusOK {
		return fault.Wrap(fault.Internal, err, "the model's webhook was answered %d", status)
	}
	return nil
}

// enrolled waits until the shop's cart is enrolled, reads it and puts it off.
func (b *bench) enrolled(ctx context.Context, o *original) error {
	var why string
	err := b.until(ctx, "a cart to be enrolled", func() (int, bool, error) {
		err := b.scratch.db.QueryRowContext(ctx, `
			SELECT e.cart_id, e.shopper_id, e.due_at, c.last_activity FROM enrollments e
			JOIN carts c ON c.shop_id = e.shop_id AND c.id = e.cart_id
			WHERE e.shop_id = $1 AND e.due_at IS NOT NULL`, o.shopID).Scan(&o.cartID, &o.shopperID, &o.due, &o.activity)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, false, nil
		}
		return 1, err == nil, err
	})
	if err != nil {
		why, _ = b.scratch.one(ctx, `SELECT max(rule) FROM decisions WHERE shop_id = $1`, o.shopID)
		return fault.Wrap(fault.CodeOf(err), err, "the model's cart was not enrolled (last decision: %q)", why)
	}
	if _, err := b.scratch.db.ExecContext(ctx, `UPDATE enrollments SET due_at = $2 WHERE shop_id = $1`, o.shopID, time.Now().Add(far).UnixMilli()); err != nil {
		return fault.Wrap(fault.Internal, err, "cannot put the model's step off")
	}
	return nil
}

const (
	// asked is how often something waited for is asked after.
	asked = 20 * time.Millisecond
	// stuck is how long nothing may move before the run is given up.
	stuck = 90 * time.Second
)

// until asks again and again until done. What is asked gives a number that
// moves as long as there is progress; when it stands still for too long, or
// ctx ends, so does the wait.
func (b *bench) until(ctx context.Context, what string, ask func() (progress int, done bool, err error)) error {
	tick := time.NewTicker(asked)
	defer tick.Stop()
	last, moved := -1, time.Now()
	for {
		n, done, err := ask()
		if done || err != nil {
			return err
		}
		if n != last {
			last, moved = n, time.Now()
		}
		if time.Since(moved) > stuck {
			return fault.New(fault.Internal, "gave up waiting for %s: nothing has moved for %s", what, stuck)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
