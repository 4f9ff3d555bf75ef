package dashboard

import (
	"net/http"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// Shoppers is GET /shoppers, those seen first last.
func (d *Dashboard) Shoppers(c echo.Context, m member) error {
	v := listView[journey.ShopperRow]{frame: frame{Title: "Shoppers", Section: "shoppers"}, Path: "/shoppers"}
	return listPage(d, c, m, v, "shoppers.html", func(q journey.Query) (journey.Page[journey.ShopperRow], error) {
		return d.Insight.Shoppers(c.Request().Context(), m.shop.ID, q)
	})
}

// shopperView is one shopper.
type shopperView struct {
	frame
	journey.ShopperDetail
	Name string
	// Story is a page of what happened; Next leads to what was before, First is true on the newest page.
	Story []storyLine
	Next  string
	First bool
	// Did says what a button just did, "" when the page is only looked at.
	Did string
	// Known are the first of their names, with why they are theirs.
	Known journey.Identity
}

// storyLine hands an entry to the template that tells it.
type storyLine struct {
	frame
	journey.Entry
}

// stoppedByShop is the reason of a suppression that the shop made and can take back.
const stoppedByShop = "stopped_by_shop"

// Stopped reports whether the shop stopped an address of theirs.
func (v shopperView) Stopped() bool {
	return slices.ContainsFunc(v.Ledger.Now, func(s journey.ConsentStanding) bool { return s.Suppressed == stoppedByShop })
}

// Addressable reports whether anything can be written to.
func (v shopperView) Addressable() bool {
	return slices.ContainsFunc(v.Ledger.Now, func(s journey.ConsentStanding) bool { return s.Address != "" })
}

// Standing says in words how an address stands.
func (f frame) Standing(s journey.ConsentStanding) string {
	switch {
	case s.Suppressed != "":
		return "Nothing is sent: " + strings.ToLower(journey.Said("suppressed." + s.Suppressed)[:1]) + journey.Said("suppressed." + s.Suppressed)[1:]
	case s.Answer == event.Yes && s.Confirmed:
		return "Yes, confirmed by the address itself."
	case s.Answer == event.Yes:
		return "Yes."
	case s.Answer == event.No:
		return "No."
	}
	return "Never asked, or not answered."
}

// KeyKind names a kind of name.
func (f frame) KeyKind(k event.KeyKind) string {
	return map[event.KeyKind]string{event.KeyCustomer: "Customer id", event.KeyEmail: "Email", event.KeyPhone: "Phone",
		event.KeyMessenger: "Messenger id", event.KeyAnonymous: "Device"}[k]
}

// Shopper is GET /shoppers/:id: who they are, and everything that happened across their carts.
func (d *Dashboard) Shopper(c echo.Context, m member) error {
	ctx := c.Request().Context()
	detail, err := d.Insight.ShopperDetail(ctx, m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	cursor := c.QueryParam("cursor")
	story, err := d.Insight.ShopperStory(ctx, m.shop.ID, detail.Shopper.ID, journey.Query{Limit: pageSize, Cursor: cursor})
	if err != nil {
		return err
	}
	v := shopperView{ShopperDetail: detail, Name: shopperName(detail), First: cursor == "", Did: deeds[c.QueryParam("did")]}
	if v.Known, err = d.Who.Identity(ctx, m.shop.ID, detail.Shopper.ID, "", namesShort); err != nil {
		return err
	}
	v.frame = d.frame(m, v.Name, "shoppers", sandbox)
	v.Live = v.First
	if v.spoken, err = d.spoken(ctx, m.shop.ID); err != nil {
		return err
	}
	for _, e := range story.Items {
		v.Story = append(v.Story, storyLine{v.frame, e})
	}
	if story.Next != "" {
		v.Next = v.Link("/shoppers/"+detail.Shopper.ID, "cursor", story.Next)
	}
	return d.show(c, http.StatusOK, "shopper.html", v)
}

// shopperName is the best name there is for a shopper.
func shopperName(d journey.ShopperDetail) string {
	t := d.Shopper.Traits
	for _, known := range []string{strings.TrimSpace(t.FirstName.Value + " " + t.LastName.Value), t.Email.Value, t.Phone.Value} {
		if known != "" {
			return known
		}
	}
	for _, k := range d.Shopper.Keys {
		if k.Kind == event.KeyEmail || k.Kind == event.KeyPhone {
			return k.Value
		}
	}
	return "Unknown shopper"
}

// searchView is what a search found.
type searchView struct {
	frame
	journey.Found
	// In is where it was asked, Asked what for.
	In, Asked string
}

// Search is POST /search: shoppers and carts by a name, a number or an id. It
// changes nothing; it is a POST so that what people type, which is mostly
// somebody's address, stands in no log, history or referrer.
func (d *Dashboard) Search(c echo.Context, m member) error {
	what, err := journey.Seek(c.FormValue("q"))
	if err != nil {
		return err
	}
	found, err := d.Insight.Find(c.Request().Context(), m.shop.ID, what)
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := searchView{frame: d.frame(m, "Search", "", sandbox), Found: found, In: c.FormValue("in"), Asked: what.Text}
	if to := v.only(); to != "" {
		return c.Redirect(http.StatusSeeOther, to)
	}
	if v.spoken, err = d.spoken(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	v.Section = map[string]string{"messages": "messages", "carts": "carts"}[v.In]
	if v.Section == "" {
		v.Section = "shoppers"
	}
	return d.show(c, http.StatusOK, "search.html", v)
}

// only gives the page of the one thing that can be meant, "" where there are several.
func (v searchView) only() string {
	one := len(v.Found.Shoppers) == 1 && !v.More
	switch {
	case one && v.In == "messages":
		return v.Link("/messages", "shopper", v.Found.Shoppers[0].ID)
	case len(v.Found.Carts) == 1 && (len(v.Found.Shoppers) == 0 || one && v.In == "carts"):
		return v.Link("/carts/" + v.Found.Carts[0].ID)
	case one && len(v.Found.Carts) == 0:
		return v.Link("/shoppers/" + v.Found.Shoppers[0].ID)
	}
	return ""
}

// eraseView asks whether a shopper is really to be erased.
type eraseView struct {
	frame
	ID, Name string
	// Proofs count what would be erased, or was.
	Proofs []journey.Erasure
	// Finished is true once it was done.
	Finished bool
}

// AskErase is GET /shoppers/:id/erase: what would be erased, and the button that does it.
func (d *Dashboard) AskErase(c echo.Context, m member) error {
	ctx := c.Request().Context()
	detail, err := d.Insight.ShopperDetail(ctx, m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	proofs, err := d.Acts.EraseShopper(ctx, m.shop.ID, detail.Shopper.ID, nil, "", true)
	if err != nil {
		return err
	}
	v := eraseView{frame: d.frame(m, "Erase a shopper", "shoppers", nil), ID: detail.Shopper.ID, Name: shopperName(detail), Proofs: proofs}
	return d.show(c, http.StatusOK, "erase.html", v)
}

// Erase is POST /shoppers/:id/erase. It answers with the proof.
func (d *Dashboard) Erase(c echo.Context, m member) error {
	ctx := c.Request().Context()
	if _, err := d.Insight.ShopperDetail(ctx, m.shop.ID, c.Param("id")); err != nil {
		return err
	}
	if c.FormValue("sure") == "" {
		return fault.New(fault.Unprocessable, "nothing was erased: the box that says you are sure was not ticked").In("sure").
			Try("go back, tick it, and press the button again; an erasure cannot be taken back")
	}
	proofs, err := d.Acts.EraseShopper(ctx, m.shop.ID, c.Param("id"), nil, c.FormValue("reason"), false)
	if err != nil {
		return err
	}
	v := eraseView{frame: d.frame(m, "Shopper erased", "shoppers", nil), Proofs: proofs, Finished: true}
	return d.show(c, http.StatusOK, "erase.html", v)
}

// ExportShopper is POST /shoppers/:id/export: everything held about them, as a file.
func (d *Dashboard) ExportShopper(c echo.Context, m member) error {
	dossier, err := d.Acts.ExportShopper(c.Request().Context(), m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="shopper.json"`)
	return c.JSONPretty(http.StatusOK, dossier, "  ")
}

// StopShopper is POST /shoppers/:id/stop, AllowShopper POST /shoppers/:id/allow.
func (d *Dashboard) StopShopper(c echo.Context, m member) error {
	return d.act(c, m, "/shoppers/", "shopper-stopped", d.Acts.StopShopper(c.Request().Context(), m.shop.ID, c.Param("id")))
}

// AllowShopper takes a stop back.
func (d *Dashboard) AllowShopper(c echo.Context, m member) error {
	return d.act(c, m, "/shoppers/", "shopper-allowed", d.Acts.AllowShopper(c.Request().Context(), m.shop.ID, c.Param("id")))
}

// StopCart is POST /carts/:id/stop.
func (d *Dashboard) StopCart(c echo.Context, m member) error {
	return d.act(c, m, "/carts/", "cart-stopped", d.Acts.StopCart(c.Request().Context(), m.shop.ID, c.Param("id")))
}

// CancelMessage is POST /messages/:id/cancel.
func (d *Dashboard) CancelMessage(c echo.Context, m member) error {
	return d.act(c, m, "/messages/", "cancelled", d.Acts.CancelMessage(c.Request().Context(), m.shop.ID, c.Param("id")))
}

// ResendMessage is POST /messages/:id/test: to the signed-in user's own address.
func (d *Dashboard) ResendMessage(c echo.Context, m member) error {
	return d.act(c, m, "/messages/", "tested", d.Acts.ResendAsTest(c.Request().Context(), m.shop.ID, c.Param("id"), m.user.ID))
}

// act leads back to the page of what was acted on, which says what was done.
func (d *Dashboard) act(c echo.Context, m member, page, deed string, err error) error {
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).Link(page+c.Param("id"), "did", deed))
}

// searchForm hands the search to its template.
type searchForm struct {
	frame
	In string
}

// Search makes the search form of a page.
func (f frame) Search(in string) searchForm { return searchForm{f, in} }

// shopperTable is a table of shoppers.
type shopperTable struct {
	frame
	Rows []journey.ShopperRow
}

// ShopperTable hands shoppers to the table template.
func (f frame) ShopperTable(rows []journey.ShopperRow) shopperTable { return shopperTable{f, rows} }

// Tell hands an entry to the template that tells it.
func (f frame) Tell(e journey.Entry) storyLine { return storyLine{f, e} }

// Clip shortens a text for a list.
func (f frame) Clip(text string) string { return clip(text, 160) }
