package recovery_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// TestHistoriesSQLite plays random histories on the real engine in virtual time.
func TestHistoriesSQLite(t *testing.T) {
	seed := historySeed(t)
	t.Parallel()
	s := newStage(t, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)})
	playHistories(t, s, seed, 8)
}

// TestHistoriesPostgres does the same on Postgres, fewer of them.
func TestHistoriesPostgres(t *testing.T) {
	seed := historySeed(t)
	t.Parallel()
	s := newStage(t, storetest.DB{Engine: storetest.EnginePostgres, URL: storetest.Postgres(t)})
	playHistories(t, s, seed, 1)
}

func playHistories(t *testing.T, s *stage, seed uint64, each int) {
	n, seen, least := 0, tally{}, reducer{}
	defer func() { t.Log(seen) }()
	defer func() {
		fmt.Printf("histories: count=%d engine=%s seed=%d ruled=%d\n", n, s.db.Engine, seed, s.ruled)
		if n >= 200 && s.ruled == 0 {
			t.Error("nobody said anything of who is who: the generator has become harmless")
		}
		if n >= 200 && s.offered == 0 {
			t.Error("nobody was offered anything: the generator has become harmless")
		}
	}()
	rapid.Check(t, func(rt *rapid.T) {
		for range perCheck(each) {
			n++
			sc := drawHistory(rt)
			if told, bad := s.judge(sc, &seen); bad {
				rt.Fatal(least.of(sc, told, func(sc script) (string, bool) { return s.judge(sc, nil) }))
			}
			mix := drawMix(rt, len(sc.events))
			if told, bad := s.compare(sc, mix); bad {
				rt.Fatal(least.of(sc, told, func(sc script) (string, bool) { return s.compare(sc, mix) }))
			}
		}
	})
}

// perCheck gives how many histories one check of rapid plays: so many that its
// default number of checks makes a good test run, and one where the number of
// checks was asked for.
func perCheck(each int) int {
	if given("rapid.checks", "RAPID_CHECKS") {
		return 1
	}
	return each
}

func given(name, env string) bool {
	_, set := os.LookupEnv(env)
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

// plainSeed is what a plain run tells, so that an unchanged commit is judged
// alike every time; nightly runs and the torture give seeds of their own.
const plainSeed = "20261122"

// historySeed gives the seed of the run, so that it can be printed. It must be
// called before t.Parallel: until then no other test reads rapid's flags.
func historySeed(t *testing.T) uint64 {
	t.Helper()
	f := flag.Lookup("rapid.seed")
	if f.Value.String() == "0" {
		if err := f.Value.Set(plainSeed); err != nil {
			t.Fatal(err)
		}
	}
	seed, err := strconv.ParseUint(f.Value.String(), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// tally counts what happened in histories, so that a generator that has become
// harmless is noticed.
type tally map[string]int

// judge plays a script and gives what it breaks.
func (s *stage) judge(sc script, seen *tally) (told string, bad bool) {
	var n notes
	p := s.play(&n, sc)
	if n == "" {
		p.run()
	}
	if seen != nil && n == "" {
		seen.add(p)
	}
	return string(n), n != ""
}

// notes is a failer that keeps the first failure.
type notes string

// Fatalf implements failer.
func (n *notes) Fatalf(format string, args ...any) {
	if *n == "" {
		*n = notes(fmt.Sprintf(format, args...))
	}
}

func (y tally) add(p *play) {
	for _, c := range p.calls {
		y["call: "+string(c.fate)]++
	}
	for _, of := range []string{
		`SELECT 'cart ' || state FROM carts`, `SELECT 'enrollment ' || state || ' ' || reason FROM enrollments`,
		`SELECT 'decision ' || outcome || ' ' || rule FROM decisions WHERE outcome <> 'routed'`, `SELECT 'message ' || state FROM messages`,
	} {
		found, err := textsOf(p.raw, of)
		if err != nil {
			p.f.Fatalf("%v", err)
		}
		for _, row := range found {
			y[row]++
		}
	}
}

func (y tally) String() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(y)) {
		fmt.Fprintf(&b, "\n%7d %s", y[k], k)
	}
	return b.String()
}
