package storetest_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

func TestEachGivesAFreshMigratedDatabase(t *testing.T) {
	t.Parallel()
	for _, round := range []string{"first", "again"} { // on Postgres the second may be the first's, emptied
		t.Run(round, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db storetest.DB) {
				if err := store.CheckSchema(t.Context(), db.URL); err != nil {
					t.Error(err)
				}
				s := db.Open(t)
				if s.Engine() != db.Engine {
					t.Errorf("%s was opened as %s", db.Engine, s.Engine())
				}
				if _, err := db.Raw(t).ExecContext(t.Context(), `INSERT INTO users (id, email, created_at) VALUES ('u', 'u', 0)`); err != nil {
					t.Errorf("there is a row already: %v", err)
				}
			})
		})
	}
}

func TestADatabaseWhoseSchemaWasChangedIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	for _, change := range []string{"CREATE TABLE odd (id TEXT)", "DROP TABLE touches"} {
		t.Run(change, func(t *testing.T) {
			db := storetest.DB{Engine: storetest.EnginePostgres, URL: storetest.Postgres(t)}
			if _, err := db.Raw(t).ExecContext(t.Context(), change); err != nil {
				t.Fatal(err) // as it would if the next test got this database
			}
		})
	}
	db := storetest.DB{Engine: storetest.EnginePostgres, URL: storetest.Postgres(t)}
	var n int
	if err := db.Raw(t).QueryRowContext(t.Context(), `SELECT count(*) FROM touches`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d touches, %v", n, err)
	}
}

func TestClockMovesOnlyWhenMoved(t *testing.T) {
	t.Parallel()
	var c storetest.Clock
	if !c.Now().Equal(storetest.Start) {
		t.Errorf("it starts at %v", c.Now())
	}
	c.Add(time.Minute)
	c.Add(-time.Second)
	if got := c.Now().Sub(storetest.Start); got != 59*time.Second {
		t.Errorf("it moved by %v", got)
	}
}
