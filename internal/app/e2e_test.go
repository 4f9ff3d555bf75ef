package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The shoppers of these tests. Nothing of them may be logged.
var (
	colette = buyer{"tok-colette", "colette@shopper.example", "Colette", "+33611223344", "59.90"}
	marcel  = buyer{"tok-marcel", "marcel@shopper.example", "Marcel", "+33655667788", "40.00"}
	nora    = buyer{"tok-nora", "nora@shopper.example", "Nora", "+33699887766", "250.00"}
)

// private is what must not be in any log.
var private = []string{
	"@shopper.example", "Colette", "Marcel", "Nora", "Delacroix", "33611223344", "33655667788", "33699887766",
	"restore-secret", "tok-colette", shopifySecret, sendgridKey,
}

// The whole way on the embedded parts: a checkout is left, its shopper is
// written to by the right persona's template, comes back by the link and buys;
// nothing more is written, and the order is credited.
func TestStory(t *testing.T) {
	t.Parallel()
	p, provider := newPlace(t), newSendgrid(t)
	provider.use(p)
	shop := p.open("e2e.myshopify.com")
	server := p.serve()
	tellStory(t, shop.at(server), server, provider)
	if code := server.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	logsAreClean(t, server)
}

func tellStory(t *testing.T, shop *store, server *process, provider *sendgridFake) {
	t.Helper()
	shop.posted("checkouts/create", colette.checkout())
	shop.posted("checkouts/create", nora.checkout())

	first := provider.wait(colette.email, 1)
	same(t, "subject", first.Subject, "Colette, your bag waits")
	if !strings.Contains(first.Text, "59.90") {
		t.Errorf("the mail does not name the total: %s", first.Text)
	}
	same(t, "the careful persona's subject", provider.wait(nora.email, 1).Subject, "Take your time")
	same(t, "personas", []string{shop.cart(colette).Persona, shop.cart(nora).Persona}, []string{"everyone", "careful"})
	same(t, "callback", provider.report(server.url+"/callbacks/sendgrid/"+shop.ID, first, "processed", "delivered"), http.StatusOK)

	link := linkIn(t, first, "/r/")
	same(t, "address of the link", strings.HasPrefix(link, server.url+"/r/"), true)
	status, page := call(t, http.MethodGet, link, nil, nil)
	same(t, "restore page", status, http.StatusOK)
	if !strings.Contains(page, "Lampe") || strings.Contains(page, "restore-secret") || strings.Contains(page, colette.email) {
		t.Errorf("the restore page shows too little or too much:\n%s", page)
	}
	status, header, _ := exchange(t, http.MethodPost, link, nil, nil)
	same(t, "restoring", status, http.StatusSeeOther)
	same(t, "restored at", header.Get("Location"), colette.recovery())

	// The second step may have come before the order; after it nothing may.
	shop.posted("orders/create", colette.order(501))
	written := len(provider.to(colette.email))

	// Marcel's second mail is due later than Colette's would be.
	shop.posted("checkouts/create", marcel.checkout())
	provider.wait(marcel.email, 2)
	same(t, "mails to Colette after her order", len(provider.to(colette.email)), written)
	same(t, "mails to Marcel", []string{provider.to(marcel.email)[0].Subject, provider.to(marcel.email)[1].Subject},
		[]string{"Marcel, your bag waits", "Still there"})

	got := shop.recoveries()
	if len(got) != 1 {
		t.Fatalf("recoveries: %+v", got)
	}
	same(t, "rule", got[0].Rule, "last_confirmed_click_5d")
	same(t, "amount", got[0].Amount, amount{"59.90", "EUR"})
	same(t, "message", got[0].MessageID, first.MessageID)
	same(t, "cart", got[0].CartID, shop.cart(colette).ID)
	same(t, "state", shop.cart(colette).State, "ordered")
	for what, secret := range map[string]string{"a link's token": link[strings.LastIndex(link, "/")+1:], "the API key": shop.APIKey} {
		if strings.Contains(server.logged(), secret) {
			t.Errorf("the log names %s", what)
		}
	}
}

// linkIn finds one of our links in a mail.
func linkIn(t *testing.T, m mail, path string) string {
	t.Helper()
	for _, word := range strings.FieldsFunc(m.HTML, func(r rune) bool { return strings.ContainsRune(" \"'<>\n", r) }) {
		if strings.HasPrefix(word, "http") && strings.Contains(word, path) {
			return word
		}
	}
	t.Fatalf("no link %s in the mail:\n%s", path, m.HTML)
	return ""
}

// logsAreClean: nothing of a shopper, no secret and no token was logged.
func logsAreClean(t *testing.T, s *process) {
	t.Helper()
	logged := s.logged()
	for _, word := range private {
		if strings.Contains(logged, word) {
			t.Errorf("the log names %q:\n%s", word, logged)
		}
	}
}

// same fails with the difference.
func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
