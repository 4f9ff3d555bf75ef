package recovery

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// publicKeys remembers, for this process, the keys that platforms sign with and
// publish. Losing them costs one call.
type publicKeys struct {
	mu sync.Mutex
	of map[string]keys
}

// keys are one shop's platform's.
type keys struct {
	texts   []string
	askedAt time.Time
}

const (
	// keysAfter is how long after one asking for keys the next may follow: a flood
	// of forged deliveries must not become a flood of calls.
	keysAfter = time.Minute
	// keyAskers bounds how many shops are remembered.
	keyAskers = 10_000
	// keysWithin bounds the asking: the sender of the delivery waits for it.
	keysWithin = 3 * time.Second
)

// verify checks a delivery by the shop's secrets, and by the keys that its
// platform publishes: those known, and, when none fits, those it publishes now.
func (e *Engine) verify(ctx context.Context, sh shop.Shop, p Platform, d event.Delivery, secrets []string) error {
	known, may := e.publicKeys.known(sh.ID, e.Now())
	err := p.Verify(d, slices.Concat(secrets, known))
	if err == nil || !may || !fault.Is(err, fault.Unauthorized) || !e.Remote.Can(sh.Platform).Keys {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, keysWithin)
	defer cancel()
	e.publicKeys.keep(sh.ID, keys{known, e.Now()}) // also where asking fails
	found, asking := e.Remote.Keys(ctx, sh, d)
	if asking != nil {
		e.Log.WarnContext(ctx, "the platform's keys could not be read", "shop", sh.ID, "platform", sh.Platform, "error", asking)
		return err
	}
	e.publicKeys.keep(sh.ID, keys{found, e.Now()})
	return p.Verify(d, slices.Concat(secrets, found))
}

// known gives a shop's keys, and whether they may be asked for again.
func (p *publicKeys) known(shopID string, now time.Time) ([]string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.of[shopID]
	return k.texts, !ok || now.Sub(k.askedAt) >= keysAfter
}

func (p *publicKeys) keep(shopID string, k keys) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil || len(p.of) >= keyAskers {
		p.of = map[string]keys{}
	}
	p.of[shopID] = k
}

// Greet answers a platform that asks by GET whether an address is ours.
func (e *Engine) Greet(ctx context.Context, platform, shopID, challenge string) (string, error) {
	if _, _, err := e.addressed(ctx, platform, shopID); err != nil {
		return "", err
	}
	answer, ok := e.Remote.Greet(platform, challenge)
	if !ok {
		return "", fault.New(fault.NotFound, "this address takes webhooks by POST")
	}
	return answer, nil
}
