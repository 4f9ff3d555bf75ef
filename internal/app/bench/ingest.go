package bench

import (
	"context"
	"net/url"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// usual is how long carts are silent before they are abandoned, where nothing is to be abandoned.
const usual = 30 * time.Minute

// measureIngest posts signed webhooks to the real server.
func (b *bench) measureIngest(ctx context.Context) error {
	return b.with(ctx, func(s Server) (err error) {
		b.report.Memory.Idle = rest()
		b.say("durable ingest: %d connections for %s", b.Connections, b.Duration)
		b.report.Ingest.Ours, err = b.ingest(ctx, s)
		return err
	})
}

// ingest posts webhooks of new checkouts to a new shop and counts what was stored.
func (b *bench) ingest(ctx context.Context, s Server) (Rate, error) {
	shop, err := s.OpenShop(ctx, usual)
	if err != nil {
		return Rate{}, err
	}
	u, err := url.Parse(s.URL())
	if err != nil {
		return Rate{}, fault.Wrap(fault.Internal, err, "the server's address cannot be read")
	}
	r, answered, err := b.post(ctx, u.Host, shop)
	if err != nil {
		return r, err
	}
	stored, err := b.scratch.number(ctx, `SELECT count(*) FROM events WHERE shop_id = $1 AND status = 'folded'`, shop.ID)
	if err == nil && stored != int64(answered) {
		b.report.doubt("%d webhooks were answered 200, but %d are stored and folded", answered, stored)
	}
	return r, err
}

// post posts a shop's webhooks to an address.
func (b *bench) post(ctx context.Context, addr string, s Shop) (r Rate, answered int, err error) {
	l := &load{addr: addr, connections: b.Connections, duration: b.Duration, request: newWebhooks(s, addr, time.Now()).request}
	l.next.Store(b.numbered)
	r, answered, err = l.warmed(ctx)
	b.numbered = l.next.Load()
	if err == nil && r.Failed > 0 {
		b.report.doubt("%d requests were not answered 200", r.Failed)
	}
	return r, answered, err
}
