package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
)

// keyScheme names the security scheme in the document.
const keyScheme = "apiKey"

// shopKey is where a request's context keeps its shop.
type shopKey struct{}

// scopeKey is where an operation keeps the scope it needs.
const scopeKey = "scope"

// needs says which scope a key must have for an operation.
func needs(s access.Scope) map[string]any { return map[string]any{scopeKey: s} }

// scopeOf gives it; "" for an operation that forgot to say, which no key has.
func scopeOf(op *huma.Operation) access.Scope {
	s, _ := op.Metadata[scopeKey].(access.Scope)
	return s
}

// authorize finds the key and its shop, before the body is read, and asks
// whether the key is good for this operation and not used too often.
func (a *API) authorize(ctx huma.Context, next func(huma.Context)) {
	key, ok := bearer(ctx.Header("Authorization"))
	if !ok {
		a.refuse(ctx, fault.New(fault.Unauthorized, "there is no API key").
			Try("send the shop's API key as: Authorization: Bearer KEY"))
		return
	}
	caller, err := a.Reader.CallerByAPIKey(ctx.Context(), key)
	if err == nil {
		err = a.admit(caller, scopeOf(ctx.Operation()))
	}
	if err != nil {
		a.refuse(ctx, err)
		return
	}
	who := access.WithActor(ctx.Context(), access.Actor{Kind: access.ByKey, ID: caller.Key.ID})
	next(huma.WithContext(ctx, context.WithValue(who, shopKey{}, caller.Shop)))
}

// admit asks what a key is good for, and whether it is its turn.
func (a *API) admit(c access.Caller, needed access.Scope) error {
	if !c.Key.May(needed) {
		return fault.New(fault.Forbidden, "this API key lacks the scope %s", needed).
			Try("make one that has it: cartograph key create --scopes")
	}
	if wait := a.pace.Take(c.Key.ID, a.Now()); wait > 0 {
		return fault.New(fault.Throttled, "this API key asks too often").Later(wait).
			Try("wait as Retry-After says; send many events in one request")
	}
	return nil
}

// bearer takes the key out of the header; the scheme's case does not matter.
func bearer(header string) (string, bool) {
	scheme, key, _ := strings.Cut(header, " ")
	key = strings.TrimSpace(key)
	return key, strings.EqualFold(scheme, "Bearer") && key != ""
}

// refuse answers with a problem from a middleware.
func (a *API) refuse(ctx huma.Context, err error) {
	p := problem.From(err)
	p.Log(ctx.Context(), a.Log, ctx.Method(), ctx.Operation().Path)
	// A caller who has gone cannot be told.
	_ = p.Write(humaecho.Unwrap(ctx).Response())
}

// operation declares one operation: documented failures, security, and a
// handler that is given the caller's shop.
func operation[I, O any](a *API, op huma.Operation, handle func(ctx context.Context, s shop.Shop, in *I) (*O, error)) {
	if scopeOf(&op) == "" {
		a.undeclared = append(a.undeclared, op.OperationID)
	}
	op.Security = []map[string][]string{{keyScheme: {}}}
	op.Description = strings.TrimSpace(op.Description + " Needs a key with the scope " + string(scopeOf(&op)) + ".")
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	failures := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if strings.Contains(op.Path, "{") {
		failures = append(failures, http.StatusNotFound)
	}
	if op.Method != http.MethodGet {
		failures = append(failures, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
	}
	for _, status := range failures {
		op.Responses[strconv.Itoa(status)] = a.failure(status)
	}
	method, path := op.Method, op.Path
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, ctx.Value(shopKey{}).(shop.Shop), in)
		if err != nil {
			p := problem.From(err)
			p.Log(ctx, a.Log, method, path)
			return nil, p
		}
		return out, nil
	})
}

// failure documents one failing status.
func (a *API) failure(status int) *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(problemType, true, "Problem")
	return &huma.Response{
		Description: http.StatusText(status),
		Content:     map[string]*huma.MediaType{problem.ContentType: {Schema: schema}},
	}
}

// ownProblem turns the library's own failures (validation, an unreadable
// body) into ours. It never repeats the value that was sent.
func ownProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	code := codeOf(m.Status)
	p := problem.Of(fault.New(code, "%s", m.Detail))
	p.Status, p.Title = m.Status, http.StatusText(m.Status)
	for _, e := range m.Errors {
		if e != nil {
			p.Errors = append(p.Errors, problem.Fault{Field: e.Location, Detail: e.Message})
		}
	}
	if code == fault.Internal {
		p.Detail, p.Errors = "something went wrong on our side", nil
	}
	if len(p.Errors) > 0 {
		p.Field, p.Detail = p.Errors[0].Field, p.Errors[0].Detail
	}
	p.Remedy = "see /docs for what this operation takes"
	return p, nil
}

// codeOf finds the code for a status the library chose.
func codeOf(status int) fault.Code {
	switch status {
	case http.StatusBadRequest, http.StatusNotAcceptable, http.StatusRequestTimeout, http.StatusUnsupportedMediaType:
		return fault.Invalid
	case http.StatusRequestEntityTooLarge:
		return fault.TooLarge
	case http.StatusUnprocessableEntity:
		return fault.Unprocessable
	}
	return fault.Internal
}

// Paging are the query values of every list. It and ByID are exported because
// the library only looks into exported embedded fields.
type Paging struct {
	// Limit is 1 to 200.
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most"`
	// Cursor is the Next of the page before.
	Cursor string `query:"cursor" maxLength:"500" doc:"The next of the page before; leave it out for the first page"`
}

func (p Paging) query() journey.Query { return journey.Query{Limit: p.Limit, Cursor: p.Cursor} }

// byState are the query values of a list that has states.
type byState struct {
	Paging
	State string `query:"state" maxLength:"40" doc:"Only those in this state"`
}

func (p byState) query() journey.Query {
	q := p.Paging.query()
	q.State = p.State
	return q
}

// ByID is the path of one thing.
type ByID struct {
	// ID is the thing's.
	ID string `path:"id" maxLength:"100" doc:"Cartograph's own id"`
}

// answer is a response of one body.
type answer[T any] struct {
	Body T
}

// List is one page of a list, newest first.
type List[T any] struct {
	// Items are the page's things; never null.
	Items []T `json:"items" nullable:"false" doc:"Newest first"`
	// Next is the cursor of the next page.
	Next string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
}

// each turns domain values into views; the result is never nil.
func each[A, B any](in []A, view func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, v := range in {
		out = append(out, view(v))
	}
	return out
}

func list[A, B any](p journey.Page[A], view func(A) B) *answer[List[B]] {
	return &answer[List[B]]{Body: List[B]{Items: each(p.Items, view), Next: p.Next}}
}
