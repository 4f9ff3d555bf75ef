package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/danielgtaylor/huma/v2"
)

// bookIn is the file as it came.
type bookIn struct {
	RawBody []byte `contentType:"application/yaml"`
}

// Applied names what a file changed.
type Applied struct {
	// Changed are the keys that got a new version.
	Changed []string `json:"changed" nullable:"false" doc:"What got a new version; empty when the file says what is already there"`
}

func (a *API) playbook() {
	operation(a, get("listPersonas", "/personas", "Playbook", "Personas in routing order"),
		func(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[List[Persona]], error) {
			all, err := a.Reader.Personas(ctx, s.ID)
			return &answer[List[Persona]]{Body: List[Persona]{Items: each(all, viewPersona)}}, err
		})
	operation(a, get("listSequences", "/sequences", "Playbook", "Sequences, the newest version of each"),
		func(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[List[Sequence]], error) {
			all, err := a.Reader.Sequences(ctx, s.ID)
			return &answer[List[Sequence]]{Body: List[Sequence]{Items: each(all, viewSequence)}}, err
		})
	operation(a, get("listTemplates", "/templates", "Playbook", "Message templates"),
		func(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[List[Template]], error) {
			all, err := a.Reader.Templates(ctx, s.ID)
			return &answer[List[Template]]{Body: List[Template]{Items: each(all, viewTemplate)}}, err
		})
	operation(a, get("getPlaybook", "/playbook", "Playbook", "Personas, sequences and templates in the form that PUT takes"), a.book)
	operation(a, huma.Operation{
		OperationID: "putPlaybook", Method: http.MethodPut, Path: "/api/v1/playbook", Tags: []string{"Playbook"}, Metadata: needs(access.Write),
		Summary: "Publish personas, sequences and templates",
		Description: "A file as `cartograph apply -f` takes it: YAML, or JSON, which is YAML too. It is published wholly or " +
			"not at all; a list of personas is always the whole list. Carts already in a sequence keep the version they started with.",
		MaxBodyBytes: a.Gate.MaxBytes() + 1, SkipValidateBody: true, Middlewares: huma.Middlewares{a.enter},
	}, a.apply)
}

// book gathers the file. Versions are left out: whoever stores them counts.
func (a *API) book(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[Playbook], error) {
	personas, err := a.Reader.Personas(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	sequences, err := a.Reader.Sequences(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	templates, err := a.Reader.Templates(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	b := Playbook{
		Personas: each(personas, viewPersona), Sequences: each(sequences, viewSequence), Templates: each(templates, viewTemplate),
	}
	for i := range b.Sequences {
		b.Sequences[i].Version = 0
	}
	for i := range b.Templates {
		b.Templates[i].Version = 0
	}
	return &answer[Playbook]{Body: b}, nil
}

func (a *API) apply(ctx context.Context, s shop.Shop, in *bookIn) (*answer[Applied], error) {
	changed, err := a.Engine.ApplyBook(ctx, s.ID, bytes.Clone(in.RawBody))
	if err != nil {
		return nil, err
	}
	return &answer[Applied]{Body: Applied{Changed: append([]string{}, changed...)}}, nil
}
