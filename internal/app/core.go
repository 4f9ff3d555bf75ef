package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/bigcommerce"
	"github.com/cartograph-dev/cartograph/internal/platform/commercetools"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/platform/magento"
	"github.com/cartograph-dev/cartograph/internal/platform/medusa"
	"github.com/cartograph-dev/cartograph/internal/platform/prestashop"
	"github.com/cartograph-dev/cartograph/internal/platform/saleor"
	"github.com/cartograph-dev/cartograph/internal/platform/shopify"
	"github.com/cartograph-dev/cartograph/internal/platform/shopware"
	"github.com/cartograph-dev/cartograph/internal/platform/squarespace"
	"github.com/cartograph-dev/cartograph/internal/platform/sylius"
	"github.com/cartograph-dev/cartograph/internal/platform/vendure"
	"github.com/cartograph-dev/cartograph/internal/platform/wix"
	"github.com/cartograph-dev/cartograph/internal/platform/woocommerce"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/templates"
)

// core is what every command needs: configuration, clock, database, secrets.
// Commands such as `shop create` use it beside a running server.
type core struct {
	config  config.Config
	log     *slog.Logger
	now     func() time.Time
	store   *store.Store
	sealer  *shop.Sealer
	library *library
}

// databaseURL is the store's address: Postgres, or the file in the data directory.
func databaseURL(c config.Config) string {
	if c.Database.URL != "" {
		return c.Database.URL
	}
	return filepath.Join(c.Database.DataDir, "cartograph.db")
}

// openCore opens the database. An embedded one is brought up to this program; on
// Postgres only an empty database is set up, and another schema is refused: with
// several processes, when it changes is the operator's choice.
func openCore(ctx context.Context, c config.Config, log *slog.Logger, now func() time.Time) (*core, error) {
	if c.Database.Embedded() {
		if err := makeDir(c.Database.DataDir); err != nil {
			return nil, err
		}
		if err := migrateEmbedded(ctx, c); err != nil {
			return nil, err
		}
	}
	if !c.Database.Embedded() {
		if err := store.MigrateFresh(ctx, databaseURL(c)); err != nil {
			return nil, err
		}
	}
	if err := store.CheckSchema(ctx, databaseURL(c)); err != nil {
		return nil, err
	}
	key, err := secretKey(c)
	if err != nil {
		return nil, err
	}
	sealer, err := newSealer(c, key)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Options{URL: databaseURL(c), Now: now, Sync: c.Database.SQLiteSync})
	if err != nil {
		return nil, err
	}
	k := &core{
		config: c, log: log, now: now, store: s, sealer: sealer,
		library: &library{store: s, renderer: message.NewRenderer(templates.Snippets())},
	}
	if err := k.sameKey(ctx); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	return k, nil
}

// migrateEmbedded brings the file up to this program. A lock of its own keeps
// two commands that start together apart.
func migrateEmbedded(ctx context.Context, c config.Config) error {
	unlock, err := waitForLock(ctx, filepath.Join(c.Database.DataDir, "migrate.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	_, err = store.MigrateUp(ctx, databaseURL(c))
	return err
}

// Close closes the database.
func (c *core) Close() error { return c.store.Close() }

func (c *core) newID() string { return newID() }

// newID makes a time-ordered unique id. Its randomness is the operating
// system's; failing that, nothing here may go on.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// secretKey gives the installation's key: configured, or kept in a file that
// is made in the data directory.
func secretKey(c config.Config) (string, error) {
	if c.Security.SecretKey != "" {
		return c.Security.SecretKey, nil
	}
	if err := makeDir(c.Database.DataDir); err != nil {
		return "", err
	}
	path := filepath.Join(c.Database.DataDir, "secret.key")
	b, err := os.ReadFile(path) // #nosec G304 -- a file in the operator's data directory
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fault.Wrap(fault.Misconfigured, err, "cannot read the secret key file %s", path)
	}
	return makeSecretKey(path)
}

// makeSecretKey writes a new key under another name first and links it into
// place, so that of two commands starting together both read the same one.
func makeSecretKey(path string) (string, error) {
	raw := make([]byte, 32)
	rand.Read(raw)
	tmp, err := os.CreateTemp(filepath.Dir(path), "secret.key.*")
	if err != nil {
		return "", fault.Wrap(fault.Misconfigured, err, "cannot write the secret key file").In("CARTOGRAPH_DATA_DIR")
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(hex.EncodeToString(raw) + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return "", fault.Wrap(fault.Misconfigured, err, "cannot write the secret key file").In("CARTOGRAPH_DATA_DIR")
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fault.Wrap(fault.Misconfigured, err, "cannot write the secret key file").In("CARTOGRAPH_DATA_DIR")
	}
	b, err := os.ReadFile(path) // #nosec G304 -- a file in the operator's data directory
	return strings.TrimSpace(string(b)), err
}

// platforms are the adapters by name.
func platforms() map[string]platform.Adapter {
	return map[string]platform.Adapter{
		bigcommerce.Name:   bigcommerce.New(),
		commercetools.Name: commercetools.New(),
		generic.Name:       generic.New(),
		magento.Name:       magento.New(),
		medusa.Name:        medusa.New(),
		prestashop.Name:    prestashop.New(),
		saleor.Name:        saleor.New(),
		shopify.Name:       shopify.New(),
		shopware.Name:      shopware.New(),
		squarespace.Name:   squarespace.New(),
		sylius.Name:        sylius.New(),
		vendure.Name:       vendure.New(),
		wix.Name:           wix.New(),
		woocommerce.Name:   woocommerce.New(),
	}
}

func platformNames() []string {
	var out []string
	for name := range platforms() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// enginePlatforms gives the adapters as the engine sees them.
func enginePlatforms() map[string]recovery.Platform {
	out := map[string]recovery.Platform{}
	for name, p := range platforms() {
		out[name] = p
	}
	return out
}
