package dashboard

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/labstack/echo/v4"
)

// RetentionDesk says what is kept for how long.
type RetentionDesk interface {
	// Purges gives what was removed for its age, and what will be next.
	Purges(ctx context.Context, shopID string) (journey.Purges, error)
}

// keepingPage is drawn from the table, with what each line will remove.
var keepingPage = settingsPage{Path: "/settings/retention", Title: "Data retention",
	Lead:  "How long Cartograph keeps what. Older rows are removed once a day; what they meant for carts, credit and consent stays.",
	Parts: []settingsPart{{shop.Keeping, "Keep for"}}}

// retentionView is the page of data retention.
type retentionView struct {
	settingsView
	Purges journey.Purges
	Lines  []purgeLine
}

// purgeLine is what one setting will remove, and did.
type purgeLine struct {
	Label   string
	Waiting int
	// Capped is true when there are more than that; Last is what went the last time.
	Capped bool
	Last   int
}

// Retention is GET /settings/retention.
func (d *Dashboard) Retention(c echo.Context, m member) error { return d.retention(c, m, nil, nil) }

func (d *Dashboard) retention(c echo.Context, m member, typed map[string]string, refused map[string]*fault.Error) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	p, err := d.Desk.Purges(c.Request().Context(), m.shop.ID)
	if err != nil {
		return err
	}
	v := retentionView{Purges: p, Lines: purgeLines(p)}
	v.settingsView = settingsView{frame: d.frame(m, "Data retention settings", "settings", sandbox), Page: keepingPage, Wrong: len(refused),
		Groups: settingGroups(m, keepingPage.Parts, typed, refused)}
	status := http.StatusOK
	if len(refused) > 0 {
		status = http.StatusUnprocessableEntity
	} else if c.QueryParam("saved") == "1" {
		v.Did = "Saved. It counts from the next look at what is old."
	}
	return d.show(c, status, "settings_retention.html", v)
}

func purgeLines(p journey.Purges) (out []purgeLine) {
	for _, line := range shop.Catalogue() {
		if line.Group == shop.Keeping {
			n, label := p.Waiting[line.Name], line.Label
			if line.Name == string(shop.KeptCarts) {
				label = "Unfinished carts (they expire)"
			}
			out = append(out, purgeLine{Label: label, Waiting: n, Capped: n >= journey.MaxPurgeCount, Last: p.Last[line.Name]})
		}
	}
	return out
}

// SaveRetention is POST /settings/retention.
func (d *Dashboard) SaveRetention(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	set := typedIn(form, keepingPage.Parts)
	err = d.Desk.ChangeShop(c.Request().Context(), m.shop.ID, set)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.retention(c, m, set, refused)
	}
	if err != nil {
		return err
	}
	return d.back(c, m, keepingPage.Path, "saved", "1")
}
