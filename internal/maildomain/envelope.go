package maildomain

import (
	"context"
	"fmt"
)

const spfSource = bulkRules + "; RFC 7208; SendGrid, \"Domain authentication\""

// spf looks at the host of the envelope sender, or at the domain itself where
// that host is not known.
func (e *examination) spf(ctx context.Context) {
	name := e.domain
	if e.options.ReturnPath != "" {
		name = e.options.ReturnPath
	}
	a := e.checker.txt(ctx, name)
	if a.failed {
		e.enveloped = Unknown
		e.add(unknown("spf", name, a))
		return
	}
	var records []string
	for _, r := range a.records {
		if isSPF(r) {
			records = append(records, r)
		}
	}
	f := e.judgeSPF(ctx, name, records)
	e.enveloped = f.Status
	if f.Status != Fail && !e.aligned(name) {
		e.enveloped = Fail
	}
	e.add(f)
}

// judgeSPF judges the SPF records at a name.
func (e *examination) judgeSPF(ctx context.Context, name string, records []string) Finding {
	f := Finding{Check: "spf", Status: Fail, Name: name, Found: shown(records...), Source: spfSource}
	switch len(records) {
	case 0:
		return e.noSPF(f)
	case 1:
	default:
		f.Rule, f.Says = "spf.two_records", "There is more than one SPF record, so receivers take all of them for an error."
		f.Advice = "Join them into one: one v=spf1, all the terms, one all at the end."
		return f
	}
	s, err := ParseSPF(records[0])
	if err != nil {
		f.Rule, f.Says = "spf.unreadable", "The SPF record has an error in it, so none of it counts."
		f.Advice = "Look for a typing error in its terms."
		return f
	}
	if s.All == '+' {
		f.Rule, f.Says = "spf.everybody", "The SPF record allows everybody to send in the domain's name (+all)."
		f.Advice = "Replace +all with ~all."
		return f
	}
	return e.reach(ctx, f, s, records[0])
}

// reach follows what a record includes: how much that costs, and whether the
// provider is among it.
func (e *examination) reach(ctx context.Context, f Finding, s SPF, record string) Finding {
	walk := e.follow(ctx, s)
	switch {
	case walk.lookups > maxLookups:
		f.Rule, f.Says = "spf.lookups", "Receivers need more than 10 lookups for the SPF record and its includes, and then give up."
		f.Advice = "Take out includes of services that no longer send for you."
	case walk.provider || e.providers(ctx, f.Name):
		f.Rule, f.Status = "spf.ok", OK
		f.Says = fmt.Sprintf("The SPF record allows your email provider and costs %d of 10 lookups.", walk.lookups)
		if s.All == 0 && s.Redirect == "" || s.All == '?' {
			f.Rule, f.Status = "spf.open", Warn
			f.Says += " It says nothing about everybody else."
			f.Advice = "End it with ~all."
		}
	case walk.failed:
		f.Rule, f.Status, f.Says = "spf.lookup", Unknown, "What the SPF record includes could not be looked up."
		f.Advice = "Ask again in a few minutes."
	default:
		return e.noProvider(f, record)
	}
	return f
}

// providers reports whether the name itself is run by the provider, as
// SendGrid's em1234 is: a CNAME of its own, whose SPF record it writes.
func (e *examination) providers(ctx context.Context, name string) bool {
	return e.options.ReturnPath != "" && below(e.checker.alias(ctx, name), e.options.Include)
}

// noSPF judges a name without an SPF record.
func (e *examination) noSPF(f Finding) Finding {
	f.Rule = "spf.missing"
	f.Says = "There is no SPF record."
	f.Record = &Record{Name: f.Name, Type: "TXT", Value: "v=spf1 include:" + e.options.Include + " ~all"}
	f.Advice = "Publish this record; if others send in the domain's name as well, include them before ~all."
	if e.options.ReturnPath != "" && below("sendgrid.net", e.options.Include) {
		f.Record = &Record{Name: f.Name, Type: "CNAME", Value: "<account>.wl.sendgrid.net"}
		f.Advice = "Publish the record that SendGrid shows under Settings, Sender Authentication, which has this form."
	}
	return e.excused(f)
}

// noProvider judges a record that does not allow the provider.
func (e *examination) noProvider(f Finding, record string) Finding {
	f.Rule = "spf.provider"
	f.Says = "The SPF record does not allow your email provider to send."
	f.Record = &Record{Name: f.Name, Type: "TXT", Value: shown(including(record, e.options.Include))}
	f.Advice = "Replace the record with this one."
	return e.excused(f)
}

// excused turns a failure into a warning where SPF may well be in order
// elsewhere: SendGrid's envelope sender is a subdomain with a number, at which
// it publishes SPF itself, and only the shop knows which.
func (e *examination) excused(f Finding) Finding {
	if e.options.ReturnPath == "" && better(e.signed, Unknown) {
		f.Status = Warn
		f.Says += " As the domain signs with DKIM, SPF is probably kept at your provider's subdomain (em1234 or so), which is enough."
		f.Advice = "Give that subdomain as the return path to have it checked. " + f.Advice
	}
	return f
}
