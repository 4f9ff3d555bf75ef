package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/access"
)

// post sends a form.
func (s *site) post(path string, pairs ...string) reply {
	s.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return s.do(http.MethodPost, path, v.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// A form of settings changes what it holds, says what is wrong beside the field,
// and keeps what was typed.
func TestSettingsForm(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ada")
	page := in.do("GET", "/settings/sending", "")
	page.expect(t, http.StatusOK)
	page.has(t, "A cart counts as abandoned after", "Allowed: 1s to 30d", "Usual: 30m", `name="quiet_hours.from"`, `action="/settings/sending"`)
	in.post("/settings/sending", "abandon_after", "45m", "quiet_hours.from", "22:00", "quiet_hours.to", "07:30", "sending", "on").expect(t, http.StatusSeeOther)
	if got := m.shops[0].Settings; got.AbandonAfter != 45*time.Minute || got.QuietHours.String() != "22:00-07:30" {
		t.Errorf("saved %v, %v", got.AbandonAfter, got.QuietHours)
	}
	in.do("GET", "/settings/sending?saved=1", "").has(t, `value="45m"`, `value="22:00"`, "Saved.")
	bad := in.post("/settings/sending", "abandon_after", "1e9 years", "holdout_share", "2", "catch_up", "5m")
	bad.expect(t, http.StatusUnprocessableEntity)
	bad.has(t, "Nothing was saved", "2 fields need other values", `value="1e9 years"`, `id="abandon_after-trouble"`, `id="holdout_share-trouble"`, `aria-invalid="true"`)
	if got := m.shops[0].Settings.CatchUp; got != 0 {
		t.Errorf("a form that was refused set catch_up to %v", got)
	}
	in.post("/settings/sending", "quiet_hours.off", "1", "quiet_hours.from", "", "quiet_hours.to", "").expect(t, http.StatusSeeOther)
	if got := m.shops[0].Settings.QuietHours.String(); got != "off" {
		t.Errorf("the window ticked off is %s", got)
	}
	facts := in.post("/settings", "name", "", "currency", "euro", "country", "fr")
	facts.expect(t, http.StatusUnprocessableEntity)
	facts.has(t, "The shop has no name", "is no currency")
}

// Who may only look sees values and no form, and no owners' pages.
func TestViewersSeeSettingsOnly(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-vera")
	for _, path := range []string{"/settings", "/settings/sending", "/settings/channels", "/settings/webhooks", "/settings/retention", "/start"} {
		page := in.do("GET", path, "")
		page.expect(t, http.StatusOK)
		page.lacks(t, `action="/settings`, `action="/start`, "…9f3a", "…k9Zw", "/settings/keys", "/settings/people", `type="password"`)
	}
}

// The API and the page are one table: what one sets the other shows.
func TestSettingsByAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	got := s.do("PUT", "/api/v1/shop/settings", `{"settings":{"abandon_after":"2h","name":"Nordlicht"}}`, append(key("key-one"), "Content-Type", "application/json")...)
	got.expect(t, http.StatusOK)
	got.has(t, `"name":"abandon_after","group":"sending","value":"2h"`, `"value":"Nordlicht"`)
	s.do("GET", "/api/v1/shop/settings", "", key("key-one")...).has(t, `"value":"2h"`, `"default":"30m"`)
	bad := s.do("PUT", "/api/v1/shop/settings", `{"settings":{"abandon_after":"never","colour":"blue"}}`, append(key("key-one"), "Content-Type", "application/json")...)
	bad.expect(t, http.StatusUnprocessableEntity)
	bad.has(t, `"field":"abandon_after"`, `"field":"colour"`)
	s.do("GET", "/api/v1/shop/settings", "", key("key-two")...).lacks(t, "Nordlicht", `"value":"2h"`)
}

// Secrets are shown in the answer that makes them, and nowhere else.
func TestSecretsAreShownOnce(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ada")
	for _, c := range []struct {
		path, page, secret string
		form               []string
	}{
		{"/settings/keys", "/settings/keys", "cg_MADENOW", []string{"name", "plugin", "scope", "read", "scope", "events:write"}},
		{"/settings/webhooks/secret", "/settings/webhooks", "whsec_made", nil},
		{"/settings/webhooks/secret?from=start", "/start", "whsec_made", nil},
		{"/settings/people", "/settings/people", "https://cart.example/invitation/MADE", []string{"email", "x@example.com", "role", "viewer"}},
	} {
		made := in.post(c.path, c.form...)
		made.expect(t, http.StatusOK)
		made.has(t, c.secret, "shown this once")
		in.do("GET", c.page, "").lacks(t, c.secret)
	}
	// What was pasted is known to who pasted it.
	pasted := in.post("/settings/webhooks/secret", "secret", "shpss_pasted_secret")
	pasted.expect(t, http.StatusSeeOther)
	pasted.lacks(t, "shpss_pasted_secret")
	in.post("/settings/channels/email", "sendgrid_api_key", "SG.pasted-key").expect(t, http.StatusSeeOther)
	refused := in.post("/settings/channels/email", "sendgrid_api_key", "SG. with blanks")
	refused.expect(t, http.StatusUnprocessableEntity)
	refused.has(t, "Nothing was saved", "blanks")
	refused.lacks(t, "SG. with blanks")
	in.post("/settings/channels/post", "x", "y").expect(t, http.StatusNotFound)
	want := []string{"key s1 events:write read", "secret s1", "secret s1", "invite s1 x@example.com", "secret s1", "keys of email s1"}
	if diff := cmp.Diff(want, m.written()[1:]); diff != "" {
		t.Error(diff)
	}
}

// All signing secrets are listed by their ends and can be removed one by one,
// unless there is only one.
func TestSecretsAreListedAndRemoved(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	in := s.as("in-ada")
	page := in.do("GET", "/settings/webhooks", "")
	page.expect(t, http.StatusOK)
	page.has(t, "…9f3a", "…77aa", "a public key", "(the newest)", `action="/settings/webhooks/secret/3-900/remove"`, "the secret …77aa, added")
	removed := in.post("/settings/webhooks/secret/3-900/remove")
	removed.expect(t, http.StatusSeeOther)
	in.do("GET", removed.Header.Get("Location"), "").has(t, "The secret was removed")
	in.post("/settings/webhooks/secret/other-secret/remove").expect(t, http.StatusNotFound)
	s.as("in-ed").post("/settings/webhooks/secret/3-900/remove").expect(t, http.StatusForbidden)
	if diff := cmp.Diff([]string{"sign in ada", "remove secret s1 3-900", "sign in ed"}, m.written()); diff != "" {
		t.Error(diff)
	}
	w := m.webhook["s1"]
	w.Secrets = w.Secrets[:1]
	m.webhook["s1"] = w
	alone := in.do("GET", "/settings/webhooks", "")
	alone.has(t, "…9f3a", "the only one")
	alone.lacks(t, "/remove")
}

// A refusal of people is told on their page: a shop keeps its last owner.
func TestLastOwnerStays(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ada")
	for _, path := range []string{"/settings/people/ada/remove", "/settings/people/ada/role"} {
		got := in.post(path, "role", "viewer")
		got.expect(t, http.StatusConflict)
		got.has(t, "only owner", "Make somebody else an owner first")
	}
	in.post("/settings/people/ed/role", "role", "owner").expect(t, http.StatusSeeOther)
	in.post("/settings/people/ed/role", "role", "king").expect(t, http.StatusConflict)
	in.post("/settings/people/ed/remove").expect(t, http.StatusSeeOther)
	if diff := cmp.Diff([]string{"role s1 ed owner", "remove s1 ed"}, m.written()[1:]); diff != "" {
		t.Error(diff)
	}
}

// The shop that was switched to is the one that opens next.
func TestSwitchedShopIsRemembered(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-eve")
	in.do("GET", "/", "").has(t, "Atelier Nord · Cartograph")
	in.do("GET", "/?shop=s2", "").has(t, "Other Shop · Cartograph")
	in.do("GET", "/", "").has(t, "Atelier Nord · Cartograph")
	in.post("/switch?shop=s2").expect(t, http.StatusSeeOther)
	in.do("GET", "/", "").has(t, "Other Shop · Cartograph")
	in.post("/switch?shop=s3").expect(t, http.StatusNotFound)
	// A shop one has left is not opened.
	m.users["eve"] = []string{"s1"}
	in.do("GET", "/", "").has(t, "Atelier Nord · Cartograph")
}

// The audit log is narrowed by the address, and read as a table that no
// spreadsheet runs.
func TestAuditIsFiltered(t *testing.T) {
	t.Parallel()
	m := full()
	m.audit["s1"][0].ObjectName = `=HYPERLINK("https://evil.example")`
	in := serve(t, m, overHTTP).as("in-ada")
	page := in.do("GET", "/audit?actor=ada&action=key.created&from=2026-11-01&to=2026-11-03", "")
	page.expect(t, http.StatusOK)
	page.has(t, `<option value="ada" selected>`, `<option value="key.created" selected>`, `value="2026-11-01"`, "/audit.csv?action=key.created")
	q := m.auditQuery
	if q.Actor != "ada" || q.State != "key.created" || q.Since.Format(time.RFC3339) != "2026-11-01T00:00:00+01:00" || q.Until.Format(time.RFC3339) != "2026-11-04T00:00:00+01:00" {
		t.Errorf("asked for %+v", q)
	}
	in.do("GET", "/audit?from=yesterday", "").expect(t, http.StatusBadRequest)
	file := in.do("GET", "/audit.csv", "")
	file.expect(t, http.StatusOK)
	lines, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"time", "who", "kind", "action", "object", "detail"},
		{"2026-11-03T11:00:00Z", "ada@example.com", "user", string(access.KeyCreated), `'=HYPERLINK("https://evil.example")`, "scopes: read"}}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}
