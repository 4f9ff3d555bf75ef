package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Reports read tallies: numbers by day that each transaction brings up to date
// together with the rows it writes, so that they cost the same however many
// carts there are. A transaction notes what it changed and writes the sums last,
// in one order, with nothing to wait for after them but its commit.

// tallied is one number that a transaction changes.
type tallied struct {
	shopID string
	// quarter is when the counted thing happened (journey.Quarter); none for a total alone.
	quarter int64
	journey.Tally
}

// noQuarter marks what has no day: it only counts in the total.
const noQuarter = -1 << 62

// sums are what a transaction adds to one number.
type sums struct{ n, amount, refunded int64 }

// tallying gathers a transaction's changes.
type tallying struct{ by map[tallied]sums }

// add notes a change; key holds no numbers.
func (y *tallying) add(key tallied, s sums) {
	if y.by == nil {
		y.by = map[tallied]sums{}
	}
	was := y.by[key]
	y.by[key] = sums{was.n + s.n, was.amount + s.amount, was.refunded + s.refunded}
}

// totalled are the tallies that also have a row for all days together.
var totalled = map[string]bool{
	journey.TallyCart: true, journey.TallyRouted: true, journey.TallyRecoveredCart: true, journey.TallyMessage: true, journey.TallyDecision: true, journey.TallyRecovered: true,
}

// total gives the row for all days that a number counts in.
func total(t journey.Tally) journey.Tally {
	out := journey.Tally{What: t.What, Kind: t.Kind, Currency: t.Currency}
	if t.What == journey.TallyRouted {
		out.Persona = t.Persona
	}
	return out
}

// flush writes what was gathered.
func (t *Tx) flush(ctx context.Context) error {
	byShop := map[string]map[tallied]sums{}
	for k, s := range t.tally.by {
		if s == (sums{}) {
			continue
		}
		if byShop[k.shopID] == nil {
			byShop[k.shopID] = map[tallied]sums{}
		}
		byShop[k.shopID][k] = s
	}
	for _, shopID := range slices.Sorted(maps.Keys(byShop)) {
		zone, err := t.tallyZone(ctx, shopID)
		if err != nil {
			return err
		}
		if zone == nil {
			continue // counted with everything else when they are counted first
		}
		if err := t.addTallies(ctx, shopID, rowsOf(byShop[shopID], zone)); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf gives the rows of tallies that changes belong to.
func rowsOf(changes map[tallied]sums, zone *time.Location) map[journey.Tally]sums {
	rows := map[journey.Tally]sums{}
	put := func(k journey.Tally, s sums) {
		was := rows[k]
		rows[k] = sums{was.n + s.n, was.amount + s.amount, was.refunded + s.refunded}
	}
	for k, s := range changes {
		if totalled[k.What] {
			put(total(k.Tally), s)
		}
		if k.quarter != noQuarter {
			k.Day = journey.DayOfQuarter(k.quarter, zone)
			put(k.Tally, s)
		}
	}
	return rows
}

// tallyZone gives the zone that a shop's tallies are kept in, held so that they
// are not counted anew meanwhile; nil while they were never counted.
func (t *Tx) tallyZone(ctx context.Context, shopID string) (*time.Location, error) {
	name, err := one(ctx, t.q, "shop", scanText, `SELECT tally_zone FROM shops WHERE id = $1`+t.dialect.share(), shopID)
	if fault.Is(err, fault.NotFound) || err == nil && name == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return zoneNamed(name), nil
}

// zoneNamed gives a time zone; one that the machine does not know is UTC, as on the pages.
func zoneNamed(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// lanes is how many transactions may add to the same number at once.
const lanes = 8

// lane gives this transaction's; SQLite's transactions follow one another.
func (t *Tx) lane() int {
	if t.dialect == sqlite {
		return 0
	}
	return int(t.number % lanes)
}

// tallyBatch is how many rows of tallies one statement adds to at most.
const tallyBatch = 20

func (t *Tx) addTallies(ctx context.Context, shopID string, rows map[journey.Tally]sums) error {
	maps.DeleteFunc(rows, func(_ journey.Tally, s sums) bool { return s == sums{} })
	// Whoever adds to the same rows takes them in the same order.
	for some := range slices.Chunk(slices.SortedFunc(maps.Keys(rows), compareTallies), tallyBatch) {
		args := []any{shopID}
		for _, k := range some {
			s := rows[k]
			args = append(args, k.What, int(k.Day), k.Persona, k.Sequence, k.Channel, k.Kind, k.Currency, t.lane(), s.n, s.amount, s.refunded)
		}
		_, err := run(ctx, t.q, "tallies", `
			INSERT INTO tallies (shop_id, what, day, persona, sequence, channel, kind, currency, lane, n, amount, refunded)
			VALUES `+shopPlaces(len(some), 11)+`
			ON CONFLICT (shop_id, what, day, persona, sequence, channel, kind, currency, lane) DO UPDATE SET
				n = tallies.n + excluded.n, amount = tallies.amount + excluded.amount, refunded = tallies.refunded + excluded.refunded`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

func compareTallies(a, b journey.Tally) int {
	return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Persona, b.Persona), cmp.Compare(a.Sequence, b.Sequence),
		cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Currency, b.Currency))
}

// cartMarks are what of a cart is counted.
type cartMarks struct {
	state, persona              string
	started, abandoned, ordered int64
}

func scanCartMarks(rows *sql.Rows, c *cartMarks) error {
	return rows.Scan(&c.state, &c.persona, &c.started, &c.abandoned, &c.ordered)
}

const cartMarkColumns = `state, persona, started_at, abandoned_at, ordered_at`

// cartWas gives what is counted of a cart as it is stored; false for a new one.
func (t *Tx) cartWas(ctx context.Context, shopID, id string) (cartMarks, bool, error) {
	was, err := one(ctx, t.q, "cart", scanCartMarks, `SELECT `+cartMarkColumns+` FROM carts WHERE shop_id = $1 AND id = $2`, shopID, id)
	if fault.Is(err, fault.NotFound) {
		return was, false, nil
	}
	return was, err == nil, err
}

// tallyCart counts a cart in, or with n = -1 out.
func (t *Tx) tallyCart(shopID string, c cartMarks, n int64) {
	for _, k := range tallyOfCart(c) {
		k.shopID = shopID
		t.tally.add(k, sums{n: n})
	}
}

func tallyOfCart(c cartMarks) []tallied {
	if c.state == string(cart.Merged) {
		return nil // it is counted as the one that took it over
	}
	out := []tallied{{quarter: noQuarter, Tally: journey.Tally{What: journey.TallyCart, Kind: c.state}}}
	if c.persona != "" {
		out = append(out, tallied{quarter: noQuarter, Tally: journey.Tally{What: journey.TallyRouted, Persona: c.persona}})
	}
	for _, moment := range []struct {
		what string
		ms   int64
	}{{journey.TallyStarted, c.started}, {journey.TallyAbandoned, c.abandoned}, {journey.TallyOrdered, c.ordered}} {
		if moment.ms > 0 {
			out = append(out, tallied{quarter: journey.Quarter(at(moment.ms)), Tally: journey.Tally{What: moment.what, Persona: c.persona}})
		}
	}
	return out
}

// messageMarks are what of a message is counted.
type messageMarks struct {
	state, channel, sequence, persona string
	reserved                          int64
}

const messageMarkColumns = `state, channel, sequence_key, persona, reserved_at`

func scanMessageMarks(rows *sql.Rows, m *messageMarks) error {
	return rows.Scan(&m.state, &m.channel, &m.sequence, &m.persona, &m.reserved)
}

func (t *Tx) tallyMessage(shopID string, m messageMarks, n int64) {
	k := tallied{shopID: shopID, quarter: journey.Quarter(at(m.reserved)), Tally: journey.Tally{
		What: journey.TallyMessage, Persona: m.persona, Sequence: m.sequence, Channel: m.channel, Kind: m.state}}
	t.tally.add(k, sums{n: n})
}

func (t *Tx) tallyDecision(d journey.Decision) {
	k := tallied{shopID: d.ShopID, quarter: journey.Quarter(at(ms(d.At))), Tally: journey.Tally{
		What: journey.TallyDecision, Kind: string(d.Outcome) + " " + d.Rule}}
	t.tally.add(k, sums{n: 1})
}

func (t *Tx) tallyEnrollment(e journey.Enrollment) {
	k := tallied{shopID: e.ShopID, quarter: journey.Quarter(at(ms(e.CreatedAt))), Tally: journey.Tally{
		What: journey.TallyEnrolled, Persona: e.Persona, Sequence: e.SequenceKey}}
	if e.Holdout {
		k.Kind = journey.HeldOut
	}
	t.tally.add(k, sums{n: 1})
}

// recoveryMarks are what of a credited order is counted.
type recoveryMarks struct {
	rule, currency, persona, sequence, channel string
	credited                                   int64
	amount, refunded                           int64
}

const recoveryMarkColumns = `rule, currency, persona, sequence_key, channel, credited_at, amount_minor, refunded_minor`

func scanRecoveryMarks(rows *sql.Rows, r *recoveryMarks) error {
	return rows.Scan(&r.rule, &r.currency, &r.persona, &r.sequence, &r.channel, &r.credited, &r.amount, &r.refunded)
}

// tallyRecovery counts what stands in the row of an order's recovery, in or with n = -1 out.
func (t *Tx) tallyRecovery(ctx context.Context, shopID, orderID string, n int64) error {
	rows, err := all(ctx, t.q, "recovery", scanRecoveryMarks,
		`SELECT `+recoveryMarkColumns+` FROM recoveries WHERE shop_id = $1 AND order_id = $2`, shopID, orderID)
	for _, r := range rows {
		k := tallied{shopID: shopID, quarter: journey.Quarter(at(r.credited)), Tally: journey.Tally{What: journey.TallyRecovered,
			Persona: r.persona, Sequence: r.sequence, Channel: r.channel, Kind: r.rule, Currency: r.currency}}
		t.tally.add(k, sums{n, n * r.amount, n * r.refunded})
	}
	return err
}

// isRecovered reports whether a cart has a credited order.
func (t *Tx) isRecovered(ctx context.Context, shopID, cartID string) (bool, error) {
	if cartID == "" {
		return false, nil
	}
	found, err := all(ctx, t.q, "recovery", scanText, `SELECT id FROM recoveries WHERE shop_id = $1 AND cart_id = $2 AND cart_id <> '' LIMIT 1`, shopID, cartID)
	return len(found) > 0, err
}

// tallyRecovered counts carts with a credited order in, or with n = -1 out.
func (t *Tx) tallyRecovered(shopID string, n int64) {
	t.tally.add(tallied{shopID: shopID, quarter: noQuarter, Tally: journey.Tally{What: journey.TallyRecoveredCart}}, sums{n: n})
}

// tallyMerge notes that the credited orders of one cart become another's.
func (t *Tx) tallyMerge(ctx context.Context, shopID, from, into string) error {
	was, err := t.isRecovered(ctx, shopID, from)
	if err != nil || !was || from == into {
		return err
	}
	if has, err := t.isRecovered(ctx, shopID, into); err != nil || !has && into != "" {
		return err
	}
	t.tallyRecovered(shopID, -1)
	return nil
}
