package app_test

import (
	"encoding/json"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// Every platform's stories are told to a real server by the command that plugin
// authors use: in order, repeated, shuffled and forged, with a platform's API
// beside it for those whose webhooks only name things.
func TestEveryPlatformOverHTTP(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	apis := map[string]string{}
	var allowed []string
	for _, s := range app.Stories() {
		apis[s.Name] = freeAddress(t)
		allowed = append(allowed, apis[s.Name])
	}
	p.env["CARTOGRAPH_OUTGOING_ALLOW"] = strings.Join(allowed, ",")
	server := p.serve()
	t.Run("platforms", func(t *testing.T) {
		for _, s := range app.Stories() {
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				here := *p
				here.t = t
				conforms(t, &here, server.url, s, apis[s.Name])
			})
		}
	})
	if code := server.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// conforms makes a shop as the command says and tells it the platform's stories.
func conforms(t *testing.T, p *place, url string, s conformance.Platform, api string) {
	t.Helper()
	var made struct {
		ID     string `json:"id"`
		APIKey string `json:"api_key"`
	}
	var how struct {
		Domain        string            `json:"domain"`
		Currency      string            `json:"currency"`
		Country       string            `json:"country"`
		WebhookSecret string            `json:"webhook_secret"`
		Set           map[string]string `json:"set"`
	}
	read(t, p.must("conform", s.Name, "--setup", "--api-listen", api, "--json"), &how)
	args := []string{"shop", "create", "--name", "Conformance", "--platform", s.Name, "--domain", how.Domain, "--currency", how.Currency,
		"--country", how.Country, "--timezone", "Europe/Paris", "--locale", "en", "--webhook-secret=" + how.WebhookSecret, "--json"}
	for name, value := range how.Set {
		args = append(args, "--set="+name+"="+value)
	}
	read(t, p.must(args...), &made)
	// The others differ in what the adapter reads, which its own tests hold; all of them are told by leaving --trait out.
	tell, want := []string{"conform", s.Name, "--url", url, "--shop", made.ID, "--api-key", made.APIKey}, 0
	for _, trait := range []conformance.Trait{conformance.Bought, conformance.Left, conformance.Cancelled} {
		tell = append(tell, "--trait", string(trait))
		story, told := s.Story(trait)
		if told && !slices.ContainsFunc(story.Tell(conformance.Run{Serial: 1, Now: time.Now()}), func(d conformance.Delivery) bool { return d.Listed }) {
			want++ // what only a list tells is told to the adapter
		}
	}
	if s.Values != nil {
		tell = append(tell, "--api-listen", api)
	}
	out, stderr, code := p.run(tell...)
	if code != 0 {
		t.Errorf("exit code %d\n%s%s", code, out, stderr)
	}
	if told := strings.Count(out, " well ("); told != want || want == 0 {
		t.Errorf("%d stories were told, want %d:\n%s", told, want, out)
	}
}

func read(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
