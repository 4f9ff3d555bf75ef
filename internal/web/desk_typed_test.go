package web_test

import (
	"net/http"
	"testing"
)

// What was typed on a draft and never saved is neither lost nor published
// unseen by the button that publishes.
func TestPublishingKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	const path = "/sequences/cart-value-conscious"
	typed := []string{
		"typed", "1", "revision", "7", "seen", "1", "stage", "purchase", "trigger", "cart_abandoned", "persona", "value-conscious",
		"template", "a", "channel_1", "sms", "max_late", "6h", "after",
	}
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	got := ed.do("POST", path+"/publish", formOf(append(typed, "5h")...), asDeskForm...)
	got.expect(t, http.StatusSeeOther)
	if w, to := m.lastWrite(), got.Header.Get("Location"); w != "save s1 cart-value-conscious 5h0m0s [sms] a" || to != path+"/draft?did=unseen" {
		t.Errorf("wrote %q and leads to %q", w, to)
	}
	ed.do("GET", path+"/draft?did=unseen", "").has(t, "It is not published yet")

	before := len(m.written())
	bad := ed.do("POST", path+"/publish", formOf(append(typed, "soon")...), asDeskForm...)
	bad.expect(t, http.StatusUnprocessableEntity)
	bad.has(t, `value="soon"`, `<a href="#after-1">Step 1, when: </a>“soon” is not a time`)
	if n := len(m.written()); n != before {
		t.Errorf("%d things were written", n-before)
	}
}

// Who saves over a draft that somebody else saved meanwhile keeps what was
// typed, sees how both differ, and can then put it in place of theirs.
func TestTwoEditorsOfADraft(t *testing.T) {
	t.Parallel()
	const path = "/sequences/cart-value-conscious/draft"
	mine := []string{
		"stage", "retention", "trigger", "cart_abandoned", "persona", "value-conscious",
		"after", "5h", "template", "a", "channel_1", "sms", "max_late", "6h", "do", "save", "revision",
	}
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	refused := ed.do("POST", path, formOf(append(mine, "6")...), asDeskForm...)
	refused.expect(t, http.StatusConflict)
	refused.has(t, "What you typed is still in the fields", `value="5h"`, "stage: purchase → retention", "Take theirs instead", `name="revision" value="7"`)
	refused.lacks(t, `formaction="/sequences/cart-value-conscious/publish"`)
	ed.do("POST", path, formOf(append(mine, "7")...), asDeskForm...).expect(t, http.StatusSeeOther)
	if w := m.lastWrite(); w != "save s1 cart-value-conscious 5h0m0s [sms] a" {
		t.Errorf("wrote %q", w)
	}
}

// Who saves a persona after somebody else changed the list keeps what was
// typed, sees where theirs differs, and can then save it over theirs.
func TestTwoEditorsOfAPersona(t *testing.T) {
	t.Parallel()
	mine := func(revision string) string {
		return formOf("revision", revision, "name", "Katie the second", "portrait", "typed", "source", "text", "rule", "cart.total < 80", "do", "save")
	}
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	refused := ed.do("POST", "/personas/value-conscious", mine("2"), asDeskForm...)
	refused.expect(t, http.StatusConflict)
	refused.has(t, "What you typed is still in the fields", "Katie the second", "Yours beside theirs", "<dt>Name</dt>", `name="revision" value="3"`, "Take theirs instead")
	ed.do("POST", "/personas/value-conscious", mine("3"), asDeskForm...).expect(t, http.StatusSeeOther)
}

// A step whose time cannot be read can be taken out; one that stays cannot.
func TestAStepThatCannotBeReadIsRemoved(t *testing.T) {
	t.Parallel()
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	steps := formOf("revision", "7", "after", "soon", "template", "a", "channel_1", "email", "after", "2d", "template", "b", "channel_1", "sms")
	ed.do("POST", "/sequences/cart-value-conscious/draft", steps+"&do=drop:1", asDeskForm...).expect(t, http.StatusUnprocessableEntity)
	ed.do("POST", "/sequences/cart-value-conscious/draft", steps+"&do=drop:0", asDeskForm...).expect(t, http.StatusSeeOther)
	if w := m.lastWrite(); w != "save s1 cart-value-conscious 48h0m0s [sms] b" {
		t.Errorf("wrote %q", w)
	}
}

// An offer that was filled in and not chosen is asked about, not dropped; one
// that was there and is chosen away is gone.
func TestAnOfferIsNotForgotten(t *testing.T) {
	t.Parallel()
	const path = "/sequences/cart-value-conscious/draft"
	step := []string{"revision", "7", "after", "1h", "template", "a", "channel_1", "email", "do", "save", "offer", "", "offer_code", "BACK10", "offer_value", "10 %", "offer_was"}
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	refused := ed.do("POST", path, formOf(append(step, "")...), asDeskForm...)
	refused.expect(t, http.StatusUnprocessableEntity)
	refused.has(t, `value="BACK10"`, `<a href="#offer-1">`, "the message offers nothing", `<details class="offer" open>`)
	ed.do("POST", path, formOf(append(step, "one")...), asDeskForm...).expect(t, http.StatusSeeOther)
	if w := m.lastWrite(); w != "save s1 cart-value-conscious 1h0m0s [email] a" {
		t.Errorf("wrote %q", w)
	}
}
