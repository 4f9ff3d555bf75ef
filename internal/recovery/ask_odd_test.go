package recovery_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// The name of a list's next page is good for a while only: a list that was
// broken off and cannot be taken up there begins anew, from the same moment.
func TestAListWhosePageIsGoneBeginsAnew(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		far.pages = make([][]post, 12)
		n := 0
		far.during = func() {
			n++
			if far.trouble = nil; n == 11 {
				far.trouble = fault.New(fault.Unprocessable, "the platform refuses the question (400)")
			}
		}
		w.sweep()
		w.pass(time.Minute)
		if len(far.asked) < 23 || far.asked[10] != "changes :" || far.asked[11] != "changes " {
			t.Errorf("asked %q", far.asked)
		}
		if !far.since[10].Equal(far.since[0]) {
			t.Errorf("it begins at %v, not at %v", far.since[10], far.since[0])
		}
	})
}

// A platform whose page leads back to itself is not asked for ever.
func TestAListThatLeadsNowhereEnds(t *testing.T) {
	farWorld(t, listing, func(t *testing.T, w *world, far *farShop) {
		far.stuck = true
		w.sweep()
		w.pass(time.Minute)
		same(t, "asked", far.asked, []string{"changes ", "changes 1"})
	})
}

// hopeless is a store that cannot write some of what it is given.
type hopeless struct {
	*store.Store
	// before writes succeed, then fails do not, and then all do.
	before, fails int
}

var errHopeless = errors.New("it can never be written")

func (s *hopeless) Hopeless(err error) bool {
	return errors.Is(err, errHopeless) || s.Store.Hopeless(err)
}

func (s *hopeless) Write(ctx context.Context, fn func(context.Context, recovery.Tx) error) error {
	if s.before--; s.before < 0 {
		if s.fails--; s.fails >= 0 {
			return errHopeless
		}
	}
	return s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return fn(ctx, tx) })
}

// What an API told and we could not fold can be replayed: it is kept with the
// name of its platform and what says what it is.
func TestWhatWasFetchedAndCannotBeFoldedIsKept(t *testing.T) {
	farWorld(t, fetching, func(t *testing.T, w *world, far *farShop) {
		told := gen("Cart Updated", w.now(), adaCart("c1"))
		told.header = http.Header{"X-Cartograph-Topic": {"fetched/cart"}}
		far.has["c1"] = told
		s := &hopeless{Store: w.store, before: 1 << 30}
		w.engine = w.newEngine(func(o *recovery.Options) {
			o.Store, o.Remote, o.Platforms["generic"] = s, far, thin{generic.New()}
		})
		far.during = func() { s.before, s.fails = 1, 2 }
		w.send(named("c1", 1))
		w.asks()
		kept := texts(w, w.db.Raw(t), `SELECT platform || ' ' || topic || ' ' || headers FROM events WHERE status = 'quarantined'`)
		same(t, "kept", kept, []string{`generic fetched/cart {"X-Cartograph-Topic":"fetched/cart"}`})
	})
}

// reading is the generic platform, and remembers what topic it was told.
type reading struct {
	*generic.Adapter
	topics *[]string
}

func (p reading) Parse(d event.Delivery) ([]event.Event, error) {
	*p.topics = append(*p.topics, d.Get("X-Cartograph-Topic"))
	return p.Adapter.Parse(d)
}

// Headers are not signed: a webhook cannot pass for what the API answered.
func TestAWebhookIsNoAnswer(t *testing.T) {
	var topics []string
	onSQLite(t, func(t *testing.T, w *world) {
		p := gen("Cart Updated", w.now(), adaCart("c1"))
		p.header.Set("X-Cartograph-Topic", "fetched/order")
		w.send(p)
		same(t, "topics", topics, []string{""})
		if kept := strings.Join(texts(w, w.db.Raw(t), `SELECT headers FROM events`), " "); strings.Contains(kept, "fetched") {
			t.Errorf("kept %q", kept)
		}
	}, onPlatform("generic"), engineOf(func(o *recovery.Options) { o.Platforms["generic"] = reading{generic.New(), &topics} }))
}
