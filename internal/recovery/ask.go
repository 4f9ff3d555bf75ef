package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Inquiry is one question to a shop's platform. What is to be asked stands in
// SQL: a crash, an emptied Redis or a platform that is down loses none.
type Inquiry struct {
	ShopID string
	// Kind is what is asked for, Ref the platform's id of it ("" for AskChanges, our cart's id for AskProducts).
	Kind InquiryKind
	Ref  string
	// DueAt is when it is asked next, zero for not any more. WantedAt is when it was put last.
	DueAt    time.Time
	WantedAt time.Time
	// Since and Place are where a list of changes goes on: from a moment, on the platform's page of this name.
	Since time.Time
	Place string
	// Tries counts the askings without an answer.
	Tries int
	// AnsweredAt is the last answer, Found how many things it told, Trouble why there was none.
	AnsweredAt time.Time
	Found      int
	Trouble    string
}

// InquiryKind says what is asked for.
type InquiryKind string

// The kinds beside event.LinkCart, LinkCheckout and LinkOrder, which name one thing.
const (
	// AskChanges asks what happened since: reconciliation, where webhooks were lost.
	AskChanges InquiryKind = "changes"
	// AskProducts asks what the things in a cart are now, before a message is written about them.
	AskProducts InquiryKind = "products"
)

// Told is one thing that a platform's API told, in the form of a delivery.
type Told struct {
	Header map[string][]string
	Body   []byte
}

// Remote asks platforms' APIs, each shop with its own account.
//
// Errors are faults: Misconfigured where the keys are missing or refused,
// NotFound for what is gone, Throttled and Overloaded (with After) where asking
// later may help.
type Remote interface {
	// Can tells what a platform's adapter can be asked for at all.
	Can(platform string) Abilities
	// Fetch asks for one thing; none is told where it is gone.
	Fetch(ctx context.Context, sh shop.Shop, ref event.Reference) ([]Told, error)
	// Changed asks what happened since a moment, a page at a time.
	Changed(ctx context.Context, sh shop.Shop, since time.Time, place string) (told []Told, next string, err error)
	// Products asks what some lines of a cart are now.
	Products(ctx context.Context, sh shop.Shop, items []event.Item) ([]Product, error)
	// Open gives the address at which a cart is taken up again, "" where the platform has none of its own.
	Open(ctx context.Context, sh shop.Shop, c Closed) (string, error)
	// Keys asks for the keys that the platform publishes and signs with.
	Keys(ctx context.Context, sh shop.Shop, d event.Delivery) ([]string, error)
	// Greet answers a platform that asks whether an address is ours.
	Greet(platform, challenge string) (answer string, ok bool)
}

// Abilities are what an adapter can be asked for.
type Abilities struct {
	Fetch, Changes, Products, Open, Keys bool
}

// askTx is what asking needs of a transaction.
type askTx interface {
	// Want puts a question. One that waits is brought forward, never back.
	Want(ctx context.Context, q Inquiry) error
	// ClaimInquiries gives questions of the shard that are due, put off until an instant, their tries counted.
	ClaimInquiries(ctx context.Context, shard, limit int, until time.Time) ([]Inquiry, error)
	// SettleInquiry writes what came of one. One that is over is removed, unless it was put again meanwhile.
	SettleInquiry(ctx context.Context, q Inquiry, over bool) error
	// Inquiry gives one, or fault.NotFound.
	Inquiry(ctx context.Context, shopID string, kind InquiryKind, ref string) (Inquiry, error)
	// StopAsking has the platform no longer asked for what changed.
	StopAsking(ctx context.Context, shopID string) error
	// HasAccount reports whether the shop has an account at its platform.
	HasAccount(ctx context.Context, shopID string) (bool, error)
	// Products gives what is known of some lines' products, by Same; SaveProducts keeps it.
	Products(ctx context.Context, shopID string, items []event.Item) (map[string]Product, error)
	SaveProducts(ctx context.Context, shopID string, told []Product) error
}

// askStore is what asking reads outside of transactions.
type askStore interface {
	// ShopsToReconcile gives shops of a platform that have an account there and no question for changes yet.
	ShopsToReconcile(ctx context.Context, platform string, limit int) ([]string, error)
}

// wants notes what an event names without telling it.
func (f *folding) wants(ctx context.Context, ev event.Event) error {
	for _, ref := range ev.Fetch {
		err := f.tx.Want(ctx, Inquiry{ShopID: f.shop.ID, Kind: InquiryKind(ref.Kind), Ref: ref.ID, DueAt: f.tx.Now(), WantedAt: f.tx.Now()})
		if err != nil {
			return err
		}
		f.asks = true
	}
	return nil
}

// askOne puts one question and takes in what is told.
func (e *Engine) askOne(ctx context.Context, sh shop.Shop, q *Inquiry) (over bool, err error) {
	switch q.Kind {
	case AskChanges:
		return false, e.askChanges(ctx, sh, q)
	case AskProducts:
		q.Found, err = e.askProducts(ctx, sh, q.Ref)
		if err == nil {
			q.DueAt, q.AnsweredAt, q.Trouble = time.Time{}, e.Now().UTC(), ""
		}
		return false, err
	}
	told, err := e.Remote.Fetch(ctx, sh, event.Reference{Kind: event.LinkKind(q.Kind), ID: q.Ref})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	if wanted, err := e.stillWanted(ctx, *q); err != nil || !wanted {
		return err == nil, err
	}
	q.Found, err = e.hearOf(ctx, sh, told)
	return err == nil, err
}

// stillWanted reports whether a question that was just answered is still there:
// an erasure may have taken it back while the platform was asked, and then the
// answer is about somebody who must not be known again.
func (e *Engine) stillWanted(ctx context.Context, q Inquiry) (wanted bool, err error) {
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.Inquiry(ctx, q.ShopID, q.Kind, q.Ref)
		if wanted = err == nil; fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return wanted, err
}

// hearOf takes in what a platform's API told: parsed, stored and folded like
// its webhooks, and kept in quarantine where it makes no sense. It gives how
// many events were new.
func (e *Engine) hearOf(ctx context.Context, sh shop.Shop, told []Told) (fresh int, err error) {
	p := e.Platforms[sh.Platform]
	for len(told) > 0 {
		n := min(len(told), toldBatch)
		var in []Stored
		for _, t := range told[:n] {
			d := e.delivery(sh, t.Header, t.Body)
			events, err := p.Parse(d)
			if err != nil {
				in = append(in, e.quarantine(sh.Platform, d, err))
				continue
			}
			for _, ev := range events {
				ev.Platform = sh.Platform
				in = append(in, Stored{Event: ev, Body: t.Body, Headers: kept(t.Header)})
			}
		}
		receipts, err := e.take(ctx, sh, in)
		if err != nil && e.Store.Hopeless(err) {
			receipts, err = e.takeSingly(ctx, sh, in)
		}
		if err != nil {
			return fresh, err
		}
		for _, r := range receipts {
			if r.Status == event.Accepted {
				fresh++
			}
		}
		told = told[n:]
	}
	return fresh, nil
}

// toldBatch is how many things are folded in one transaction.
const toldBatch = 25
