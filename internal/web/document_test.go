package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// document reads the OpenAPI document as its users do.
type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Tags        []string
		Security    []map[string][]string
		Responses   map[string]struct {
			Content map[string]struct{ Schema json.RawMessage }
		}
	}
	Components struct{ Schemas map[string]json.RawMessage }
}

func readDocument(t *testing.T, s *site) document {
	t.Helper()
	r := s.do("GET", "/openapi.json", "")
	r.expect(t, http.StatusOK)
	var d document
	if err := json.Unmarshal([]byte(r.body), &d); err != nil {
		t.Fatal(err)
	}
	if d.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %q", d.OpenAPI)
	}
	return d
}

// Every route under /api is documented, and every documented one is there.
func TestDocumentAndRoutesAgree(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	d := readDocument(t, s)
	routes := map[string]bool{}
	for _, r := range s.echo.Routes() {
		// HEAD goes without saying wherever there is GET.
		if strings.HasPrefix(r.Path, "/api/") && r.Method != http.MethodHead {
			routes[r.Method+" "+r.Path] = true
		}
	}
	documented := map[string]bool{}
	for path, item := range d.Paths {
		for method, op := range item {
			name := strings.ToUpper(method) + " " + strings.NewReplacer("{", ":", "}", "").Replace(path)
			documented[name] = true
			if !routes[name] {
				t.Errorf("%s is documented and not there", name)
			}
			if len(op.Security) == 0 || op.OperationID == "" || len(op.Tags) == 0 {
				t.Errorf("%s says too little: %+v", name, op)
			}
		}
	}
	for name := range routes {
		if !documented[name] {
			t.Errorf("%s is there and not documented", name)
		}
	}
	if len(routes) < 15 {
		t.Errorf("only %d routes under /api", len(routes))
	}
}

// Every operation's real answer, and one failing answer of each, is what the
// document says.
func TestAnswersFollowTheDocument(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	d := readDocument(t, s)
	schemas := registry(t, d)
	// The validator itself must refuse what is not said.
	for _, wrong := range []any{map[string]any{}, map[string]any{"items": []any{map[string]any{"id": 7.0}}}, nil} {
		res := &huma.ValidateResult{}
		huma.Validate(schemas, schemas.Map()["ListCart"], huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, wrong, res)
		if len(res.Errors) == 0 {
			t.Fatalf("the validator takes %v for a list of carts", wrong)
		}
	}
	ids := strings.NewReplacer("/personas/{key}/move", "/personas/value-conscious/move", "/personas/{key}", "/personas/value-conscious?heir=retire", "/sequences/{key}", "/sequences/cart-value-conscious", "/rules/reach", "/rules/reach?rule=cart.total%20%3C%2080", "/carts/{id}", "/carts/c1", "/shoppers/{id}", "/shoppers/p-ada", "/messages/{id}", "/messages/m1", "/quarantine/{id}", "/quarantine/q3", "/privacy-requests/{id}", "/privacy-requests/pr1",
		"{ruling}", "w1", "{stock}", "spring", "{key}", "cart-reminder", "{channel}", "email", "{locale}", "en")
	// Each changes a template of its own, in whichever order they come.
	places := map[string]string{
		"retireTemplate":      "/api/v1/templates/cart-reminder/sms/en/retire",
		"returnTemplate":      "/api/v1/templates/old-hello/email/en/return",
		"publishTemplate":     "/api/v1/templates/welcome-back/email/en/publish",
		"deleteTemplateDraft": "/api/v1/templates/thank-you/email/en/draft?revision=r-two",
	}
	bodies := map[string]string{"collectEvents": `{"event":"Cart Updated"}`, "stateConsents": `{"consents":[{"email":"ada@example.com","channel":"sms","answer":"no"}]}`, "putPlaybook": "personas: []", "putShopSettings": `{"settings":{"abandon_after":"45m"}}`,
		"putPersona": `{"name":"Katie","rule":"cart.total < 80"}`, "movePersona": `{"place":1}`, "publishSequence": `{"revision":7,"move":true}`,
		"putDraft":      `{"stage":"purchase","trigger":"cart_abandoned","steps":[{"after":"1h","channels":["email"],"template":"cart-reminder"}]}`,
		"addOfferCodes": `{"codes":["A-1","a b"]}`,
		"addRuling":     `{"name":"n-ada","other":"n-phone","same":true,"dry_run":true}`, "findShopper": `{"email":"ada@example.com"}`, "erase": `{"phone":"+33612345678","dry_run":true}`,
		"retireTemplate": `{"version":1}`, "putTemplateDraft": `{"subject":"s","body":"<p>{{ shop.nam }}</p>"}`, "publishTemplate": `{"revision":"r-one","note":"n"}`}
	for path, item := range d.Paths {
		for method, op := range item {
			at := ids.Replace(path)
			if place := places[op.OperationID]; place != "" {
				at = place
			}
			if strings.Contains(at, "{") {
				t.Fatalf("the test knows no id for %s", path)
			}
			good := s.do(strings.ToUpper(method), at, bodies[op.OperationID], key("key-one")...)
			good.expect(t, http.StatusOK)
			check(t, schemas, op.Responses["200"].Content["application/json"].Schema, good)
			bad := s.do(strings.ToUpper(method), at, bodies[op.OperationID])
			bad.expect(t, http.StatusUnauthorized)
			check(t, schemas, op.Responses["401"].Content["application/problem+json"].Schema, bad)
		}
	}
}

// registry rebuilds the document's schemas from its JSON alone.
func registry(t *testing.T, d document) huma.Registry {
	t.Helper()
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	for name, raw := range d.Components.Schemas {
		r.Map()[name] = schema(t, raw)
	}
	return r
}

// schema reads one schema; the library writes but does not read its own.
func schema(t *testing.T, raw json.RawMessage) *huma.Schema {
	t.Helper()
	var in struct {
		Ref                  string `json:"$ref"`
		Type                 any
		Format               string
		Enum                 []any
		Required             []string
		Items                json.RawMessage
		Properties           map[string]json.RawMessage
		AdditionalProperties json.RawMessage
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	out := &huma.Schema{Ref: in.Ref, Format: in.Format, Enum: in.Enum, Required: in.Required}
	switch kind := in.Type.(type) {
	case string:
		out.Type = kind
	case []any:
		out.Type, out.Nullable = kind[0].(string), true
	}
	if in.Items != nil {
		out.Items = schema(t, in.Items)
	}
	for name, p := range in.Properties {
		if out.Properties == nil {
			out.Properties = map[string]*huma.Schema{}
		}
		out.Properties[name] = schema(t, p)
	}
	switch text := string(in.AdditionalProperties); {
	case text == "true", text == "false":
		out.AdditionalProperties = text == "true"
	case text != "":
		out.AdditionalProperties = schema(t, in.AdditionalProperties)
	}
	out.PrecomputeMessages()
	return out
}

func check(t *testing.T, r huma.Registry, raw json.RawMessage, got reply) {
	t.Helper()
	where := got.Request.Method + " " + got.Request.URL.Path
	if raw == nil {
		t.Errorf("%s: the document has no schema for %d", where, got.StatusCode)
		return
	}
	var body any
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	res := &huma.ValidateResult{}
	huma.Validate(r, schema(t, raw), huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, res)
	for _, e := range res.Errors {
		t.Errorf("%s: %v", where, e)
	}
}

func TestDocsPageTellsEveryOperationAndCode(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	page := s.do("GET", "/docs", "")
	page.expect(t, http.StatusOK)
	for path, item := range readDocument(t, s).Paths {
		for _, op := range item {
			page.has(t, `id="`+op.OperationID+`"`, `<code>`+path+`</code>`)
		}
	}
	for _, code := range []string{"invalid", "unprocessable", "unauthorized", "forbidden", "not_found", "conflict", "too_large", "overloaded", "misconfigured", "internal"} {
		page.has(t, `<div id="`+code+`">`)
	}
	page.lacks(t, "<script", "<style", "unpkg", "cdn")
}
