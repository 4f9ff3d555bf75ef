package maildomain

import (
	"context"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// The rules' sources, read in November 2026.
const (
	bulkRules = "bulk sender rules: Google (support.google.com/a/answer/81126), Yahoo (senders.yahooinc.com/best-practices), " +
		"Microsoft (Outlook.com, high-volume senders, since May 2025)"
	dmarcSource = bulkRules + "; RFC 7489"
)

// Policy is what a domain asks receivers to do with email that is not
// authenticated.
type Policy string

// The policies.
const (
	None       Policy = "none"
	Quarantine Policy = "quarantine"
	Reject     Policy = "reject"
)

// DMARC is a DMARC record (RFC 7489 §6.3).
type DMARC struct {
	// Policy is for the domain itself.
	Policy Policy
	// Subdomains is for names below it; equal to Policy where the record does not say.
	Subdomains Policy
	// StrictDKIM and StrictSPF ask for the very same domain instead of one of the same organization.
	StrictDKIM bool
	StrictSPF  bool
	// Reports are the addresses for aggregate reports (rua), as they stand there.
	Reports []string
}

// isDMARC reports whether a TXT record is meant as DMARC; others at the same
// name are to be passed over.
func isDMARC(record string) bool {
	first, _, _ := strings.Cut(record, ";")
	name, value, _ := strings.Cut(first, "=")
	return strings.EqualFold(strings.TrimSpace(name), "v") && strings.TrimSpace(value) == "DMARC1"
}

// ParseDMARC reads a DMARC record. A policy that is missing or unknown counts as
// none where the record asks for reports (RFC 7489 §6.6.3), and is an error
// otherwise.
func ParseDMARC(record string) (DMARC, error) {
	tags, ok := parseTags(record)
	if !ok || !isDMARC(record) {
		return DMARC{}, fault.New(fault.Unprocessable, "the DMARC record is not a list of tags that begins with v=DMARC1")
	}
	var d DMARC
	known, subKnown := false, false
	for _, t := range tags {
		switch t.name {
		case "p":
			d.Policy, known = policy(t.value)
		case "sp":
			d.Subdomains, subKnown = policy(t.value)
		case "adkim":
			d.StrictDKIM = strings.EqualFold(t.value, "s")
		case "aspf":
			d.StrictSPF = strings.EqualFold(t.value, "s")
		case "rua":
			d.Reports = addresses(t.value)
		}
	}
	if !known {
		if len(d.Reports) == 0 {
			return DMARC{}, fault.New(fault.Unprocessable, "the DMARC record has no policy: p is none of none, quarantine, reject")
		}
		d.Policy = None
	}
	if !subKnown {
		d.Subdomains = d.Policy
	}
	return d, nil
}

// policy reads a policy's name.
func policy(s string) (Policy, bool) {
	switch p := Policy(strings.ToLower(s)); p {
	case None, Quarantine, Reject:
		return p, true
	}
	return "", false
}

// addresses reads a list of report addresses, leaving out what is no URI.
func addresses(s string) (out []string) {
	for a := range strings.SplitSeq(s, ",") {
		if a = strings.TrimSpace(a); strings.HasPrefix(strings.ToLower(a), "mailto:") && strings.Contains(a, "@") {
			out = append(out, a)
		}
	}
	return out
}

// dmarc looks at the domain's own record and, where it has none, at its
// organization's.
func (e *examination) dmarc(ctx context.Context) {
	for _, at := range e.places() {
		name := "_dmarc." + at
		a := e.checker.txt(ctx, name)
		if a.failed {
			e.add(unknown("dmarc", name, a))
			return
		}
		var records []string
		for _, r := range a.records {
			if isDMARC(r) {
				records = append(records, r)
			}
		}
		if len(records) > 0 {
			e.add(e.judgeDMARC(name, records))
			return
		}
	}
	e.add(Finding{
		Check: "dmarc", Rule: "dmarc.missing", Status: Fail, Name: "_dmarc." + e.domain, Source: dmarcSource,
		Says:   "The domain has no DMARC record. Google, Yahoo and Microsoft refuse larger senders without one.",
		Advice: "Publish this record. It changes nothing for your other email, and reports will tell who sends in your name.",
		Record: e.dmarcRecord(),
	})
}

// dmarcRecord is the record to begin with.
func (e *examination) dmarcRecord() *Record {
	return &Record{Name: "_dmarc." + e.organization, Type: "TXT", Value: "v=DMARC1; p=none; rua=mailto:dmarc@" + e.organization}
}

// judgeDMARC judges the record or records at a name.
func (e *examination) judgeDMARC(name string, records []string) Finding {
	f := Finding{Check: "dmarc", Status: Fail, Name: name, Found: shown(records...), Source: dmarcSource}
	if len(records) > 1 {
		f.Rule, f.Says = "dmarc.two_records", "There is more than one DMARC record, so none of them counts."
		f.Advice = "Delete all but one of them."
		return f
	}
	d, err := ParseDMARC(records[0])
	if err != nil {
		f.Rule, f.Says = "dmarc.unreadable", "The DMARC record cannot be read, so it does not count."
		f.Advice, f.Record = "Replace it with this one.", e.dmarcRecord()
		return f
	}
	e.policy = d
	applies := d.Policy
	if name != "_dmarc."+e.domain {
		applies = d.Subdomains
	}
	f.Says = fmt.Sprintf("The policy for this domain is %s.", applies)
	if applies == None {
		f.Rule, f.Status = "dmarc.none", Warn
		f.Says += " That is enough for Google, Yahoo and Microsoft, but others may still forge email from the domain."
		f.Advice = "Once the reports show that all your email is authenticated, change it to quarantine, then to reject."
	} else {
		f.Rule, f.Status = "dmarc.ok", OK
	}
	if len(d.Reports) == 0 {
		f.Advice = strings.TrimSpace(f.Advice + " Add rua=mailto: with an address of yours, to be told who sends in the domain's name.")
	}
	return f
}
