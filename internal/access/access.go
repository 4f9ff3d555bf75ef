// Package access is who may do what: roles of people, scopes of API keys,
// passwords, the wait after failed sign-ins, and the record of what was done
// by whom. Rules only: the store keeps, the web asks.
package access

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Right is what an action asks of a person. Each contains the ones before it.
type Right int

// The rights, rising.
const (
	// See is reading everything a shop's pages show.
	See Right = iota + 1
	// Act is changing what is sent and doing things again: replay, edit, publish.
	Act
	// Manage is changing who may do what: keys, people, credentials; and reading the audit log.
	Manage
)

// Role is a person's place in one shop.
type Role string

// The roles.
const (
	Viewer Role = "viewer"
	Editor Role = "editor"
	Owner  Role = "owner"
)

// rights is the one table of what roles hold.
var rights = map[Role]Right{Viewer: See, Editor: Act, Owner: Manage}

// May reports whether a role holds a right. An unknown role holds none.
func (r Role) May(needed Right) bool { return rights[r] >= needed }

// ParseRole reads a role; anything else is fault.Unprocessable.
func ParseRole(text string) (Role, error) {
	if _, ok := rights[Role(text)]; !ok {
		return "", fault.New(fault.Unprocessable, "there is no role %q", text).In("role").Try("the roles are owner, editor and viewer")
	}
	return Role(text), nil
}

// Needed names the least role that holds a right, for refusals.
func Needed(r Right) Role {
	for _, role := range []Role{Viewer, Editor} {
		if role.May(r) {
			return role
		}
	}
	return Owner
}

// Membership is one shop a person belongs to.
type Membership struct {
	Shop shop.Shop
	Role Role
}

// Person is a user who has just proven who they are.
type Person struct {
	// ID is the user's.
	ID string
	// Generation must still be the user's own for a session to go on: it rises
	// with every new password, which ends all sessions begun before.
	Generation int
}

// Standing is what a user may see, as of now.
type Standing struct {
	Person
	// Name is the user's email address, for their own pages only.
	Name string
	// HasPassword is false for who signs in by link only.
	HasPassword bool
	// LastShop is the id of the shop they looked at last, "" for none; they may have left it.
	LastShop string
	// Shops are those the user is a member of, in the order of their ids.
	Shops []Membership
}

// Scope is what an API key is good for.
type Scope string

// The scopes. None contains another: a key lists what it needs.
const (
	// EventsWrite sends events, and nothing else: the key of a plugin in a shop's pages.
	EventsWrite Scope = "events:write"
	// Read asks for anything but the audit log.
	Read Scope = "read"
	// Write publishes playbooks, states consents and replays events.
	Write Scope = "write"
	// Admin is an owner's: the audit log, the shop's settings and credentials, people's data.
	Admin Scope = "admin"
)

// Scopes gives all scopes, in the order the docs list them.
func Scopes() []Scope { return []Scope{EventsWrite, Read, Write, Admin} }

// ParseScopes reads a list of scopes separated by commas or blanks, and brings
// it into order. An empty list is refused: such a key would be good for nothing.
func ParseScopes(text string) ([]Scope, error) {
	asked := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	var known []string
	var out []Scope
	for _, s := range Scopes() {
		known = append(known, string(s))
		if slices.Contains(asked, string(s)) {
			out = append(out, s)
		}
	}
	for _, a := range asked {
		if !slices.Contains(known, a) {
			return nil, fault.New(fault.Unprocessable, "there is no scope %q", a).In("scopes").Try("the scopes are " + strings.Join(known, ", "))
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Unprocessable, "the key has no scope").In("scopes").Try("name some of " + strings.Join(known, ", "))
	}
	return out, nil
}

// JoinScopes writes scopes as ParseScopes reads them.
func JoinScopes(scopes []Scope) string {
	var texts []string
	for _, s := range scopes {
		texts = append(texts, string(s))
	}
	return strings.Join(texts, " ")
}

// ActorKind is what kind of somebody did something.
type ActorKind string

// The kinds of actors.
const (
	// ByUser: a person with a session; the id is the user's.
	ByUser ActorKind = "user"
	// ByKey: a program with an API key; the id is the key's.
	ByKey ActorKind = "key"
	// ByCommand: whoever may run the program on its machine.
	ByCommand ActorKind = "command"
	// ByNobody: somebody who has not proven who they are.
	ByNobody ActorKind = "nobody"
)

// Actor is who did something.
type Actor struct {
	Kind ActorKind
	// ID is the user's or the key's; empty for the others. Never an address.
	ID string
}

// actorKey is where a context keeps its actor.
type actorKey struct{}

// WithActor notes who acts, for the record of what is done under this context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf gives who acts. Where nobody was noted it is the program's own
// command line: the web notes somebody before any handler runs.
func ActorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Kind: ByCommand}
}
