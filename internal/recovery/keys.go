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
	of map[string]*shopKeys
}

// shopKeys are one shop's platform's. Who asks for them holds asking meanwhile:
// deliveries that come at once wait for one answer.
type shopKeys struct {
	asking sync.Mutex
	mu     sync.Mutex
	texts  []string
	// askedAt is the last asking, answered or not.
	askedAt time.Time
}

const (
	// keysAfter is how long after one asking for keys the next may follow: a flood
	// of forged deliveries must not become a flood of calls.
	keysAfter = time.Minute
	// keyShops bounds how many shops are remembered; beyond, all begin anew.
	keyShops = 10_000
	// keysWithin bounds the asking: the sender of the delivery waits for it.
	keysWithin = 3 * time.Second
)

// verify checks a delivery by the shop's secrets, and by the keys that its
// platform publishes: those known, and, when none fits, those it publishes now.
// Where these cannot be read it is fault.Overloaded, so that the sender comes
// again: a refusal would be final with most platforms.
//
// A generic sender may post for any shop, and signs with a shared secret: what a
// platform publishes, or what only names a shop there, is never taken for one.
func (e *Engine) verify(ctx context.Context, sh shop.Shop, platform string, p Platform, d event.Delivery, secrets []string) error {
	if platform == "generic" {
		secrets = shop.SharedSecrets(secrets)
	}
	if platform != sh.Platform || !e.Remote.Can(platform).Keys {
		return p.Verify(d, secrets)
	}
	k := e.publicKeys.shop(sh.ID)
	known, at := k.read()
	err := p.Verify(d, slices.Concat(secrets, known))
	if !fault.Is(err, fault.Unauthorized) {
		return err
	}
	k.asking.Lock()
	defer k.asking.Unlock()
	now, last := e.Now(), time.Time{}
	if known, last = k.read(); !last.Equal(at) {
		return p.Verify(d, slices.Concat(secrets, known)) // somebody asked meanwhile
	}
	if !last.IsZero() && now.Sub(last) < keysAfter {
		return err
	}
	k.write(known, now)
	asked, cancel := context.WithTimeout(ctx, keysWithin)
	defer cancel()
	found, trouble := e.Remote.Keys(asked, sh, d)
	if trouble != nil {
		e.Log.WarnContext(ctx, "the platform's keys could not be read", "shop", sh.ID, "platform", sh.Platform, "error", trouble)
		if code := fault.CodeOf(trouble); code == fault.Overloaded || code == fault.Throttled {
			return fault.Wrap(fault.Overloaded, trouble, "the platform's keys cannot be read now").Later(keysAfter)
		}
		return err
	}
	k.write(found, now)
	return p.Verify(d, slices.Concat(secrets, found))
}

func (p *publicKeys) shop(shopID string) *shopKeys {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil || len(p.of) >= keyShops {
		p.of = map[string]*shopKeys{}
	}
	if p.of[shopID] == nil {
		p.of[shopID] = &shopKeys{}
	}
	return p.of[shopID]
}

func (k *shopKeys) read() ([]string, time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.texts, k.askedAt
}

func (k *shopKeys) write(texts []string, askedAt time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.texts, k.askedAt = texts, askedAt
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
