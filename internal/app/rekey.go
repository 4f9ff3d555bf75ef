package app

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// What the installation remembers of its key: which one it is, and the secret
// that links are derived from, sealed under it.
const (
	keptFingerprint = "secret_key_fingerprint"
	keptLinks       = "link_secret"
)

// newSealer makes the sealer of the configured keys.
func newSealer(c config.Config, key string) (*shop.Sealer, error) {
	s, err := shop.NewSealer(key)
	if err != nil || c.Security.PreviousSecretKey == "" {
		return s, err
	}
	return s.WithFormer(c.Security.PreviousSecretKey)
}

// sameKey refuses to work on a database that was sealed with a key that is
// neither the current one nor the previous: credentials would be unreadable,
// one by one.
func (c *core) sameKey(ctx context.Context) error {
	_, err := c.installedKey(ctx)
	return err
}

// installedKey gives the sealer of the key that the database was last sealed
// under as a whole.
func (c *core) installedKey(ctx context.Context) (*shop.Sealer, error) {
	own, err := c.sealer.Fingerprint()
	if err != nil {
		return nil, err
	}
	kept, err := c.store.Keep(ctx, keptFingerprint, own)
	if err != nil || kept == own {
		return c.sealer, err
	}
	if former := c.sealer.Former(); former != nil {
		if mark, err := former.Fingerprint(); err != nil || mark == kept {
			return former, err
		}
	}
	return nil, fault.New(fault.Misconfigured, "this database was set up with another secret key").In("CARTOGRAPH_SECRET_KEY").
		Try("start with the key it was set up with, or with the secret.key file of that data directory; " +
			"to change the key, set the new one and name the old one in CARTOGRAPH_SECRET_KEY_PREVIOUS")
}

// linkSecret gives the secret that link tokens are derived from. It is kept in
// the database, sealed, so that it outlives a change of the key: links in
// messages that were sent must work for as long as they say. The first time it
// is what the key itself derives, as it was before it was kept.
func (c *core) linkSecret(ctx context.Context) ([]byte, error) {
	installed, err := c.installedKey(ctx)
	if err != nil {
		return nil, err
	}
	first, err := installed.Derive("links")
	if err != nil {
		return nil, err
	}
	sealed := c.sealer.Seal("", keptLinks, hex.EncodeToString(first))
	kept, err := c.store.Keep(ctx, keptLinks, hex.EncodeToString(sealed))
	if err != nil {
		return nil, err
	}
	if sealed, err = hex.DecodeString(kept); err != nil {
		return nil, fmt.Errorf("the kept link secret: %w", err)
	}
	text, err := c.sealer.Open("", keptLinks, sealed)
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(text)
}

// resealAtOnce is how many secrets are looked at in one transaction.
const resealAtOnce = 100

// Reseal seals everything anew that opens under the previous key only, a batch
// at a time, and then notes that the installation has the new key. It can be
// stopped and run again at any moment: what is done already is passed over.
func (c *core) Reseal(ctx context.Context) (done int, err error) {
	if c.sealer.Former() == nil {
		return 0, fault.New(fault.Misconfigured, "there is no previous secret key to seal anew from").In("CARTOGRAPH_SECRET_KEY_PREVIOUS").
			Try("set CARTOGRAPH_SECRET_KEY to the new key and CARTOGRAPH_SECRET_KEY_PREVIOUS to the old one")
	}
	// It may not have been kept yet, and is derived from the key about to go.
	if _, err := c.linkSecret(ctx); err != nil {
		return 0, err
	}
	at, more := store.Seal{}, true
	for more {
		var n int
		if at, n, more, err = c.resealBatch(ctx, at); err != nil {
			return done, err
		}
		done += n
	}
	return done, c.finishReseal(ctx, done)
}

// resealBatch goes on from after a place and says how far it came.
func (c *core) resealBatch(ctx context.Context, from store.Seal) (to store.Seal, done int, more bool, err error) {
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		seals, err := tx.SealsAfter(ctx, from, resealAtOnce)
		if err != nil || len(seals) == 0 {
			done, more = 0, false
			return err
		}
		to, more = seals[len(seals)-1], len(seals) == resealAtOnce
		done, err = c.resealAll(ctx, tx, seals)
		return err
	})
	return to, done, more, err
}

// resealAll seals those of a batch anew that the current key does not open.
func (c *core) resealAll(ctx context.Context, tx *store.Tx, seals []store.Seal) (done int, err error) {
	for _, s := range seals {
		value, err := c.sealer.Open(s.ShopID, s.Name, s.Sealed)
		if err != nil {
			return done, err
		}
		if !c.sealer.Stale(s.ShopID, s.Name, s.Sealed) {
			continue
		}
		s.Sealed = c.sealer.Seal(s.ShopID, s.Name, value)
		if err := tx.Reseal(ctx, s); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// finishReseal seals the link secret anew and notes the new key.
func (c *core) finishReseal(ctx context.Context, done int) error {
	own, err := c.sealer.Fingerprint()
	if err != nil {
		return err
	}
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		kept, err := tx.Kept(ctx, keptLinks)
		if err != nil {
			return err
		}
		sealed, err := hex.DecodeString(kept)
		if err != nil {
			return fmt.Errorf("the kept link secret: %w", err)
		}
		value, err := c.sealer.Open("", keptLinks, sealed)
		if err != nil {
			return err
		}
		if err := tx.Replace(ctx, keptLinks, hex.EncodeToString(c.sealer.Seal("", keptLinks, value))); err != nil {
			return err
		}
		if err := tx.Replace(ctx, keptFingerprint, own); err != nil {
			return err
		}
		return record(ctx, tx, "", access.Resealed, "", map[string]string{"secrets": fmt.Sprint(done)})
	})
}
