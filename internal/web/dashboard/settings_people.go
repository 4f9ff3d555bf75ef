package dashboard

import (
	"context"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/labstack/echo/v4"
)

// PeopleDesk decides who works in a shop.
type PeopleDesk interface {
	// People gives the members and the open invitations.
	People(ctx context.Context, shopID string) ([]access.Colleague, []access.Invitation, error)
	// Invite gives a link that lets somebody join; with mail it also sends it,
	// mailed says whether that worked. Uninvite withdraws one.
	Invite(ctx context.Context, shopID, email, role string, mail bool) (link string, mailed bool, err error)
	Uninvite(ctx context.Context, shopID, id string) error
	// SetRole and RemovePerson refuse to leave a shop without an owner (fault.Conflict).
	SetRole(ctx context.Context, shopID, userID, role string) error
	RemovePerson(ctx context.Context, shopID, userID string) error
	// Remember keeps which of their shops somebody looked at last.
	Remember(ctx context.Context, userID, shopID string) error
}

// peopleView is the page of people.
type peopleView struct {
	frame
	People      []access.Colleague
	Invitations []access.Invitation
	// Me is the reader's id.
	Me string
	// Invited is a new invitation's link, shown this once; Mailed that it was also sent.
	Invited string
	Mailed  bool
	// Unmailed is true where that was asked for and there is no account to write with.
	Unmailed bool
	// Email and As are what was typed.
	Email, As string
	// Did says what was done, Trouble what was refused and why.
	Did, Trouble string
}

// Roles are the choices, with what they may do.
func (v peopleView) Roles() []roleChoice { return roleChoices }

type roleChoice struct {
	Role  access.Role
	Words string
}

var roleChoices = []roleChoice{
	{access.Viewer, "Viewer: sees everything but the audit log"}, {access.Editor, "Editor: also changes what is sent"}, {access.Owner, "Owner: also settings, keys and people"},
}

var peopleDid = map[string]string{
	"role": "The role is changed. It counts from their next click.", "removed": "They are no member of this shop any more.",
	"uninvited": "The invitation is withdrawn; its link does not work any more.",
}

// PeopleSettings is GET /settings/people.
func (d *Dashboard) PeopleSettings(c echo.Context, m member) error {
	return d.people(c, m, http.StatusOK, peopleView{Did: peopleDid[c.QueryParam("did")]})
}

func (d *Dashboard) people(c echo.Context, m member, status int, v peopleView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	if v.People, v.Invitations, err = d.Desk.People(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	v.frame, v.Me = d.frame(m, "People settings", "settings", sandbox), m.user.ID
	if v.As == "" {
		v.As = string(access.Editor)
	}
	return d.show(c, status, "settings_people.html", v)
}

// Invite is POST /settings/people. The link is shown in the answer itself, once.
func (d *Dashboard) Invite(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	v := peopleView{Email: clip(form.Get("email"), 320), As: form.Get("role")}
	link, mailed, err := d.Desk.Invite(c.Request().Context(), m.shop.ID, form.Get("email"), v.As, form.Get("mail") != "")
	for _, f := range fieldFaults(err) {
		v.Trouble = why(f)
		return d.people(c, m, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	v.Email, v.Invited, v.Mailed, v.Unmailed = "", link, mailed, form.Get("mail") != "" && !mailed
	return d.people(c, m, http.StatusOK, v)
}

// Uninvite is POST /settings/invitations/:id/withdraw.
func (d *Dashboard) Uninvite(c echo.Context, m member) error {
	if err := d.Desk.Uninvite(c.Request().Context(), m.shop.ID, c.Param("id")); err != nil {
		return err
	}
	return d.back(c, m, "/settings/people", "did", "uninvited")
}

// SetRole is POST /settings/people/:id/role.
func (d *Dashboard) SetRole(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	return d.changePeople(c, m, "role", d.Desk.SetRole(c.Request().Context(), m.shop.ID, c.Param("id"), form.Get("role")))
}

// RemovePerson is POST /settings/people/:id/remove.
func (d *Dashboard) RemovePerson(c echo.Context, m member) error {
	return d.changePeople(c, m, "removed", d.Desk.RemovePerson(c.Request().Context(), m.shop.ID, c.Param("id")))
}

// changePeople answers a change: refusals are told on the page.
func (d *Dashboard) changePeople(c echo.Context, m member, did string, err error) error {
	switch code := fault.CodeOf(err); {
	case err == nil && c.Param("id") == m.user.ID:
		// Somebody who changed themself may not see this page any more.
		return c.Redirect(http.StatusSeeOther, "/")
	case err == nil:
		return d.back(c, m, "/settings/people", "did", did)
	case code == fault.Conflict, code == fault.Unprocessable:
		return d.people(c, m, http.StatusConflict, peopleView{Trouble: why(asFault(err))})
	}
	return err
}

// SwitchShop is POST /switch: it opens another of the reader's shops, and
// remembers it. The address has named it, and the frame has found it to be theirs.
func (d *Dashboard) SwitchShop(c echo.Context, m member) error {
	if err := d.Desk.Remember(c.Request().Context(), m.user.ID, m.shop.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).Link("/"))
}
