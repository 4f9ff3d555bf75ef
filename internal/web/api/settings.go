package api

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/danielgtaylor/huma/v2"
)

// SettingsDesk changes what a shop is and how it writes.
type SettingsDesk interface {
	// ChangeShop changes facts, settings and credentials by name, wholly or not at
	// all; what is wrong is told of each, joined.
	ChangeShop(ctx context.Context, shopID string, set map[string]string) error
}

// ShopSettings are a shop's facts and settings.
type ShopSettings struct {
	// Items are in the order of the settings' page.
	Items []ShopSetting `json:"items" nullable:"false"`
}

// ShopSetting is one of them.
type ShopSetting struct {
	// Name is what PUT calls it.
	Name    string   `json:"name" example:"abandon_after"`
	Group   string   `json:"group" enum:"facts,voice,sending,permission,measure,storefront,keeping"`
	Value   string   `json:"value" example:"30m"`
	Default string   `json:"default,omitempty" doc:"A new shop's value; absent for facts"`
	Label   string   `json:"label" doc:"Its name for people"`
	Help    string   `json:"help" doc:"What it does"`
	Allowed string   `json:"allowed,omitempty" doc:"Which values are taken, in words"`
	Options []string `json:"options,omitempty" nullable:"false" doc:"All values there are, where they are few"`
}

// ChangedSettings are the values to change.
type ChangedSettings struct {
	// Settings are by name; what is left out stays as it is.
	Settings map[string]string `json:"settings" doc:"By name, as text; what is left out stays as it is. Credentials (sendgrid_api_key, …) are taken too and never given back" example:"{\"abandon_after\":\"45m\",\"quiet_hours\":\"21:00-08:00\"}"`
}

type settingsIn struct {
	Body ChangedSettings
}

func (a *API) settings() {
	operation(a, get("getShopSettings", "/shop/settings", "Shop", "The shop's facts and settings, each with what it does"),
		func(_ context.Context, s shop.Shop, _ *struct{}) (*answer[ShopSettings], error) {
			return &answer[ShopSettings]{Body: viewSettings(s)}, nil
		})
	operation(a, huma.Operation{
		OperationID: "putShopSettings", Method: http.MethodPut, Path: "/api/v1/shop/settings", Tags: []string{"Shop"}, Metadata: needs(access.Admin),
		Summary:     "Change facts and settings of the shop",
		Description: "Everything is changed or, if anything is wrong, nothing. The audit log keeps old and new values, of credentials their names.",
	}, a.putSettings)
}

func viewSettings(s shop.Shop) ShopSettings {
	out := ShopSettings{Items: []ShopSetting{}}
	for _, line := range shop.Catalogue() {
		v := ShopSetting{Name: line.Name, Group: string(line.Group), Value: line.Of(s), Default: line.Default(), Label: line.Label, Help: line.Help, Allowed: line.Range}
		for _, o := range line.Options {
			v.Options = append(v.Options, o.Value)
		}
		out.Items = append(out.Items, v)
	}
	return out
}

// putSettings changes them and gives what they are now.
func (a *API) putSettings(ctx context.Context, s shop.Shop, in *settingsIn) (*answer[ShopSettings], error) {
	if len(in.Body.Settings) == 0 {
		return nil, fault.New(fault.Unprocessable, "there is no setting to change").In("settings").Try(`send {"settings": {"abandon_after": "45m"}}`)
	}
	if err := a.Settings.ChangeShop(ctx, s.ID, in.Body.Settings); err != nil {
		return nil, err
	}
	changed, err := a.Reader.Shop(ctx, s.ID)
	return &answer[ShopSettings]{Body: viewSettings(changed)}, err
}
