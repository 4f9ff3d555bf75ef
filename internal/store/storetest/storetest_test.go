package storetest_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestEachGivesAFreshMigratedDatabase(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 4)
	t.Run("engines", func(t *testing.T) {
		for range 2 {
			storetest.Each(t, func(t *testing.T, db storetest.DB) {
				if err := store.CheckSchema(t.Context(), db.URL); err != nil {
					t.Error(err)
				}
				s := db.Open(t)
				if s.Engine() != db.Engine {
					t.Errorf("%s was opened as %s", db.Engine, s.Engine())
				}
				if shops, err := s.Shops(t.Context()); err != nil || len(shops) != 0 {
					t.Errorf("shops: %v, %v", shops, err)
				}
				if _, err := db.Raw(t).ExecContext(t.Context(), `INSERT INTO users (id, email, created_at) VALUES ('u', 'u', 0)`); err != nil {
					t.Error(err)
				}
				seen <- db.URL
			})
		}
	})
	close(seen)
	urls := map[string]bool{}
	for url := range seen {
		if urls[url] {
			t.Errorf("%s was given twice", url)
		}
		urls[url] = true
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
