package vendure

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Needs are the server's address, and an API key or an administrator.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyURL, Label: "Server address", Help: "Where Vendure runs, such as https://vendure.shop.example, without /admin-api."},
		{Name: platform.KeyID, Label: "API key", Optional: true,
			Help: "Settings → API keys, in Vendure 3.6 and newer, if the server's tokenMethod includes api-key. Give its role ReadOrder, ReadCustomer and ReadCatalog."},
		{Name: platform.KeyAccount, Label: "Administrator", Optional: true,
			Help: "Without an API key: the sign-in name of an administrator made for Cartograph alone, with a role of ReadOrder, ReadCustomer and ReadCatalog."},
		{Name: platform.KeySecret, Label: "Password", Optional: true, Help: "The administrator's password."},
	}
}

// Probe signs in and asks for one order's code.
func (a *Adapter) Probe(ctx context.Context, api platform.API) error {
	s, err := enter(ctx, api)
	if err != nil {
		return err
	}
	var data struct{}
	return s.ask(ctx, `query Probe { orders(options: { take: 1 }) { items { code } } }`, nil, &data)
}

// session is a way into the Admin API for one chain of calls.
type session struct {
	api     platform.API
	address string
	header  map[string]string
}

// enter uses the API key, or signs the administrator in: Vendure answers with a
// token in a header or in cookies, as it was configured. It is kept no longer
// than the calls it is for.
func enter(ctx context.Context, api platform.API) (session, error) {
	s := session{api: api, address: strings.TrimSuffix(api.Base(""), "/admin-api") + "/admin-api", header: map[string]string{}}
	user, password := strings.TrimSpace(api.Values[platform.KeyAccount]), api.Values[platform.KeySecret]
	switch key := strings.TrimSpace(api.Values[platform.KeyID]); {
	case api.Base("") == "":
		return s, fault.New(fault.Misconfigured, "the server's address is not set").
			In(platform.KeyURL).Try("write it like https://vendure.shop.example")
	case key != "":
		s.header["vendure-api-key"] = key
		return s, nil
	case user == "" || password == "":
		return s, fault.New(fault.Misconfigured, "neither an API key nor an administrator is set").
			In(platform.KeyID).Try("save an API key, or the name and password of an administrator made for Cartograph")
	}
	var data struct {
		Login struct {
			Type string `json:"__typename"`
		} `json:"login"`
	}
	const query = `mutation Enter($user: String!, $password: String!) { login(username: $user, password: $password) { __typename } }`
	head, err := s.send(ctx, query, map[string]any{"user": user, "password": password}, &data)
	if err != nil {
		return s, err
	}
	if data.Login.Type != "CurrentUser" {
		return s, fault.New(fault.Misconfigured, "Vendure refuses the administrator's name and password").
			In(platform.KeyAccount).Try("check both, and that the administrator was not deleted")
	}
	s.keep(head)
	return s, nil
}

// keep takes over the token that signing in gave.
func (s session) keep(head http.Header) {
	if token := head.Get("Vendure-Auth-Token"); token != "" {
		s.header["Authorization"] = "Bearer " + token
		return
	}
	var pairs []string
	for _, c := range (&http.Response{Header: head}).Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	s.header["Cookie"] = strings.Join(pairs, "; ")
}

// ask puts a question and reads its data.
func (s session) ask(ctx context.Context, query string, variables map[string]any, data any) error {
	_, err := s.send(ctx, query, variables, data)
	return err
}

func (s session) send(ctx context.Context, query string, variables map[string]any, data any) (http.Header, error) {
	var reply struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message    string `json:"message"`
			Extensions struct {
				Code string `json:"code"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	in := map[string]any{"query": query, "variables": variables}
	_, head, err := s.api.Ask(ctx, http.MethodPost, s.address, s.header, in, &reply)
	if err != nil {
		return nil, err
	}
	// Half an answer is none: what is missing from it would read as gone.
	if len(reply.Errors) > 0 {
		if reply.Errors[0].Extensions.Code == "FORBIDDEN" {
			return nil, fault.New(fault.Misconfigured, "Vendure does not let the account read what was asked for").
				In(platform.KeyID).Try("give its role ReadOrder, ReadCustomer and ReadCatalog, in the default channel")
		}
		return nil, refused(reply.Errors[0].Message)
	}
	if err := json.Unmarshal(reply.Data, data); err != nil {
		return nil, refused("the answer has another shape")
	}
	return head, nil
}

// refused is the error of an answer that is none.
func refused(message string) error {
	return fault.New(fault.Unprocessable, "Vendure could not answer the question").Try(event.Clean(message, 200))
}
