package web_test

import "testing"

// What is left open is said where the merchant sets webhooks up.
func TestWarningsStandWhereWebhooksAreSetUp(t *testing.T) {
	t.Parallel()
	m := full()
	w := m.webhook["s1"]
	w.Warnings = []string{"events of <another> site would be taken for this one’s"}
	m.webhook["s1"] = w
	in := serve(t, m, overHTTP).as("in-ada")
	for _, page := range []string{"/settings/webhooks", "/start"} {
		in.do("GET", page, "").has(t, "<strong>Beware:</strong> events of &lt;another&gt; site")
	}
	serve(t, full(), overHTTP).as("in-ada").do("GET", "/settings/webhooks", "").lacks(t, "Beware:")
}
