package recovery_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// thin is the generic platform, whose webhooks may also only name a thing:
// {"thin": {"kind": "cart", "id": "c1"}, "n": 1}.
type thin struct{ *generic.Adapter }

func (p thin) Parse(d event.Delivery) ([]event.Event, error) {
	var b struct {
		Thin *event.Reference `json:"thin"`
	}
	if json.Unmarshal(d.Body, &b) != nil || b.Thin == nil {
		return p.Adapter.Parse(d)
	}
	return []event.Event{{
		ShopID: d.ShopID, Kind: event.Unknown, Topic: "thin", DedupeKey: idOf(d.Body), OccurredAt: d.ReceivedAt, ReceivedAt: d.ReceivedAt,
		Fetch: []event.Reference{*b.Thin},
	}}, nil
}

// named is a webhook that only names a cart.
func named(id string, n int) post {
	return post{"generic", http.Header{}, asJSON(fields{"thin": fields{"kind": "cart", "id": id}, "n": n})}
}

// farShop is the shop's own platform, as the engine asks it: what it has, what
// it was asked, and the trouble it has.
type farShop struct {
	mu  sync.Mutex
	can recovery.Abilities
	// has are the things by reference; pages are what changed, a page at a time.
	has   map[string]post
	pages [][]post
	// sells are the products, gone the carts' way back.
	sells    []recovery.Product
	way      string
	trouble  error
	asked    []string
	since    []time.Time
	during   func()
	keyTexts []string
	// stuck has every page lead to the second.
	stuck bool
}

func (f *farShop) ask(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, what)
	if f.during != nil {
		f.during()
	}
	return f.trouble
}

func (f *farShop) Can(string) recovery.Abilities { return f.can }

func (f *farShop) Fetch(_ context.Context, _ shop.Shop, ref event.Reference) ([]recovery.Told, error) {
	if err := f.ask(string(ref.Kind) + " " + ref.ID); err != nil {
		return nil, err
	}
	p, ok := f.has[ref.ID]
	if !ok {
		return nil, fault.New(fault.NotFound, "gone")
	}
	return []recovery.Told{{Header: p.header, Body: p.body}}, nil
}

func (f *farShop) Changed(_ context.Context, _ shop.Shop, since time.Time, place string) (told []recovery.Told, next string, err error) {
	if err := f.ask("changes " + place); err != nil {
		return nil, "", err
	}
	f.since = append(f.since, since)
	n := 0
	if place != "" {
		n = int(place[0] - '0')
	}
	if f.stuck {
		return nil, "1", nil
	}
	if n >= len(f.pages) {
		return nil, "", nil
	}
	for _, p := range f.pages[n] {
		told = append(told, recovery.Told{Header: p.header, Body: p.body})
	}
	if n+1 < len(f.pages) {
		next = string(rune('0' + n + 1))
	}
	return told, next, nil
}

func (f *farShop) Products(context.Context, shop.Shop, []event.Item) ([]recovery.Product, error) {
	return f.sells, f.ask("products")
}

func (f *farShop) Open(_ context.Context, _ shop.Shop, c recovery.Closed) (string, error) {
	return f.way, f.ask("open " + c.Coupon)
}

func (f *farShop) Keys(context.Context, shop.Shop, event.Delivery) ([]string, error) {
	return f.keyTexts, f.ask("keys")
}

func (f *farShop) Greet(_, challenge string) (string, bool) { return challenge, challenge != "" }

// farWorld runs f on each engine in a world whose first shop's platform can be asked.
func farWorld(t *testing.T, far func() *farShop, f func(t *testing.T, w *world, far *farShop), opts ...option) {
	t.Helper()
	onEach(t, func(t *testing.T, w *world) {
		mine := far()
		w.engine = w.newEngine(func(o *recovery.Options) {
			o.Remote, o.Platforms["generic"] = mine, thin{generic.New()}
		})
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.AddSecret(ctx, w.shop.ID, "platform_key", []byte("sealed"))
		})
		f(t, w, mine)
	}, append([]option{onPlatform("generic")}, opts...)...)
}

// asks rings the first shop's questions that are due.
func (w *world) asks() int {
	w.t.Helper()
	n, err := w.engine.Ask(context.Background(), shop.Shard(w.shop.ID))
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// inquiries gives the first shop's questions that stand for themselves or met trouble.
func (w *world) inquiries() []recovery.Inquiry {
	w.t.Helper()
	all, err := w.store.Inquiries(context.Background(), w.shop.ID, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}
