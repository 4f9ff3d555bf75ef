package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// formOf posts a form as a browser does.
func formOf(values ...string) string {
	f := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		f.Add(values[i], values[i+1])
	}
	return f.Encode()
}

var asDeskForm = []string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"}

// What the form of a persona says is what is saved.
func TestAPersonaIsSavedFromItsForm(t *testing.T) {
	t.Parallel()
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	body := formOf("revision", "3", "name", " Katie ", "goals", "one\r\n\r\n two ", "likes", "sms", "likes", "email", "source", "rows", "join", "all",
		"group_join", "any", "row_group", "0", "fact", "cart.total", "op", "less", "value", "80", "row_group", "0", "fact", "", "op", "is", "value", "", "do", "save")
	got := ed.do("POST", "/personas/value-conscious", body, asDeskForm...)
	got.expect(t, http.StatusSeeOther)
	want := `persona s1 "value-conscious" {Key:value-conscious Name:Katie Portrait: Goals:[one two] Pains:[] Objections:[] Likes:[sms email] Rule:cart.total < 80}`
	if w := m.lastWrite(); w != want {
		t.Errorf("saved %s", w)
	}
}

// A rule that is wrong is shown with its place, and nothing is saved; so is a form that is out of date.
func TestAWrongPersonaIsShownAgain(t *testing.T) {
	t.Parallel()
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	before := len(m.written())
	wrong := ed.do("POST", "/personas/value-conscious", formOf("revision", "3", "name", "Katie the second", "source", "text", "rule", "cart.totl < 80", "do", "save"), asDeskForm...)
	wrong.expect(t, http.StatusUnprocessableEntity)
	wrong.has(t, "Line 1, column 5", "There is no fact of this name", "Katie the second", `role="alert"`)
	stale := ed.do("POST", "/personas/value-conscious", formOf("revision", "2", "source", "text", "rule", "true", "do", "save"), asDeskForm...)
	stale.expect(t, http.StatusConflict)
	stale.has(t, "Somebody changed the personas")
	rows := ed.do("POST", "/personas/value-conscious", formOf("revision", "3", "source", "rows", "group_join", "all", "row_group", "0", "fact", "cart.total", "op", "less", "value", "many", "do", "save"), asDeskForm...)
	rows.expect(t, http.StatusUnprocessableEntity)
	rows.has(t, "needs a number")
	if n := len(m.written()); n != before {
		t.Errorf("%d things were written", n-before)
	}
}

// Without a script, buttons add rows and turn the rule into text and back; nothing is saved by them.
func TestTheRuleBuilderWorksByButtons(t *testing.T) {
	t.Parallel()
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	before := len(m.written())
	row := []string{"revision", "3", "source", "rows", "group_join", "all", "row_group", "0", "fact", "cart.total", "op", "less", "value", "80"}
	more := ed.do("POST", "/personas/value-conscious", formOf(append(row, "do", "row:0")...), asDeskForm...)
	if more.expect(t, http.StatusOK); strings.Count(more.body, `name="fact"`) != 2 {
		t.Error("there is no second row")
	}
	text := ed.do("POST", "/personas/value-conscious", formOf(append(row, "do", "text")...), asDeskForm...)
	text.has(t, "cart.total &lt; 80</textarea>")
	back := ed.do("POST", "/personas/value-conscious", formOf("revision", "3", "source", "text", "rule", "cart.total < 80 || cart.has_coupon", "do", "rows"), asDeskForm...)
	if back.expect(t, http.StatusOK); strings.Count(back.body, `name="fact"`) != 2 {
		t.Error("the text does not become two rows")
	}
	untold := ed.do("POST", "/personas/value-conscious", formOf("revision", "3", "source", "text", "rule", "cart.items.exists(i, i.price > 3)", "do", "rows"), asDeskForm...)
	untold.has(t, "Rows cannot show this rule", "cart.items.exists(i, i.price &gt; 3)</textarea>")
	if n := len(m.written()); n != before {
		t.Errorf("%d things were written", n-before)
	}
}

// The script is told what the page would say: the reach of a rule before it is saved, or the caret.
func TestARuleIsCheckedAsItIsTyped(t *testing.T) {
	t.Parallel()
	ed := serve(t, full(), overHTTP).as("in-ed")
	ask := func(values ...string) (v struct {
		OK            bool
		Text, Verdict string
	}) {
		t.Helper()
		got := ed.do("POST", "/playbook/rule", formOf(values...), "Content-Type", "application/x-www-form-urlencoded")
		got.expect(t, http.StatusOK)
		if err := json.Unmarshal([]byte(got.body), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := ask("source", "text", "rule", "cart.total < 80"); !v.OK || !strings.Contains(v.Verdict, "Of the last 500 abandoned carts, 112 would fit") || !strings.Contains(v.Verdict, "37 of them go to Everyone") {
		t.Errorf("a good rule: %+v", v)
	}
	if v := ask("source", "text", "rule", "cart.total <"); v.OK || !strings.Contains(v.Verdict, "column") {
		t.Errorf("a wrong rule: %+v", v)
	}
	if v := ask("source", "text", "condition", "1", "rule", "cart.total < 80"); !v.OK || strings.Contains(v.Verdict, "abandoned") {
		t.Errorf("a condition: %+v", v)
	}
	if v := ask("source", "rows", "group_join", "all", "row_group", "0", "fact", "shopper.tags", "op", "has", "value", `v"ip`); v.Text != `"v\"ip" in shopper.tags` {
		t.Errorf("rows: %+v", v)
	}
}

// Deleting says what depends on the persona, and refuses without an answer to it.
func TestDeletingAsksForAnHeir(t *testing.T) {
	t.Parallel()
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	page := ed.do("GET", "/personas/value-conscious/delete", "")
	page.expect(t, http.StatusOK)
	page.has(t, "cart-value-conscious", "Take it out of use", "Give to Jonas")
	ed.do("POST", "/personas/value-conscious/delete", formOf("revision", "3"), asDeskForm...).expect(t, http.StatusConflict)
	ed.do("POST", "/personas/value-conscious/delete", formOf("revision", "3", "heir", "retire"), asDeskForm...).expect(t, http.StatusSeeOther)
	if w := m.lastWrite(); w != "delete s1 value-conscious retire" {
		t.Errorf("wrote %s", w)
	}
}

// Each button of a draft saves what was typed, arranged as the button says.
func TestADraftIsSavedByItsButtons(t *testing.T) {
	t.Parallel()
	steps := []string{
		"revision", "7", "stage", "purchase", "trigger", "cart_abandoned", "persona", "value-conscious",
		"after", "1h", "template", "a", "channel_1", "sms", "channel_2", "email", "channel_3", "sms", "when", "", "max_late", "6h", "paused", "",
		"after", "2d", "template", "b", "channel_1", "email", "channel_2", "", "channel_3", "", "when", "cart.total > 1", "max_late", "", "paused", "yes",
	}
	for do, want := range map[string]string{
		"save": "1h0m0s [sms email] a, 48h0m0s [email] b", "up:1": "1h0m0s [email] b, 48h0m0s [sms email] a", "down:0": "1h0m0s [email] b, 48h0m0s [sms email] a",
		"move:1:0": "1h0m0s [email] b, 48h0m0s [sms email] a", "drop:0": "48h0m0s [email] b", "double:0": "1h0m0s [sms email] a, 24h30m0s [sms email] a, 48h0m0s [email] b",
		"add": "1h0m0s [sms email] a, 48h0m0s [email] b, 72h0m0s [email] ",
	} {
		m := full()
		ed := serve(t, m, overHTTP).as("in-ed")
		ed.do("POST", "/sequences/cart-value-conscious/draft", formOf(append(steps, "do", do)...), asDeskForm...).expect(t, http.StatusSeeOther)
		if w := m.lastWrite(); w != "save s1 cart-value-conscious "+want {
			t.Errorf("%s saved %s", do, w)
		}
	}
	m := full()
	ed := serve(t, m, overHTTP).as("in-ed")
	before := len(m.written())
	bad := ed.do("POST", "/sequences/cart-value-conscious/draft", formOf("revision", "7", "after", "soon", "template", "a", "channel_1", "email"), asDeskForm...)
	bad.expect(t, http.StatusUnprocessableEntity)
	bad.has(t, "“soon” is not a time", `value="soon"`)
	ed.do("POST", "/sequences/cart-value-conscious/draft", formOf("revision", "6"), asDeskForm...).expect(t, http.StatusConflict)
	if n := len(m.written()); n != before {
		t.Errorf("%d things were written", n-before)
	}
}

// Publishing, pausing and the rest do what they say, and say what was done.
func TestSequenceButtons(t *testing.T) {
	t.Parallel()
	for path, tc := range map[string]struct{ body, wrote, to string }{
		"publish": {formOf("revision", "7", "seen", "1", "move", "yes"), "publish over 1 moving true s1 cart-value-conscious", "/sequences/cart-value-conscious?did=moved"},
		"pause":   {"", "pause s1 cart-value-conscious", "/sequences/cart-value-conscious?did=paused"},
		"resume":  {"", "resume s1 cart-value-conscious", "/sequences/cart-value-conscious?did=resumed"},
		"retire":  {"", "retire s1 cart-value-conscious", "/sequences?did=retired"},
		"discard": {formOf("revision", "7"), "discard s1 cart-value-conscious", "/sequences?did=discarded"},
		"restore": {formOf("revision", "7", "version", "1"), "restore version 1 s1 cart-value-conscious", "/sequences/cart-value-conscious/draft?did=saved"},
	} {
		m := full()
		ed := serve(t, m, overHTTP).as("in-ed")
		got := ed.do("POST", "/sequences/cart-value-conscious/"+path, tc.body, asDeskForm...)
		got.expect(t, http.StatusSeeOther)
		if w, to := m.lastWrite(), got.Header.Get("Location"); w != tc.wrote || to != tc.to {
			t.Errorf("%s wrote %q and leads to %q", path, w, to)
		}
	}
	page := serve(t, full(), overHTTP).as("in-vera").do("GET", "/sequences/cart-value-conscious", "")
	page.has(t, "1 hour after the cart’s last activity", "23 hours after step 1", "Your bag", "would leave Wed 08:00", "your quiet hours")
	page.lacks(t, "<form method=\"post\" action=\"/sequences")
}
