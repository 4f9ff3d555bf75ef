package api

import (
	"context"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/danielgtaylor/huma/v2"
)

// Who explains which names a shopper is known by, and takes people's words on it.
type Who interface {
	Identity(ctx context.Context, shopID, id, after string, limit int) (journey.Identity, error)
	Foresee(ctx context.Context, shopID, id string, say journey.Saying) (journey.Foresight, error)
	Rule(ctx context.Context, shopID, id string, say journey.Saying) (shopper.Word, error)
	ForeseeUnrule(ctx context.Context, shopID, id, wordID string) (journey.Foresight, error)
	Unrule(ctx context.Context, shopID, id, wordID string) (shopper.Word, error)
}

// Identity is who a shopper is, and why.
type Identity struct {
	ShopperID  string      `json:"shopper_id" doc:"Theirs now; it may differ from the one asked for"`
	Names      []KnownName `json:"names" nullable:"false" doc:"A page of their names, strongest first"`
	Total      int         `json:"total" doc:"How many names they have"`
	NextCursor string      `json:"next_cursor,omitempty"`
	Rulings    []Ruling    `json:"rulings" nullable:"false" doc:"What people said of these names, the latest first"`
}

// KnownName is one name of a shopper.
type KnownName struct {
	ID string `json:"id" doc:"The name's own; rulings are said of it"`
	Key
	Carts   int        `json:"carts" doc:"On so many carts; counted up to 1000"`
	Orders  int        `json:"orders" doc:"On so many orders; counted up to 1000"`
	Crowded bool       `json:"crowded" doc:"Seen with so many people that it says nothing"`
	With    []SeenWith `json:"with" nullable:"false" doc:"Names of theirs it was seen with, the latest few"`
	Apart   []SeenWith `json:"apart" nullable:"false" doc:"Names of others it was seen with, the latest few, masked"`
	Others  int        `json:"others" doc:"How many names of others; counted up to 201"`
}

// SeenWith is a name that another was seen with.
type SeenWith struct {
	ID string `json:"id"`
	Key
	ShopperID string            `json:"shopper_id" doc:"Whose it is"`
	At        time.Time         `json:"at" doc:"When both were last named"`
	EventID   string            `json:"event_id,omitempty"`
	EventKind event.Kind        `json:"event_kind,omitempty"`
	CartID    string            `json:"cart_id,omitempty"`
	Why       journey.Apartness `json:"why,omitempty" enum:"ruling,crowded,two_customers,two_addresses,newer_evidence" doc:"Why it is not the same person's"`
}

// Ruling is a person's word on two names.
type Ruling struct {
	ID      string    `json:"id"`
	Name    string    `json:"name" doc:"The id of a name"`
	Other   string    `json:"other" doc:"The id of the other"`
	Same    bool      `json:"same" doc:"True: they are the same person's. False: they are not"`
	Reason  string    `json:"reason,omitempty"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"`
	Ended   bool      `json:"ended" doc:"Taken back, or replaced by a later one"`
	EndedAt time.Time `json:"ended_at,omitzero"`
}

// RulingBody is what is said of two names.
type RulingBody struct {
	Name   string `json:"name" maxLength:"100" doc:"The id of one of the shopper's names"`
	Other  string `json:"other" minLength:"1" maxLength:"100" doc:"The id of another name, theirs or somebody else's"`
	Same   bool   `json:"same" doc:"True: they are the same person's. False: they are not"`
	Reason string `json:"reason,omitempty" maxLength:"300"`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only tell what would happen"`
}

// RulingResult is what was said, or would happen.
type RulingResult struct {
	Ruling *Ruling `json:"ruling,omitempty" doc:"Absent for a dry run"`
	// Changes and People are a dry run's.
	Changes bool         `json:"changes,omitempty" doc:"Whether anything would change hands"`
	People  []PersonSide `json:"people,omitempty" doc:"The people that would result"`
}

// PersonSide is a person that would result, with what would be theirs.
type PersonSide struct {
	ShopperID string   `json:"shopper_id"`
	Names     []string `json:"names" nullable:"false" doc:"Ids of names"`
	Carts     []string `json:"carts" nullable:"false" doc:"Ids, the latest 200 of each person of now"`
	Orders    []string `json:"orders" nullable:"false" doc:"Ids, the latest 200 of each person of now"`
	More      bool     `json:"more" doc:"There are more"`
}

type identityIn struct {
	ByID
	Cursor string `query:"cursor" maxLength:"100" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"50" default:"20" doc:"How many names"`
}

type rulingIn struct {
	ByID
	Body RulingBody
}

type unrulingIn struct {
	ByID
	Ruling string `path:"ruling" maxLength:"100" doc:"The ruling's id"`
	DryRun bool   `query:"dry_run" doc:"Only tell what would happen"`
}

func (a *API) identity() {
	tagged := func(op huma.Operation) huma.Operation {
		op.Tags = []string{"Shoppers"}
		return op
	}
	operation(a, get("getIdentity", "/shoppers/{id}/identity", "Shoppers", "Which names a shopper is known by, and why"),
		func(ctx context.Context, s shop.Shop, in *identityIn) (*answer[Identity], error) {
			who, err := a.Who.Identity(ctx, s.ID, in.ID, in.Cursor, in.Limit)
			return &answer[Identity]{Body: viewIdentity(who)}, err
		})
	operation(a, tagged(write("addRuling", http.MethodPost, "/shoppers/{id}/rulings", "Say whether two names are the same person's",
		"It outranks all evidence, also what comes later, and replaces what was said of the same two names before. Carts, orders and messages follow their names. "+
			"Two customer accounts are never joined; joining two people with an address each is said of their addresses.")), a.addRuling)
	operation(a, tagged(write("endRuling", http.MethodDelete, "/shoppers/{id}/rulings/{ruling}", "Take a ruling back",
		"Evidence decides again. What an order ended meanwhile stays ended.")), a.endRuling)
}

func (a *API) addRuling(ctx context.Context, s shop.Shop, in *rulingIn) (*answer[RulingResult], error) {
	say := journey.Saying{Name: in.Body.Name, Other: in.Body.Other, Same: in.Body.Same, Reason: in.Body.Reason}
	if in.Body.DryRun {
		f, err := a.Who.Foresee(ctx, s.ID, in.ID, say)
		return &answer[RulingResult]{Body: viewForesight(f)}, err
	}
	w, err := a.Who.Rule(ctx, s.ID, in.ID, say)
	r := viewRuling(w)
	return &answer[RulingResult]{Body: RulingResult{Ruling: &r}}, err
}

func (a *API) endRuling(ctx context.Context, s shop.Shop, in *unrulingIn) (*answer[RulingResult], error) {
	if in.DryRun {
		f, err := a.Who.ForeseeUnrule(ctx, s.ID, in.ID, in.Ruling)
		return &answer[RulingResult]{Body: viewForesight(f)}, err
	}
	w, err := a.Who.Unrule(ctx, s.ID, in.ID, in.Ruling)
	r := viewRuling(w)
	r.Ended = true
	return &answer[RulingResult]{Body: RulingResult{Ruling: &r}}, err
}

func viewIdentity(i journey.Identity) Identity {
	return Identity{ShopperID: i.ShopperID, Total: i.Total, NextCursor: i.Next, Rulings: each(i.Words, viewRuling),
		Names: each(i.Names, func(n journey.KnownName) KnownName {
			return KnownName{ID: n.ID, Key: Key(n.Key), Carts: n.Carts, Orders: n.Orders, Crowded: n.Crowded, Others: n.Others,
				With: each(n.With, viewSeenWith), Apart: each(n.Apart, viewSeenWith)}
		})}
}

// viewSeenWith gives somebody else's name masked.
func viewSeenWith(s journey.SeenWith) SeenWith {
	k := Key(s.Key)
	if s.Why != "" {
		k.Value = journey.Masked(s.Key)
	}
	return SeenWith{ID: s.ID, Key: k, ShopperID: s.ShopperID, At: s.At, EventID: s.EventID, EventKind: s.EventKind, CartID: s.CartID, Why: s.Why}
}

func viewRuling(w shopper.Word) Ruling {
	r := Ruling{ID: w.ID, Name: w.NameA.ID, Other: w.NameB.ID, Same: w.Same, Reason: w.Reason, At: time.UnixMilli(w.At).UTC(), By: w.By.Name, Ended: w.Ended}
	if w.EndedAt != 0 {
		r.EndedAt = time.UnixMilli(w.EndedAt).UTC()
	}
	return r
}

func viewForesight(f journey.Foresight) RulingResult {
	id := func(h journey.Hanging) string { return h.ID }
	return RulingResult{Changes: f.Changes, People: each(f.Sides, func(s journey.Side) PersonSide {
		return PersonSide{ShopperID: s.ShopperID, Names: each(s.Names, func(n shopper.Name) string { return n.ID }),
			Carts: each(s.Carts, id), Orders: each(s.Orders, id), More: s.More}
	})}
}
