package access

import (
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Key is an API key as it may be shown: the key itself is known to its holder only.
type Key struct {
	ID     string
	ShopID string
	// Name is what people call it, Hint the key's first characters.
	Name string
	Hint string
	// Scopes are what it is good for.
	Scopes    []Scope
	CreatedAt time.Time
	// UsedAt is when it was last used, at most an hour too old; zero for never.
	UsedAt time.Time
	// RevokedAt is when it stopped working; zero while it works.
	RevokedAt time.Time
}

// May reports whether the key is good for something.
func (k Key) May(s Scope) bool { return k.RevokedAt.IsZero() && slices.Contains(k.Scopes, s) }

// Caller is an API caller: a key and the shop it belongs to.
type Caller struct {
	Shop shop.Shop
	Key  Key
}
