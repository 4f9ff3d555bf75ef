package config

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	c, err := Load(Source{Environ: []string{"CARTOGRAPH_TRUSTED_PROXIES=10.0.0.1,192.168.0.0/16,2001:db8::/32"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("2001:db8::/32")}
	if diff := cmp.Diff(want, c.HTTP.Proxies(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	for value, says := range map[string]string{
		"proxy.example": "neither an address nor a network", "10.0.0.0/99": "neither an address nor a network", "0.0.0.0/0": "everybody", "::/0": "everybody",
	} {
		if _, err := Load(Source{Environ: []string{"CARTOGRAPH_TRUSTED_PROXIES=" + value}}); err == nil || !strings.Contains(ProblemsOf(err).List(), says) {
			t.Errorf("%s: %v", value, err)
		}
	}
}

func TestPreviousKeyIsAKeyAndAnother(t *testing.T) {
	t.Parallel()
	for name, environ := range map[string][]string{
		"it has 5 characters":          {"CARTOGRAPH_SECRET_KEY_PREVIOUS=short"},
		"it is the same as secret_key": {"CARTOGRAPH_SECRET_KEY=" + key(), "CARTOGRAPH_SECRET_KEY_PREVIOUS=" + key()},
		"99999999 is out of range":     {"CARTOGRAPH_API_RATE=99999999"},
	} {
		if _, err := Load(Source{Environ: environ}); err == nil || !strings.Contains(ProblemsOf(err).List(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
