package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/labstack/echo/v4"
)

// WhoDesk explains which names a shopper is known by, and takes people's words on
// it. The names it acts on are the shopper's whose page it is; another shop's are
// not there. Its errors are faults.
type WhoDesk interface {
	// Identity gives a page of a shopper's names, after the name with an id ("" for the first).
	Identity(ctx context.Context, shopID, id, after string, limit int) (journey.Identity, error)
	// Foresee and ForeseeUnrule tell what Rule and Unrule would do, and change nothing.
	Foresee(ctx context.Context, shopID, id string, say journey.Saying) (journey.Foresight, error)
	Rule(ctx context.Context, shopID, id string, say journey.Saying) (shopper.Word, error)
	ForeseeUnrule(ctx context.Context, shopID, id, wordID string) (journey.Foresight, error)
	Unrule(ctx context.Context, shopID, id, wordID string) (shopper.Word, error)
}

// namesPage is how many names of a shopper one page explains, namesShort how many their own page does.
const (
	namesPage  = 10
	namesShort = 4
)

// identityView explains who a shopper is.
type identityView struct {
	frame
	journey.Identity
	// ID is the shopper's.
	ID, Name string
	// Next leads to the next page, "" on the last.
	Next string
	Did  string
}

// Identity is GET /shoppers/:id/identity.
func (d *Dashboard) Identity(c echo.Context, m member) error {
	ctx := c.Request().Context()
	detail, err := d.Insight.ShopperDetail(ctx, m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	who, err := d.Who.Identity(ctx, m.shop.ID, detail.Shopper.ID, c.QueryParam("after"), namesPage)
	if err != nil {
		return err
	}
	v := identityView{Identity: who, ID: who.ShopperID, Name: shopperName(detail), Did: deeds[c.QueryParam("did")]}
	v.frame = d.frame(m, "Who is "+v.Name+"?", "shoppers", sandbox)
	if who.Next != "" {
		v.Next = v.Link("/shoppers/"+v.ID+"/identity", "after", who.Next)
	}
	return d.show(c, http.StatusOK, "identity.html", v)
}

// foresightView shows what a word would do, with the button that says it.
type foresightView struct {
	frame
	journey.Foresight
	// ID is the shopper's, What is said: "apart", "same" or "back".
	ID, What, Reason string
}

// LookIdentity is POST /shoppers/:id/identity/look: what would happen. It changes
// nothing; it is a POST so that names that people type stand in no log.
func (d *Dashboard) LookIdentity(c echo.Context, m member) error {
	ctx, id := c.Request().Context(), c.Param("id")
	v := foresightView{ID: id, What: c.FormValue("what"), Reason: event.Clean(c.FormValue("reason"), 300)}
	_, err := d.Insight.ShopperDetail(ctx, m.shop.ID, id)
	if err != nil {
		return err
	}
	if v.What == "back" {
		v.Foresight, err = d.Who.ForeseeUnrule(ctx, m.shop.ID, id, c.FormValue("word"))
	} else {
		var say journey.Saying
		if say, err = saying(c); err == nil {
			v.Foresight, err = d.Who.Foresee(ctx, m.shop.ID, id, say)
		}
	}
	if err != nil {
		return err
	}
	v.frame = d.frame(m, map[string]string{"apart": "Part two names", "same": "Join two shoppers", "back": "Take back what was said"}[v.What], "shoppers", nil)
	return d.show(c, http.StatusOK, "identity_look.html", v)
}

// saying reads what a form says of two names.
func saying(c echo.Context) (journey.Saying, error) {
	s := journey.Saying{Name: c.FormValue("name"), Other: c.FormValue("other"), Same: c.FormValue("what") == "same", Reason: c.FormValue("reason")}
	if what := c.FormValue("what"); what != "same" && what != "apart" {
		return s, fault.New(fault.Unprocessable, "it is not said whether they are the same person").In("what").Try("go back and choose")
	}
	if s.Other == "" {
		sought, err := journey.Seek(c.FormValue("q"))
		if err != nil {
			return s, err
		}
		s.OtherKeys = sought.Keys
	}
	return s, nil
}

// SayIdentity is POST /shoppers/:id/identity/say.
func (d *Dashboard) SayIdentity(c echo.Context, m member) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if _, err := d.Insight.ShopperDetail(ctx, m.shop.ID, id); err != nil {
		return err
	}
	say, err := saying(c)
	if err == nil {
		_, err = d.Who.Rule(ctx, m.shop.ID, id, say)
	}
	deed := "names-parted"
	if say.Same {
		deed = "names-joined"
	}
	return d.actOn(c, m, deed, err)
}

// TakeBackIdentity is POST /shoppers/:id/identity/back.
func (d *Dashboard) TakeBackIdentity(c echo.Context, m member) error {
	_, err := d.Who.Unrule(c.Request().Context(), m.shop.ID, c.Param("id"), c.FormValue("word"))
	return d.actOn(c, m, "names-back", err)
}

// actOn leads back to the explanation, which says what was done.
func (d *Dashboard) actOn(c echo.Context, m member, deed string, err error) error {
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).Link("/shoppers/"+c.Param("id")+"/identity", "did", deed))
}

// Rest gives the other names of the shopper on this page.
func (v identityView) Rest(n journey.KnownName) (out []journey.KnownName) {
	for _, o := range v.Names {
		if o.ID != n.ID {
			out = append(out, o)
		}
	}
	return out
}

// Further counts the names of other people that are not shown.
func (v identityView) Further(n journey.KnownName) int { return n.Others - len(n.Apart) }

// Because gives by what one of a shopper's names belongs to them, or nil.
func (v shopperView) Because(k event.Key) *journey.SeenWith {
	for _, n := range v.Known.Names {
		if n.Key == k && len(n.With) > 0 {
			return &n.With[0]
		}
	}
	return nil
}

// Named writes a name of the shopper themselves.
func (f frame) Named(n shopper.Name) string { return n.Value }

// Someone writes a name of somebody else: enough to recognize, no more.
func (f frame) Someone(n shopper.Name) string { return journey.Masked(n.Key) }

// Mine writes a name on a page about a shopper: whole if it is theirs.
func (f frame) Mine(shopperID string, n shopper.Name) string {
	if n.ShopperID == shopperID {
		return n.Value
	}
	return journey.Masked(n.Key)
}

// ToldOn says by what two names were seen together.
func (f frame) ToldOn(s journey.SeenWith) string {
	kind := string(s.EventKind)
	switch {
	case strings.HasPrefix(kind, "checkout"), s.EventKind == event.PaymentFailed:
		return "on the same checkout"
	case s.CartID != "" && !strings.HasPrefix(kind, "order"):
		return "on the same cart"
	case strings.HasPrefix(kind, "order"):
		return "on the same order"
	case s.EventKind == event.ConsentChanged:
		return "with an answer about messages"
	case s.EventKind == event.ShopperUpdated:
		return "in the shop’s account data"
	case kind == "":
		return "in an event of which no more is kept"
	}
	return "in one event of the shop"
}

// WhyApart says why a name that was seen with this shopper's is not theirs.
func (f frame) WhyApart(n journey.KnownName, s journey.SeenWith) string {
	latest := f.Time(s.At)
	switch s.Why {
	case journey.ApartByWord:
		return "Somebody of the shop said so."
	case journey.ApartByCrowd:
		return "It was seen with so many people, like a till’s phone or a shared computer, that it says nothing about who somebody is."
	case journey.ApartByCustomer:
		return "They have different customer accounts, and one person has one. What both use belongs to whom it was last seen with; with this shopper it was " + latest + "."
	case journey.ApartByAddress:
		return "They have different email addresses. Until somebody says otherwise, that is two people: a family that shares a phone or a device, or one person with a new address. What both use belongs to whom it was last seen with; with this shopper it was " + latest + "."
	}
	return "Newer evidence says whose it is."
}

// Often counts carts or orders up to the cap.
func (f frame) Often(n int, one, many string) string {
	switch {
	case n == 1:
		return "1 " + one
	case n >= journey.CountCap:
		return fmt.Sprintf("%s+ %s", f.Number(journey.CountCap), many)
	}
	return f.Number(n) + " " + many
}

// When is a word's time.
func (f frame) When(unixMilli int64) string { return f.Time(time.UnixMilli(unixMilli).UTC()) }

// Author names who said something.
func (f frame) Author(a shopper.Author) string {
	switch {
	case a.Name != "" && a.Kind == "key":
		return "the API key “" + a.Name + "”"
	case a.Name != "":
		return a.Name
	case a.Kind == "command":
		return "the command line"
	}
	return "somebody who is gone"
}
