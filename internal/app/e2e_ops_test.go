package app_test

import (
	"net/http"
	"strings"
	"testing"
)

// Two servers on one data directory are refused; commands work beside one.
func TestSecondServerIsRefused(t *testing.T) {
	t.Parallel()
	p, _, _, _ := shopFront(t)
	_, stderr, code := p.run("serve")
	same(t, "exit code", code, 2)
	for _, word := range []string{"another cartograph server", "--data-dir"} {
		if !strings.Contains(stderr, word) {
			t.Errorf("the message does not name %q:\n%s", word, stderr)
		}
	}
	if out := p.must("shop", "list"); !strings.Contains(out, "e2e.myshopify.com") {
		t.Errorf("shop list beside a server: %s", out)
	}
	p.open("second.myshopify.com")
}

// SIGTERM ends a server in order, with a message in flight settled.
func TestStopsInOrder(t *testing.T) {
	t.Parallel()
	p, shop, server, provider := shopFront(t)
	inFlight, answer := make(chan struct{}), make(chan struct{})
	provider.holding(func(m mail) {
		if m.To == nora.email {
			close(inFlight)
			<-answer
		}
	})
	shop.posted("checkouts/create", nora.checkout())
	<-inFlight
	stopped := make(chan int)
	go func() { stopped <- server.stop() }()
	until(t, "the server has begun to stop", func() bool { return strings.Contains(server.logged(), `"msg":"stopping"`) })
	close(answer)
	same(t, "exit code", <-stopped, 0)
	if !strings.Contains(server.logged(), `"msg":"stopped"`) {
		t.Errorf("it did not end in order:\n%s", server.logged())
	}
	again := p.serve()
	shop.at(again)
	sent := shop.decisions(nora)
	if len(sent) == 0 || sent[0].Outcome != "sent" || sent[0].Rule == "provider.unknown" {
		t.Errorf("the message in flight was not settled: %+v", sent)
	}
	same(t, "mails", len(provider.to(nora.email)), 1)
	logsAreClean(t, server)
}

// SIGKILL loses nothing that was answered, and sends nothing twice.
func TestKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	p, shop, server, provider := shopFront(t)
	inFlight, answer := make(chan struct{}), make(chan struct{})
	provider.holding(func(m mail) {
		if m.To == nora.email {
			close(inFlight)
			<-answer
		}
	})
	t.Cleanup(func() { close(answer) })
	shop.posted("checkouts/create", nora.checkout())
	<-inFlight
	// Answered just before the end: it must be there afterwards.
	shop.posted("checkouts/create", colette.checkout())
	server.kill()

	again := p.serve()
	shop.at(again)
	provider.wait(colette.email, 2)
	same(t, "mails to the one in flight", len(provider.to(nora.email)), 1)
	same(t, "mails", len(provider.to(colette.email)), 2)
	logsAreClean(t, again)
}

// Everything that is wrong with the configuration is told at once, with what to do.
func TestMisconfiguration(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.env["CARTOGRAPH_LISTEN"] = "nowhere"
	p.env["CARTOGRAPH_LOG_LEVEL"] = "loud"
	p.env["CARTOGRAPH_DATABASE_URL"] = "mysql://secret-password@host/db"
	p.env["CARTOGRAPH_WORKERS"] = "many"
	p.env["CARTOGRAPH_SENDGRID_API_KEI"] = "SG.secret"
	_, stderr, code := p.run("serve")
	same(t, "exit code", code, 2)
	for _, word := range []string{"CARTOGRAPH_LISTEN", "CARTOGRAPH_LOG_LEVEL", "CARTOGRAPH_DATABASE_URL", "CARTOGRAPH_WORKERS", "did you mean CARTOGRAPH_SENDGRID_API_KEY"} {
		if !strings.Contains(stderr, word) {
			t.Errorf("the message does not name %s:\n%s", word, stderr)
		}
	}
	for _, secret := range []string{"secret-password", "SG.secret"} {
		if strings.Contains(stderr, secret) {
			t.Errorf("the message shows a secret:\n%s", stderr)
		}
	}
	_, _, code = p.run("serve", "--role", "worker")
	same(t, "exit code of a split without shared parts", code, 2)
	_, _, code = p.run("no-such-command")
	same(t, "exit code of a wrong command", code, 2)
}

// The addresses for operators tell the truth.
func TestOperatorsAddresses(t *testing.T) {
	t.Parallel()
	_, shop, server, provider := shopFront(t)
	shop.posted("checkouts/create", nora.checkout())
	provider.wait(nora.email, 1)
	until(t, "the message is settled", func() bool { return len(shop.decisions(nora)) == 2 })
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready"} {
		status, text := call(t, http.MethodGet, server.url+path, nil, nil)
		same(t, path, status, http.StatusOK)
		same(t, path, text, want)
	}
	_, text := call(t, http.MethodGet, server.url+"/metrics", nil, nil)
	for _, line := range []string{
		`cartograph_events_total{fate="accepted",platform="shopify"} 1`,
		`cartograph_decisions_total{outcome="sent",rule="consent.yes"} 1`,
		`cartograph_provider_calls_total{channel="email",verdict="accepted"} 1`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("/metrics lacks %s; it has:\n%s", line, own(text))
		}
	}
	for _, word := range private {
		if strings.Contains(text, word) {
			t.Errorf("/metrics names %q", word)
		}
	}
}

// own keeps our own counters of a page.
func own(metrics string) string {
	var out []string
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, "cartograph_") && strings.Contains(line, "_total") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}
