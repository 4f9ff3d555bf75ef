package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// signInFor is how long a one-time sign-in link works.
const signInFor = 24 * time.Hour

// NewShop is what `shop create` asks for.
type NewShop struct {
	Name, Platform, Domain, Currency, TimeZone, Locale, Country string
	// WebhookSecrets are the platform's own; none makes one.
	WebhookSecrets []string
	// Set holds settings and credentials by name.
	Set map[string]string
}

// CreatedShop is what it answers. Secret and key are shown this once.
type CreatedShop struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Platform      string `json:"platform"`
	WebhookURL    string `json:"webhook_url"`
	WebhookSecret string `json:"webhook_secret"`
	APIKey        string `json:"api_key"`
}

// CreateShop stores a shop with its secrets, an API key and the shipped book.
// Everything that is wrong is told at once.
func (c *core) CreateShop(ctx context.Context, n NewShop) (CreatedShop, error) {
	sh := shop.Shop{
		ID: c.newID(), Name: strings.TrimSpace(n.Name), Platform: n.Platform, Domain: shop.ParseDomain(n.Domain),
		Currency: money.Code(n.Currency), TimeZone: n.TimeZone, Locale: n.Locale, Country: strings.ToUpper(n.Country),
		Settings: shop.Defaults(), ActivatedAt: c.now().UTC(), CreatedAt: c.now().UTC(),
	}
	err := errors.Join(sh.Validate(platformNames()), applySettings(&sh.Settings, n.Set))
	if err != nil {
		return CreatedShop{}, err
	}
	if len(n.WebhookSecrets) == 0 {
		n.WebhookSecrets = []string{newWebhookSecret(sh.Platform)}
	}
	secret, key := newKey(sh.ID, "first key", access.Scopes())
	book, err := shipped()
	if err != nil {
		return CreatedShop{}, err
	}
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SaveShop(ctx, sh); err != nil {
			return err
		}
		if err := c.storeSecrets(ctx, tx, sh.ID, n); err != nil {
			return err
		}
		if err := record(ctx, tx, sh.ID, access.ShopCreated, sh.ID, map[string]string{"platform": sh.Platform}); err != nil {
			return err
		}
		return addKey(ctx, tx, secret, key)
	})
	if err != nil {
		return CreatedShop{}, err
	}
	if _, err := c.library.publish(ctx, sh.ID, book, false); err != nil {
		return CreatedShop{}, err
	}
	return CreatedShop{
		ID: sh.ID, Name: sh.Name, Platform: sh.Platform, WebhookURL: c.webhookURL(sh), WebhookSecret: n.WebhookSecrets[0], APIKey: secret,
	}, nil
}

// storeSecrets seals webhook secrets (the first given is the newest) and credentials.
func (c *core) storeSecrets(ctx context.Context, tx *store.Tx, shopID string, n NewShop) error {
	for _, s := range slices.Backward(n.WebhookSecrets) {
		if err := c.addSecret(ctx, tx, shopID, "webhook", s); err != nil {
			return err
		}
	}
	for _, name := range shop.Credentials {
		v, ok := n.Set[name]
		if !ok {
			continue
		}
		if err := c.addSecret(ctx, tx, shopID, name, v); err != nil {
			return err
		}
		if name == "messenger_page_id" {
			if err := tx.AddPage(ctx, shopID, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// addSecret seals and stores one secret, and says so in the audit log.
func (c *core) addSecret(ctx context.Context, tx *store.Tx, shopID, name, value string) error {
	if err := tx.AddSecret(ctx, shopID, name, c.sealer.Seal(shopID, name, value)); err != nil {
		return err
	}
	return record(ctx, tx, shopID, access.CredentialAdded, name, nil)
}

// settingsIn names the settings among what is set, without their values.
func settingsIn(set map[string]string) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !slices.Contains(shop.Credentials, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// applySettings sets every given setting and joins what is wrong with any.
func applySettings(s *shop.Settings, set map[string]string) error {
	var all []error
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !slices.Contains(shop.Credentials, name) {
			all = append(all, s.Set(name, set[name]))
		}
	}
	return errors.Join(all...)
}

func (c *core) webhookURL(sh shop.Shop) string {
	return c.config.HTTP.PublicURL + "/webhooks/" + sh.Platform + "/" + sh.ID
}

// newWebhookSecret makes a secret in the form its platform's people know:
// Standard Webhooks for the generic platform, plain text else.
func newWebhookSecret(platform string) string {
	b := make([]byte, 24)
	rand.Read(b)
	if platform == "generic" {
		return "whsec_" + base64.StdEncoding.EncodeToString(b)
	}
	return hex.EncodeToString(b)
}

// ChangeShop changes settings and adds credentials of a shop.
func (c *core) ChangeShop(ctx context.Context, id string, set map[string]string) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sh, err := tx.Shop(ctx, id)
		if err != nil {
			return err
		}
		n := NewShop{Set: maps.Clone(set)}
		if s, ok := n.Set["webhook_secret"]; ok {
			n.WebhookSecrets = []string{s}
			delete(n.Set, "webhook_secret")
		}
		if err := applySettings(&sh.Settings, n.Set); err != nil {
			return err
		}
		if err := tx.SaveShop(ctx, sh); err != nil {
			return err
		}
		if names := settingsIn(n.Set); names != "" {
			if err := record(ctx, tx, id, access.SettingsSet, id, map[string]string{"settings": names}); err != nil {
				return err
			}
		}
		return c.storeSecrets(ctx, tx, id, n)
	})
}
