package outgoing

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Check reads an address as a user writes it and refuses what a client with the
// same options would refuse whatever its name resolves to. It looks nothing up:
// ask it when an address is saved, and let the client judge when it is called.
func (o Options) Check(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, fault.New(fault.Unprocessable, "the address cannot be read").
			Try("write it like https://shop.example/hook")
	}
	if err := o.filled().allowed(u); err != nil {
		return nil, err
	}
	return u, nil
}

// allowed judges a URL; o is filled.
func (o Options) allowed(u *url.URL) error {
	host, port := plainHost(u.Hostname()), portOf(u)
	known := o.knows(host, port)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fault.New(fault.Unprocessable, "the address is neither http nor https").
			Try("write it like https://shop.example/hook")
	case o.HTTPSOnly && u.Scheme != "https" && !known:
		return fault.New(fault.Unprocessable, "the address is not https").
			Try("write it like https://shop.example/hook")
	case u.User != nil:
		return fault.New(fault.Unprocessable, "the address holds a user name or password").
			Try("take out what stands before the @")
	case host == "" || u.Opaque != "":
		return fault.New(fault.Unprocessable, "the address has no host").
			Try("write it like https://shop.example/hook")
	case known:
		return nil
	case !slices.Contains(o.Ports, port):
		return fault.New(fault.Unprocessable, "the address's port is not one that may be called").
			Try("use one of the ports " + ports(o.Ports))
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return o.refuse(addr)
	}
	return nil
}

// knows reports whether a host is listed, on its port.
func (o Options) knows(host string, port int) bool {
	for _, h := range o.Hosts {
		name, own, withPort := cutPort(h)
		if plainHost(name) == host && (withPort && own == port || !withPort && slices.Contains(o.Ports, port)) {
			return true
		}
	}
	return false
}

// ParseAllowed reads a list of exceptions as an operator writes it, separated
// by commas or blanks: host names with or without a port ("shop.internal:8080")
// for Options.Hosts, and addresses or networks ("10.1.2.3", "10.0.0.0/8") for
// Options.Networks.
func ParseAllowed(list string) (hosts []string, networks []netip.Prefix, err error) {
	split := func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }
	for _, entry := range strings.FieldsFunc(list, split) {
		if prefix, err := netip.ParsePrefix(entry); err == nil {
			networks = append(networks, prefix.Masked())
			continue
		}
		if addr, err := netip.ParseAddr(entry); err == nil {
			networks = append(networks, netip.PrefixFrom(addr.WithZone(""), addr.BitLen()))
			continue
		}
		name, port, withPort := cutPort(entry)
		if name = plainHost(name); name == "" || strings.ContainsAny(name, "/:@*%[]") || withPort && port == 0 {
			return nil, nil, fault.New(fault.Misconfigured, "%q is neither a host, an address nor a network", entry).
				Try("write something like shop.internal:8080, 10.1.2.3 or 10.0.0.0/8")
		}
		hosts = append(hosts, strings.ToLower(entry))
	}
	return hosts, networks, nil
}

// cutPort parts "host:port"; a port that is no number between 1 and 65535 is zero.
func cutPort(s string) (host string, port int, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil {
		n = 0
	}
	return s[:i], int(n), true
}

// plainHost writes a host name the one way it is compared: lower case, without
// the root's dot.
func plainHost(s string) string { return strings.TrimSuffix(strings.ToLower(s), ".") }

// portOf gives a URL's port, its scheme's own where it names none, zero where
// it cannot be read.
func portOf(u *url.URL) int {
	switch p := u.Port(); {
	case p != "":
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return 0
		}
		return int(n)
	case u.Scheme == "https":
		return 443
	case u.Scheme == "http":
		return 80
	}
	return 0
}

// ports lists the ports for people.
func ports(list []int) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = strconv.Itoa(p)
	}
	return strings.Join(words, ", ")
}
