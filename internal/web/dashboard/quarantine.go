package dashboard

import (
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// quarantineView is a list of events that could not be folded, or one of them.
type quarantineView struct {
	listView[journey.Quarantined]
	Held heldFilter
	// Did says what a replay just did; "" when the page is only looked at.
	Did string
}

// Quarantine is GET /quarantine.
func (d *Dashboard) Quarantine(c echo.Context, m member) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	ctx, held := c.Request().Context(), heldOf(c.QueryParam)
	p, err := d.Reader.Quarantine(ctx, m.shop.ID, journey.Query{Limit: pageSize, Cursor: c.QueryParam("cursor"), Held: held})
	if err != nil {
		return err
	}
	kinds, err := d.Reader.QuarantineKinds(ctx, m.shop.ID)
	if err != nil {
		return err
	}
	v := quarantineView{Did: did(c), Held: filterOf(held, kinds)}
	v.frame = d.frame(m, "Quarantine", "quarantine", sandbox)
	v.Path, v.Items = "/quarantine", p.Items
	if p.Next != "" {
		v.Next = v.Link(v.Path, append(v.Held.query(), "cursor", p.Next)...)
	}
	return d.show(c, http.StatusOK, "quarantine.html", v)
}

// quarantinedView is one event.
type quarantinedView struct {
	frame
	Event journey.Quarantined
	// Text is its body where that is text; else the page says that it is not.
	Text string
	Did  string
}

// QuarantinedEvent is GET /quarantine/:id. The body is shown as text only:
// it came from outside.
func (d *Dashboard) QuarantinedEvent(c echo.Context, m member) error {
	e, err := d.Reader.QuarantinedEvent(c.Request().Context(), m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := quarantinedView{frame: d.frame(m, "Event in quarantine", "quarantine", sandbox), Event: e, Did: did(c)}
	if utf8.Valid(e.Body) {
		v.Text = string(e.Body)
	}
	return d.show(c, http.StatusOK, "quarantined.html", v)
}

// Replay is POST /quarantine/:id/replay.
func (d *Dashboard) Replay(c echo.Context, m member) error {
	id := c.Param("id")
	done, err := d.Engine.ReplayQuarantine(c.Request().Context(), m.shop.ID, journey.Replay{Held: journey.Held{ID: id}})
	if err != nil {
		return err
	}
	f := d.frame(m, "", "", nil)
	to := "/quarantine"
	if done.Folded == 0 {
		to += "/" + id
	}
	return c.Redirect(http.StatusSeeOther, f.Link(to, "folded", strconv.Itoa(done.Folded), "left", strconv.Itoa(len(done.Left))))
}

// did says what a replay did, from the address it led to.
func did(c echo.Context) string {
	folded, err1 := strconv.ParseUint(c.QueryParam("folded"), 10, 31)
	left, err2 := strconv.ParseUint(c.QueryParam("left"), 10, 31)
	switch {
	case err1 != nil || err2 != nil:
		return ""
	case left == 0:
		return fmt.Sprintf("%s folded; nothing of what was replayed is left.", sentenceCount(int(folded), "event"))
	}
	return fmt.Sprintf("%s folded, %d still could not be.", sentenceCount(int(folded), "event"), left)
}
