package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/store"
)

// migrated is a SQLite file with the schema and no rows, made once: copying it
// is much faster than migrating for every test.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "cartograph-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if _, err := store.MigrateUp(context.Background(), path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite gives the path of a fresh, migrated file in the test's own folder.
func SQLite(t testing.TB) string {
	t.Helper()
	file, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := EmptySQLite(t)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// EmptySQLite gives the path of a file that does not exist yet.
func EmptySQLite(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "cartograph.db")
}
