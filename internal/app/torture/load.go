package torture

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// load is the shoppers of a round and the platforms that report them.
type load struct {
	url    string
	shops  []shop
	ledger *ledger
	box    *box
	rand   *rand.Rand
	client *http.Client
	// perSecond is how many new shoppers come in a second.
	perSecond float64
}

// run lets shoppers come for a while and then waits for their stories to end.
// ctx ends all.
func (l *load) run(ctx context.Context, during time.Duration) {
	var wg sync.WaitGroup
	end := time.Now().Add(during)
	for n := 1; time.Now().Before(end); n++ {
		s := draw(l.rand, l.shops, n, time.Now())
		wg.Go(func() { l.live(ctx, s) })
		if pause(ctx, time.Duration(l.rand.ExpFloat64()/l.perSecond*float64(time.Second))) != nil {
			break
		}
	}
	wg.Wait()
	l.client.CloseIdleConnections()
}

// live plays one shopper. The cart counts once all its events are answered.
func (l *load) live(ctx context.Context, s shopper) {
	if s.writes && s.shop.Platform == "generic" {
		// Whoever wrote to the page may be answered there.
		m := sandbox.Sent{Channel: event.Messenger, ShopID: s.shop.ID, To: s.psid(), From: "sandbox-" + s.shop.ID}
		insist(ctx, func() error { return l.box.inner.Reply(ctx, m, "Do you ship to Lyon?") })
	}
	now := time.Now()
	posts, buys := s.story(now), false
	order, ok := s.purchase(now)
	if ok && s.shuffled {
		posts, buys = append(posts, order), true
	}
	if s.shuffled {
		s.rand.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
	}
	for _, p := range posts {
		if !l.deliver(ctx, s, p) {
			return
		}
	}
	l.ledger.do(func(seen *Seen) {
		seen.Carts = append(seen.Carts, Cart{Shop: s.shop.ID, Link: s.cart(), Buys: ok})
	})
	if ok && !buys && pause(ctx, time.Until(now.Add(s.wait))) == nil {
		order, _ = s.purchase(time.Now())
		l.deliver(ctx, s, order)
	}
}

// deliver posts until it is answered 200, as platforms do, and sometimes again afterwards.
func (l *load) deliver(ctx context.Context, s shopper, p post) bool {
	for wait := 30 * time.Millisecond; ; wait = min(2*wait, 400*time.Millisecond) {
		if status := l.post(ctx, p); status == http.StatusOK {
			break
		} else if status >= 400 && status < 500 && status != http.StatusTooManyRequests {
			l.ledger.problem("refused", "shop "+p.shop+": "+p.key+" was answered "+strconv.Itoa(status))
			return false
		}
		if pause(ctx, wait+time.Duration(s.rand.Int64N(int64(wait)))) != nil {
			l.ledger.problem("resume", "shop "+p.shop+": "+p.key+" is not answered 200 in the end")
			return false
		}
	}
	at := time.Now()
	l.ledger.acknowledged(p.shop, p.key)
	if p.key == orderKey(s) {
		l.ledger.do(func(seen *Seen) {
			seen.Purchases = append(seen.Purchases, Purchase{Shop: p.shop, Order: s.order(), Cart: s.cart(), At: at})
		})
	}
	if s.rand.Float64() < s.repeats {
		l.post(ctx, p)
	}
	return true
}

// orderKey is the dedupe key of a shopper's order.
func orderKey(s shopper) string {
	p, _ := s.purchase(time.Time{})
	return p.key
}

// post makes one delivery and gives its status; 0 when there was no answer.
func (l *load) post(ctx context.Context, p post) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+p.path, bytes.NewReader(p.body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range p.header {
		req.Header.Set(name, value)
	}
	res, err := l.client.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return 0
	}
	return res.StatusCode
}
