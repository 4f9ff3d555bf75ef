package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
	"github.com/cartograph-dev/cartograph/migrations"
)

// eachEmpty runs f on both engines with a database that has no schema.
func eachEmpty(t *testing.T, f func(t *testing.T, db storetest.DB)) {
	t.Helper()
	t.Parallel()
	t.Run(storetest.EngineSQLite, func(t *testing.T) {
		t.Parallel()
		f(t, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.EmptySQLite(t)})
	})
	t.Run(storetest.EnginePostgres, func(t *testing.T) {
		t.Parallel()
		f(t, storetest.DB{Engine: storetest.EnginePostgres, URL: storetest.EmptyPostgres(t)})
	})
}

// columnsOf lists every column as "table.column type", indexesOf every index that
// the schema names as "table.index unique? partial? (columns)". What the engines
// make by themselves for primary keys and goose's own table are left out.
var columnsOf = map[string]string{
	storetest.EngineSQLite: `
		SELECT m.name || '.' || c.name || ' ' || lower(c.type) FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%'`,
	storetest.EnginePostgres: `
		SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`,
}

var indexesOf = map[string]string{
	storetest.EngineSQLite: `
		SELECT m.name || '.' || i.name || CASE i."unique" WHEN 1 THEN ' unique' ELSE '' END ||
			CASE i.partial WHEN 1 THEN ' partial' ELSE '' END || ' (' ||
			(SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')'
		FROM sqlite_master m, pragma_index_list(m.name) i
		WHERE m.type = 'table' AND i.origin = 'c' AND m.name NOT LIKE 'goose%'`,
	storetest.EnginePostgres: `
		SELECT t.relname || '.' || i.relname || CASE WHEN x.indisunique THEN ' unique' ELSE '' END ||
			CASE WHEN x.indpred IS NOT NULL THEN ' partial' ELSE '' END || ' (' ||
			(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY AS k (attnum, n)
				JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum) || ')'
		FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
			JOIN pg_namespace s ON s.oid = t.relnamespace LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid
		WHERE s.nspname = 'public' AND c.oid IS NULL AND t.relname NOT LIKE 'goose%'`,
}

func texts(t testing.TB, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func schemaOf(t testing.TB, db storetest.DB) []string {
	t.Helper()
	raw := db.Raw(t)
	return append(texts(t, raw, columnsOf[db.Engine]), texts(t, raw, indexesOf[db.Engine])...)
}

func migrateUp(t testing.TB, db storetest.DB) int {
	t.Helper()
	return must[int](t)(store.MigrateUp(t.Context(), db.URL))
}

func TestMigrationsMakeTheSameSchemaOnBothEngines(t *testing.T) {
	t.Parallel()
	schemas := map[string][]string{}
	for _, db := range []storetest.DB{
		{Engine: storetest.EngineSQLite, URL: storetest.EmptySQLite(t)},
		{Engine: storetest.EnginePostgres, URL: storetest.EmptyPostgres(t)},
	} {
		if n := migrateUp(t, db); n == 0 {
			t.Fatalf("%s: no migration was applied", db.Engine)
		}
		schemas[db.Engine] = schemaOf(t, db)
	}
	same(t, "the schema on Postgres against SQLite's", schemas[storetest.EnginePostgres], schemas[storetest.EngineSQLite])
	for _, want := range []string{
		"carts.idle_at bigint", "orders.creditable boolean", "events.body bytea", "messages.step integer",
		"messages.messages_once unique partial (shop_id,enrollment_id,step)", "carts.carts_idle partial (shard,idle_at)",
	} {
		if !slices.Contains(schemas[storetest.EngineSQLite], want) {
			t.Errorf("the schema has no %q:\n%s", want, strings.Join(schemas[storetest.EngineSQLite], "\n"))
		}
	}
}

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db storetest.DB) {
		n := migrateUp(t, db)
		before := schemaOf(t, db)
		s := db.Open(t)
		fill(t, s, shopA) // going down has to work with rows that refer to one another
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for range n {
			if file := must[string](t)(store.MigrateDown(t.Context(), db.URL)); !strings.HasSuffix(file, ".sql") {
				t.Errorf("down gave %q, want the file taken back", file)
			}
		}
		if left := schemaOf(t, db); len(left) > 0 {
			t.Errorf("all the way down, there is still %q", left)
		}
		if again := migrateUp(t, db); again != n {
			t.Errorf("up again applied %d, the first time %d", again, n)
		}
		same(t, "the schema after down and up", schemaOf(t, db), before)
	})
}

func TestMigrateStatusFollows(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db storetest.DB) {
		status := func() (files []string, applied int) {
			for _, m := range must[[]store.Migration](t)(store.MigrateStatus(t.Context(), db.URL)) {
				files = append(files, fmt.Sprintf("%d %s", m.Version, m.File))
				if m.Applied {
					applied++
				}
			}
			return files, applied
		}
		files, applied := status()
		if len(files) == 0 || files[0] != "1 00001_initial.sql" || applied != 0 {
			t.Errorf("before: %q, %d applied", files, applied)
		}
		n := migrateUp(t, db)
		if files, applied = status(); applied != n || len(files) != n {
			t.Errorf("after %d up: %q, %d applied", n, files, applied)
		}
	})
}

func TestMigrateUpAgainKeepsRows(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db storetest.DB) {
		migrateUp(t, db)
		s := db.Open(t)
		fill(t, s, shopA)
		raw := db.Raw(t)
		before := rowsOf(t, raw, db.Engine)
		if len(before) < 20 {
			t.Fatalf("only these tables have rows: %v", before)
		}
		if n := migrateUp(t, db); n != 0 {
			t.Errorf("up again applied %d", n)
		}
		same(t, "rows by table", rowsOf(t, raw, db.Engine), before)
	})
}

// rowsOf counts the rows of every table that has any.
func rowsOf(t testing.TB, raw *sql.DB, engine string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, column := range texts(t, raw, columnsOf[engine]) {
		table, _, _ := strings.Cut(column, ".")
		var n int
		if err := raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			out[table] = n
		}
	}
	return out
}

func TestMigrateCheckRefusesOlderAndNewer(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db storetest.DB) {
		check := func(what, message, remedy string) {
			t.Helper()
			err := store.CheckSchema(t.Context(), db.URL)
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != fault.Misconfigured || !strings.Contains(f.Message, message) || !strings.Contains(f.Remedy, remedy) {
				t.Errorf("%s: got %v, want %q with the remedy %q", what, err, message, remedy)
			}
		}
		check("an empty database", fmt.Sprintf("has schema 0, this program needs %d", newest(t)), "cartograph migrate up")
		migrateUp(t, db)
		if err := store.CheckSchema(t.Context(), db.URL); err != nil {
			t.Errorf("the right schema: %v", err)
		}
		raw := db.Raw(t)
		if _, err := raw.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)`); err != nil {
			t.Fatal(err)
		}
		check("a newer database", fmt.Sprintf("has schema 99, newer than this program's %d", newest(t)), "newer cartograph")
	})
}

// newest is the number of the last migration there is.
func newest(t testing.TB) (n int) {
	t.Helper()
	files, err := migrations.FS.ReadDir(".")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no migrations", err)
	}
	if _, err := fmt.Sscanf(files[len(files)-1].Name(), "%05d_", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigrateUpFourAtOnceOnPostgres(t *testing.T) {
	t.Parallel()
	db := storetest.DB{Engine: storetest.EnginePostgres, URL: storetest.EmptyPostgres(t)}
	applied := make([]int, 4)
	noErrors(t, abreast(4, func(i int) (err error) {
		applied[i], err = store.MigrateUp(context.Background(), db.URL)
		return err
	}))
	slices.Sort(applied)
	if applied[2] != 0 || applied[3] == 0 {
		t.Errorf("they applied %v; one has to do it all", applied)
	}
	if err := store.CheckSchema(t.Context(), db.URL); err != nil {
		t.Error(err)
	}
}
