package maildomain

import "golang.org/x/net/publicsuffix"

// aligned reports whether SPF of an envelope host counts for the domain in DMARC.
func (e *examination) aligned(host string) bool {
	if e.policy.StrictSPF {
		return host == e.domain
	}
	organization, err := publicsuffix.EffectiveTLDPlusOne(host)
	return err == nil && organization == e.organization
}

// alignment says whether the domain that people see is vouched for at all, which
// is what DMARC, and the bulk senders' rules with it, come down to.
func (e *examination) alignment() {
	f := Finding{Check: "alignment", Name: e.domain, Source: dmarcSource}
	known := e.options.ReturnPath != ""
	switch {
	case better(e.signed, Unknown):
		f.Rule, f.Status, f.Says = "alignment.ok", OK, "Email signed with the DKIM key counts as the domain's own."
	case known && better(e.enveloped, Unknown):
		f.Rule, f.Status, f.Says = "alignment.spf", Warn, "Only SPF stands for the domain; forwarded email will fail DMARC."
		f.Advice = "Set up DKIM as well."
	case e.signed == Unknown || known && e.enveloped == Unknown:
		f.Rule, f.Status, f.Says = "alignment.lookup", Unknown, "Whether email counts as the domain's own could not be looked up."
		f.Advice = "Ask again in a few minutes."
	default:
		f.Rule, f.Status, f.Says = "alignment.none", Fail, "Nothing vouches for the domain that people see, so email from it fails DMARC."
		f.Advice = "Set up DKIM: it is the one that survives forwarding."
	}
	e.add(f)
}
