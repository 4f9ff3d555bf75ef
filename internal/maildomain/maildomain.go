// Package maildomain asks the DNS whether a shop's sender domain is set up so
// that mailbox providers accept its email: SPF, DKIM, DMARC, and whether one of
// the first two stands for the domain people see. It reads what is published;
// it sends nothing, and cannot know which host really signs. What could not be
// looked up is said to be so, and is never taken for right or for missing.
package maildomain

import (
	"context"
	"net"
	"slices"

	"golang.org/x/net/publicsuffix"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Resolver is the part of *net.Resolver that is used. Names end with a dot, so
// that no search list is tried. An error that is not a *net.DNSError with
// IsNotFound counts as "could not be looked up".
type Resolver interface {
	// LookupTXT gives a name's TXT records, the strings of each joined, behind any CNAMEs.
	LookupTXT(ctx context.Context, name string) ([]string, error)
	// LookupCNAME gives the name at the end of a chain of CNAMEs.
	LookupCNAME(ctx context.Context, host string) (string, error)
}

var _ Resolver = (*net.Resolver)(nil)

// Checker checks sender domains.
type Checker struct {
	// Resolver does the lookups; nil is net.DefaultResolver. Each waits as long
	// as the context given to Check.
	Resolver Resolver
}

// Status is how a finding is to be taken.
type Status string

// The statuses, from good to bad.
const (
	// OK: as mailbox providers want it.
	OK Status = "ok"
	// Warn: email may be accepted, but something should be better.
	Warn Status = "warn"
	// Unknown: it could not be looked up; ask again later.
	Unknown Status = "unknown"
	// Fail: mailbox providers will refuse email, or put it into spam.
	Fail Status = "fail"
)

// rank orders the statuses; one that is not among them is the worst.
func rank(s Status) int {
	order := [...]Status{OK, Warn, Unknown, Fail}
	if i := slices.Index(order[:], s); i >= 0 {
		return i
	}
	return len(order)
}

// Finding is the result of one check.
type Finding struct {
	// Check is what was looked at: "dmarc", "dkim", "spf" or "alignment".
	Check string
	// Rule names the result for machines, such as "spf.two_records".
	Rule   string
	Status Status
	// Name is the DNS name that was asked, without the last dot; for an alignment, the sender domain.
	Name string
	// Found is what stood there, shortened and free of control characters; empty for nothing.
	Found string
	// Says tells in plain words what that means.
	Says string
	// Advice tells what to do; empty where nothing needs doing.
	Advice string
	// Record is the record to publish, if one would help.
	Record *Record
	// Source is where the rule comes from.
	Source string
}

// Record is one DNS record to publish.
type Record struct {
	// Name is the full name, without the last dot.
	Name string
	// Type is TXT or CNAME.
	Type string
	// Value is the record's content. Where the provider gives each account its
	// own, it shows a form in angle brackets, such as "s1.domainkey.<account>.sendgrid.net".
	Value string
}

// Report is everything found about one domain.
type Report struct {
	// Domain is the sender domain, in ASCII and lower case.
	Domain string
	// Organization is the registered domain that it belongs to; equal to Domain where it is one.
	Organization string
	// Findings come in the order dmarc, dkim (one a selector), spf, alignment.
	Findings []Finding
}

// Status gives the worst status of all findings.
func (r Report) Status() Status {
	worst := OK
	for _, f := range r.Findings {
		if rank(f.Status) > rank(worst) {
			worst = f.Status
		}
	}
	return worst
}

// Ready reports whether email may be sent from the domain: nothing fails, and
// everything could be looked up.
func (r Report) Ready() bool { s := r.Status(); return s == OK || s == Warn }

// Check looks at a sender domain. The error is for a domain or options that
// cannot be looked at; whatever the DNS answers, or does not, is a finding.
func (c Checker) Check(ctx context.Context, domain string, o Options) (Report, error) {
	domain, err := ascii(domain)
	if err != nil {
		return Report{}, err
	}
	organization, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return Report{}, fault.New(fault.Unprocessable, "the sender domain is an ending under which others register domains").
			In("domain").Try("give your own domain, such as shop.example")
	}
	if o, err = o.filled(); err != nil {
		return Report{}, err
	}
	e := &examination{checker: c, options: o, domain: domain, organization: organization}
	e.dmarc(ctx)
	e.dkim(ctx)
	e.spf(ctx)
	e.alignment()
	return Report{Domain: domain, Organization: organization, Findings: e.findings}, nil
}

// examination is one run of Check: what is known so far.
type examination struct {
	checker      Checker
	options      Options
	domain       string
	organization string
	findings     []Finding

	// policy is the DMARC record that applies; its zero value asks for nothing.
	policy DMARC
	// signed is the status of DKIM as a whole: that of the best selector whose
	// domain aligns. enveloped is the same of SPF.
	signed, enveloped Status
}

// add notes a finding.
func (e *examination) add(f Finding) { e.findings = append(e.findings, f) }

// places are the domains whose records count for the sender domain, nearest first.
func (e *examination) places() []string {
	return slices.Compact([]string{e.domain, e.organization})
}
