package app_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shopFront is an embedded installation with one shop and its provider.
func shopFront(t *testing.T) (*place, *store, *process, *sendgridFake) {
	t.Helper()
	p, provider := newPlace(t), newSendgrid(t)
	provider.use(p)
	shop := p.open("e2e.myshopify.com")
	server := p.serve()
	return p, shop.at(server), server, provider
}

// theOthersAreWritten waits until a shopper who came later has had all of the
// sequence: whatever was to be sent to those before has been sent by then.
func theOthersAreWritten(shop *store, provider *sendgridFake) {
	shop.t.Helper()
	shop.posted("checkouts/create", marcel.checkout())
	provider.wait(marcel.email, 2)
}

// The order's webhook overtakes its checkout's.
func TestOrderFirst(t *testing.T) {
	t.Parallel()
	_, shop, server, provider := shopFront(t)
	checkout := colette.checkout()
	shop.posted("orders/create", colette.order(501))
	shop.posted("checkouts/create", checkout)
	same(t, "state", shop.cart(colette).State, "ordered")
	theOthersAreWritten(shop, provider)
	same(t, "mails", len(provider.to(colette.email)), 0)
	same(t, "recoveries", len(shop.recoveries()), 0)
	logsAreClean(t, server)
}

// The order is told twice, and in two topics: one recovery.
func TestOrderTwice(t *testing.T) {
	t.Parallel()
	_, shop, server, provider := shopFront(t)
	shop.posted("checkouts/create", colette.checkout())
	mail := provider.wait(colette.email, 1)
	same(t, "callback", provider.report(server.url+"/callbacks/sendgrid/"+shop.ID, mail, "delivered"), http.StatusOK)
	call(t, http.MethodPost, linkIn(t, mail, "/r/"), nil, nil)
	order := colette.order(501)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { shop.webhook("orders/create", order) })
	}
	wg.Wait()
	shop.posted("orders/create", order)
	shop.posted("orders/paid", order)
	theOthersAreWritten(shop, provider)
	if got := shop.recoveries(); len(got) != 1 || got[0].Net != (amount{"59.90", "EUR"}) {
		t.Errorf("recoveries: %+v", got)
	}
	var orders list[struct {
		PlatformID string `json:"platform_id"`
	}]
	shop.get("/orders", &orders)
	same(t, "orders", len(orders.Items), 1)
	same(t, "callback again", provider.report(server.url+"/callbacks/sendgrid/"+shop.ID, mail, "delivered"), http.StatusOK)
}

// The order comes while the message is at the provider, which answers only
// after the order's webhook was answered.
func TestOrderDuringTheSend(t *testing.T) {
	t.Parallel()
	_, shop, server, provider := shopFront(t)
	var once sync.Once
	provider.holding(func(m mail) {
		if m.To == colette.email {
			once.Do(func() {
				if status := shop.webhook("orders/create", colette.order(501)); status != http.StatusOK {
					t.Errorf("the order was answered %d", status)
				}
			})
		}
	})
	shop.posted("checkouts/create", colette.checkout())
	provider.wait(colette.email, 1)
	theOthersAreWritten(shop, provider)
	same(t, "mails", len(provider.to(colette.email)), 1)
	same(t, "state", shop.cart(colette).State, "ordered")
	var finals []decisionView
	for _, d := range shop.decisions(colette) {
		if d.Step == 0 {
			finals = append(finals, d)
		}
	}
	if diff := cmp.Diff([]decisionView{{0, "sent", "consent.yes"}}, finals); diff != "" {
		t.Errorf("decisions of the first step (-want +got):\n%s", diff)
	}
	logsAreClean(t, server)
}

// One click in the mailbox ends the sequence; showing the page does not.
func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	_, shop, server, provider := shopFront(t)
	shop.posted("checkouts/create", colette.checkout())
	shop.posted("checkouts/create", nora.checkout())
	mail := provider.wait(colette.email, 1)
	status, _ := call(t, http.MethodGet, mail.Unsubscribe, nil, nil)
	same(t, "showing the page", status, http.StatusOK)
	status, _ = call(t, http.MethodGet, linkIn(t, mail, "/why/"), nil, nil)
	same(t, "why", status, http.StatusOK)
	status, _ = call(t, http.MethodPost, mail.Unsubscribe,
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte("List-Unsubscribe=One-Click"))
	same(t, "one click", status, http.StatusOK)
	theOthersAreWritten(shop, provider)
	same(t, "mails", len(provider.to(colette.email)), 1)
	logsAreClean(t, server)
}

// What is sent wrongly gets the answer that the interface promises, and a
// callback that nobody signed changes nothing.
func TestWrongRequests(t *testing.T) {
	t.Parallel()
	_, shop, server, _ := shopFront(t)
	hook := server.url + "/webhooks/shopify/" + shop.ID
	for _, c := range []struct {
		name, url string
		header    http.Header
		body      []byte
		want      int
	}{
		{"no signature", hook, nil, []byte(`{}`), http.StatusUnauthorized},
		{"over the cap", hook, nil, make([]byte, 6<<20), http.StatusRequestEntityTooLarge},
		{"no such shop", server.url + "/webhooks/shopify/nobody", nil, []byte(`{}`), http.StatusNotFound},
		{"an unsigned callback", server.url + "/callbacks/sendgrid/" + shop.ID, nil, []byte(`[]`), http.StatusUnauthorized},
		{"no API key", server.url + "/api/v1/events", nil, []byte(`{}`), http.StatusUnauthorized},
		{"a wrong API key", server.url + "/api/v1/events", http.Header{"Authorization": {"Bearer cg_wrong"}}, []byte(`{}`), http.StatusUnauthorized},
		{"a token that never was", server.url + "/u/AAAAAAAAAAAAAAAAAAAAAA", nil, nil, http.StatusNotFound},
	} {
		status, text := call(t, http.MethodPost, c.url, c.header, c.body)
		if status != c.want {
			t.Errorf("%s: %d, want %d: %s", c.name, status, c.want, text)
		}
	}
	var carts list[cartView]
	shop.get("/carts", &carts)
	same(t, "carts", len(carts.Items), 0)
	logsAreClean(t, server)
}
