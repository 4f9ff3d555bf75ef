package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// reasonOf is journey.ReasonKey in SQL, as the indexes have it.
const reasonOf = `substr(note, 1, 200)`

// heldWhere narrows events to the quarantined ones that are meant, given the
// place of its first argument.
func heldWhere(h journey.Held, next int) (where string, args []any) {
	where = ` AND status = 'quarantined'`
	add := func(column, value string) {
		where += fmt.Sprintf(` AND %s = $%d`, column, next+len(args))
		args = append(args, value)
	}
	if h.ID != "" {
		add("id", h.ID)
	}
	switch h.Topic {
	case "":
	case journey.Topicless:
		add("topic", "")
	default:
		add("topic", h.Topic)
	}
	if h.Reason != "" {
		add(reasonOf, journey.ReasonKey(h.Reason))
	}
	return where, args
}

// Quarantined gives events that verified and could not be folded, oldest first,
// at most limit of those that are meant, after a place ("" for the first), and
// the place to go on at.
func (s *Store) Quarantined(ctx context.Context, shopID string, which journey.Held, after string, limit int) ([]recovery.Stored, string, error) {
	from := cursor{at: -1}
	if after != "" {
		var err error
		if from, err = parseCursor(after); err != nil {
			return nil, "", err
		}
	}
	where, args := heldWhere(which, 5)
	held, err := all(ctx, s.reader(), "quarantined events", scanHeld,
		`SELECT id, shop_id, platform, topic, dedupe_key, received_at, status, note, headers, body FROM events
		WHERE shop_id = $1 AND (received_at, id) > ($2, $3)`+where+` ORDER BY received_at, id LIMIT $4`,
		append([]any{shopID, from.at, from.id, limit + 1}, args...)...)
	if err != nil || len(held) <= limit {
		return held, "", err
	}
	last := held[limit-1]
	return held[:limit], cursor{ms(last.ReceivedAt), last.ID}.String(), nil
}

func scanHeld(rows *sql.Rows, q *recovery.Stored) error {
	var headers string
	var received int64
	err := rows.Scan(&q.ID, &q.ShopID, &q.Platform, &q.Topic, &q.DedupeKey, &received, &q.Status, &q.Note, &headers, &q.Body)
	if err != nil {
		return err
	}
	q.ReceivedAt = at(received)
	return undoc("headers", headers, &q.Headers)
}

// QuarantineKinds counts what is in quarantine by topic and reason, of the
// newest journey.MaxCounted, the most first.
func (s *Store) QuarantineKinds(ctx context.Context, shopID string) ([]journey.HeldKind, error) {
	return all(ctx, s.reader(), "quarantined events", func(rows *sql.Rows, k *journey.HeldKind) error {
		return rows.Scan(&k.Topic, &k.Reason, &k.N)
	}, `SELECT topic, reason, count(*) AS n FROM (
			SELECT topic, `+reasonOf+` AS reason FROM events WHERE shop_id = $1 AND status = 'quarantined' ORDER BY received_at DESC, id DESC LIMIT $2) AS held
		GROUP BY topic, reason ORDER BY n DESC, topic, reason`, shopID, journey.MaxCounted)
}

// CountQuarantined counts the quarantined events that are meant, up to journey.MaxCounted.
func (s *Store) CountQuarantined(ctx context.Context, shopID string, which journey.Held) (int, error) {
	where, args := heldWhere(which, 3)
	return one(ctx, s.reader(), "quarantined events", scanInt,
		`SELECT count(*) FROM (SELECT 1 FROM events WHERE shop_id = $1`+where+` LIMIT $2) AS held`, append([]any{shopID, journey.MaxCounted}, args...)...)
}
