package store_test

import (
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// benchCallers is how many write at the same time.
const benchCallers = 32

// benchSingles is how many writes one after the other are timed to compare with.
const benchSingles = 300

// BenchmarkWriteCoalesced compares writes that arrive together, at full
// durability on SQLite, with the same writes one after the other, each with a
// commit of its own. "times" is how much faster they are together, "commits/op"
// what part of a commit a write costs.
func BenchmarkWriteCoalesced(b *testing.B) {
	db := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(b)}
	s := db.Open(b, storetest.Sync("full"))
	addShops(b, s)
	b.ResetTimer()
	for i := range benchSingles {
		benchWrite(b, s, "s"+strconv.Itoa(i))
	}
	single := float64(b.Elapsed()) / benchSingles
	commits, err := s.Commits()
	if err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	b.SetParallelism((benchCallers + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			benchWrite(b, s, "c"+strconv.FormatInt(next.Add(1), 10))
		}
	})
	b.StopTimer()
	b.ReportMetric(single/(float64(b.Elapsed())/float64(b.N)), "times")
	b.ReportMetric(float64(commits.Load())/float64(b.N), "commits/op")
}

func benchWrite(b *testing.B, s *store.Store, id string) {
	if err := s.Write(b.Context(), decisionWork(id)); err != nil {
		b.Error(err)
	}
}
