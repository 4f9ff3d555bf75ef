package api

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// AuditEntry is one line of the audit log.
type AuditEntry struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// ActorKind is user, key, command or nobody.
	ActorKind string `json:"actor_kind" enum:"user,key,command,nobody" doc:"Who did it: a person, a program with a key, the command line, or somebody unknown"`
	// Actor is the user's or key's id, ActorName what they are called now.
	Actor     string `json:"actor,omitempty" doc:"The user's or key's id"`
	ActorName string `json:"actor_name,omitempty" doc:"What they are called, if they still exist"`
	Action    string `json:"action" doc:"What was done" example:"key.created"`
	Object    string `json:"object,omitempty" doc:"What it was done to: an id or a name"`
	// Detail never holds a secret or a setting's value.
	Detail map[string]string `json:"detail,omitempty" doc:"More, by name; never a secret"`
}

func viewAudit(e access.Entry) AuditEntry {
	return AuditEntry{
		ID: e.ID, At: e.At, ActorKind: string(e.Actor.Kind), Actor: e.Actor.ID, ActorName: e.ActorName,
		Action: string(e.Action), Object: e.Object, Detail: e.Detail,
	}
}

// byAction are the query values of the audit log.
type byAction struct {
	Paging
	Action string `query:"action" maxLength:"60" doc:"Only this action"`
}

func (a *API) audit() {
	op := get("listAudit", "/audit", "Audit", "Who did what, newest first")
	op.Metadata = needs(access.Admin)
	operation(a, op, func(ctx context.Context, s shop.Shop, in *byAction) (*answer[List[AuditEntry]], error) {
		q := in.query()
		q.State = in.Action
		p, err := a.Reader.Audit(ctx, s.ID, q)
		return list(p, viewAudit), err
	})
}
