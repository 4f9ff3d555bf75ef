package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/migrations"
)

// Migration is one schema change and whether it is applied.
type Migration struct {
	Version int64  `json:"version"`
	File    string `json:"file"`
	Applied bool   `json:"applied"`
}

// provider gives goose over a connection of its own: the writer's is taken.
func provider(url string) (*goose.Provider, *sql.DB, error) {
	d := dialectOf(url)
	if d == postgres {
		db, err := sql.Open("pgx", url)
		if err != nil {
			return nil, nil, fault.Wrap(fault.Misconfigured, err, "CARTOGRAPH_DATABASE_URL is not a Postgres address")
		}
		// Several instances may start at once: one migrates, the others wait, asking every second.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return nil, nil, err
		}
		p, err := goose.NewProvider(database.DialectPostgres, db, migrations.FS, goose.WithSessionLocker(locker))
		return p, db, err
	}
	db, err := sql.Open("sqlite", sqliteDSN(Options{URL: url}, "immediate", false))
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(database.DialectSQLite3, db, migrations.FS)
	return p, db, err
}

// MigrateUp applies every migration that is not applied yet and gives their number.
func MigrateUp(ctx context.Context, url string) (int, error) {
	p, db, err := provider(url)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	res, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: migrate up: %w", err)
	}
	return len(res), nil
}

// MigrateFresh applies every migration to a database that has none yet. One
// that has some is left alone: when it changes is the operator's choice.
func MigrateFresh(ctx context.Context, url string) error {
	p, db, err := provider(url)
	if err != nil {
		return err
	}
	defer db.Close()
	current, _, err := p.GetVersions(ctx)
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot read the database's schema version").
			Try("check CARTOGRAPH_DATABASE_URL, and that the server runs and accepts this user")
	}
	if current > 0 {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("store: migrate a new database: %w", err)
	}
	return nil
}

// MigrateDown takes the newest migration back. Its tables' rows are gone.
func MigrateDown(ctx context.Context, url string) (string, error) {
	p, db, err := provider(url)
	if err != nil {
		return "", err
	}
	defer db.Close()
	res, err := p.Down(ctx)
	if err != nil {
		return "", fmt.Errorf("store: migrate down: %w", err)
	}
	return res.Source.Path, nil
}

// MigrateStatus lists all migrations this program knows.
func MigrateStatus(ctx context.Context, url string) ([]Migration, error) {
	p, db, err := provider(url)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	st, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: migrate status: %w", err)
	}
	var out []Migration
	for _, s := range st {
		out = append(out, Migration{Version: s.Source.Version, File: s.Source.Path, Applied: s.State == goose.StateApplied})
	}
	return out, nil
}

// CheckSchema refuses a database that is older or newer than this program.
func CheckSchema(ctx context.Context, url string) error {
	p, db, err := provider(url)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	current, target, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return fault.Wrap(fault.Misconfigured, err, "cannot read the database's schema version")
	case current < target:
		return fault.New(fault.Misconfigured, "the database has schema %d, this program needs %d", current, target).
			Try("run: cartograph migrate up")
	case current > target:
		return fault.New(fault.Misconfigured, "the database has schema %d, newer than this program's %d", current, target).
			Try("run a newer cartograph, or take the schema back with the newer one: cartograph migrate down")
	}
	return nil
}
