package dashboard

import (
	"context"
	"net/http"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/labstack/echo/v4"
)

// SetupDesk makes the first owner of an installation.
type SetupDesk interface {
	// SetupOpen reports whether nobody has, or ever had, an account.
	SetupOpen(ctx context.Context) (bool, error)
	// SetupShops names the shops there are already; fault.NotFound for a token
	// that is wrong, or once somebody has an account.
	SetupShops(ctx context.Context, token string) ([]string, error)
	// SetUp makes the first owner and the first shop.
	SetUp(ctx context.Context, token string, f Founding) (access.Person, error)
}

// Founding is what the first page asks for.
type Founding struct {
	// Email and Password are the first owner's.
	Email, Password string
	// The rest is the first shop; empty where there is one already.
	Name, Platform, Domain, Currency, TimeZone, Locale, Country string
}

// setupView is the first page of an installation.
type setupView struct {
	frame
	Token string
	Typed Founding
	// Shops are those there are already; none asks for the first.
	Shops []string
	// Wrong says what is wrong with which field.
	Wrong map[string]*fault.Error
	Zones []string
}

// Why says what is wrong with a field; "" for nothing.
func (v setupView) Why(field string) string { return why(v.Wrong[field]) }

// Platforms are those there are instructions for, the common ones first.
func (v setupView) Platforms() []guideGroup { return guideGroups() }

// ShowSetup is GET /setup/:token.
func (d *Dashboard) ShowSetup(c echo.Context) error {
	return d.setup(c, Founding{Currency: "EUR", Locale: "en", Platform: "shopify"}, nil)
}

func (d *Dashboard) setup(c echo.Context, typed Founding, wrong map[string]*fault.Error) error {
	shops, err := d.Desk.SetupShops(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	typed.Password = ""
	v := setupView{frame: frame{Title: "Welcome", Now: d.Now()}, Token: c.Param("token"), Typed: typed, Shops: shops, Wrong: wrong, Zones: zones}
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return d.show(c, status, "setup.html", v)
}

// SetUp is POST /setup/:token. Whoever made the first account is signed in.
func (d *Dashboard) SetUp(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	text := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	f := Founding{
		Email: text("email"), Password: form.Get("password"), Name: text("name"), Platform: text("platform"), Domain: text("domain"),
		Currency: text("currency"), TimeZone: text("timezone"), Locale: text("locale"), Country: text("country"),
	}
	who, err := d.Desk.SetUp(c.Request().Context(), c.Param("token"), f)
	if wrong := fieldFaults(err); len(wrong) > 0 {
		return d.setup(c, f, wrong)
	}
	if err != nil {
		return err
	}
	return d.enter(c, who, "/start")
}
