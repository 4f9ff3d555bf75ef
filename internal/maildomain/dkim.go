package maildomain

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const dkimSource = bulkRules + "; RFC 6376; SendGrid, \"Domain authentication\""

// Google refuses keys shorter than minBits and recommends 2048 (RFC 8301 says
// the same).
const minBits = 1024

// ErrRevoked is the cause of ParseDKIM's error for a key that was taken back:
// its p is empty.
var ErrRevoked = errors.New("the key is revoked")

// DKIM is a published DKIM key (RFC 6376 §3.6.1).
type DKIM struct {
	// Kind is "rsa" or "ed25519".
	Kind string
	// Bits is the key's length.
	Bits int
	// Testing is true when the domain says that it only tries (t=y): receivers
	// treat the signature as if there were none.
	Testing bool
}

// ParseDKIM reads a key record.
func ParseDKIM(record string) (DKIM, error) {
	tags, ok := parseTags(record)
	if !ok {
		return DKIM{}, fault.New(fault.Unprocessable, "the DKIM record is not a list of tags")
	}
	key, kind, found := "", "rsa", false
	var d DKIM
	for i, t := range tags {
		switch {
		case t.name == "v" && (i > 0 || t.value != "DKIM1"):
			return DKIM{}, fault.New(fault.Unprocessable, "the DKIM record is of another version than DKIM1, or does not begin with it")
		case t.name == "k":
			kind = strings.ToLower(t.value)
		case t.name == "s" && !listed(t.value, "*", "email"):
			return DKIM{}, fault.New(fault.Unprocessable, "the DKIM key is not for email")
		case t.name == "h" && !listed(t.value, "sha256"):
			return DKIM{}, fault.New(fault.Unprocessable, "the DKIM key forbids sha256")
		case t.name == "t":
			d.Testing = listed(t.value, "y")
		case t.name == "p":
			key, found = strings.Join(strings.Fields(t.value), ""), true
		}
	}
	switch {
	case !found:
		return DKIM{}, fault.New(fault.Unprocessable, "the DKIM record has no key")
	case key == "":
		return DKIM{}, fault.Wrap(fault.Unprocessable, ErrRevoked, "the DKIM key is taken back")
	}
	var err error
	d.Kind = kind
	d.Bits, err = keyBits(kind, key)
	return d, err
}

// listed reports whether a list parted by colons holds one of the words.
func listed(list string, words ...string) bool {
	for item := range strings.SplitSeq(list, ":") {
		for _, w := range words {
			if strings.EqualFold(strings.TrimSpace(item), w) {
				return true
			}
		}
	}
	return false
}

// keyBits reads a key and gives its length. RSA keys are published in either of
// two forms; receivers take both (RFC 6376, erratum 3017).
func keyBits(kind, key string) (int, error) {
	der, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return 0, fault.New(fault.Unprocessable, "the DKIM key is not whole: it is no base64")
	}
	switch kind {
	case "ed25519":
		if len(der) == ed25519.PublicKeySize {
			return 8 * ed25519.PublicKeySize, nil
		}
	case "rsa":
		if public, err := x509.ParsePKIXPublicKey(der); err == nil {
			if rsaKey, ok := public.(*rsa.PublicKey); ok {
				return rsaKey.N.BitLen(), nil
			}
		}
		if rsaKey, err := x509.ParsePKCS1PublicKey(der); err == nil {
			return rsaKey.N.BitLen(), nil
		}
	default:
		return 0, fault.New(fault.Unprocessable, "the DKIM key is of a kind that mailbox providers do not know")
	}
	return 0, fault.New(fault.Unprocessable, "the DKIM key cannot be read")
}

// dkim looks for every selector's key. One good one is enough to sign with; the
// others are needed when the provider changes keys, and only warned about.
func (e *examination) dkim(ctx context.Context) {
	found := make([]Finding, 0, len(e.options.Selectors))
	best := Fail
	for _, selector := range e.options.Selectors {
		f := e.selector(ctx, selector)
		found = append(found, f)
		if better(f.Status, best) {
			best = f.Status
		}
	}
	e.signed = best
	for _, f := range found {
		if f.Status == Fail && better(best, Unknown) {
			f.Status = Warn
			f.Says += " Another selector's key is good, so email is signed until the provider changes over to this one."
		}
		e.add(f)
	}
}

// selector looks for one selector's key at the domain and, where there is none,
// at its organization, whose signatures count for it too unless DMARC is strict.
func (e *examination) selector(ctx context.Context, selector string) Finding {
	for _, at := range e.places() {
		name := selector + "._domainkey." + at
		a := e.checker.txt(ctx, name)
		switch {
		case a.failed:
			return unknown("dkim", name, a)
		case len(a.records) == 0:
			continue
		case at != e.domain && e.policy.StrictDKIM:
			return Finding{
				Check: "dkim", Rule: "dkim.strict", Status: Fail, Name: name, Found: shown(a.records...), Source: dkimSource,
				Says:   fmt.Sprintf("The key is %s's, and the DMARC record asks for %s's own (adkim=s).", at, e.domain),
				Advice: "Authenticate the sender domain itself at your email provider, or take adkim=s out of the DMARC record.",
			}
		}
		return e.judgeDKIM(name, a.records)
	}
	return e.noKey(ctx, selector)
}

// noKey explains a selector without a key.
func (e *examination) noKey(ctx context.Context, selector string) Finding {
	name := selector + "._domainkey." + e.domain
	f := Finding{
		Check: "dkim", Rule: "dkim.missing", Status: Fail, Name: name, Source: dkimSource,
		Says:   "There is no DKIM key, so email is not signed in the domain's name.",
		Advice: "Authenticate the domain at your email provider and publish the record it shows, which has this form.",
		Record: &Record{Name: name, Type: "TXT", Value: "v=DKIM1; k=rsa; p=<key of your provider>"},
	}
	if below("sendgrid.net", e.options.Include) && (selector == "s1" || selector == "s2") {
		f.Record = &Record{Name: name, Type: "CNAME", Value: selector + ".domainkey.<account>.sendgrid.net"}
		f.Advice = "In SendGrid under Settings, Sender Authentication, authenticate the domain and publish the record it shows, which has this form."
	}
	if to := e.checker.alias(ctx, name); to != "" {
		f.Rule, f.Found = "dkim.dangling", shown("CNAME "+to)
		f.Says = "The name points to another one at which there is no key."
		f.Advice = "Compare it, letter by letter, with what your email provider shows; some DNS forms append the domain once more."
	}
	return f
}

// judgeDKIM judges what stands at a selector's name.
func (e *examination) judgeDKIM(name string, records []string) Finding {
	f := Finding{Check: "dkim", Status: Fail, Name: name, Found: shown(records...), Source: dkimSource}
	if len(records) > 1 {
		f.Rule, f.Says = "dkim.two_records", "There is more than one record, and receivers may read either."
		f.Advice = "Delete all but the one that your email provider shows."
		return f
	}
	d, err := ParseDKIM(records[0])
	renew := "Publish again, whole, what your email provider shows."
	var unfit *fault.Error
	switch {
	case errors.Is(err, ErrRevoked):
		f.Rule, f.Says, f.Advice = "dkim.revoked", "The key was taken back: its p is empty.", renew
	case errors.As(err, &unfit):
		f.Rule, f.Says, f.Advice = "dkim.unreadable", sentence(unfit.Message), renew
	case d.Kind == "rsa" && d.Bits < minBits:
		f.Rule, f.Says = "dkim.short", fmt.Sprintf("The key has %d bits; Google wants 1024 at least, better 2048.", d.Bits)
		f.Advice = "Have your email provider make a new key."
	case d.Testing:
		f.Rule, f.Status, f.Says = "dkim.testing", Warn, "The key says that it is only tried out (t=y), so it may not count."
		f.Advice = "Take t=y out of the record."
	case d.Kind == "ed25519":
		f.Rule, f.Status, f.Says = "dkim.ed25519", Warn, "The key is of a kind (Ed25519) that many mailbox providers cannot check yet."
		f.Advice = "Sign with an RSA key as well."
	default:
		f.Rule, f.Status, f.Says = "dkim.ok", OK, fmt.Sprintf("The key is good (%d bits).", d.Bits)
	}
	return f
}

// sentence makes a message of ours a sentence.
func sentence(message string) string {
	return strings.ToUpper(message[:1]) + message[1:] + "."
}

// better reports whether one status is better than another.
func better(a, b Status) bool { return rank(a) < rank(b) }
