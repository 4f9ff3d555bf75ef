package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsPage string

// write makes the OpenAPI document and the page that shows it, once.
func (a *API) write() error {
	doc := a.huma.OpenAPI()
	var err error
	if a.document, err = json.Marshal(doc); err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	t, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return fmt.Errorf("read the documentation page: %w", err)
	}
	var page bytes.Buffer
	if err := t.Execute(&page, describe(doc)); err != nil {
		return fmt.Errorf("write the documentation page: %w", err)
	}
	a.docs = page.Bytes()
	return nil
}

// docsView is the page's content.
type docsView struct {
	Title, Version, Description, Server string
	Groups                              []docsGroup
	Codes                               []docsCode
	Schemas                             []docsSchema
}

type docsGroup struct {
	Name, Doc  string
	Operations []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Description string
	Params                                 []docsField
	// Body and Answer name schemas; BodyType is the media type, Example a request body.
	Body, BodyType, Example, Answer string
	Failures                        []string
}

type docsField struct {
	Name, In, Type, Ref, Doc string
	Required                 bool
}

type docsSchema struct {
	Name   string
	Fields []docsField
}

type docsCode struct {
	Code   fault.Code
	Status int
	Title  string
	Doc    string
}

// codes explains every code; the anchors of problem types lead here.
func codes() []docsCode {
	said := []docsCode{
		{Code: fault.Invalid, Doc: "The input cannot be read at all: broken JSON, an unreadable cursor."},
		{Code: fault.Unprocessable, Doc: "The input can be read and makes no sense: an unknown currency, a limit of 0. Nothing was stored."},
		{Code: fault.Unauthorized, Doc: "There is no key or signature, or it is not right. Nothing was stored."},
		{Code: fault.Forbidden, Doc: "The caller is known and may not do this."},
		{Code: fault.NotFound, Doc: "There is nothing of that id in this shop. Other shops' things are never found."},
		{Code: fault.Conflict, Doc: "The thing is already there, or has changed meanwhile."},
		{Code: fault.TooLarge, Doc: "The body is over the limit. Send less at once."},
		{Code: fault.Overloaded, Doc: "Too much at once. Nothing was taken in; send it again after the time in Retry-After."},
		{Code: fault.Throttled, Doc: "This key, or this person, asks too often. Nothing was done; try again after the time in Retry-After."},
		{Code: fault.Misconfigured, Doc: "A setting must be changed first. The detail says which."},
		{Code: fault.Internal, Doc: "Something went wrong on our side. The cause is in the server's log."},
	}
	for i := range said {
		said[i].Status = problem.StatusOf(said[i].Code)
		said[i].Title = http.StatusText(said[i].Status)
	}
	return said
}

// describe makes the page's content of the document alone.
func describe(doc *huma.OpenAPI) docsView {
	v := docsView{Title: doc.Info.Title, Version: doc.Info.Version, Description: doc.Info.Description, Codes: codes()}
	if len(doc.Servers) > 0 {
		v.Server = doc.Servers[0].URL
	}
	for _, tag := range doc.Tags {
		g := docsGroup{Name: tag.Name, Doc: tag.Description}
		for _, op := range inOrder(doc) {
			if slices.Contains(op.Tags, tag.Name) {
				g.Operations = append(g.Operations, describeOperation(op))
			}
		}
		v.Groups = append(v.Groups, g)
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		v.Schemas = append(v.Schemas, docsSchema{Name: name, Fields: fields(schemas[name])})
	}
	return v
}

// inOrder lists the operations by path, writes before reads of one path.
func inOrder(doc *huma.OpenAPI) []*huma.Operation {
	var all []*huma.Operation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Post, item.Put, item.Patch, item.Delete, item.Get} {
			if op != nil {
				all = append(all, op)
			}
		}
	}
	return all
}

func describeOperation(op *huma.Operation) docsOperation {
	o := docsOperation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description}
	for _, p := range op.Parameters {
		kind, ref := typeOf(p.Schema)
		o.Params = append(o.Params, docsField{Name: p.Name, In: p.In, Type: kind, Ref: ref, Doc: p.Description, Required: p.Required})
	}
	if op.RequestBody != nil {
		for kind, media := range op.RequestBody.Content {
			o.BodyType = kind
			_, o.Body = typeOf(media.Schema)
			if media.Example != nil {
				text, _ := json.MarshalIndent(media.Example, "", "  ")
				o.Example = string(text)
			}
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if media := op.Responses[status].Content["application/json"]; media != nil {
			_, o.Answer = typeOf(media.Schema)
			continue
		}
		o.Failures = append(o.Failures, status)
	}
	return o
}

// fields lists an object's properties by name.
func fields(s *huma.Schema) []docsField {
	var out []docsField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		kind, ref := typeOf(p)
		f := docsField{Name: name, Type: kind, Ref: ref, Doc: p.Description, Required: slices.Contains(s.Required, name)}
		if len(p.Enum) > 0 {
			var values []string
			for _, e := range p.Enum {
				values = append(values, fmt.Sprint(e))
			}
			f.Doc = strings.TrimSpace(f.Doc + " One of " + strings.Join(values, ", ") + ".")
		}
		out = append(out, f)
	}
	return out
}

// typeOf names a schema's type and, where it is one of the document's own, the
// schema it refers to.
func typeOf(s *huma.Schema) (kind, ref string) {
	switch {
	case s == nil:
		return "", ""
	case s.Ref != "":
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		return name, name
	case s.Type == huma.TypeArray:
		kind, ref = typeOf(s.Items)
		return "list of " + kind, ref
	case s.Format == "date-time":
		return "time", ""
	case s.Type == huma.TypeObject && s.AdditionalProperties != nil:
		if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
			kind, ref = typeOf(values)
			return "map of " + kind, ref
		}
	case s.Type == "":
		return "anything", ""
	}
	return s.Type, ""
}
