package saleor

import (
	"context"
	_ "embed" // the subscription query
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

//go:embed subscription.graphql
var subscription string

// Subscription is the query that a merchant saves with the webhook.
func Subscription() string { return subscription }

// fragments are the facts of the subscription: the API is asked for the same.
func fragments() string {
	_, rest, _ := strings.Cut(subscription, "\nfragment ")
	return "fragment " + rest
}

// Needs are the address, the app's token and, for prices, a channel.
func (*Adapter) Needs() []platform.Need {
	return []platform.Need{
		{Name: platform.KeyURL, Label: "API address", Optional: true,
			Help: "Where Saleor runs, such as https://shop.saleor.cloud. Left out, it is the shop's domain."},
		{Name: platform.KeyID, Label: "App token",
			Help: "Dashboard → Extensions → your app → Tokens → Create token. The app needs the permissions Manage checkouts, Manage orders, Manage customers and Manage products."},
		{Name: platform.KeyAccount, Label: "Channel slug", Optional: true,
			Help: "The channel whose prices and stock are looked up, such as default-channel. Left out, it is the one channel in the cart's currency."},
	}
}

// Probe asks which permissions the token has. It changes nothing.
func (a *Adapter) Probe(ctx context.Context, api platform.API) error {
	var data struct {
		App wire.Object[struct {
			Permissions wire.List[struct {
				Code wire.Text `json:"code"`
			}] `json:"permissions"`
		}] `json:"app"`
	}
	if err := ask(ctx, api, `query Probe { app { id permissions { code } } }`, nil, &data); err != nil {
		return err
	}
	if !data.App.Set {
		return fault.New(fault.Misconfigured, "Saleor does not know the token as an app's").
			In(platform.KeyID).Try("create a token on the app's own page of the dashboard")
	}
	has := map[string]bool{}
	for _, p := range data.App.V.Permissions.V {
		has[string(p.Code)] = true
	}
	for _, need := range []string{"MANAGE_CHECKOUTS", "MANAGE_ORDERS", "MANAGE_USERS"} {
		if !has[need] {
			return fault.New(fault.Misconfigured, "the app lacks the permission %s", need).
				In(platform.KeyID).Try("add the permission to the app in Saleor's dashboard")
		}
	}
	return nil
}

// question is a GraphQL request.
type question struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables,omitempty"`
}

// graphError is one error of an answer; Saleor sends them with the status 200 or 400.
type graphError struct {
	Message    string `json:"message"`
	Extensions struct {
		Exception struct {
			Code string `json:"code"`
		} `json:"exception"`
	} `json:"extensions"`
}

// ask puts a question to the shop's GraphQL API and reads its data into v.
func ask[T any](ctx context.Context, api platform.API, query string, variables map[string]any, v *T) error {
	base, err := origin(api)
	if err != nil {
		return err
	}
	var reply struct {
		Data   T            `json:"data"`
		Errors []graphError `json:"errors"`
	}
	header := map[string]string{"Authorization": "Bearer " + strings.TrimSpace(api.Values[platform.KeyID])}
	if _, _, err := api.Ask(ctx, http.MethodPost, base+"/graphql/", header, question{query, variables}, &reply); err != nil {
		return err
	}
	if err := refused(reply.Errors); err != nil {
		return err
	}
	*v = reply.Data
	return nil
}

// refused turns an answer's errors into one of ours. Half an answer is none:
// what is missing from it would read as gone.
func refused(errors []graphError) error {
	if len(errors) == 0 {
		return nil
	}
	switch errors[0].Extensions.Exception.Code {
	case "PermissionDenied":
		return fault.New(fault.Misconfigured, "the app may not read what was asked for").
			In(platform.KeyID).Try("give the app the permissions Manage checkouts, Manage orders, Manage customers and Manage products")
	case "InvalidTokenError", "InvalidSignatureError", "ExpiredSignatureError", "DecodeError", "JSONWebTokenError":
		return fault.New(fault.Misconfigured, "Saleor refuses the token").
			In(platform.KeyID).Try("create a new token on the app's page of the dashboard, and save it in the settings")
	}
	return fault.New(fault.Unprocessable, "Saleor could not answer the question")
}
