package outgoing

import (
	"net/netip"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// special are the addresses that are not, or not only, on the public internet,
// from IANA's special-purpose registries (iana.org/assignments/
// iana-ipv4-special-registry and iana-ipv6-special-registry, read in November
// 2026). IPv6 outside globalUnicast needs no entry: loopback ::1, unspecified ::,
// mapped ::ffff:0:0/96, NAT64 64:ff9b::/96 and 64:ff9b:1::/48, unique local
// fc00::/7 (AWS's fd00:ec2::254), link-local fe80::/10 and multicast ff00::/8.
var special = prefixes(
	"0.0.0.0/8",       // this network; 0.0.0.0 is the machine itself
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // shared by carriers (CGNAT); Alibaba's metadata service
	"127.0.0.0/8",     // loopback
	"168.63.129.16",   // Azure's wire server: public in form, inside in effect
	"169.254.0.0/16",  // link-local; the metadata service of most clouds
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments; Oracle's metadata service
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // 6to4 relays, given up
	"192.168.0.0/16",  // private
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved, and broadcast
	"2001::/23",       // protocol assignments, with Teredo, which carries IPv4
	"2001:db8::/32",   // documentation
	"2002::/16",       // 6to4, which carries IPv4
	"3fff::/20",       // documentation
)

// globalUnicast is the part of IPv6 that is given out for the internet (RFC 4291).
var globalUnicast = netip.MustParsePrefix("2000::/3")

// Public reports whether an address is one of the public internet. An IPv4
// address written inside IPv6 is not: no honest name resolves to one.
func Public(addr netip.Addr) bool {
	addr = addr.WithZone("")
	if !addr.IsValid() || addr.Is6() && !globalUnicast.Contains(addr) {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// refuse gives the error for an address that may not be connected to, or nil.
// It does not name the address: what a private name resolves to is nobody's business.
func (o Options) refuse(addr netip.Addr) error {
	if Public(addr) {
		return nil
	}
	plain := addr.WithZone("")
	if slices.ContainsFunc(o.Networks, func(p netip.Prefix) bool { return p.Contains(plain) }) {
		return nil
	}
	return fault.New(fault.Unprocessable, "the address does not lead to the public internet").
		Try("give an address that anybody can reach; an operator can allow a host or network of one's own")
}

// prefixes reads the table; a single address is a network of one.
func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		if addr, err := netip.ParseAddr(s); err == nil {
			out[i] = netip.PrefixFrom(addr, addr.BitLen())
			continue
		}
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}
