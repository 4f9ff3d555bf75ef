package api

import (
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
)

func viewState(s journey.TemplateState) TemplateState {
	var out TemplateState
	if s.Published() {
		v := viewTemplate(s.Live)
		out.Live = &v
	}
	if s.Retired() {
		v := viewTemplate(s.Last)
		out.Retired = &v
	}
	if s.Drafted() {
		v := viewDraft(s.Draft)
		out.Draft = &v
	}
	return out
}

func viewDraft(d journey.Draft) Draft {
	return Draft{Template: viewTemplate(d.Template), Revision: d.Revision, Base: d.Base, SavedAt: d.SavedAt, SavedBy: d.Author.Name}
}

func viewVersion(v journey.TemplateVersion) TemplateVersion {
	return TemplateVersion{Template: viewTemplate(v.Template), Live: v.Live, PublishedAt: v.PublishedAt, PublishedBy: v.Author.Name, Note: v.Note}
}

func viewTemplateFinding(f journey.TemplateFinding) TemplateFinding {
	return TemplateFinding{Field: f.Field, Line: f.Line, Column: f.Column, Message: f.Message, Remedy: f.Remedy, Stops: f.Stops}
}

// allOf tells everything that stops a publication, and not the first of it alone.
func allOf(err error, found []journey.TemplateFinding) error {
	p := problem.From(err)
	for _, f := range found {
		if !f.Stops {
			continue
		}
		field := f.Field
		if f.Line > 0 {
			field = fmt.Sprintf("%s:%d:%d", f.Field, f.Line, f.Column)
		}
		p.Errors = append(p.Errors, problem.Fault{Field: field, Detail: f.Message, Remedy: f.Remedy})
	}
	return p
}
