package api

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/danielgtaylor/huma/v2"
)

// templateShelf takes texts out of use and brings them back.
type templateShelf interface {
	// RetireTemplate takes the version that was seen out of use; fault.Conflict says what keeps it.
	RetireTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen int) error
	// ReturnTemplate brings a retired one back; what stands in the way comes as findings beside fault.Unprocessable.
	ReturnTemplate(ctx context.Context, shopID string, n journey.TemplateName) (version int, found []journey.TemplateFinding, err error)
}

type retireIn struct {
	TemplatePath
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The live version, as you saw it"`
	}
}

func (a *API) templateShelf() {
	operation(a, huma.Operation{
		OperationID: "retireTemplate", Method: http.MethodPost, Path: "/api/v1" + templateAddress + "/retire", Tags: []string{"Playbook"}, Metadata: needs(access.Write),
		Summary:     "Take a text out of use",
		Description: "No message is made of it any more; the text of the closest language on the channel serves instead. Where none is left and steps use the channel, the answer is 409 and names them. Its versions stay. Publishing, or a file that holds the text, brings it back.",
	}, a.retireTemplate)
	operation(a, huma.Operation{
		OperationID: "returnTemplate", Method: http.MethodPost, Path: "/api/v1" + templateAddress + "/return", Tags: []string{"Playbook"}, Metadata: needs(access.Write),
		Summary:     "Bring a retired text back",
		Description: "The version that was live last is live again, if it passes the gate.",
	}, a.returnTemplate)
}

func (a *API) retireTemplate(ctx context.Context, s shop.Shop, in *retireIn) (*answer[TemplateState], error) {
	if err := a.Templates.RetireTemplate(ctx, s.ID, in.name(), in.Body.Version); err != nil {
		return nil, err
	}
	return a.template(ctx, s, &in.TemplatePath)
}

func (a *API) returnTemplate(ctx context.Context, s shop.Shop, in *TemplatePath) (*answer[TemplateState], error) {
	if _, found, err := a.Templates.ReturnTemplate(ctx, s.ID, in.name()); err != nil {
		return nil, allOf(err, found)
	}
	return a.template(ctx, s, in)
}
