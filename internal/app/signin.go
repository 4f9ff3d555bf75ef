package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// newHasher hashes as many passwords at once as there are processors, but not
// more than four: 76 MiB.
func newHasher() *access.Hasher {
	return access.NewHasher(access.StandardCost(), min(4, runtime.NumCPU()), rand.Reader)
}

// doorkeeper lets people in.
type doorkeeper struct {
	store  *store.Store
	hasher *access.Hasher
	// secret keys the hashes under which failures are remembered.
	secret []byte
}

// newDoorkeeper derives what it needs.
func (c *core) newDoorkeeper() (*doorkeeper, error) {
	secret, err := c.sealer.Derive("sign-in guards")
	return &doorkeeper{store: c.store, hasher: newHasher(), secret: secret}, err
}

// watched is one thing whose failures are counted.
type watched struct {
	hash     string
	patience access.Patience
	before   access.Guard
}

// watch names the account and the address that a try is counted for. Only
// keyed hashes are stored. Of IPv6 the network counts: one customer has 2^64 addresses.
func (d *doorkeeper) watch(email, from string) []watched {
	if a, err := netip.ParseAddr(from); err == nil && a.Unmap().Is6() {
		if p, err := a.Unmap().WithZone("").Prefix(64); err == nil {
			from = p.String()
		}
	}
	w := []watched{
		{hash: d.hash("account", email), patience: access.AccountPatience()},
		{hash: d.hash("address", from), patience: access.AddressPatience()},
	}
	// Held in one order by all, so that two tries never wait for each other.
	slices.SortFunc(w, func(a, b watched) int { return strings.Compare(a.hash, b.hash) })
	return w
}

func (d *doorkeeper) hash(kind, value string) string {
	m := hmac.New(sha256.New, d.secret)
	m.Write([]byte(kind + "\x00" + value))
	return hex.EncodeToString(m.Sum(nil))
}

// errWrong is one answer for an unknown address, a wrong password and an
// account without one.
func errWrong() error {
	return fault.New(fault.Unauthorized, "this email address and password do not belong together").
		Try("check both, or ask whoever runs this installation for a sign-in link")
}

// SignInWithPassword proves who somebody is. from is the client's address.
// Every try is charged as a failure before the password is looked at, so that
// many at once gain nothing; a right one is given its charge back.
func (d *doorkeeper) SignInWithPassword(ctx context.Context, email, password, from string) (access.Person, error) {
	email = tidyEmail(email)
	tries := d.watch(email, from)
	who, err := d.begin(ctx, tries, email)
	if err != nil {
		return access.Person{}, err
	}
	ok, again, err := d.hasher.Verify(ctx, password, who.Password)
	if err != nil {
		return access.Person{}, err
	}
	if !ok {
		return access.Person{}, d.failed(ctx, who)
	}
	stored := ""
	if again {
		if stored, err = d.hasher.Hash(ctx, password); err != nil {
			return access.Person{}, err
		}
	}
	return d.welcome(ctx, tries, who, stored)
}

// tidyEmail brings an address into the form it is stored in; longer than any
// address may be is cut, and so unknown.
func tidyEmail(email string) string {
	email = strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(email, "")))
	email = strings.ReplaceAll(email, "\x00", "")
	return email[:min(len(email), 320)]
}

// begin refuses a try that comes too early, charges it, and finds the account;
// the zero account for an unknown address.
func (d *doorkeeper) begin(ctx context.Context, tries []watched, email string) (who store.Account, err error) {
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var wait time.Duration
		for i := range tries {
			g, err := tx.Guard(ctx, tries[i].hash)
			if err != nil {
				return err
			}
			tries[i].before = g
			wait = max(wait, g.Wait(tx.Now(), tries[i].patience))
		}
		if wait > 0 {
			return fault.New(fault.Throttled, "too many sign-ins failed").Later(wait).
				Try("wait " + wait.Round(time.Second).String() + " and try again, or use a sign-in link")
		}
		for _, w := range tries {
			if err := tx.SaveGuard(ctx, w.hash, w.before.Charge(tx.Now(), w.patience)); err != nil {
				return err
			}
		}
		who, err = tx.AccountByEmail(ctx, email)
		if fault.Is(err, fault.NotFound) {
			who, err = store.Account{}, nil
		}
		return err
	})
	return who, err
}

// failed records a failure. That of nobody's account has a line too, in the
// installation's log: it must not take less time.
func (d *doorkeeper) failed(ctx context.Context, who store.Account) error {
	ctx = access.WithActor(ctx, access.Actor{Kind: access.ByNobody})
	err := d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return recordEverywhere(ctx, tx, who.Shops, access.SignInFailed, who.ID, map[string]string{"by": "password"})
	})
	if err != nil {
		return err
	}
	return errWrong()
}

// welcome gives the charge back and records the sign-in. A password that was
// changed while it was compared no longer counts.
func (d *doorkeeper) welcome(ctx context.Context, tries []watched, who store.Account, stored string) (access.Person, error) {
	ctx = access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: who.ID})
	err := d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := tx.Account(ctx, who.ID)
		if err != nil {
			return err
		}
		if now.Password != who.Password || now.Generation != who.Generation {
			return errWrong()
		}
		for _, w := range tries {
			if w.hash == d.hash("account", who.Email) {
				w.before = access.Guard{}
			}
			if err := tx.SaveGuard(ctx, w.hash, w.before); err != nil {
				return err
			}
		}
		if stored != "" {
			if err := tx.Rehash(ctx, who.ID, who.Password, stored); err != nil {
				return err
			}
		}
		return recordEverywhere(ctx, tx, who.Shops, access.SignedIn, who.ID, map[string]string{"by": "password"})
	})
	return who.Person, err
}

// SignIn takes a one-time link.
func (d *doorkeeper) SignIn(ctx context.Context, token string) (who access.Person, err error) {
	err = d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err := tx.UseSignIn(ctx, hashKey(token))
		if err != nil {
			return err
		}
		a, err := tx.Account(ctx, id)
		if err != nil {
			return err
		}
		who = a.Person
		ctx = access.WithActor(ctx, access.Actor{Kind: access.ByUser, ID: id})
		return recordEverywhere(ctx, tx, a.Shops, access.SignedIn, id, map[string]string{"by": "link"})
	})
	if fault.Is(err, fault.NotFound) {
		return who, fault.Wrap(fault.Unauthorized, err, "this sign-in link was used already, is over, or never was").
			Try("make a new one: cartograph user create")
	}
	return who, err
}
