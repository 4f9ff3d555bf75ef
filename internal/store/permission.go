package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// InsertConsent appends a line to the consent ledger.
func (t *Tx) InsertConsent(ctx context.Context, shopID, id string, l consent.Entry) error {
	_, err := run(ctx, t.q, "consent", `
		INSERT INTO consents (shop_id, id, shopper_id, cart_id, address, channel, answer, source, wording, evidence, confirmed, names, said_at, stored_at, name_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		shopID, id, l.ShopperID, l.CartID, l.Address, string(l.Channel), string(l.Answer), l.Source, l.Wording, l.Evidence,
		l.Confirmed, strings.Join(l.Names, ","), ms(l.At), ms(t.now), l.NameID)
	if err != nil || l.Answer != event.Yes || l.Address == "" || strings.HasPrefix(l.Evidence, "import") {
		return err
	}
	return t.comeBack(ctx, shopID, l.Channel, l.Address, l.At)
}

// Consents gives the ledger's lines for one channel that speak of a shopper, a
// cart or an address (by its hash).
func (t *Tx) Consents(ctx context.Context, shopID string, c event.Channel, shopperID, cartID, address string) ([]consent.Entry, error) {
	// Three looks, each by its own index: as one with OR, or ordered by the bare id,
	// SQLite without statistics reads all of the shop's lines by the primary key.
	return all(ctx, t.q, "consents", scanEntry, `
		SELECT id || '' AS id, shopper_id, cart_id, address, channel, answer, source, wording, evidence, confirmed, names, said_at FROM consents
		WHERE shop_id = $1 AND shopper_id = $3 AND channel = $2 AND shopper_id <> ''
		UNION SELECT id || '' AS id, shopper_id, cart_id, address, channel, answer, source, wording, evidence, confirmed, names, said_at FROM consents
		WHERE shop_id = $1 AND cart_id = $4 AND channel = $2 AND cart_id <> ''
		UNION SELECT id || '' AS id, shopper_id, cart_id, address, channel, answer, source, wording, evidence, confirmed, names, said_at FROM consents
		WHERE shop_id = $1 AND channel = $2 AND address = $5 AND address <> ''
		ORDER BY 1`, shopID, string(c), shopperID, cartID, address)
}

func scanEntry(rows *sql.Rows, l *consent.Entry) error {
	var id string // for the order alone
	return scanEntryAfter(rows, l, &id)
}

// scanEntryAfter scans a line that stands behind other columns.
func scanEntryAfter(rows *sql.Rows, l *consent.Entry, before ...any) error {
	var said int64
	var names string
	err := rows.Scan(append(before, &l.ShopperID, &l.CartID, &l.Address, &l.Channel, &l.Answer, &l.Source, &l.Wording, &l.Evidence,
		&l.Confirmed, &names, &said)...)
	l.At = at(said)
	if names != "" {
		l.Names = strings.Split(names, ",")
	}
	return err
}

func scanConsent(rows *sql.Rows, c *event.Consent) error {
	var said int64
	err := rows.Scan(&c.Channel, &c.Answer, &c.Source, &c.Wording, &said)
	c.At = at(said)
	return err
}

// answers gives a shopper's newest answer per channel; of two at the same moment the no counts.
func answers(ctx context.Context, q querier, shopID, shopperID string) (map[event.Channel]event.Consent, error) {
	out := map[event.Channel]event.Consent{}
	if shopperID == "" {
		return out, nil
	}
	list, err := all(ctx, q, "consents", scanConsent, `
		SELECT channel, answer, source, wording, said_at FROM consents WHERE shop_id = $1 AND shopper_id = $2
		ORDER BY said_at, CASE answer WHEN 'no' THEN 1 ELSE 0 END`, shopID, shopperID)
	for _, c := range list {
		out[c.Channel] = c
	}
	return out, err
}

// newestConsents gives the newest answers as a list, by channel.
func newestConsents(ctx context.Context, q querier, shopID, shopperID string) ([]event.Consent, error) {
	by, err := answers(ctx, q, shopID, shopperID)
	out := slices.Collect(maps.Values(by))
	slices.SortFunc(out, func(a, b event.Consent) int { return cmp.Compare(a.Channel, b.Channel) })
	return out, err
}

// Suppression gives the reason an address (by its hash) is suppressed, or "".
func (t *Tx) Suppression(ctx context.Context, shopID string, c event.Channel, hash string) (string, error) {
	found, err := all(ctx, t.q, "suppression", scanText,
		`SELECT reason FROM suppressions WHERE shop_id = $1 AND channel = $2 AND hash = $3`, shopID, string(c), hash)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// Suppress adds a suppression; the first reason stays.
func (t *Tx) Suppress(ctx context.Context, shopID string, c event.Channel, hash, reason string) error {
	_, err := run(ctx, t.q, "suppression", `
		INSERT INTO suppressions (shop_id, channel, hash, reason, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shop_id, channel, hash) DO NOTHING`, shopID, string(c), hash, reason, ms(t.now))
	return err
}

// Unsuppress lifts a suppression that has this reason.
func (t *Tx) Unsuppress(ctx context.Context, shopID string, c event.Channel, hash, reason string) error {
	_, err := run(ctx, t.q, "suppression",
		`DELETE FROM suppressions WHERE shop_id = $1 AND channel = $2 AND hash = $3 AND reason = $4`, shopID, string(c), hash, reason)
	return err
}

// InsertInbound stores what a shopper wrote; false when it is already there.
func (t *Tx) InsertInbound(ctx context.Context, in recovery.Inbound) (bool, error) {
	said := in.At
	if said.IsZero() {
		said = t.now
	}
	n, err := run(ctx, t.q, "inbound", `
		INSERT INTO inbounds (shop_id, id, channel, dedupe, shopper_id, sender, body, keyword, said_at, received_at, name_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (shop_id, channel, dedupe) DO NOTHING`,
		in.ShopID, in.ID, string(in.Channel), in.Dedupe, in.ShopperID, in.From, in.Text, in.Keyword, ms(said), ms(t.now), in.NameID)
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.noteReply(ctx, in)
}

// LastInbound gives when the address last wrote, or zero.
func (t *Tx) LastInbound(ctx context.Context, shopID string, c event.Channel, address string) (time.Time, error) {
	found, err := all(ctx, t.q, "inbound", func(rows *sql.Rows, n *int64) error { return rows.Scan(n) }, `
		SELECT said_at FROM inbounds WHERE shop_id = $1 AND channel = $2 AND sender = $3 ORDER BY said_at DESC LIMIT 1`,
		shopID, string(c), address)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return at(found[0]), nil
}
