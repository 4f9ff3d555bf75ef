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
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/playbook"
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
	// SharesDomain lets it have a domain that another shop of the platform has: who runs the installation may mean it.
	SharesDomain bool
}

// CreatedShop is what it answers. Secret and key are shown this once.
type CreatedShop struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Platform   string `json:"platform"`
	WebhookURL string `json:"webhook_url"`
	// WebhookSecret is the newest; commands print it only where it was made here.
	WebhookSecret string `json:"webhook_secret,omitempty"`
	APIKey        string `json:"api_key"`
}

// shopPlan is a new shop, checked and ready to be stored.
type shopPlan struct {
	shop shop.Shop
	from NewShop
	book playbook.Book
}

// planShop checks everything about a new shop and tells all that is wrong at once.
func (c *core) planShop(n NewShop) (*shopPlan, error) {
	sh := shop.Shop{
		ID: c.newID(), Name: strings.TrimSpace(n.Name), Platform: n.Platform, Domain: shop.ParseDomain(n.Domain),
		Currency: money.Code(n.Currency), TimeZone: n.TimeZone, Locale: n.Locale, Country: strings.ToUpper(n.Country),
		Settings: shop.Defaults(), ActivatedAt: c.now().UTC(), CreatedAt: c.now().UTC(),
	}
	tidy, wrong := checkWebhookSecrets(n.WebhookSecrets)
	if err := errors.Join(sh.Validate(platformNames()), applySettings(&sh.Settings, n.Set), wrong); err != nil {
		return nil, err
	}
	if n.WebhookSecrets = tidy; len(tidy) == 0 {
		n.WebhookSecrets = []string{newWebhookSecret(sh.Platform)}
	}
	book, err := shipped()
	return &shopPlan{shop: sh, from: n, book: book}, err
}

// storeShop stores a planned shop with its secrets and the shipped book.
func (c *core) storeShop(ctx context.Context, tx *store.Tx, p *shopPlan) error {
	if !p.from.SharesDomain {
		if err := claimDomain(ctx, tx, p.shop); err != nil {
			return err
		}
	}
	if err := tx.SaveShop(ctx, p.shop); err != nil {
		return err
	}
	if err := c.storeSecrets(ctx, tx, p.shop.ID, p.from); err != nil {
		return err
	}
	if err := record(ctx, tx, p.shop.ID, access.ShopCreated, p.shop.ID, map[string]string{"platform": p.shop.Platform}); err != nil {
		return err
	}
	_, err := c.library.publishIn(ctx, tx, p.shop.ID, p.book, false)
	return err
}

// CreateShop stores a shop with its secrets, an API key and the shipped book.
// Everything that is wrong is told at once.
func (c *core) CreateShop(ctx context.Context, n NewShop) (CreatedShop, error) {
	p, err := c.planShop(n)
	if err != nil {
		return CreatedShop{}, err
	}
	sh := p.shop
	secret, key := newKey(sh.ID, "first key", access.Scopes())
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := c.storeShop(ctx, tx, p); err != nil {
			return err
		}
		return addKey(ctx, tx, secret, key)
	})
	if err != nil {
		return CreatedShop{}, err
	}
	return CreatedShop{
		ID: sh.ID, Name: sh.Name, Platform: sh.Platform, WebhookURL: c.webhookURL(sh), WebhookSecret: p.from.WebhookSecrets[0], APIKey: secret,
	}, nil
}

// storeSecrets seals webhook secrets (the first given is the newest) and credentials.
func (c *core) storeSecrets(ctx context.Context, tx *store.Tx, shopID string, n NewShop) error {
	for _, s := range slices.Backward(n.WebhookSecrets) {
		if err := c.addSecret(ctx, tx, shopID, "webhook", s); err != nil {
			return err
		}
	}
	tidy, err := checkCredentials(n.Set)
	if err != nil {
		return err
	}
	for _, name := range shop.Credentials {
		v, ok := tidy[name]
		if !ok {
			continue
		}
		if err := c.addSecret(ctx, tx, shopID, name, v); err != nil {
			return err
		}
		if err := forgetChecks(ctx, tx, shopID, shop.ChannelOf(name)); err != nil {
			return err
		}
		if shop.ChannelOf(name) == shop.PlatformAccount {
			if err := tx.WakeInquiries(ctx, shopID); err != nil {
				return err
			}
		}
		if name == "messenger_page_id" {
			if err := tx.AddPage(ctx, shopID, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkCredentials brings the credentials among what is set into form, or joins
// what is wrong with them.
func checkCredentials(set map[string]string) (map[string]string, error) {
	out, all := map[string]string{}, []error{}
	for _, name := range shop.Credentials {
		if v, ok := set[name]; ok {
			tidy, err := shop.CheckCredential(name, v)
			out[name], all = tidy, append(all, err)
		}
	}
	return out, errors.Join(all...)
}

// addSecret seals and stores one secret, and says so in the audit log.
func (c *core) addSecret(ctx context.Context, tx *store.Tx, shopID, name, value string) error {
	if err := tx.AddSecret(ctx, shopID, name, c.sealer.Seal(shopID, name, value)); err != nil {
		return err
	}
	return record(ctx, tx, shopID, access.CredentialAdded, name, nil)
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

// ChangeShop changes facts, settings and credentials of a shop. Everything
// that is wrong is told at once, and then nothing is changed.
func (c *core) ChangeShop(ctx context.Context, id string, set map[string]string) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sh, err := tx.HoldShop(ctx, id)
		if err != nil {
			return err
		}
		n := NewShop{Set: maps.Clone(set)}
		if s, ok := n.Set[givenSecret]; ok {
			delete(n.Set, givenSecret)
			if n.WebhookSecrets, err = checkWebhookSecrets([]string{s}); err != nil {
				return err
			}
		}
		was := sh
		if err := applyAll(&sh, n.Set); err != nil {
			return err
		}
		if sh.Domain != was.Domain {
			if err := claimDomain(ctx, tx, sh); err != nil {
				return err
			}
		}
		if err := tx.SaveShop(ctx, sh); err != nil {
			return err
		}
		if changed := changesOf(was, sh); len(changed) > 0 {
			if err := record(ctx, tx, id, access.SettingsSet, id, changed); err != nil {
				return err
			}
		}
		return c.storeSecrets(ctx, tx, id, n)
	})
}

// applyAll sets every given fact and setting and joins what is wrong with any.
func applyAll(sh *shop.Shop, set map[string]string) error {
	var all []error
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !slices.Contains(shop.Credentials, name) {
			all = append(all, sh.Set(name, set[name]))
		}
	}
	return errors.Join(append(all, sh.Validate(platformNames()))...)
}

// changesOf says which facts and settings differ: old and new, by name.
func changesOf(was, is shop.Shop) map[string]string {
	out := map[string]string{}
	for _, line := range shop.Catalogue() {
		if before, after := line.Of(was), line.Of(is); before != after {
			out[line.Name] = quoted(before) + " → " + quoted(after)
		}
	}
	return out
}

// quoted writes a value for the audit log: short, and told from none.
func quoted(value string) string {
	switch {
	case value == "":
		return "(empty)"
	case len(value) > 200:
		return event.Clean(value, 200) + "…"
	}
	return value
}
