package api

import (
	"context"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/danielgtaylor/huma/v2"
)

// TemplateDesk is what the API needs of templates. Its errors are faults.
type TemplateDesk interface {
	templateShelf
	// TemplateState gives what is live and what is drafted; nothing of either is no error.
	TemplateState(ctx context.Context, shopID string, n journey.TemplateName) (journey.TemplateState, error)
	// TemplateVersions lists publications, newest first, before a version or 0; next is 0 at the end.
	TemplateVersions(ctx context.Context, shopID string, n journey.TemplateName, before int) (list []journey.TemplateVersion, next int, err error)
	// ProveTemplate renders one to be looked at, with "sample:KEY", "cart:ID" or "".
	ProveTemplate(ctx context.Context, shopID string, t message.Template, with string) (journey.Proof, error)
	// CheckTemplate is the gate before publishing.
	CheckTemplate(ctx context.Context, shopID string, t message.Template) ([]journey.TemplateFinding, error)
	// SaveTemplateDraft stores a draft over the revision that was seen; another one there is fault.Conflict.
	SaveTemplateDraft(ctx context.Context, shopID string, t message.Template, seen string) (journey.Draft, error)
	DiscardTemplateDraft(ctx context.Context, shopID string, n journey.TemplateName, seen string) error
	// PublishTemplate makes the draft that was seen live; what stands in the way comes as findings beside fault.Unprocessable.
	PublishTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen, note string) (version int, found []journey.TemplateFinding, err error)
}

// TemplatePath names one template. It is exported because the library only
// looks into exported embedded fields.
type TemplatePath struct {
	Key     string `path:"key" maxLength:"100" doc:"The template's key, as sequences name it" example:"cart-reminder"`
	Channel string `path:"channel" enum:"email,sms,messenger" doc:"The channel"`
	Locale  string `path:"locale" maxLength:"20" doc:"A BCP 47 tag" example:"en"`
}

func (p TemplatePath) name() journey.TemplateName {
	return journey.TemplateName{Key: p.Key, Channel: event.Channel(p.Channel), Locale: p.Locale}
}

// TemplateState is one template with what is being worked on.
type TemplateState struct {
	// Live is what messages are made of.
	Live *Template `json:"live,omitempty" doc:"What messages are made of; absent where nothing is published"`
	// Draft is what is worked on.
	Draft *Draft `json:"draft,omitempty" doc:"What is being worked on; absent where nobody does"`
	// Retired is what was live last, where it was taken out of use.
	Retired *Template `json:"retired,omitempty" doc:"What was live last, where the text was retired; absent otherwise"`
}

// Draft is a template being worked on.
type Draft struct {
	Template
	Revision string    `json:"revision" doc:"Changes with every save; name the one you saw when you save or publish"`
	Base     int       `json:"base" doc:"The version it was begun from; 0 for none"`
	SavedAt  time.Time `json:"saved_at"`
	SavedBy  string    `json:"saved_by,omitempty" doc:"Who saved it, while they still exist"`
}

// TemplateVersion is one publication.
type TemplateVersion struct {
	Template
	Live        bool      `json:"live" doc:"Messages are made of this one"`
	PublishedAt time.Time `json:"published_at"`
	PublishedBy string    `json:"published_by,omitempty" doc:"Who published it, while they still exist"`
	Note        string    `json:"note,omitempty" doc:"What its publisher said about it"`
}

// TemplateFinding is something the gate found.
type TemplateFinding struct {
	Field   string `json:"field" doc:"The field it is about"`
	Line    int    `json:"line,omitempty" doc:"From 1; absent where it is about the whole field"`
	Column  int    `json:"column,omitempty" doc:"From 1, in characters"`
	Message string `json:"message" doc:"What is wrong"`
	Remedy  string `json:"remedy,omitempty" doc:"What to do"`
	Stops   bool   `json:"stops" doc:"Publishing is refused until it is mended; else it is advice"`
}

// TemplateText are a template's fields, without its name.
type TemplateText struct {
	Subject   string `json:"subject,omitempty" doc:"Email; Liquid"`
	Preheader string `json:"preheader,omitempty" doc:"Email; Liquid"`
	Body      string `json:"body" doc:"Liquid: HTML for email, text otherwise"`
	Text      string `json:"text,omitempty" doc:"Email: the plain-text part; absent: made from the body"`
	Title     string `json:"title,omitempty" doc:"Messenger; Liquid"`
	Image     string `json:"image,omitempty" doc:"Messenger; Liquid"`
	Button    string `json:"button,omitempty" doc:"Messenger; Liquid"`
	Revision  string `json:"revision,omitempty" doc:"The draft it replaces; absent where there is none"`
}

func (t TemplateText) template(n journey.TemplateName) message.Template {
	return n.Of(message.Template{
		Subject: t.Subject, Preheader: t.Preheader, Body: t.Body, Text: t.Text, Title: t.Title, Image: t.Image, Button: t.Button,
	})
}

type (
	draftIn struct {
		TemplatePath
		Body TemplateText
	}
	publishIn struct {
		TemplatePath
		Body struct {
			Revision string `json:"revision" doc:"The draft to publish, as you saw it"`
			Note     string `json:"note,omitempty" maxLength:"200" doc:"What changed, for people"`
		}
	}
	discardIn struct {
		TemplatePath
		Revision string `query:"revision" maxLength:"100" required:"true" doc:"The draft to throw away, as you saw it"`
	}
	versionsIn struct {
		TemplatePath
		Before int `query:"before" minimum:"0" doc:"Only versions before this one"`
	}
)

// Saved is a stored draft with what the gate would say of it.
type Saved struct {
	Draft    Draft             `json:"draft"`
	Findings []TemplateFinding `json:"findings" nullable:"false" doc:"What publishing it would say"`
}

// Published is the outcome of publishing.
type Published struct {
	Version  int               `json:"version" doc:"The version that is live now"`
	Findings []TemplateFinding `json:"findings" nullable:"false" doc:"Advice"`
}

// Versions are publications.
type Versions struct {
	Items []TemplateVersion `json:"items" nullable:"false" doc:"Newest first"`
	Next  int               `json:"next,omitempty" doc:"Pass it as before for the next page; absent on the last"`
}

const templateAddress = "/templates/{key}/{channel}/{locale}"

func (a *API) templates() {
	operation(a, get("getTemplate", templateAddress, "Playbook", "One template: what is live, and its draft"), a.template)
	operation(a, get("previewTemplate", templateAddress+"/preview", "Playbook", "A template as it is read, with a sample or one of the shop's carts"), a.previewTemplate)
	operation(a, get("listTemplateVersions", templateAddress+"/versions", "Playbook", "A template's publications: who, when and why"), a.versions)
	operation(a, huma.Operation{
		OperationID: "putTemplateDraft", Method: http.MethodPut, Path: "/api/v1" + templateAddress + "/draft", Tags: []string{"Playbook"}, Metadata: needs(access.Write),
		Summary:      "Save a template's draft",
		Description:  "Nothing is sent from a draft, so it may be broken: the findings say what publishing would refuse. A draft that somebody else saved meanwhile is not overwritten: the answer is 409, and `revision` names the one you saw.",
		MaxBodyBytes: maxTemplateBody,
	}, a.saveDraft)
	operation(a, huma.Operation{
		OperationID: "deleteTemplateDraft", Method: http.MethodDelete, Path: "/api/v1" + templateAddress + "/draft", Tags: []string{"Playbook"}, Metadata: needs(access.Write),
		Summary: "Throw a template's draft away",
	}, a.discardDraft)
	a.templateShelf()
	operation(a, huma.Operation{
		OperationID: "publishTemplate", Method: http.MethodPost, Path: "/api/v1" + templateAddress + "/publish", Tags: []string{"Playbook"}, Metadata: needs(access.Write),
		Summary:     "Publish a template's draft",
		Description: "The draft must pass the gate: known names, every awkward sample and the shop's newest carts render, there is a way to stop, links lead somewhere. It becomes the next version, and the next message uses it.",
	}, a.publishTemplate)
}

// maxTemplateBody bounds a draft's body in bytes: every field at its most, escaped.
const maxTemplateBody = 2 << 20

func (a *API) template(ctx context.Context, s shop.Shop, in *TemplatePath) (*answer[TemplateState], error) {
	state, err := a.Templates.TemplateState(ctx, s.ID, in.name())
	if err != nil {
		return nil, err
	}
	if !state.Exists() {
		return nil, fault.New(fault.NotFound, "there is no template of this name")
	}
	return &answer[TemplateState]{Body: viewState(state)}, nil
}

func (a *API) versions(ctx context.Context, s shop.Shop, in *versionsIn) (*answer[Versions], error) {
	list, next, err := a.Templates.TemplateVersions(ctx, s.ID, in.name(), in.Before)
	if err == nil && len(list) == 0 && in.Before == 0 {
		err = fault.New(fault.NotFound, "there is no published template of this name")
	}
	return &answer[Versions]{Body: Versions{Items: each(list, viewVersion), Next: next}}, err
}

func (a *API) saveDraft(ctx context.Context, s shop.Shop, in *draftIn) (*answer[Saved], error) {
	d, err := a.Templates.SaveTemplateDraft(ctx, s.ID, in.Body.template(in.name()), in.Body.Revision)
	if err != nil {
		return nil, err
	}
	found, err := a.Templates.CheckTemplate(ctx, s.ID, d.Template)
	return &answer[Saved]{Body: Saved{Draft: viewDraft(d), Findings: each(found, viewTemplateFinding)}}, err
}

// discardDraft answers with what is left.
func (a *API) discardDraft(ctx context.Context, s shop.Shop, in *discardIn) (*answer[TemplateState], error) {
	if err := a.Templates.DiscardTemplateDraft(ctx, s.ID, in.name(), in.Revision); err != nil {
		return nil, err
	}
	state, err := a.Templates.TemplateState(ctx, s.ID, in.name())
	return &answer[TemplateState]{Body: viewState(state)}, err
}

func (a *API) publishTemplate(ctx context.Context, s shop.Shop, in *publishIn) (*answer[Published], error) {
	version, found, err := a.Templates.PublishTemplate(ctx, s.ID, in.name(), in.Body.Revision, in.Body.Note)
	if err != nil {
		return nil, allOf(err, found)
	}
	return &answer[Published]{Body: Published{Version: version, Findings: each(found, viewTemplateFinding)}}, nil
}
