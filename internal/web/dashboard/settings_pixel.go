package dashboard

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/labstack/echo/v4"
)

// PixelDesk tells of the script on a shop's pages.
type PixelDesk interface {
	// Pixel gives the tag to copy and when the script last reported.
	Pixel(ctx context.Context, shopID string) (journey.PixelSeen, error)
}

// pixelPage is drawn from the table, with the tag above it.
var pixelPage = settingsPage{Path: "/settings/pixel", Title: "Storefront pixel",
	Lead:  "A small script on your shop’s own pages. It shows which pages people look at before they leave a cart, and on which devices they come.",
	Parts: []settingsPart{{shop.Storefront, "How it behaves"}}}

// pixelView is the page of the storefront pixel.
type pixelView struct {
	settingsView
	Pixel journey.PixelSeen
	// Off is true while it is switched off, Platform the shop's, for what to do there.
	Off      bool
	Platform string
}

// PixelSettings is GET /settings/pixel.
func (d *Dashboard) PixelSettings(c echo.Context, m member) error { return d.pixel(c, m, nil, nil) }

func (d *Dashboard) pixel(c echo.Context, m member, typed map[string]string, refused map[string]*fault.Error) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	p, err := d.Desk.Pixel(c.Request().Context(), m.shop.ID)
	if err != nil {
		return err
	}
	v := pixelView{Pixel: p, Off: m.shop.Settings.PixelMode() == shop.PixelOff, Platform: m.shop.Platform}
	v.settingsView = settingsView{frame: d.frame(m, "Storefront pixel settings", "settings", sandbox), Page: pixelPage, Wrong: len(refused),
		Groups: settingGroups(m, pixelPage.Parts, typed, refused)}
	status := http.StatusOK
	if len(refused) > 0 {
		status = http.StatusUnprocessableEntity
	} else if c.QueryParam("saved") == "1" {
		v.Did = "Saved. Browsers notice within five minutes."
	}
	return d.show(c, status, "settings_pixel.html", v)
}

// SavePixel is POST /settings/pixel.
func (d *Dashboard) SavePixel(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	set := typedIn(form, pixelPage.Parts)
	err = d.Desk.ChangeShop(c.Request().Context(), m.shop.ID, set)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.pixel(c, m, set, refused)
	}
	if err != nil {
		return err
	}
	return d.back(c, m, pixelPage.Path, "saved", "1")
}
