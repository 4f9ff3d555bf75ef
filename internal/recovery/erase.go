package recovery

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// eraseBatch is how many rows one transaction of an erasure changes: few enough
// that messages which wait for SQLite's one writer do not notice.
const eraseBatch = 200

// Erase erases whoever is meant and gives the proofs, one for each shopper, or
// one for somebody who was never known. Its first transaction suppresses the
// addresses and ends everything planned; from there nothing is sent. The rest
// goes on in batches, and after a crash by the next sweep. Repeating it finds
// nothing and gives the same proofs.
func (e *Engine) Erase(ctx context.Context, shopID string, who Who, by, reason string) ([]journey.Erasure, error) {
	if _, err := e.Store.Shop(ctx, shopID); err != nil {
		return nil, err
	}
	var begun []started
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		begun, err = e.beginErasures(ctx, tx, shopID, who, by, reason)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []journey.Erasure
	for _, b := range begun {
		er, err := e.goOn(ctx, b, who.Orders)
		if err != nil {
			return out, err
		}
		out = append(out, er)
	}
	return out, nil
}

// EraseDry counts what Erase would change, and changes nothing.
func (e *Engine) EraseDry(ctx context.Context, shopID string, who Who) ([]journey.Erasure, error) {
	var begun []started
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		begun, err = e.meant(ctx, tx, shopID, who)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []journey.Erasure
	for _, b := range begun {
		er := b.proof
		er.DryRun, er.RequestedAt = true, e.Now().UTC()
		if er.Counts, err = e.Store.Held(ctx, b.Cleaning); err != nil {
			return nil, err
		}
		err = e.strays(ctx, b.Cleaning, func(ids []string) error {
			er.Counts["events"] += len(ids)
			return nil
		})
		if err != nil {
			return nil, err
		}
		out = append(out, er)
	}
	return out, nil
}

// started is an erasure under way.
type started struct {
	Cleaning
	proof journey.Erasure
	// earlier is the last proof for the same shopper, if there is one.
	earlier *journey.Erasure
}

// meant gives whose erasure is asked for, held, with all their names.
func (e *Engine) meant(ctx context.Context, tx Tx, shopID string, who Who) ([]started, error) {
	var found []shopper.Shopper
	var err error
	if who.ShopperID != "" {
		var one shopper.Shopper
		one, err = tx.Shopper(ctx, shopID, who.ShopperID)
		found = []shopper.Shopper{one}
	} else {
		found, err = tx.ShoppersByKeys(ctx, shopID, who.Keys)
	}
	if err != nil {
		return nil, err
	}
	if who.ShopperID == "" && len(who.Keys) == 0 {
		return nil, fault.New(fault.Invalid, "nobody is named").Try("name the shopper by id, email, phone, customer id, Messenger id or anonymous id")
	}
	var out []started
	meant := found
	if who.ShopperID == "" {
		meant = targets(found, who.Keys)
	}
	for _, s := range meant {
		others := slices.DeleteFunc(slices.Clone(found), func(o shopper.Shopper) bool { return o.ID == s.ID })
		out = append(out, e.started(shopID, s.ID, shopper.Union(s.Keys, unowned(who.Keys, others))))
	}
	if len(out) == 0 {
		out = append(out, e.started(shopID, "", shopper.Union(who.Keys, nil)))
	}
	return out, nil
}

// unowned leaves out the names that are somebody else's.
func unowned(keys []event.Key, others []shopper.Shopper) []event.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k event.Key) bool {
		return slices.ContainsFunc(others, func(o shopper.Shopper) bool { return slices.Contains(o.Keys, k) })
	})
}

func (e *Engine) started(shopID, shopperID string, names []event.Key) started {
	s := started{Cleaning: e.cleaning(Scope{shopID, shopperID}, names)}
	s.proof = journey.Erasure{ShopID: shopID, ShopperID: shopperID, Identities: []string{}, Counts: map[string]int{}}
	for _, k := range names {
		s.proof.Identities = append(s.proof.Identities, string(k.Kind)+":"+e.keyed(shopID, string(k.Kind), k.Value))
	}
	return s
}

// beginErasures suppresses and ends, so that from its commit on nothing is sent.
func (e *Engine) beginErasures(ctx context.Context, tx Tx, shopID string, who Who, by, reason string) ([]started, error) {
	begun, err := e.meant(ctx, tx, shopID, who)
	if err != nil {
		return nil, err
	}
	for i := range begun {
		if err := e.beginOne(ctx, tx, &begun[i], by, reason); err != nil {
			return nil, err
		}
	}
	return begun, nil
}

func (e *Engine) beginOne(ctx context.Context, tx Tx, b *started, by, reason string) error {
	for _, k := range b.Names {
		for c, kind := range addressKind {
			if kind != k.Kind {
				continue
			}
			if err := tx.Suppress(ctx, b.ShopID, c, HashAddress(b.ShopID, c, k.Value), suppressedErased); err != nil {
				return err
			}
		}
	}
	p := &b.proof
	p.ID, p.State, p.By, p.RequestedAt = e.NewID(), journey.ErasureRunning, by, tx.Now()
	if p.Reason = event.Clean(reason, 500); !b.Whole() {
		p.Reason = b.Scrub(p.Reason)
	}
	if b.ShopperID == "" {
		return nil // nothing is kept of it until it is done: its names are nowhere else
	}
	past, err := tx.Erasures(ctx, b.ShopID, b.ShopperID)
	if err != nil {
		return err
	}
	if len(past) > 0 && past[0].State == journey.ErasureRunning {
		b.proof = past[0]
		return nil
	}
	if len(past) > 0 {
		b.earlier = &past[0]
	}
	return tx.SaveErasure(ctx, *p)
}

// goOn works an erasure to its end.
func (e *Engine) goOn(ctx context.Context, b started, orders []string) (journey.Erasure, error) {
	er := b.proof
	tally := func(n map[string]int) {
		for table, rows := range n {
			if rows > 0 {
				er.Counts[table] += rows
			}
		}
	}
	err := e.strays(ctx, b.Cleaning, func(ids []string) error {
		return e.inBatch(ctx, b, &er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
			n, err := tx.BlankEvents(ctx, b.Cleaning, ids)
			return map[string]int{"events": n}, err
		})
	})
	if err != nil {
		return er, err
	}
	if len(orders) > 0 {
		err := e.inBatch(ctx, b, &er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
			n, err := tx.BlankOrders(ctx, b.Cleaning, orders)
			return map[string]int{"orders": n}, err
		})
		if err != nil {
			return er, err
		}
	}
	for done := false; !done; {
		if err := e.calmDown(ctx, b.Scope); err != nil {
			return er, err
		}
		if done, err = e.pass(ctx, b, &er, tally); err != nil {
			return er, err
		}
	}
	e.Log.InfoContext(ctx, "erased", "shop", er.ShopID, "erasure", er.ID, "rows", er.Counts)
	if b.earlier != nil && len(er.Counts) == 0 {
		return *b.earlier, nil
	}
	return er, nil
}

// inBatch runs one batch and keeps its count with it.
func (e *Engine) inBatch(ctx context.Context, b started, er *journey.Erasure, tally func(map[string]int), batch func(context.Context, Tx) (map[string]int, error)) error {
	var n map[string]int
	before := er.Counts
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		er.Counts = clone(before)
		if n, err = batch(ctx, tx); err != nil {
			return err
		}
		tally(n)
		if b.ShopperID == "" {
			return nil
		}
		return tx.SaveErasure(ctx, *er)
	})
	return err
}

func clone(m map[string]int) map[string]int {
	out := map[string]int{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// pass goes once over all tables, one transaction each; when nothing was
// left in any, it forgets the names and is done. An event that comes between
// is folded under the names that are still there, and found by the next round.
func (e *Engine) pass(ctx context.Context, b started, er *journey.Erasure, tally func(map[string]int)) (done bool, err error) {
	found := 0
	for _, table := range Personal {
		for again := true; again; {
			n := 0
			err := e.inBatch(ctx, b, er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
				rows, err := tx.Blank(ctx, table, b.Cleaning)
				n = sum(rows)
				return rows, err
			})
			if err != nil {
				return false, err
			}
			found += n
			again = n > 0
		}
	}
	if found > 0 {
		return false, nil
	}
	err = e.inBatch(ctx, b, er, tally, func(ctx context.Context, tx Tx) (map[string]int, error) {
		left, busy, err := e.left(ctx, tx, b)
		if done = err == nil && !busy && sum(left) == 0; !done {
			return left, err
		}
		er.State, er.DoneAt = journey.ErasureDone, tx.Now()
		return tx.Forget(ctx, b.Cleaning)
	})
	if err == nil && done && b.ShopperID == "" {
		err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.SaveErasure(ctx, *er) })
	}
	return done, err
}

// left blanks what came since the last pass, with the shopper held: an event
// that names them waits, and then finds nobody. busy tells that something waits again.
func (e *Engine) left(ctx context.Context, tx Tx, b started) (rows map[string]int, busy bool, err error) {
	if b.ShopperID != "" && !b.Whole() {
		if _, err := tx.Shopper(ctx, b.ShopID, b.ShopperID); err != nil {
			return nil, false, err
		}
	}
	waiting, err := tx.BusyCarts(ctx, b.Scope, 1)
	if err != nil || len(waiting) > 0 {
		return nil, true, err
	}
	rows = map[string]int{}
	for _, table := range Personal {
		n, err := tx.Blank(ctx, table, b.Cleaning)
		if err != nil {
			return nil, false, err
		}
		for t, k := range n {
			rows[t] += k
		}
	}
	return rows, false, nil
}

func sum(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// calmDown ends the waiting enrollments and calls off the messages that have not left.
func (e *Engine) calmDown(ctx context.Context, s Scope) error {
	if s.ShopperID == "" {
		return nil
	}
	return e.endAll(ctx, s, suppressedErased)
}

// strays finds events that name the person and belong to nobody: answers
// without a cart, quarantined deliveries, the platform's own request. They are
// read in pages, outside any transaction.
func (e *Engine) strays(ctx context.Context, c Cleaning, found func(ids []string) error) error {
	if c.Whole() || len(c.Names) == 0 {
		return nil
	}
	for after := ""; ; {
		page, err := e.Store.Unattributed(ctx, c.ShopID, after, eraseBatch)
		if err != nil || len(page) == 0 {
			return err
		}
		var ids []string
		for _, s := range page {
			after = s.ID
			if c.Mentions(s.Body) || holdsAny(s.DedupeKey+" "+s.Note, values(c.Names)) {
				ids = append(ids, s.ID)
			}
		}
		if len(ids) > 0 {
			if err := found(ids); err != nil {
				return err
			}
		}
	}
}

// spent are the links of a message that lead to what is erased. The one for
// unsubscribing stays: it needs no more than the address's hash.
func (e *Engine) spent(messageID string) []string {
	return []string{HashToken(e.token(message.LinkRestore, messageID)), HashToken(e.token(message.LinkWhy, messageID)), HashToken(e.token(message.LinkConfirm, messageID))}
}

// EraseShop erases everybody in a shop and switches its sending off.
func (e *Engine) EraseShop(ctx context.Context, shopID, by, reason string) (journey.Erasure, error) {
	b := e.started(shopID, WholeShop, nil)
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Pause(ctx, shopID); err != nil {
			return err
		}
		return e.beginOne(ctx, tx, &b, by, reason)
	})
	if err != nil {
		return b.proof, err
	}
	return e.goOn(ctx, b, nil)
}

// resume goes on with an erasure that a crash ended.
func (e *Engine) resume(ctx context.Context, er journey.Erasure) error {
	var names []event.Key
	if er.ShopperID != WholeShop {
		err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			s, err := tx.Shopper(ctx, er.ShopID, er.ShopperID)
			names = s.Keys
			return err
		})
		if err != nil {
			return err
		}
	}
	b := started{Cleaning: e.cleaning(Scope{er.ShopID, er.ShopperID}, names), proof: er}
	_, err := e.goOn(ctx, b, nil)
	return err
}

// erasedHash gives the hash that stands for an erased address.
func erasedHash(address string) (string, bool) { return strings.CutPrefix(address, erasedMark) }
