package web_test

import (
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/web"
)

const editor = "/templates/cart-reminder/email/en"

// sends posts a form; pairs are names and values.
func (s *site) sends(path string, pairs ...string) reply {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return s.do("POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func TestTemplatesAreListedWithWhatServes(t *testing.T) {
	t.Parallel()
	in := serve(t, full(), overHTTP).as("in-vera")
	in.do("GET", "/templates", "").has(t, "Cart reminder", "Cart value conscious, step 1, after 1h", "version 2", "Your bag", "Thank you", "No step sends it yet", "Messenger")
	in.do("GET", "/templates?q=come+back", "").has(t, "Cart reminder")
	in.do("GET", "/templates?q=come+back", "").lacks(t, "Thank you")
	in.do("GET", "/templates?q="+url.QueryEscape(hostile), "").lacks(t, hostile)
	in.do("GET", "/templates/nothing/email/en", "").expect(t, http.StatusNotFound)
	var names []message.Name
	if err := json.Unmarshal([]byte(in.do("GET", "/templates/names.json", "").body), &names); err != nil || len(names) != len(message.Names()) {
		t.Errorf("%d names, %v", len(names), err)
	}
	in.do("GET", "/templates/carts.json?q=ada", "").has(t, `"cart:c1"`)
	in.do("GET", "/templates/carts.json?q=rosalind", "").lacks(t, "cart:c1")
}

// A draft is saved over what was seen, and nothing typed is ever lost.
func TestDraftsAreNotOverwrittenUnseen(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP)
	ed, ada := s.as("in-ed"), s.as("in-ada")
	ed.sends(editor+"/draft", "subject", "Eds subject", "body", "<p>Eds words</p>", "revision", "").expect(t, http.StatusSeeOther)
	r := ada.sends(editor+"/draft", "subject", "Adas subject", "body", "<p>Adas words</p>", "revision", "")
	r.expect(t, http.StatusConflict)
	r.has(t, "Somebody else saved this draft meanwhile", "Eds words", "Adas subject", "Adas words")
	theirs := m.desk["s1"][reminderName].draft
	if theirs.Template.Subject != "Eds subject" {
		t.Errorf("the draft says %q", theirs.Template.Subject)
	}
	r.has(t, `name="revision" value="`+theirs.Revision+`"`)
	ada.sends(editor+"/draft", "subject", "Adas subject", "body", "<p>Adas words</p>", "revision", theirs.Revision).expect(t, http.StatusSeeOther)
	if got := m.desk["s1"][reminderName].draft.Template.Subject; got != "Adas subject" {
		t.Errorf("knowingly saved over, it says %q", got)
	}
	before := len(m.written())
	ada.sends(editor+"/draft").expect(t, http.StatusUnprocessableEntity)
	ada.sends(editor+"/draft", "body", strings.Repeat("x", 3<<20)).expect(t, http.StatusRequestEntityTooLarge)
	if len(m.written()) > before {
		t.Errorf("a form without its text was saved: %v", m.written()[before:])
	}
}

func TestPublishingSaysWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ed")
	r := in.sends(editor+"/publish", "subject", "s", "body", "<p>\n{{ cart.totl }}</p>", "revision", "", "note", "n")
	r.expect(t, http.StatusUnprocessableEntity)
	r.has(t, "Before it can be published", `href="#f-body"`, "line 2", "there is no variable", "cart has", `role="alert"`)
	draft := m.desk["s1"][reminderName].draft
	if draft.Revision == "" {
		t.Fatal("what was typed is lost")
	}
	r = in.sends(editor+"/check", "subject", "s", "body", "<p>fine</p>", "revision", draft.Revision)
	r.expect(t, http.StatusOK)
	r.has(t, "It can be published")
	draft = m.desk["s1"][reminderName].draft
	r = in.sends(editor+"/publish", "subject", "s", "body", "<p>fine</p>", "revision", draft.Revision, "note", "fewer words")
	r.expect(t, http.StatusSeeOther)
	in.do("GET", r.Header.Get("Location"), "").has(t, "Version 3 is live: the next message uses it.")
	in.do("GET", editor+"/versions", "").has(t, "Version 3", "fewer words", "Restore as draft")
	in.do("GET", editor+"/versions/3", "").has(t, `<span class="unseen">Added: </span>`, `<span class="unseen">Removed: </span>`, `data-mark="&#43;"`)
	in.do("GET", editor+"/versions/9", "").expect(t, http.StatusNotFound)
	in.sends(editor+"/versions/1/restore", "revision", "").expect(t, http.StatusSeeOther)
	in.do("GET", editor, "").has(t, "Old words")
	in.sends(editor+"/versions/1/restore", "revision", "").expect(t, http.StatusConflict)
}

// The preview is the form's, rendered, shut in, and stored nowhere.
func TestPreviewsAreOfWhatIsTyped(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ed")
	before := len(m.written())
	r := in.sends(editor+"/preview", "subject", "Dear {{ shopper.first_name }}", "body", "<p>{{ cart.total }}</p>", "with", "cart:c1")
	r.expect(t, http.StatusOK)
	r.has(t, `"problems":[]`, `"subject":"Dear Ada"`, "€89.90")
	in.sends(editor+"/preview", "subject", "s", "body", "<p>{{ nobody }}</p>").has(t, `"field":"body"`, `"line":1`, `"column":7`, "there is no variable")
	in.sends(editor+"/preview", "subject", "s", "body", "", "mode", "blocks", "blocks", "[{").has(t, `"field":"blocks"`, "cannot be read")
	in.sends(editor+"/preview", "subject", "s", "body", "", "mode", "blocks", "blocks", `[{"kind":"heading","text":"Built of blocks"}]`).has(t, "Built of blocks")
	frame := in.sends(editor+"/preview?look=dark", "subject", "s", "body", "<p>"+hostile+"</p><style>@media (prefers-color-scheme: dark) { p { color: red } }</style>")
	if p := frame.Header.Get("Content-Security-Policy"); !strings.HasPrefix(p, "sandbox; default-src 'none'") || frame.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("the frame's policy is %q", p)
	}
	frame.has(t, "@media (min-width:0px) { p", ":root{color-scheme:dark!important}")
	in.sends(editor+"/preview?look=light", "subject", "s", "body", "<style>@media (prefers-color-scheme: dark) { p { color: red } }</style>x").has(t, "@media (max-width:0px) { p")
	in.do("GET", editor+"/preview?with=cart:c1&look=light", "").has(t, "Atelier")
	in.do("GET", editor+"/preview?of=1", "").has(t, "Old words")
	if len(m.written()) > before {
		t.Errorf("previews wrote %v", m.written()[before:])
	}
}

func TestPreviewsHaveARate(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP, func(d *web.Deps) {})
	in := s.as("in-ed")
	refused := 0
	for range 80 {
		if r := in.sends(editor+"/preview", "subject", "s", "body", "x"); r.StatusCode == http.StatusTooManyRequests {
			refused++
			if r.Header.Get("Retry-After") == "" {
				t.Error("it does not say how long to wait")
			}
		}
	}
	if refused == 0 || refused == 80 {
		t.Errorf("%d of 80 at once were refused", refused)
	}
	s.as("in-ada").sends(editor+"/preview", "subject", "s", "body", "x").expect(t, http.StatusOK)
}

func TestTestsTellTheVerdict(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ed")
	in.do("GET", editor, "").has(t, `value="ed@example.com"`, "This channel is in the sandbox: nothing leaves.")
	revision := func() string { return m.desk["s1"][reminderName].draft.Revision }
	r := in.sends(editor+"/test", "subject", "s", "body", "<p>x</p>", "revision", "", "address", "ed@example.com")
	r.expect(t, http.StatusSeeOther)
	in.do("GET", r.Header.Get("Location"), "").has(t, "The test went to the sandbox")
	in.sends(editor+"/test", "subject", "s", "body", "<p>x</p>", "revision", revision(), "address", "refused@example.com").
		has(t, "SendGrid refused it (550 no such mailbox).", "Check the address")
	r = in.sends(editor+"/test", "subject", "s", "body", "<p>y</p>", "revision", revision(), "address", "")
	r.expect(t, http.StatusUnprocessableEntity)
	r.has(t, "This is no address for a test.", "&lt;p&gt;y&lt;/p&gt;")
}

func TestNewTextsAreBegunAndCopied(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ed")
	r := in.sends("/templates", "key", "brand-new", "channel", "email", "locale", "fr")
	r.expect(t, http.StatusSeeOther)
	if to := r.Header.Get("Location"); to != "/templates/brand-new/email/fr?did=made" {
		t.Errorf("leads to %q", to)
	}
	in.do("GET", "/templates/brand-new/email/fr", "").has(t, "never published", `data-blocks-for="blocks"`, `id="block-kinds"`)
	r = in.sends("/templates", "key", "cart-reminder", "channel", "email", "locale", "de", "from", "cart-reminder/email/en")
	r.expect(t, http.StatusSeeOther)
	in.do("GET", "/templates/cart-reminder/email/de", "").has(t, "Your bag")
	if to := in.sends("/templates", "key", "cart-reminder", "channel", "email", "locale", "en").Header.Get("Location"); to != editor+"?did=there" {
		t.Errorf("one that is there leads to %q", to)
	}
	r = in.sends("/templates", "key", "x", "channel", "email", "locale", "no locale at all")
	r.expect(t, http.StatusUnprocessableEntity)
	r.has(t, "This is no locale.", `value="no locale at all"`)
	in.sends("/templates", "key", "x", "channel", "email", "locale", "en", "from", "gone/email/en").expect(t, http.StatusNotFound)
	in.sends("/templates/brand-new/email/fr/convert", "to", "html", "subject", "s", "body", "", "mode", "blocks",
		"blocks", `[{"kind":"heading","text":"Bonjour"}]`, "revision", m.desk["s1"][nameOf("brand-new", "email", "fr")].draft.Revision).expect(t, http.StatusSeeOther)
	in.do("GET", "/templates/brand-new/email/fr", "").has(t, "Bonjour&lt;/h1&gt;", `data-code="liquid-html"`)
}

func TestFilesAreLookedAtFirst(t *testing.T) {
	t.Parallel()
	m := full()
	in := serve(t, m, overHTTP).as("in-ed")
	got := in.do("GET", "/templates/export?key=cart-reminder&channel=email&locale=en", "")
	if h := got.Header.Get("Content-Disposition"); h != `attachment; filename="cart-reminder-email-en.yaml"` {
		t.Errorf("Content-Disposition %q", h)
	}
	upload := func(text string) reply {
		var b strings.Builder
		w := multipart.NewWriter(&b)
		f, err := w.CreateFormFile("file", "templates.yaml")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, text)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return in.do("POST", "/templates/import", b.String(), "Content-Type", w.FormDataContentType())
	}
	before := len(m.written())
	r := upload("templates: []")
	r.expect(t, http.StatusOK)
	r.has(t, "What it would change", "version 3", "It also holds personas")
	r = upload("broken: " + hostile)
	r.expect(t, http.StatusUnprocessableEntity)
	r.has(t, "The file cannot be imported as it is", "file:2:3")
	r.lacks(t, hostile)
	upload("").expect(t, http.StatusUnprocessableEntity)
	upload(strings.Repeat("#", 5<<20)).expect(t, http.StatusRequestEntityTooLarge)
	if len(m.written()) > before {
		t.Errorf("looking changed something: %v", m.written()[before:])
	}
	in.sends("/templates/import/apply", "text", "templates: []").has(t, "Published, and used by the next message", "cart-reminder email en")
	if w := m.written(); w[len(w)-1] != "import s1" {
		t.Errorf("wrote %v", w)
	}
}

func TestTemplateAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	const at = "/api/v1/templates/cart-reminder/email/en"
	r := s.do("PUT", at+"/draft", `{"subject":"s","body":"<p>{{ cart.totl }}</p>"}`, key("key-one")...)
	r.expect(t, http.StatusOK)
	r.has(t, `"stops":true`, `"line":1`, `"column":7`)
	var saved struct{ Draft struct{ Revision string } }
	if err := json.Unmarshal([]byte(r.body), &saved); err != nil {
		t.Fatal(err)
	}
	s.do("PUT", at+"/draft", `{"subject":"s","body":"x"}`, key("key-one")...).expect(t, http.StatusConflict)
	r = s.do("POST", at+"/publish", `{"revision":"`+saved.Draft.Revision+`"}`, key("key-one")...)
	r.expect(t, http.StatusUnprocessableEntity)
	r.has(t, `"field":"body:1:7"`)
	r = s.do("PUT", at+"/draft", `{"subject":"s","body":"<p>x</p>","revision":"`+saved.Draft.Revision+`"}`, key("key-one")...)
	if err := json.Unmarshal([]byte(r.body), &saved); err != nil {
		t.Fatal(err)
	}
	s.do("POST", at+"/publish", `{"revision":"`+saved.Draft.Revision+`","note":"n"}`, key("key-one")...).has(t, `"version":3`)
	s.do("GET", at, "", key("key-one")...).has(t, `"live":{`, `"version":3`)
	s.do("GET", at+"/versions", "", key("key-one")...).has(t, `"note":"n"`)
	s.do("GET", "/api/v1/templates/nothing/email/en", "", key("key-one")...).expect(t, http.StatusNotFound)
	s.do("GET", "/api/v1/templates/nothing/email/en/versions", "", key("key-one")...).expect(t, http.StatusNotFound)
}
