package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// ledgerChannels are the channels in the order they are shown, with the kind of name that is an address of theirs.
var ledgerChannels = []struct {
	channel event.Channel
	kind    event.KeyKind
}{{event.Email, event.KeyEmail}, {event.SMS, event.KeyPhone}, {event.Messenger, event.KeyMessenger}}

// maxLedger is how many lines of a ledger are shown.
const maxLedger = 500

// ConsentLedger gives what the ledger holds of a shopper, following merges.
func (s *Store) ConsentLedger(ctx context.Context, shopID, id string) (journey.ConsentLedger, error) {
	who, err := loadShopper(ctx, s.reader(), "", shopID, id)
	if err != nil {
		return journey.ConsentLedger{}, err
	}
	return s.ledger(ctx, shopID, who.ID, who.Keys)
}

// ConsentLedgerOf gives what the ledger holds of an address that no shopper is known by.
func (s *Store) ConsentLedgerOf(ctx context.Context, shopID string, keys []event.Key) (journey.ConsentLedger, error) {
	return s.ledger(ctx, shopID, "", keys)
}

func (s *Store) ledger(ctx context.Context, shopID, shopperID string, keys []event.Key) (journey.ConsentLedger, error) {
	out := journey.ConsentLedger{ShopperID: shopperID}
	seen := map[string]bool{}
	for _, c := range ledgerChannels {
		addresses := []string{""}
		for _, k := range keys {
			if k.Kind == c.kind {
				addresses = append(addresses, k.Value)
			}
		}
		if len(addresses) > 1 {
			addresses = addresses[1:]
		}
		for _, a := range addresses {
			lines, err := s.standing(ctx, shopID, shopperID, c.channel, a, &out)
			if err != nil {
				return out, err
			}
			for _, l := range lines {
				if !seen[l.id] {
					seen[l.id] = true
					out.Lines = append(out.Lines, shown(l.Entry, shopID, keys))
				}
			}
		}
	}
	slices.SortStableFunc(out.Lines, func(a, b consent.Entry) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Answer, b.Answer))
	})
	if len(out.Lines) > maxLedger {
		out.Lines, out.Older = out.Lines[:maxLedger], true
	}
	return out, nil
}

// ledgerLine is a line with its id, by which lines that were found twice are told.
type ledgerLine struct {
	consent.Entry
	id string
}

// standing adds how one address stands and gives the lines that say so.
func (s *Store) standing(ctx context.Context, shopID, shopperID string, c event.Channel, address string, out *journey.ConsentLedger) ([]ledgerLine, error) {
	hash := ""
	if address != "" {
		hash = recovery.HashAddress(shopID, c, address)
	}
	lines, err := all(ctx, s.reader(), "consents", scanLedgerLine, `
		SELECT id, shopper_id, cart_id, address, channel, answer, source, wording, evidence, confirmed, names, said_at FROM consents
		WHERE shop_id = $1 AND channel = $2 AND (
			(shop_id = $1 AND channel = $2 AND shopper_id = $3 AND shopper_id <> '')
			OR (shop_id = $1 AND channel = $2 AND address = $4 AND address <> ''))
		ORDER BY id || ''`, shopID, string(c), shopperID, hash)
	if err != nil {
		return nil, err
	}
	entries := make([]consent.Entry, 0, len(lines))
	for _, l := range lines {
		entries = append(entries, l.Entry)
	}
	said := consent.Newest(entries, shopperID, "", hash)
	now := journey.ConsentStanding{
		Channel: c, Address: address, Answer: said.Answer, Confirmed: said.Confirmed, Names: said.Names, Source: said.Source, At: said.At,
	}
	if hash != "" {
		reasons, err := all(ctx, s.reader(), "suppression", scanText,
			`SELECT reason FROM suppressions WHERE shop_id = $1 AND channel = $2 AND hash = $3`, shopID, string(c), hash)
		if err != nil {
			return nil, err
		}
		now.Suppressed = cmp.Or(append(reasons, "")...)
	}
	out.Now = append(out.Now, now)
	return lines, nil
}

func scanLedgerLine(rows *sql.Rows, l *ledgerLine) error {
	return scanEntryAfter(rows, &l.Entry, &l.id)
}

// shown puts the address in its hash's place where it is one of the shopper's.
func shown(l consent.Entry, shopID string, keys []event.Key) consent.Entry {
	hash := l.Address
	l.Address = ""
	for _, c := range ledgerChannels {
		for _, k := range keys {
			if c.channel == l.Channel && k.Kind == c.kind && hash == recovery.HashAddress(shopID, l.Channel, k.Value) {
				l.Address = k.Value
			}
		}
	}
	return l
}
