package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// InsertAudit adds a line to the audit log. There is no statement that changes
// or removes one.
func (t *Tx) InsertAudit(ctx context.Context, e access.Entry) error {
	_, err := run(ctx, t.q, "audit log", `INSERT INTO audit (shop_id, id, at, actor, actor_kind, action, object, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ShopID, e.ID, ms(t.now), e.Actor.ID, string(e.Actor.Kind), string(e.Action), e.Object, doc(e.Detail))
	return err
}

// auditColumns look names up for those who still exist.
const auditColumns = `id, shop_id, at, actor, actor_kind, action, object, detail,
	coalesce((SELECT email FROM users WHERE users.id = audit.actor), (SELECT name FROM api_keys WHERE api_keys.shop_id = audit.shop_id AND api_keys.id = audit.actor), ''),
	coalesce((SELECT email FROM users WHERE users.id = audit.object), (SELECT name FROM api_keys WHERE api_keys.shop_id = audit.shop_id AND api_keys.id = audit.object), '')`

func scanAudit(rows *sql.Rows, e *access.Entry) error {
	var when int64
	var detail string
	err := rows.Scan(&e.ID, &e.ShopID, &when, &e.Actor.ID, &e.Actor.Kind, &e.Action, &e.Object, &detail, &e.ActorName, &e.ObjectName)
	if err != nil {
		return err
	}
	e.At = at(when)
	return undoc("audit", detail, &e.Detail)
}

// auditMore narrows by actor and time.
func auditMore(q journey.Query, next int) (where string, args []any) {
	add := func(condition string, v any) {
		where += fmt.Sprintf(condition, next+len(args))
		args = append(args, v)
	}
	switch {
	case q.Actor == string(access.ByCommand) || q.Actor == string(access.ByNobody):
		add(` AND actor = '' AND actor_kind = $%d`, q.Actor)
	case q.Actor != "":
		add(` AND actor = $%d`, q.Actor)
	}
	if !q.Since.IsZero() {
		add(` AND at >= $%d`, ms(q.Since))
	}
	if !q.Until.IsZero() {
		add(` AND at < $%d`, ms(q.Until))
	}
	return where, args
}

// Audit lists what was done in a shop, newest first, narrowed by action (State), actor and time.
func (s *Store) Audit(ctx context.Context, shopID string, q journey.Query) (journey.Page[access.Entry], error) {
	q.CartID = ""
	return page(ctx, s.reader(), list[access.Entry]{
		what: "audit log", table: "audit", columns: auditColumns, time: "at", state: "action", more: auditMore, scan: scanAudit,
		place: func(e access.Entry) cursor { return cursor{ms(e.At), e.ID} },
	}, shopID, q)
}
