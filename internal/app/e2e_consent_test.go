package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A list is looked at, imported, imported again and listed; the API states and
// tells beside it.
func TestConsentByFileAndAPI(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	shop := p.open("e2e.myshopify.com")
	file := filepath.Join(t.TempDir(), "newsletter.csv")
	text := "\ufeffEmail;Channel;Answer;At;Source;Names\r\nnora@shopper.example;email;yes;2026-01-05;old newsletter;\"cart_reminders\"\r\n" +
		"nora@shopper.example;fax;yes;2026-01-05;;\r\nNora@Shopper.example;email;yes;2026-01-05;old newsletter;cart_reminders\r\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const refused = "line 3: refused: channel: this is no channel; write email, sms or messenger\n"
	for _, run := range []struct {
		args []string
		want string
	}{
		{[]string{"--dry-run"}, refused + "3 line(s): 1 would be taken in, 1 known already, 1 refused.\n"},
		{nil, refused + "3 line(s): 1 taken in, 1 known already, 1 refused.\n"},
		{nil, refused + "3 line(s): 0 taken in, 2 known already, 1 refused.\n"},
	} {
		out, stderr, code := p.run(append([]string{"consent", "import", file, "--shop", shop.ID}, run.args...)...)
		if out != run.want || code != 1 || !strings.Contains(stderr, "1 line(s) were refused") {
			t.Errorf("%v: exit code %d\n%s%s", run.args, code, out, stderr)
		}
	}
	same(t, "JSON", strings.Contains(p.must("consent", "list", "--shop", shop.ID, "--email", nora.email, "--json"), `"answer": "yes"`), true)

	server := p.serve()
	shop.at(server)
	// Looking is not noted; both imports are, with who, what and how many.
	_, log := call(t, http.MethodGet, server.url+"/api/v1/audit?action=consent.imported", http.Header{"Authorization": {"Bearer " + shop.APIKey}}, nil)
	for _, want := range []string{`"detail":{"known":"1","lines":"3","new":"1","refused":"1"}`, `"detail":{"known":"2","lines":"3","new":"0","refused":"1"}`} {
		same(t, "noted "+want, strings.Count(log, want), 1)
	}
	same(t, "imports that were noted: "+log, strings.Count(log, `"object":"newsletter.csv"`), 2)
	same(t, "by whom", strings.Count(log, `"actor_kind":"command"`), 2)
	state := func(body string) (int, string) {
		return call(t, http.MethodPost, server.url+"/api/v1/consents", http.Header{"Authorization": {"Bearer " + shop.APIKey}, "Content-Type": {"application/json"}}, []byte(body))
	}
	const no = `{"consents":[{"email":"nora@shopper.example","channel":"email","answer":"no","at":"2026-02-01T10:00:00Z"}]}`
	if status, got := state(no); status != http.StatusOK || !strings.Contains(got, `"accepted":1`) {
		t.Errorf("stating: %d %s", status, got)
	}
	if status, got := state(no); status != http.StatusOK || !strings.Contains(got, `"duplicate":1`) {
		t.Errorf("stating again: %d %s", status, got)
	}
	listed := p.must("consent", "list", "--shop", shop.ID, "--email", nora.email)
	for _, want := range []string{"email     nora@shopper.example: no since 2026-02-01T10:00:00Z", "  sms       unknown\n", "(import newsletter.csv:2)"} {
		if !strings.Contains(listed, want) {
			t.Errorf("the list lacks %q:\n%s", want, listed)
		}
	}
	id := strings.TrimPrefix(strings.SplitN(listed, "\n", 2)[0], "shopper ")
	status, got := call(t, http.MethodGet, server.url+"/api/v1/shoppers/"+id+"/consents", http.Header{"Authorization": {"Bearer " + shop.APIKey}}, nil)
	if status != http.StatusOK || !strings.Contains(got, `"channel":"email","address":"nora@shopper.example","answer":"no"`) || !strings.Contains(got, `"evidence":"import newsletter.csv:2"`) {
		t.Errorf("the ledger: %d %s", status, got)
	}
	same(t, "exit code", server.stop(), 0)
	logsAreClean(t, server)
}
