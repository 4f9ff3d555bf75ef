package store

import (
	"context"
	"database/sql"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// dossiers reads the parts of one; its first error ends it.
type dossiers struct {
	ctx context.Context
	q   querier
	// shopID and shopperID are the first two arguments of every query.
	shopID, shopperID string
	err               error
}

// filled reads one list of a dossier.
func filled[T any](d *dossiers, into *[]T, what string, scan func(*sql.Rows, *T) error, query string) {
	if d.err == nil {
		*into, d.err = all(d.ctx, d.q, what, scan, query, d.shopID, d.shopperID)
	}
}

// Dossier gives everything held about a shopper, bodies as they are.
func (s *Store) Dossier(ctx context.Context, shopID, shopperID string) (out journey.Dossier, err error) {
	if out.Shopper, err = loadShopper(ctx, s.reader(), "", shopID, shopperID); err != nil {
		return out, err
	}
	shopperID = out.Shopper.ID
	if out.Merged, err = mergedInto(ctx, s.reader(), shopID, shopperID); err != nil {
		return out, err
	}
	d := &dossiers{ctx: ctx, q: s.reader(), shopID: shopID, shopperID: shopperID}
	d.happened(&out)
	d.written(&out)
	for i := range out.Orders {
		if d.err == nil {
			d.err = marks(ctx, d.q, &out.Orders[i])
		}
	}
	d.named(&out)
	d.visited(&out)
	d.together(&out)
	return out, d.err
}

const dossierCarts = `(SELECT id FROM carts WHERE shop_id = $1 AND shopper_id = $2)`

// happened reads what was told of the shopper.
func (d *dossiers) happened(out *journey.Dossier) {
	filled(d, &out.Events, "events", scanDossierEvent, `
		SELECT id, platform, topic, kind, occurred_at, received_at, status, note, cart_id, headers, body FROM events
		WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> ''
		UNION ALL
		SELECT id, platform, topic, kind, occurred_at, received_at, status, note, cart_id, headers, body FROM events
		WHERE shop_id = $1 AND shopper_id = '' AND cart_id <> '' AND cart_id IN `+dossierCarts+` ORDER BY 1`)
	filled(d, &out.Carts, "carts", scanCart, `SELECT `+cartColumns+` FROM carts WHERE shop_id = $1 AND shopper_id = $2 ORDER BY id || ''`)
	filled(d, &out.Orders, "orders", scanPurchase, `SELECT `+orderColumns+` FROM orders WHERE shop_id = $1 AND shopper_id = $2 ORDER BY id || ''`)
	filled(d, &out.Consents, "consents", scanDossierConsent, `
		SELECT cart_id, address, channel, answer, source, wording, evidence, said_at FROM consents
		WHERE shop_id = $1 AND (shopper_id = $2 OR cart_id <> '' AND cart_id IN `+dossierCarts+`) ORDER BY said_at, id`)
	filled(d, &out.Inbounds, "inbounds", scanDossierInbound, `
		SELECT id, channel, sender, body, keyword, said_at FROM inbounds WHERE shop_id = $1 AND shopper_id = $2 AND shopper_id <> '' ORDER BY id || ''`)
}

// written reads what was planned for the shopper, sent, and came of it.
func (d *dossiers) written(out *journey.Dossier) {
	filled(d, &out.Enrollments, "enrollments", scanEnrollment,
		`SELECT `+enrollmentColumns+` FROM enrollments WHERE shop_id = $1 AND shopper_id = $2 ORDER BY id || ''`)
	filled(d, &out.Decisions, "decisions", scanDecision,
		`SELECT `+decisionColumns+` FROM decisions WHERE shop_id = $1 AND cart_id IN `+dossierCarts+` ORDER BY decided_at + 0, id`)
	filled(d, &out.Messages, "messages", func(rows *sql.Rows, m *message.Message) error {
		var l recovery.Letter
		err := scanLetter(rows, &l)
		*m = l.Message
		return err
	}, `SELECT `+messageColumns+` FROM messages WHERE shop_id = $1 AND shopper_id = $2 ORDER BY id || ''`)
	filled(d, &out.Offers, "offers", scanOffer, `SELECT `+offerColumns+` FROM offers o WHERE o.shop_id = $1 AND o.id IN (
		SELECT offer_id FROM messages WHERE shop_id = $1 AND shopper_id = $2 AND offer_id <> '') ORDER BY o.made_at, o.id`)
	filled(d, &out.Reports, "reports", scanDossierReport, `
		SELECT provider, message_id, status, code, reason, said_at FROM reports
		WHERE shop_id = $1 AND message_id <> '' AND message_id IN (SELECT id FROM messages WHERE shop_id = $1 AND shopper_id = $2)
		ORDER BY received_at, dedupe`)
	filled(d, &out.Touches, "touches", scanTouch, `SELECT `+touchColumns+` FROM touches WHERE shop_id = $1 AND shopper_id = $2 ORDER BY at, id`)
	filled(d, &out.Recoveries, "recoveries", func(rows *sql.Rows, r *attribution.Recovery) error { return scanRecovery(rows, r) },
		`SELECT `+recoveryColumns+` FROM recoveries WHERE shop_id = $1
			AND order_id IN (SELECT id FROM orders WHERE shop_id = $1 AND shopper_id = $2) ORDER BY id || ''`)
}

// named reads what is found by the shopper's names.
func (d *dossiers) named(out *journey.Dossier) {
	out.Suppressions, out.Shared, out.Requests = []journey.Suppression{}, []journey.EventRow{}, []journey.PrivacyRequest{}
	for _, k := range out.Shopper.Keys {
		for ch, kind := range channelKeys {
			if kind == k.Kind {
				d.suppressed(out, ch, k.Value)
			}
		}
		d.shared(out, k)
	}
}

func (d *dossiers) suppressed(out *journey.Dossier, ch event.Channel, address string) {
	if d.err != nil {
		return
	}
	found, err := all(d.ctx, d.q, "suppressions", func(rows *sql.Rows, s *journey.Suppression) error {
		var since int64
		err := rows.Scan(&s.Reason, &since)
		s.Channel, s.Address, s.At = ch, address, at(since)
		return err
	}, `SELECT reason, at FROM suppressions WHERE shop_id = $1 AND channel = $2 AND hash = $3`,
		d.shopID, string(ch), recovery.HashAddress(d.shopID, ch, address))
	out.Suppressions, d.err = append(out.Suppressions, found...), err
}

// shared tells of the events of other people's carts that a name of the shopper stands on.
func (d *dossiers) shared(out *journey.Dossier, k event.Key) {
	if d.err != nil {
		return
	}
	found, err := all(d.ctx, d.q, "shared events", scanEventRow, `
		SELECT e.id, e.platform, e.topic, e.kind, e.occurred_at, e.received_at, e.status, '' FROM cart_people p
		JOIN carts c ON c.shop_id = p.shop_id AND c.id = p.cart_id AND c.shopper_id <> $4
		JOIN events e ON e.shop_id = p.shop_id AND e.cart_id = p.cart_id AND e.cart_id <> '' AND e.shopper_id <> $4
		WHERE p.shop_id = $1 AND p.kind = $2 AND p.value = $3 ORDER BY e.id`, d.shopID, string(k.Kind), k.Value, d.shopperID)
	d.err = err
	known := map[string]bool{}
	for _, e := range out.Shared {
		known[e.ID] = true
	}
	for _, e := range found {
		if !known[e.ID] {
			out.Shared = append(out.Shared, e)
		}
	}
}

func scanDossierEvent(rows *sql.Rows, e *journey.DossierEvent) error {
	var headers string
	var occurred, received int64
	var body []byte
	err := rows.Scan(&e.ID, &e.Platform, &e.Topic, &e.Kind, &occurred, &received, &e.Status, &e.Note, &e.CartID, &headers, &body)
	if err != nil {
		return err
	}
	e.OccurredAt, e.ReceivedAt = at(occurred), at(received)
	e.Body = body // the engine makes JSON of it
	return undoc("headers", headers, &e.Headers)
}

func scanDossierConsent(rows *sql.Rows, c *journey.DossierConsent) error {
	var said int64
	err := rows.Scan(&c.CartID, &c.Address, &c.Channel, &c.Answer, &c.Source, &c.Wording, &c.Evidence, &said)
	c.At = at(said)
	return err
}

func scanDossierInbound(rows *sql.Rows, in *journey.DossierInbound) error {
	var said int64
	err := rows.Scan(&in.ID, &in.Channel, &in.From, &in.Text, &in.Keyword, &said)
	in.At = at(said)
	return err
}

func scanDossierReport(rows *sql.Rows, r *journey.DossierReport) error {
	var said int64
	err := rows.Scan(&r.Provider, &r.MessageID, &r.Status, &r.Code, &r.Reason, &said)
	r.At = at(said)
	return err
}
