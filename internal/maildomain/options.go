package maildomain

import (
	"net"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Options tell what the shop knows about its own set-up; the zero value suits SendGrid.
type Options struct {
	// Selectors are the DKIM selectors whose keys must be there; none means SendGrid's s1 and s2.
	Selectors []string
	// ReturnPath is the host of the envelope sender, where SPF is judged:
	// SendGrid's "em1234.shop.example". Empty when it is not known; SPF is then
	// looked for at the domain itself.
	ReturnPath string
	// Include is the provider's SPF domain that must be included; empty means sendgrid.net.
	Include string
}

// filled gives the options with what was left open, as ASCII names.
func (o Options) filled() (Options, error) {
	if len(o.Selectors) == 0 {
		o.Selectors = []string{"s1", "s2"}
	}
	if len(o.Selectors) > maxSelectors {
		return o, fault.New(fault.Unprocessable, "more than %d DKIM selectors", maxSelectors).In("selectors")
	}
	o.Selectors = slices.Clone(o.Selectors)
	for i, s := range o.Selectors {
		s = strings.ToLower(strings.TrimSpace(s))
		if _, err := ascii(s + "._domainkey.example.com"); err != nil || strings.Contains(s, "._domainkey") {
			return o, fault.New(fault.Unprocessable, "a DKIM selector cannot stand in a DNS name").In("selectors").
				Try("give the part before ._domainkey, such as s1")
		}
		o.Selectors[i] = s
	}
	var err error
	if o.ReturnPath != "" {
		if o.ReturnPath, err = ascii(o.ReturnPath); err != nil {
			return o, err
		}
	}
	if o.Include == "" {
		o.Include = "sendgrid.net"
	}
	o.Include, err = ascii(o.Include)
	return o, err
}

// maxSelectors bounds the lookups that one check makes.
const maxSelectors = 10

// ascii gives a domain as the DNS knows it.
func ascii(domain string) (string, error) {
	plain := strings.TrimSuffix(strings.TrimSpace(domain), ".")
	name, underscores := plain, strings.Contains(plain, "_")
	if !underscores {
		var err error
		if name, err = idna.Lookup.ToASCII(plain); err != nil {
			name = ""
		}
	}
	name = strings.ToLower(name)
	if !strings.Contains(name, ".") || !hostname(name) || net.ParseIP(name) != nil {
		return "", fault.New(fault.Unprocessable, "this is not a domain name").In("domain").
			Try("give the part after the @ of your sender address, such as shop.example")
	}
	return name, nil
}

// hostname reports whether every label of an ASCII name can stand in the DNS.
func hostname(name string) bool {
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		odd := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' }
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, odd) {
			return false
		}
	}
	return true
}
