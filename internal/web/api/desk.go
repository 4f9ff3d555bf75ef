package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/danielgtaylor/huma/v2"
)

// Desk edits personas and sequences one by one, as the pages do. A revision of
// -1 does not ask what was changed meanwhile.
type Desk interface {
	PersonasNow(ctx context.Context, shopID string) (journey.PersonaList, error)
	RuleReach(ctx context.Context, shopID, key, rule string) (journey.RuleReach, error)
	CheckRule(text string) []persona.Mistake
	SavePersona(ctx context.Context, shopID string, revision int, key string, p persona.Persona) error
	MovePersona(ctx context.Context, shopID string, revision int, key string, to int) error
	DeletePersona(ctx context.Context, shopID string, revision int, key, heir string) error
	SequenceBoard(ctx context.Context, shopID, key string, version int) (journey.SequenceBoard, error)
	NewDraft(ctx context.Context, shopID string, s sequence.Sequence, copyOf string) error
	SaveSequenceDraft(ctx context.Context, shopID string, revision int, s sequence.Sequence) (journey.SequenceDraft, error)
	CheckDraft(ctx context.Context, shopID string, s sequence.Sequence) error
	DiscardDraft(ctx context.Context, shopID, key string, revision int) error
	PublishDraft(ctx context.Context, shopID, key string, revision, seen int, move bool) (version int, err error)
	PauseSequence(ctx context.Context, shopID, key string) error
	ResumeSequence(ctx context.Context, shopID, key string) error
}

// anyRevision does not ask what was changed meanwhile.
const anyRevision = -1

// ByKey is the path of a persona or sequence.
type ByKey struct {
	// Key is the thing's.
	Key string `path:"key" maxLength:"64" doc:"Its key"`
}

// PersonaBody is a persona without its key, which the address has.
type PersonaBody struct {
	Name       string          `json:"name,omitempty" maxLength:"200"`
	Portrait   string          `json:"portrait,omitempty" maxLength:"4000"`
	Goals      []string        `json:"goals,omitempty" nullable:"false"`
	Pains      []string        `json:"pains,omitempty" nullable:"false"`
	Objections []string        `json:"objections,omitempty" nullable:"false"`
	Likes      []event.Channel `json:"likes,omitempty" nullable:"false" doc:"The channels they like"`
	Rule       string          `json:"rule,omitempty" maxLength:"4000" doc:"CEL over shopper and cart; only the last persona has none"`
}

type personaIn struct {
	ByKey
	Body PersonaBody
}

type moveIn struct {
	ByKey
	Body struct {
		Place int `json:"place" minimum:"1" doc:"Its new place in the order, from 1; the catch-all stays last"`
	}
}

type deletePersonaIn struct {
	ByKey
	Heir string `query:"heir" maxLength:"80" doc:"What becomes of its sequences: retire, or to:KEY of another persona, or to: for everyone else"`
}

type reachIn struct {
	Rule    string `query:"rule" required:"true" maxLength:"4000" doc:"CEL over shopper and cart"`
	Persona string `query:"persona" maxLength:"64" doc:"Whose rule it would be; absent for a new persona right above the catch-all"`
}

// RuleReach is what a rule would do to the last abandoned carts.
type RuleReach struct {
	Sampled int `json:"sampled" doc:"How many of the last abandoned carts were looked at"`
	Matches int `json:"matches" doc:"How many the rule fits"`
	Takes   int `json:"takes" doc:"How many of those no persona above fits"`
	// From tells who gets those carts now.
	From []PersonaTakes `json:"from" nullable:"false" doc:"Who gets them now"`
}

// PersonaTakes counts carts of one persona.
type PersonaTakes struct {
	Persona string `json:"persona"`
	Carts   int    `json:"carts"`
}

// SequenceDraftBody is a sequence as it is to become, without its key.
type SequenceDraftBody struct {
	Stage   sequence.Stage   `json:"stage" enum:"awareness,consideration,purchase,retention,advocacy"`
	Trigger sequence.Trigger `json:"trigger" enum:"cart_abandoned,checkout_abandoned,payment_failed,order_placed"`
	Persona string           `json:"persona,omitempty" doc:"Whom it is for; absent: everyone without one of their own"`
	Steps   []Step           `json:"steps" nullable:"false" maxItems:"30"`
}

type sequenceDraftIn struct {
	ByKey
	Body SequenceDraftBody
}

type sequencePublishIn struct {
	ByKey
	Body struct {
		Revision int  `json:"revision" minimum:"1" doc:"The draft's, as it was read"`
		Move     bool `json:"move,omitempty" doc:"Also move carts that wait, where that is possible"`
	}
}

// SequenceDraft is a sequence that is being changed.
type SequenceDraft struct {
	Sequence Sequence `json:"sequence"`
	Base     int      `json:"base" doc:"The version it was begun from; 0 for a new sequence"`
	Revision int      `json:"revision" doc:"Rises with every change; publishing asks for it"`
	Changes  []string `json:"changes" nullable:"false" doc:"What publishing would change, in words"`
	Problems []string `json:"problems" nullable:"false" doc:"What keeps it from being published"`
}

// Done says which thing was changed.
type Done struct {
	Key     string `json:"key"`
	Version int    `json:"version,omitempty" doc:"The version that was published"`
}

// write declares an operation that a merchant's program may do.
func write(id, method, path, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Tags: []string{"Playbook"}, Summary: summary,
		Description: description, Metadata: needs(access.Write)}
}

func (a *API) desk() {
	operation(a, get("ruleReach", "/rules/reach", "Playbook", "What a rule would do, before it is saved"), a.ruleReach)
	operation(a, write("putPersona", http.MethodPut, "/personas/{key}", "Add or change a persona", "A new one comes right above the catch-all."), a.putPersona)
	operation(a, write("movePersona", http.MethodPost, "/personas/{key}/move", "Change the order in which rules are asked", ""), a.movePersona)
	operation(a, write("deletePersona", http.MethodDelete, "/personas/{key}", "Delete a persona",
		"Refused while it has sequences, unless `heir` says what becomes of them."), a.deletePersona)
	operation(a, get("getDraft", "/sequences/{key}/draft", "Playbook", "The draft of a sequence"), a.getDraft)
	operation(a, write("putDraft", http.MethodPut, "/sequences/{key}/draft", "Change a sequence's draft, or begin a new sequence",
		"Nothing changes for shoppers until it is published. A draft may be wrong: `problems` says how."), a.putDraft)
	operation(a, write("discardSequenceDraft", http.MethodDelete, "/sequences/{key}/draft", "Throw a draft away", ""), a.discardSequenceDraft)
	operation(a, write("publishSequence", http.MethodPost, "/sequences/{key}/publish", "Publish a draft",
		"Carts keep the version they entered. With `move`, those that wait go on with the new one at the first step that comes after "+
			"everything they have been through and says nothing twice; where there is none, they stay."), a.publishDraft)
	operation(a, write("pauseSequence", http.MethodPost, "/sequences/{key}/pause", "Pause a sequence",
		"No cart enters it, and nothing of it is sent; steps that come due wait for the end of the pause, and are skipped if that is too late."),
		func(ctx context.Context, s shop.Shop, in *ByKey) (*answer[Done], error) {
			return &answer[Done]{Body: Done{Key: in.Key}}, a.Desk.PauseSequence(ctx, s.ID, in.Key)
		})
	operation(a, write("resumeSequence", http.MethodPost, "/sequences/{key}/resume", "End the pause of a sequence", ""),
		func(ctx context.Context, s shop.Shop, in *ByKey) (*answer[Done], error) {
			return &answer[Done]{Body: Done{Key: in.Key}}, a.Desk.ResumeSequence(ctx, s.ID, in.Key)
		})
}

func (a *API) ruleReach(ctx context.Context, s shop.Shop, in *reachIn) (*answer[RuleReach], error) {
	if m := a.Desk.CheckRule(in.Rule); len(m) > 0 {
		return nil, fault.New(fault.Unprocessable, "line %d, column %d: %s", m[0].Line, m[0].Column, m[0].Message).In("rule").Try(m[0].Remedy)
	}
	r, err := a.Desk.RuleReach(ctx, s.ID, in.Persona, in.Rule)
	view := func(o journey.PersonaOverlap) PersonaTakes { return PersonaTakes{Persona: o.Key, Carts: o.Carts} }
	return &answer[RuleReach]{Body: RuleReach{Sampled: r.Sampled, Matches: r.Matches, Takes: r.Takes, From: each(r.From, view)}}, err
}

func (a *API) putPersona(ctx context.Context, s shop.Shop, in *personaIn) (*answer[Done], error) {
	now, err := a.Desk.PersonasNow(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	key, b := in.Key, in.Body
	if !slices.ContainsFunc(now.Personas, func(p persona.Persona) bool { return p.Key == key }) {
		key = ""
	}
	err = a.Desk.SavePersona(ctx, s.ID, now.Revision, key, persona.Persona{
		Key: in.Key, Name: b.Name, Portrait: b.Portrait, Goals: b.Goals, Pains: b.Pains, Objections: b.Objections, Likes: b.Likes, Rule: b.Rule,
	})
	return &answer[Done]{Body: Done{Key: in.Key}}, err
}

func (a *API) movePersona(ctx context.Context, s shop.Shop, in *moveIn) (*answer[Done], error) {
	return &answer[Done]{Body: Done{Key: in.Key}}, a.Desk.MovePersona(ctx, s.ID, anyRevision, in.Key, in.Body.Place-1)
}

func (a *API) deletePersona(ctx context.Context, s shop.Shop, in *deletePersonaIn) (*answer[Done], error) {
	return &answer[Done]{Body: Done{Key: in.Key}}, a.Desk.DeletePersona(ctx, s.ID, anyRevision, in.Key, in.Heir)
}

func (a *API) getDraft(ctx context.Context, s shop.Shop, in *ByKey) (*answer[SequenceDraft], error) {
	b, err := a.Desk.SequenceBoard(ctx, s.ID, in.Key, 0)
	if err != nil {
		return nil, err
	}
	if b.Draft == nil {
		return nil, fault.New(fault.NotFound, "the sequence has no draft").Try("begin one with PUT")
	}
	return a.draft(ctx, s, *b.Draft, b.Changes)
}

func (a *API) draft(ctx context.Context, s shop.Shop, d journey.SequenceDraft, changes []string) (*answer[SequenceDraft], error) {
	v := SequenceDraft{Sequence: viewSequence(d.Sequence), Base: d.Base, Revision: d.Revision, Changes: append([]string{}, changes...), Problems: []string{}}
	v.Sequence.Version = 0
	switch err := a.Desk.CheckDraft(ctx, s.ID, d.Sequence); fault.CodeOf(err) {
	case "":
	case fault.Unprocessable, fault.Conflict:
		v.Problems = append(v.Problems, told(err)...)
	default:
		return nil, err
	}
	return &answer[SequenceDraft]{Body: v}, nil
}

// told lists the messages of an error, joined or not.
func told(err error) []string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []string
		for _, one := range joined.Unwrap() {
			out = append(out, told(one)...)
		}
		return out
	}
	return []string{err.Error()}
}

func (a *API) putDraft(ctx context.Context, s shop.Shop, in *sequenceDraftIn) (*answer[SequenceDraft], error) {
	steps, err := readSteps(in.Body.Steps)
	if err != nil {
		return nil, err
	}
	seq := sequence.Sequence{Key: in.Key, Stage: in.Body.Stage, Trigger: in.Body.Trigger, Persona: in.Body.Persona, Steps: steps}
	d, err := a.Desk.SaveSequenceDraft(ctx, s.ID, anyRevision, seq)
	if fault.Is(err, fault.NotFound) {
		d = journey.SequenceDraft{Sequence: seq, Revision: 1}
		err = a.Desk.NewDraft(ctx, s.ID, seq, "")
	}
	if err != nil {
		return nil, err
	}
	var changes []string
	if b, err := a.Desk.SequenceBoard(ctx, s.ID, in.Key, 0); err == nil {
		changes = b.Changes
	}
	return a.draft(ctx, s, d, changes)
}

// readSteps reads steps with their times as text.
func readSteps(in []Step) ([]sequence.Step, error) {
	out := make([]sequence.Step, len(in))
	var wrong []error
	for i, s := range in {
		out[i] = sequence.Step{Channels: s.Channels, Template: s.Template, When: s.When, Paused: s.Paused}
		var err error
		if out[i].After, err = duration.Parse(s.After); err != nil {
			wrong = append(wrong, fault.New(fault.Unprocessable, "it is not a time").In(fmt.Sprintf("steps[%d].after", i)).Try("write 1h, 90m or 2d"))
		}
		if o := s.Offer; o != nil {
			out[i].Offer = &sequence.Offer{Code: o.Code, Codes: o.Codes, Value: o.Value}
			if out[i].Offer.ValidFor, err = duration.Parse(o.ValidFor); err != nil {
				wrong = append(wrong, fault.New(fault.Unprocessable, "it is not a time").In(fmt.Sprintf("steps[%d].offer.valid_for", i)).Try("write 48h or 7d"))
			}
		}
		if s.MaxLate == "" {
			continue
		}
		if out[i].MaxLate, err = duration.Parse(s.MaxLate); err != nil {
			wrong = append(wrong, fault.New(fault.Unprocessable, "it is not a time").In(fmt.Sprintf("steps[%d].max_late", i)).Try("write 6h, or leave it out"))
		}
	}
	return out, errors.Join(wrong...)
}

func (a *API) discardSequenceDraft(ctx context.Context, s shop.Shop, in *ByKey) (*answer[Done], error) {
	return &answer[Done]{Body: Done{Key: in.Key}}, a.Desk.DiscardDraft(ctx, s.ID, in.Key, anyRevision)
}

func (a *API) publishDraft(ctx context.Context, s shop.Shop, in *sequencePublishIn) (*answer[Done], error) {
	version, err := a.Desk.PublishDraft(ctx, s.ID, in.Key, in.Body.Revision, anyRevision, in.Body.Move)
	return &answer[Done]{Body: Done{Key: in.Key, Version: version}}, err
}
