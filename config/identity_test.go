package config

import (
	"strings"
	"testing"
)

func TestIdentityProvider(t *testing.T) {
	t.Parallel()
	good := OIDC{Issuer: "https://id.example", ClientID: "c", ClientSecret: "s", Name: "n", Domains: []string{"example.com"}}
	for name, c := range map[string]struct {
		change func(*OIDC)
		want   string
	}{
		"well":              {func(*OIDC) {}, ""},
		"none":              {func(o *OIDC) { *o = OIDC{} }, ""},
		"no secret":         {func(o *OIDC) { o.ClientSecret = "" }, "oidc_client_secret"},
		"no issuer":         {func(o *OIDC) { o.Issuer = "" }, "oidc_issuer"},
		"no address":        {func(o *OIDC) { o.Issuer = "accounts.example" }, "absolute"},
		"an open line":      {func(o *OIDC) { o.Issuer = "http://id.example" }, "not encrypted"},
		"on this machine":   {func(o *OIDC) { o.Issuer = "http://127.0.0.1:9000" }, ""},
		"an address":        {func(o *OIDC) { o.Domains = []string{"ana@example.com"} }, "is no domain"},
		"everybody's":       {func(o *OIDC) { o.Domains = []string{"*"} }, "is no domain"},
		"secrets are safe ": {func(o *OIDC) { o.ClientSecret = "  s" }, "oidc_client_secret"},
	} {
		c0 := Default()
		c0.OIDC = good
		c.change(&c0.OIDC)
		err := c0.Validate()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if s := c0.String(); strings.Contains(s, "oidc_client_secret: s\n") {
			t.Errorf("%s: the secret is printed", name)
		}
	}
}
