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
	known  knownKeys
}

// knownKeys are what is known of them.
type knownKeys struct {
	// texts are those that have verified a delivery, toldAt is when the platform gave them.
	texts  []string
	toldAt time.Time
	// askedAt is the last asking, answered or not; vain says that it brought no key.
	askedAt time.Time
	vain    bool
}

const (
	// keysFor is how long keys are believed before they are asked for again: a
	// platform may take one back.
	keysFor = 24 * time.Hour
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
func (e *Engine) verify(ctx context.Context, sh shop.Shop, platform string, d event.Delivery, secrets []string) error {
	p := e.Platforms[platform]
	if platform != sh.Platform || !e.Remote.Can(platform).Keys {
		return p.Verify(d, secrets) // another platform's keys verify nothing here
	}
	k := e.publicKeys.shop(sh.ID)
	known := k.read()
	err := p.Verify(d, slices.Concat(secrets, known.texts))
	old := len(known.texts) > 0 && e.Now().Sub(known.toldAt) >= keysFor
	if err == nil && !old || err != nil && !fault.Is(err, fault.Unauthorized) {
		return err
	}
	k.asking.Lock()
	defer k.asking.Unlock()
	last := known.askedAt
	if known = k.read(); !known.askedAt.Equal(last) {
		err = p.Verify(d, slices.Concat(secrets, known.texts)) // somebody asked meanwhile
	}
	if !known.askedAt.IsZero() && e.Now().Sub(known.askedAt) < keysAfter {
		if err != nil && known.vain {
			return errKeys(nil)
		}
		return err
	}
	return e.verifyAnew(ctx, sh, d, secrets, k, err)
}

// verifyAnew asks for the keys and checks the delivery by them. Keys that do not
// fit it replace none that did fit others: with some platforms the delivery,
// which anybody can send, says which key is asked for. was is what is said of it
// by the keys known before.
func (e *Engine) verifyAnew(ctx context.Context, sh shop.Shop, d event.Delivery, secrets []string, k *shopKeys, was error) error {
	known := k.read()
	known.askedAt, known.vain = e.Now(), true
	k.write(known)
	// Who sent it may hang up: the others wait for the same answer.
	asked, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysWithin)
	defer cancel()
	found, trouble := e.Remote.Keys(asked, sh, d)
	if trouble != nil {
		e.Log.WarnContext(ctx, "the platform's keys could not be read", "shop", sh.ID, "platform", sh.Platform, "error", trouble)
		known.vain = fault.Is(trouble, fault.Overloaded) || fault.Is(trouble, fault.Throttled)
		k.write(known)
		if was != nil && known.vain {
			return errKeys(trouble)
		}
		return was
	}
	err := e.Platforms[sh.Platform].Verify(d, slices.Concat(secrets, found))
	if known.vain = len(found) == 0; err == nil || was == nil {
		known.texts, known.toldAt = found, known.askedAt
	}
	k.write(known)
	return err
}

// errKeys is that it is not known by which keys the platform signs now.
func errKeys(why error) error {
	const text = "the platform's keys cannot be read now"
	if why == nil {
		return fault.New(fault.Overloaded, text).Later(keysAfter)
	}
	return fault.Wrap(fault.Overloaded, why, text).Later(keysAfter)
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

func (k *shopKeys) read() knownKeys {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known
}

func (k *shopKeys) write(known knownKeys) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known = known
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
