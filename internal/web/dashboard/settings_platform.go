package dashboard

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// PlatformDesk sets up a shop's account at its platform's API.
type PlatformDesk interface {
	// Platform gives how it is set up; the ends of keys only with hints.
	Platform(ctx context.Context, shopID string, hints bool) (journey.PlatformSetup, error)
	// SetPlatform checks, seals and stores what is given; ForgetPlatform removes all of it.
	SetPlatform(ctx context.Context, shopID string, set map[string]string) error
	ForgetPlatform(ctx context.Context, shopID string) error
	// CheckPlatform asks the platform about the account, and keeps what it says.
	CheckPlatform(ctx context.Context, shopID string) (journey.Check, error)
}

// platformView is the page of the platform's API.
type platformView struct {
	frame
	Setup journey.PlatformSetup
	Guide PlatformGuide
	Keys  []platformField
	Did   string
	// Wrong is true when the form was refused, Stored when anything of an account is there.
	Wrong, Stored bool
}

// platformField is one value of the form.
type platformField struct {
	journey.PlatformNeed
	Trouble, Remedy string
}

var platformDid = map[string]string{
	"saved": "The account is saved, and sealed. Check it now.", "forgotten": "The account is removed. Nothing is asked of your platform any more.",
	"checked": "Your platform was asked; see below what it said.",
}

// PlatformSettings is GET /settings/platform.
func (d *Dashboard) PlatformSettings(c echo.Context, m member) error { return d.platform(c, m, nil) }

func (d *Dashboard) platform(c echo.Context, m member, refused map[string]*fault.Error) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	setup, err := d.Desk.Platform(c.Request().Context(), m.shop.ID, m.may())
	if err != nil {
		return err
	}
	v := platformView{frame: d.frame(m, "Platform settings", "settings", sandbox), Setup: setup, Guide: guideOf(m.shop.Platform), Did: platformDid[c.QueryParam("did")]}
	for _, n := range setup.Needs {
		f := platformField{PlatformNeed: n}
		if e := refused[n.Name]; e != nil {
			f.Trouble, f.Remedy = capital(e.Message), capital(e.Remedy)
		}
		v.Keys, v.Stored = append(v.Keys, f), v.Stored || n.Hint != ""
	}
	status := http.StatusOK
	if refused != nil {
		status, v.Wrong, v.Did = http.StatusUnprocessableEntity, true, ""
	}
	return d.show(c, status, "settings_platform.html", v)
}

// SavePlatform is POST /settings/platform. Fields left empty keep what is stored.
func (d *Dashboard) SavePlatform(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	setup, err := d.Desk.Platform(c.Request().Context(), m.shop.ID, false)
	if err != nil {
		return err
	}
	set := map[string]string{}
	for _, n := range setup.Needs {
		if v := form.Get(n.Name); v != "" {
			set[n.Name] = v
		}
	}
	if len(set) == 0 {
		return d.back(c, m, "/settings/platform")
	}
	err = d.Desk.SetPlatform(c.Request().Context(), m.shop.ID, set)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.platform(c, m, refused)
	}
	if err != nil {
		return err
	}
	return d.back(c, m, "/settings/platform", "did", "saved")
}

// ForgetPlatform is POST /settings/platform/forget.
func (d *Dashboard) ForgetPlatform(c echo.Context, m member) error {
	if err := d.Desk.ForgetPlatform(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	return d.back(c, m, "/settings/platform", "did", "forgotten")
}

// CheckPlatform is POST /settings/platform/check.
func (d *Dashboard) CheckPlatform(c echo.Context, m member) error {
	if _, err := d.Desk.CheckPlatform(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	return d.back(c, m, "/settings/platform", "did", "checked")
}
