package dashboard

import (
	"net/http"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// replayView asks whether to replay events, or tells how far that has come.
type replayView struct {
	frame
	heldFilter
	// Count is how many are meant, AtLeast true where there may be more.
	Count   int
	AtLeast bool
	// After is where the replay goes on, "" before it begins; Folded and Left are what was done until there.
	After        string
	Folded, Left int
}

// Back is the list's address.
func (v replayView) Back() string { return v.Link("/quarantine", v.query()...) }

// Done counts what was looked at.
func (v replayView) Done() int { return v.Folded + v.Left }

// AskReplay is GET /quarantine/replay: it asks, and changes nothing.
func (d *Dashboard) AskReplay(c echo.Context, m member) error {
	v := replayView{heldFilter: heldFilter{Held: heldOf(c.QueryParam)}}
	return d.showReplay(c, m, v)
}

func (d *Dashboard) showReplay(c echo.Context, m member, v replayView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	if v.Count, err = d.Reader.CountQuarantined(c.Request().Context(), m.shop.ID, v.Held); err != nil {
		return err
	}
	v.frame, v.AtLeast = d.frame(m, "Replay events", "quarantine", sandbox), v.Count >= journey.MaxCounted
	return d.show(c, http.StatusOK, "replay.html", v)
}

// ReplayMany is POST /quarantine/replay. A replay of many is done in batches,
// one request each: the page in between goes on by itself and can be left.
func (d *Dashboard) ReplayMany(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	v := replayView{heldFilter: heldFilter{Held: heldOf(form.Get)}, Folded: countIn(form.Get("folded")), Left: countIn(form.Get("left"))}
	done, err := d.Engine.ReplayQuarantine(c.Request().Context(), m.shop.ID, journey.Replay{Held: v.Held, After: form.Get("after")})
	if err != nil {
		return err
	}
	v.After, v.Folded, v.Left = done.Next, v.Folded+done.Folded, v.Left+len(done.Left)
	if v.After != "" {
		return d.showReplay(c, m, v)
	}
	return d.back(c, m, "/quarantine", append(v.query(), "folded", strconv.Itoa(v.Folded), "left", strconv.Itoa(v.Left))...)
}

// countIn reads a count that a page of ours carried along; what is none is nothing.
func countIn(text string) int {
	n, err := strconv.ParseUint(text, 10, 30)
	if err != nil {
		return 0
	}
	return int(n)
}
