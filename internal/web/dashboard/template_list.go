package dashboard

import (
	"net/http"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// templatesView is the list of everything a shop writes with.
type templatesView struct {
	frame
	// Search narrows by key and words; "" for all.
	Search string
	Groups []templateGroup
	// Locales are all that the shop writes in, for new texts.
	Locales []string
	// Retired are the texts that are out of use.
	Retired []retiredText
	// Total counts the keys before narrowing.
	Total int
	// Trouble and Remedy say why nothing was made; Wanted is what was asked for.
	Trouble, Remedy string
	Wanted          journey.TemplateName
	// Did says what was just done.
	Did string
}

// templateGroup is one key: its texts as a grid of channels and locales.
type templateGroup struct {
	Key string
	// Opening is how its best text begins.
	Opening string
	// Uses say which steps send it; none for one that nothing sends.
	Uses    []string
	Locales []string
	Rows    []templateRow
}

// templateRow is a key's texts on one channel.
type templateRow struct {
	Channel event.Channel
	Cells   []templateCell
	// Sketch is what its first text looks like from afar; nothing where there is none.
	Sketch sketch
}

// templateCell is one text, or which other serves where there is none.
type templateCell struct {
	Name journey.TemplateName
	// Opening is how the text begins; "" where there is none.
	Opening string
	Version int
	// Drafted is true where somebody works on it.
	Drafted bool
	// Serves is the locale that is sent instead; "" where nothing is.
	Serves string
}

// Exists reports whether there is a text.
func (c templateCell) Exists() bool { return c.Version > 0 || c.Drafted }

// TemplateList is GET /templates.
func (d *Dashboard) TemplateList(c echo.Context, m member) error {
	v := templatesView{Search: strings.TrimSpace(c.QueryParam("q")), Did: templateDid(c)}
	return d.showTemplates(c, m, http.StatusOK, v)
}

// showTemplates reads the list and shows it.
func (d *Dashboard) showTemplates(c echo.Context, m member, status int, v templatesView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	b, err := d.Templates.TemplateBoard(c.Request().Context(), m.shop.ID)
	if err != nil {
		return err
	}
	v.frame = d.frame(m, "Templates", "templates", sandbox)
	v.Locales = localesOf(b, m.shop.Locale)
	v.Groups = groupsOf(b, v.Locales)
	v.Total, v.Retired = len(v.Groups), retiredTexts(b)
	if v.Search != "" {
		v.Groups = slices.DeleteFunc(v.Groups, func(g templateGroup) bool { return !mentions(b, g.Key, v.Search) })
	}
	return d.show(c, status, "templates.html", v)
}

// adding is a text to begin in an empty place of the grid.
type adding struct {
	frame
	Name journey.TemplateName
	// From is the text to begin with: the one that serves in its place, or the key's first.
	From string
}

// Adding hands an empty place of the grid to its button.
func (v templatesView) Adding(c templateCell) adding {
	a := adding{frame: v.frame, Name: c.Name}
	for _, g := range v.Groups {
		if g.Key != c.Name.Key {
			continue
		}
		for _, row := range g.Rows {
			for _, cell := range row.Cells {
				better := row.Channel == c.Name.Channel && (cell.Name.Locale == c.Serves || a.From == "")
				if cell.Exists() && (better || a.From == "") {
					a.From = cell.Name.String()
				}
			}
		}
	}
	return a
}
