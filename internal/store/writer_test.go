package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

var errOfTest = errors.New("on purpose")

// decisionWork stores one small row under an id.
func decisionWork(id string) work {
	return func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertDecision(ctx, aDecision(shopA, id, id, 0, journey.Deferred))
	}
}

// decisionIDs gives the ids that are stored.
func decisionIDs(t testing.TB, s *store.Store) []string {
	t.Helper()
	ids, cursor := []string{}, ""
	for {
		p := must[journey.Page[journey.Decision]](t)(s.Decisions(t.Context(), shopA, journey.Query{Limit: 200, Cursor: cursor}))
		for _, d := range p.Items {
			ids = append(ids, d.ID)
		}
		if cursor = p.Next; cursor == "" {
			slices.Sort(ids)
			return ids
		}
	}
}

// queued opens a SQLite store in a bubble whose writer is busy with a first
// piece until release is called. Whoever writes meanwhile waits; synctest.Wait
// returns when all of them do, so that nothing here depends on timing.
func queued(t *testing.T, f func(t *testing.T, db storetest.DB, s *store.Store, release func())) {
	t.Helper()
	t.Parallel()
	db := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}
	synctest.Test(t, func(t *testing.T) {
		s := db.Open(t)
		addShops(t, s)
		held, done := make(chan struct{}), make(chan error, 1)
		go func() {
			done <- s.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				<-held
				return decisionWork("first")(ctx, tx)
			})
		}()
		synctest.Wait()
		f(t, db, s, func() {
			close(held)
			if err := <-done; err != nil {
				t.Errorf("the first piece: %v", err)
			}
		})
	})
}

// enqueue lets every piece wait for the writer and gives a function that waits for their errors.
func enqueue(s *store.Store, pieces ...work) (errs func() []error) {
	out := make([]chan error, len(pieces))
	for i, p := range pieces {
		out[i] = make(chan error, 1)
		go func() { out[i] <- s.Write(context.Background(), p) }()
	}
	synctest.Wait()
	return func() (list []error) {
		for _, c := range out {
			list = append(list, <-c)
		}
		return list
	}
}

func TestWritesThatWaitShareACommit(t *testing.T) {
	queued(t, func(t *testing.T, _ storetest.DB, s *store.Store, release func()) {
		commits := must[*atomic.Int64](t)(s.Commits())
		const waiting = 300
		want, pieces := []string{"first"}, []work{}
		for i := range waiting {
			want = append(want, numbered("w", i))
			pieces = append(pieces, decisionWork(numbered("w", i)))
		}
		errs := enqueue(s, pieces...)
		release()
		noErrors(t, errs())
		// 301 pieces, at most 200 to a commit.
		if n := commits.Load(); n != 2 {
			t.Errorf("%d writes took %d commits, want 2", waiting+1, n)
		}
		same(t, "stored", decisionIDs(t, s), want)
	})
}

func TestAWriteAloneCommitsAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}.Open(t)
	addShops(t, s)
	commits, err := s.Commits()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		write(t, s, decisionWork(fmt.Sprint(i)))
		if n := commits.Load(); n != int64(i+1) {
			t.Errorf("after %d writes there were %d commits", i+1, n)
		}
	}
}

func TestAFailedPieceTouchesNoOther(t *testing.T) {
	queued(t, func(t *testing.T, _ storetest.DB, s *store.Store, release func()) {
		commits := must[*atomic.Int64](t)(s.Commits())
		after := func(id string, fail func(ctx context.Context, tx *store.Tx) error) work {
			return func(ctx context.Context, tx *store.Tx) error {
				return errors.Join(decisionWork(id)(ctx, tx), fail(ctx, tx))
			}
		}
		errs := enqueue(s,
			decisionWork("a"),
			after("fails", func(context.Context, *store.Tx) error { return errOfTest }),
			decisionWork("b"),
			after("panics", func(context.Context, *store.Tx) error { panic("on purpose") }),
			after("breaks a rule of the schema", func(ctx context.Context, tx *store.Tx) error {
				return tx.SaveCart(ctx, aCart("no such shop", "c"), now)
			}),
			decisionWork("c"),
		)
		release()
		got := errs()
		for i, wrong := range []string{"", "on purpose", "", "panic in a transaction: on purpose", "FOREIGN KEY", ""} {
			if (got[i] == nil) != (wrong == "") || got[i] != nil && !strings.Contains(got[i].Error(), wrong) {
				t.Errorf("piece %d: %v, want %q", i, got[i], wrong)
			}
		}
		if !errors.Is(got[1], errOfTest) {
			t.Errorf("a piece's own error comes back as %v", got[1])
		}
		if n := commits.Load(); n != 1 {
			t.Errorf("they took %d commits, and so did not share one", n)
		}
		same(t, "stored", decisionIDs(t, s), []string{"a", "b", "c", "first"})
	})
}

func TestAFailedCommitIsToldToAllWhoShareIt(t *testing.T) {
	t.Parallel()
	db := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}
	s := db.Open(t)
	addShops(t, s)
	fail := must[*atomic.Bool](t)(s.FailCommits())
	fail.Store(true)
	for i, err := range abreast(8, func(i int) error { return s.Write(t.Context(), decisionWork(numbered("lost", i))) }) {
		if err == nil {
			t.Errorf("write %d returned without an error, and was not committed", i)
		}
	}
	fail.Store(false)
	write(t, s, decisionWork("kept"))
	same(t, "stored", decisionIDs(t, s), []string{"kept"})
}

func TestACancelledCallerStopsWaiting(t *testing.T) {
	queued(t, func(t *testing.T, _ storetest.DB, s *store.Store, release func()) {
		ctx, cancel := context.WithCancel(context.Background())
		gone := make(chan error, 1)
		go func() {
			gone <- s.Write(ctx, func(context.Context, *store.Tx) error {
				t.Error("the piece of a caller who left was run")
				return nil
			})
		}()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) { // the writer is still held
			t.Errorf("got %v", err)
		}
		if err := s.Write(ctx, decisionWork("never")); !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that is over already: %v", err)
		}
		release()
		same(t, "stored", decisionIDs(t, s), []string{"first"})
	})
}

func TestAPieceUnderWayIsNotCutOff(t *testing.T) {
	t.Parallel()
	s := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}.Open(t)
	addShops(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		cancel() // the caller is told what became of it all the same
		return decisionWork("kept")(ctx, tx)
	})
	if err != nil {
		t.Error(err)
	}
	same(t, "stored", decisionIDs(t, s), []string{"kept"})
}

func TestCloseLeavesNobodyWaiting(t *testing.T) {
	queued(t, func(t *testing.T, db storetest.DB, s *store.Store, release func()) {
		var pieces []work
		for i := range 20 {
			pieces = append(pieces, decisionWork(numbered("w", i)))
		}
		errs := enqueue(s, pieces...)
		closed := make(chan error, 1)
		go func() { closed <- s.Close() }()
		synctest.Wait()
		release()
		want := []string{"first"}
		for i, err := range errs() {
			if err == nil {
				want = append(want, numbered("w", i))
			}
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		// Who was told of success finds it stored, who was told of failure does not.
		again := db.Open(t)
		same(t, "stored", decisionIDs(t, again), want)
	})
}
