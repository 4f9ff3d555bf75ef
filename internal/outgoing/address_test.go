package outgoing_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/outgoing"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2003::1"} {
		if !outgoing.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is refused", s)
		}
	}
	for _, s := range []string{"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254",
		"168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
		"198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "fc00::1",
		"fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1"} {
		if outgoing.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is let through", s)
		}
	}
	if outgoing.Public(netip.Addr{}) {
		t.Error("no address is let through")
	}
}

// Whatever the standard library calls private, local or multicast is refused,
// also written inside IPv6.
func TestPublicIsStricter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes")
		for _, a := range []netip.Addr{netip.AddrFrom4([4]byte(b)), netip.AddrFrom16([16]byte(b))} {
			if outgoing.Public(a) && (a.IsPrivate() || a.IsLoopback() || !a.IsGlobalUnicast() || a.IsLinkLocalUnicast() || a.IsMulticast()) {
				t.Fatalf("%v is let through", a)
			}
			if mapped := netip.AddrFrom16(a.As16()); a.Is4() && outgoing.Public(mapped) {
				t.Fatalf("%v is let through", mapped)
			}
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"https://shop.example/hook?x=1", " http://shop.example ", "https://shop.example:443", "http://1.1.1.1/", "https://[2606:4700::1111]/",
		"HTTPS://SHOP.example", "http://localhost/"} {
		if u, err := (outgoing.Options{}).Check(s); err != nil || u.Hostname() == "" {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"", "shop.example", "//shop.example", "ftp://shop.example", "file:///etc/passwd", "javascript:alert(1)", "https:shop.example",
		"https://", "https://:443/", "http://user@shop.example", "http://:secret@shop.example", "http://shop.example:22", "http://shop.example:99999",
		"http://127.0.0.1", "http://[::1]", "http://[fe80::1%25eth0]/", "http://[::ffff:1.1.1.1]/", "http://169.254.169.254/", "http://10.0.0.1.", "http://a b/",
		"http://%zz/", "\x00"} {
		if _, err := (outgoing.Options{}).Check(s); !fault.Is(err, fault.Unprocessable) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := (outgoing.Options{HTTPSOnly: true}).Check("http://shop.example"); err == nil {
		t.Error("http is let through where only https may be")
	}
}

func TestParseAllowed(t *testing.T) {
	t.Parallel()
	hosts, networks, err := outgoing.ParseAllowed("Shop.Internal:8080, localhost 10.1.2.3,10.9.9.9/8\tfd00::/8,::1")
	wantHosts := []string{"shop.internal:8080", "localhost"}
	wantNetworks := []string{"10.1.2.3/32", "10.0.0.0/8", "fd00::/8", "::1/128"}
	var got []string
	for _, n := range networks {
		got = append(got, n.String())
	}
	if diff := cmp.Diff(wantHosts, hosts) + cmp.Diff(wantNetworks, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, s := range []string{"http://shop.example", "shop.example/x", "shop.example:port", "shop.example:0", "shop.example:70000", ":80", "user@shop.example",
		"*.shop.example", "10.0.0.0/33", "[::1]:80"} {
		if hosts, networks, err := outgoing.ParseAllowed(s); !fault.Is(err, fault.Misconfigured) {
			t.Errorf("%q is read as %q, %v", s, hosts, networks)
		}
	}
	if hosts, networks, err := outgoing.ParseAllowed(" , "); err != nil || hosts != nil || networks != nil {
		t.Errorf("nothing is read as %q, %v, %v", hosts, networks, err)
	}
}

// FuzzCheck: what is let through is http or https, names a host, holds no user
// and is no private address.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{"https://shop.example/hook", "http://127.0.0.1", "http://[::ffff:a00:1]:80/", "https://user:secret@shop.example",
		"http://0x7f.1/", "http://shop.example:00080/", "http://[fe80::1%25en0]/", "HTTP://\u2460.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := outgoing.Options{}.Check(s)
		if err != nil {
			return
		}
		if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Fatalf("%q is let through as %v", s, u)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil && !outgoing.Public(a) {
			t.Fatalf("%q is let through as %v", s, a)
		}
	})
}
