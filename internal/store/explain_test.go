package store_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// plan gives how the engine would run a statement, in its own words.
func plan(t testing.TB, raw *sql.DB, engine string, st store.Statement) string {
	t.Helper()
	explain := map[string]string{storetest.EngineSQLite: "EXPLAIN QUERY PLAN ", storetest.EnginePostgres: "EXPLAIN "}[engine]
	rows, err := raw.QueryContext(t.Context(), explain+st.Query, st.Args...)
	if err != nil {
		t.Fatalf("%s: %v", st.Query, err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		var id, parent, unused int
		into := []any{&line}
		if engine == storetest.EngineSQLite {
			into = []any{&id, &parent, &unused, &line}
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestHotQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := crowded(t, db)
		reader, heard := s.Overheard(db.URL)
		t.Cleanup(func() { reader.Close() })
		for _, h := range hotQueries {
			checkPlans(t, raw, db.Engine, h, h.heard(t, s, reader, heard))
		}
	})
}

// heard gives the statements that a query runs.
func (h hot) heard(t *testing.T, s, reader *store.Store, heard *store.Heard) []store.Statement {
	run := func() error { return h.read(t.Context(), reader) }
	if h.tx != nil {
		run = func() error { return s.WriteOverheard(t.Context(), heard, h.tx) }
	}
	run() //nolint:errcheck // many look for what is not there, so that only the look-up is heard
	return heard.Take()
}

// Nobody runs ANALYZE on our SQLite databases. Without it the planner takes a
// shop's id for as good as any other column, and may read all of a shop's rows
// by the primary key for the sake of an order. Indexes of what a page shows all of are meant.
func TestHotQueriesNeedNoStatistics(t *testing.T) {
	t.Parallel()
	db := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}
	s, raw := unmeasured(t, db)
	reader, heard := s.Overheard(db.URL)
	t.Cleanup(func() { reader.Close() })
	for _, h := range hotQueries {
		statements := h.heard(t, s, reader, heard)
		checkPlans(t, raw, db.Engine, h, statements)
		for _, st := range statements {
			p := plan(t, raw, db.Engine, st)
			for _, line := range strings.Split(p, "\n") {
				if strings.Contains(line, "SEARCH") && strings.HasSuffix(line, "(shop_id=?)") && !strings.Contains(line, "_recent") && !strings.Contains(line, "_quarantined") {
					t.Errorf("%s reads all of a shop:\n%s\n%s", h.name, st.Query, p)
				}
			}
		}
	}
}

// checkPlans wants every index of the query in some plan, and in none a table
// that is read from one end to the other.
func checkPlans(t *testing.T, raw *sql.DB, engine string, h hot, statements []store.Statement) {
	t.Helper()
	var all string
	for _, st := range statements {
		p := plan(t, raw, engine, st)
		all += p + "\n"
		for _, line := range strings.Split(p, "\n") {
			// What a subquery gave is read to its end; how it came about has lines of its own. A list of values is no table.
			of, scanned := strings.CutPrefix(line, "SCAN ")
			scanned = scanned && of != "CONSTANT ROW" && !strings.HasSuffix(of, "-ROW VALUES CLAUSE")
			if strings.Contains(line, "Seq Scan") || scanned && !strings.Contains(of, "subquery") && !strings.Contains(p, "CO-ROUTINE "+of) {
				t.Errorf("%s reads a whole table:\n%s\n%s", h.name, st.Query, p)
			}
		}
	}
	for _, index := range h.index {
		if !strings.Contains(all, named(engine, index)) {
			t.Errorf("%s does not use %s:\n%s", h.name, index, all)
		}
	}
}

// An INSERT's plan does not tell on SQLite which index it asks for an equal
// row; its program does: it opens the index and looks into it.
func TestEventDedupeUsesItsIndex(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw, heard := db.Open(t), db.Raw(t), &store.Heard{}
		addShops(t, s)
		err := s.WriteOverheard(t.Context(), heard, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertEvent(ctx, anEvent(shopA, "new", "d7"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		st := heard.Take()[0]
		if db.Engine == storetest.EnginePostgres {
			if p := plan(t, raw, db.Engine, st); !strings.Contains(p, "Conflict Arbiter Indexes: events_dedupe") {
				t.Errorf("dedupe goes another way:\n%s", p)
			}
			return
		}
		var root int
		if err := raw.QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_master WHERE name = 'events_dedupe'`).Scan(&root); err != nil {
			t.Fatal(err)
		}
		if !looksInto(t, raw, st, root) {
			t.Error("dedupe does not look into events_dedupe")
		}
	})
}

// looksInto reports whether a SQLite program opens a tree and asks it for a conflict.
func looksInto(t testing.TB, raw *sql.DB, st store.Statement, root int) bool {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), "EXPLAIN "+st.Query, st.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cursors, asked := map[int]int{}, map[int]bool{}
	for rows.Next() {
		var addr, p1, p2, p3, p5 int
		var op string
		var p4, comment any
		if err := rows.Scan(&addr, &op, &p1, &p2, &p3, &p4, &p5, &comment); err != nil {
			t.Fatal(err)
		}
		switch op {
		case "OpenWrite", "OpenRead":
			cursors[p2] = p1
		case "NoConflict":
			asked[p1] = true
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	cursor, opened := cursors[root]
	return opened && asked[cursor]
}
