package app

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// opened opens and closes the core and gives the error.
func opened(t *testing.T, c config.Config) error {
	t.Helper()
	k, err := openCore(context.Background(), c, newLog(io.Discard, "error"), time.Now)
	if err != nil {
		return err
	}
	return k.Close()
}

// TestPostgresByItsAddressAlone: an empty database is set up, and the key is
// made in the data directory.
func TestPostgresByItsAddressAlone(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Database.URL, c.Database.DataDir = storetest.EmptyPostgres(t), filepath.Join(t.TempDir(), "data")
	if err := opened(t, c); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(c.Database.DataDir, "secret.key")); err != nil || len(b) < 64 {
		t.Errorf("a key of %d bytes was made: %v", len(b), err)
	}
	if err := opened(t, c); err != nil {
		t.Errorf("opened again: %v", err)
	}
}

// TestAnotherKeyIsRefused: credentials and links would fail one by one.
func TestAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Database.DataDir = t.TempDir()
	c.Security.SecretKey = strings.Repeat("a", 32)
	if err := opened(t, c); err != nil {
		t.Fatal(err)
	}
	c.Security.SecretKey = strings.Repeat("b", 32)
	if err := opened(t, c); !fault.Is(err, fault.Misconfigured) || !strings.Contains(err.Error(), "another secret key") {
		t.Errorf("opened with another key: %v", err)
	}
	c.Security.SecretKey = strings.Repeat("a", 32)
	if err := opened(t, c); err != nil {
		t.Errorf("opened with its own key: %v", err)
	}
}
