package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// newKey makes an API key: what its holder is told, and what may be shown of it.
func newKey(shopID, name string, scopes []access.Scope) (secret string, k access.Key) {
	secret = "cg_" + rand.Text()
	return secret, access.Key{ID: newID(), ShopID: shopID, Name: name, Hint: secret[:7] + "…", Scopes: scopes}
}

// addKey stores a key and says so in the audit log.
func addKey(ctx context.Context, tx *store.Tx, secret string, k access.Key) error {
	if err := tx.AddAPIKey(ctx, hashKey(secret), k); err != nil {
		return err
	}
	return record(ctx, tx, k.ShopID, access.KeyCreated, k.ID, map[string]string{"name": k.Name, "scopes": access.JoinScopes(k.Scopes)})
}

// CreateKey gives a shop one more API key. The secret is told this once.
func (c *core) CreateKey(ctx context.Context, shopID, name string, scopes []access.Scope) (secret string, k access.Key, err error) {
	name = strings.TrimSpace(event.Clean(name, 100))
	if name == "" {
		return "", k, fault.New(fault.Unprocessable, "the key has no name").In("name").Try("name it after the program that will use it")
	}
	secret, k = newKey(shopID, name, scopes)
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		k.CreatedAt = tx.Now()
		return addKey(ctx, tx, secret, k)
	})
	return secret, k, err
}

// RevokeKey makes a key useless for ever.
func (c *core) RevokeKey(ctx context.Context, shopID, id string) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.RevokeKey(ctx, shopID, id); err != nil {
			return err
		}
		return record(ctx, tx, shopID, access.KeyRevoked, id, nil)
	})
}

// hashKey gives what is stored of an API key or sign-in token: both are random
// enough that a plain hash suffices.
func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// usedWithin is how exact a key's last use is: one write an hour.
const usedWithin = time.Hour

// keyring knows the API keys.
type keyring struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
}

// CallerByAPIKey gives the key's shop and what it may do.
func (k keyring) CallerByAPIKey(ctx context.Context, key string) (access.Caller, error) {
	c, err := k.store.CallerByKeyHash(ctx, hashKey(key))
	if fault.Is(err, fault.NotFound) {
		return c, fault.New(fault.Unauthorized, "unknown or revoked API key").
			Try("send a key that `cartograph shop create` or `cartograph key create` printed as Authorization: Bearer …")
	}
	if err != nil {
		return c, err
	}
	if k.now().Sub(c.Key.UsedAt) >= usedWithin {
		// A database that cannot write still answers questions.
		if err := k.store.KeyUsed(ctx, c.Shop.ID, c.Key.ID, usedWithin); err != nil {
			k.log.WarnContext(ctx, "a key's use could not be noted", "error", err)
		}
	}
	return c, nil
}
