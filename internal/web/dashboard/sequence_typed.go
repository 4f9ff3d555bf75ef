package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/labstack/echo/v4"
)

// takeTyped puts what a draft's form holds into the draft, and says which
// times cannot be read.
func (v *draftView) takeTyped(key string, f url.Values) (unread []wrong) {
	v.Draft.Key, v.Draft.Version = key, 0
	v.Draft.Stage, v.Draft.Trigger, v.Draft.Persona = sequence.Stage(f.Get("stage")), sequence.Trigger(f.Get("trigger")), f.Get("persona")
	v.Draft.Steps, unread = postedSteps(f)
	v.Revision = number(f.Get("revision"), 0)
	return unread
}

// staying leaves out what cannot be read of a step that is being removed.
func staying(unread []wrong, do string) []wrong {
	at, removed := strings.CutPrefix(do, "drop:")
	return slices.DeleteFunc(unread, func(w wrong) bool { return removed && strings.HasPrefix(w.Field, "steps["+at+"].") })
}

// keepDraft saves a draft and leads back to it, to say what was done. A refused
// one is shown again, as it was typed.
func (d *Dashboard) keepDraft(c echo.Context, m member, v draftView, did, landing string) error {
	_, err := d.Playbook.SaveSequenceDraft(c.Request().Context(), m.shop.ID, v.Revision, v.Draft)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).Link(sequencePath(v.Draft.Key)+"/draft", "did", did)+landing)
	}
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	v.Steps, v.Refused = typed(v.Draft.Steps), list
	if fault.Is(err, fault.Conflict) {
		v.besideTheirs()
	}
	return d.showDraft(c, m, status, v)
}

// besideTheirs keeps what was typed in the fields and says how it differs from
// what somebody else saved meanwhile: who then saves has seen both.
func (v *draftView) besideTheirs() {
	theirs := v.Board.Sequence
	v.Theirs, v.Revision = true, 0
	if v.Board.Draft != nil {
		theirs, v.Revision = v.Board.Draft.Sequence, v.Board.Draft.Revision
	}
	v.Apart = sequence.Diff(theirs, v.Draft)
}

// keepUnseen saves what was typed and never saved when the button that
// publishes is pressed. Nothing is published then: what publishing would
// change was shown without it. It is done when it answered.
func (d *Dashboard) keepUnseen(c echo.Context, m member, f url.Values) (done bool, err error) {
	if f.Get("typed") == "" {
		return false, nil
	}
	v, err := d.draftNow(c, m)
	if err != nil {
		return true, err
	}
	stored := v.Draft
	if unread := v.takeTyped(c.Param("key"), f); len(unread) > 0 {
		v.Steps, v.Refused = postedForms(f), unread
		return true, d.showDraft(c, m, http.StatusUnprocessableEntity, v)
	}
	if len(sequence.Diff(stored, v.Draft)) == 0 {
		return false, nil
	}
	return true, d.keepDraft(c, m, v, "unseen", "")
}

// Sentence begins a fault's words with a capital and ends them, for where they
// stand by themselves.
func (f frame) Sentence(words string) string {
	if words == "" || strings.HasSuffix(words, ".") {
		return capital(words)
	}
	return capital(words) + "."
}
