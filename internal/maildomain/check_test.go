package maildomain_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/maildomain"
)

// key is a DKIM record with a real key of 2048 bits, longer than one string of
// a TXT record holds.
var key = sync.OnceValue(func() string {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		panic(err)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
})

// long is a record in strings of at most 255 bytes.
func long(record string) entry {
	var parts []string
	for len(record) > 255 {
		parts, record = append(parts, record[:255]), record[255:]
	}
	return entry{txt: [][]string{append(parts, record)}}
}

// good is a domain as SendGrid sets it up, with the names that its CNAMEs lead to.
func good() zone {
	return zone{
		"shop.example":                      text("v=spf1 include:sendgrid.net ~all", "site-verification=abc"),
		"_dmarc.shop.example":               text("v=DMARC1; p=quarantine; rua=mailto:dmarc@shop.example"),
		"s1._domainkey.shop.example":        {cname: "s1.domainkey.u1.wl.sendgrid.net"},
		"s2._domainkey.shop.example":        {cname: "s2.domainkey.u1.wl.sendgrid.net"},
		"s1.domainkey.u1.wl.sendgrid.net":   {cname: "keys.sendgrid.net"},
		"s2.domainkey.u1.wl.sendgrid.net":   {cname: "keys.sendgrid.net"},
		"keys.sendgrid.net":                 long(key()),
		"em1.shop.example":                  {cname: "u1.wl.sendgrid.net"},
		"u1.wl.sendgrid.net":                text("v=spf1 ip4:198.51.100.7 -all"),
		"sendgrid.net":                      text("v=spf1 ip4:198.51.100.0/24 include:ab.sendgrid.net ~all"),
		"ab.sendgrid.net":                   text("v=spf1 ip4:203.0.113.0/24 -all"),
		"spf.elsewhere.example":             text("v=spf1 include:sendgrid.net -all"),
		"only-mx.elsewhere.example":         text("v=spf1 mx -all"),
		"loop.example":                      text("v=spf1 include:loop.example ~all"),
		"broken.example":                    {fault: "servfail"},
		"s1._domainkey.news.shop.example":   text("v=DKIM1; p="),
		"_dmarc.elsewhere.example":          text("some other thing"),
		"s1._domainkey.elsewhere.example":   {cname: "nowhere.sendgrid.net"},
		"s2._domainkey.elsewhere.example":   long(strings.TrimPrefix(key(), "v=DKIM1; k=rsa; ")),
		"nowhere.sendgrid.net":              {},
		"em7.other-organization.example":    {cname: "u1.wl.sendgrid.net"},
		"silent._domainkey.shop.example":    {fault: "silent"},
		"broken._domainkey.shop.example":    {fault: "servfail"},
		"cut._domainkey.shop.example":       {fault: "cut"},
		"empty._domainkey.shop.example":     {},
		"testing._domainkey.shop.example":   long(strings.Replace(key(), "k=rsa;", "k=rsa; t=y;", 1)),
		"twice._domainkey.shop.example":     {txt: [][]string{{"v=DKIM1; p="}, {"v=DKIM1; p="}}},
		"truncated._domainkey.shop.example": text(key()[:200]),
	}
}

// rules lists the findings' rules with their statuses.
func rules(r maildomain.Report) (out []string) {
	for _, f := range r.Findings {
		out = append(out, f.Rule+" "+string(f.Status))
	}
	return out
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const fine = "dmarc.ok ok"
	keys := []string{"dkim.ok ok", "dkim.ok ok"}
	whole := func(dmarc string, dkim []string, spf, alignment string) []string {
		return append(append([]string{dmarc}, dkim...), spf, alignment)
	}
	tests := []struct {
		name    string
		domain  string // shop.example unless set
		options maildomain.Options
		change  zone
		want    []string
		ready   bool
	}{
		{"all fine", "", maildomain.Options{}, nil, whole(fine, keys, "spf.ok ok", "alignment.ok ok"), true},
		{"written with a dot and capitals", " Shop.Example. ", maildomain.Options{}, nil, whole(fine, keys, "spf.ok ok", "alignment.ok ok"), true},
		{"with its return path", "", maildomain.Options{ReturnPath: "em1.shop.example"}, nil, whole(fine, keys, "spf.ok ok", "alignment.ok ok"), true},
		{
			"a subdomain under its organization", "mail.shop.example", maildomain.Options{ReturnPath: "em1.shop.example"}, nil,
			whole(fine, keys, "spf.ok ok", "alignment.ok ok"), true,
		},
		{
			"no DMARC", "", maildomain.Options{}, zone{"_dmarc.shop.example": {}},
			whole("dmarc.missing fail", keys, "spf.ok ok", "alignment.ok ok"), false,
		},
		{
			"another record where DMARC belongs", "", maildomain.Options{}, zone{"_dmarc.shop.example": text("v=spf1 -all")},
			whole("dmarc.missing fail", keys, "spf.ok ok", "alignment.ok ok"), false,
		},
		{
			"two DMARC records", "", maildomain.Options{}, zone{"_dmarc.shop.example": text("v=DMARC1; p=none", "v=DMARC1; p=reject")},
			whole("dmarc.two_records fail", keys, "spf.ok ok", "alignment.ok ok"), false,
		},
		{
			"DMARC without a policy", "", maildomain.Options{}, zone{"_dmarc.shop.example": text("v=DMARC1; p=maybe")},
			whole("dmarc.unreadable fail", keys, "spf.ok ok", "alignment.ok ok"), false,
		},
		{
			"DMARC that asks for nothing", "", maildomain.Options{}, zone{"_dmarc.shop.example": text("v=DMARC1; p=none")},
			whole("dmarc.none warn", keys, "spf.ok ok", "alignment.ok ok"), true,
		},
		{
			"a subdomain's own policy", "mail.shop.example", maildomain.Options{}, zone{"_dmarc.shop.example": text("v=DMARC1;p=reject;sp=none")},
			whole("dmarc.none warn", keys, "spf.missing warn", "alignment.ok ok"), true,
		},
		{
			"DMARC cannot be looked up", "", maildomain.Options{}, zone{"_dmarc.shop.example": {fault: "servfail"}},
			whole("dmarc.lookup unknown", keys, "spf.ok ok", "alignment.ok ok"), false,
		},
		{
			"the organization's key under strict DMARC", "mail.shop.example", maildomain.Options{},
			zone{"_dmarc.shop.example": text("v=DMARC1; p=reject; adkim=s")},
			whole(fine, []string{"dkim.strict fail", "dkim.strict fail"}, "spf.missing fail", "alignment.none fail"), false,
		},
		{
			"no DKIM", "", maildomain.Options{}, zone{"s1._domainkey.shop.example": {}, "s2._domainkey.shop.example": {}},
			whole(fine, []string{"dkim.missing fail", "dkim.missing fail"}, "spf.ok ok", "alignment.none fail"), false,
		},
		{
			"no DKIM, but an aligned return path", "", maildomain.Options{Selectors: []string{"none"}, ReturnPath: "em1.shop.example"}, nil,
			whole(fine, []string{"dkim.missing fail"}, "spf.ok ok", "alignment.spf warn"), false,
		},
		{
			"a return path of another organization", "", maildomain.Options{Selectors: []string{"none"}, ReturnPath: "em7.other-organization.example"}, nil,
			whole(fine, []string{"dkim.missing fail"}, "spf.ok ok", "alignment.none fail"), false,
		},
		{
			"a return path below the domain under strict DMARC", "", maildomain.Options{Selectors: []string{"none"}, ReturnPath: "em1.shop.example"},
			zone{"_dmarc.shop.example": text("v=DMARC1; p=reject; aspf=s")},
			whole(fine, []string{"dkim.missing fail"}, "spf.ok ok", "alignment.none fail"), false,
		},
		{
			"a short key", "", maildomain.Options{Selectors: []string{"short"}}, zone{"short._domainkey.shop.example": text("p=" + shortKey)},
			whole(fine, []string{"dkim.short fail"}, "spf.ok ok", "alignment.none fail"), false,
		},
		{
			"one selector of two", "", maildomain.Options{Selectors: []string{"s1", "s7"}}, nil,
			whole(fine, []string{"dkim.ok ok", "dkim.missing warn"}, "spf.ok ok", "alignment.ok ok"), true,
		},
		{
			"a CNAME to nowhere", "elsewhere.example", maildomain.Options{}, nil,
			whole("dmarc.missing fail", []string{"dkim.dangling warn", "dkim.ok ok"}, "spf.missing warn", "alignment.ok ok"), false,
		},
		{
			"a revoked key", "news.shop.example", maildomain.Options{Selectors: []string{"s1"}}, nil,
			whole(fine, []string{"dkim.revoked fail"}, "spf.missing fail", "alignment.none fail"), false,
		},
		{
			"a key to be tried", "", maildomain.Options{Selectors: []string{"testing"}}, nil,
			whole(fine, []string{"dkim.testing warn"}, "spf.ok ok", "alignment.ok ok"), true,
		},
		{
			"two records at a selector", "", maildomain.Options{Selectors: []string{"twice"}}, nil,
			whole(fine, []string{"dkim.two_records fail"}, "spf.ok ok", "alignment.none fail"), false,
		},
		{
			"a key that was cut off", "", maildomain.Options{Selectors: []string{"truncated"}}, nil,
			whole(fine, []string{"dkim.unreadable fail"}, "spf.ok ok", "alignment.none fail"), false,
		},
		{
			"name servers that fail", "", maildomain.Options{Selectors: []string{"broken"}}, nil,
			whole(fine, []string{"dkim.lookup unknown"}, "spf.ok ok", "alignment.lookup unknown"), false,
		},
		{
			"an answer that is cut", "", maildomain.Options{Selectors: []string{"cut"}}, nil,
			whole(fine, []string{"dkim.lookup unknown"}, "spf.ok ok", "alignment.lookup unknown"), false,
		},
		{
			"a name without records is not a failure", "", maildomain.Options{Selectors: []string{"empty"}}, nil,
			whole(fine, []string{"dkim.missing fail"}, "spf.ok ok", "alignment.none fail"), false,
		},
		{
			"two SPF records", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 include:sendgrid.net ~all", "v=spf1 mx ~all")},
			whole(fine, keys, "spf.two_records fail", "alignment.ok ok"), false,
		},
		{
			"no SPF, signed", "", maildomain.Options{}, zone{"shop.example": text("other")},
			whole(fine, keys, "spf.missing warn", "alignment.ok ok"), true,
		},
		{
			"no SPF at the return path", "", maildomain.Options{ReturnPath: "em2.shop.example"}, nil,
			whole(fine, keys, "spf.missing fail", "alignment.ok ok"), false,
		},
		{
			"SPF without the provider", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 include:only-mx.elsewhere.example -all")},
			whole(fine, keys, "spf.provider warn", "alignment.ok ok"), true,
		},
		{
			"the provider behind an include", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 include:spf.elsewhere.example -all")},
			whole(fine, keys, "spf.ok ok", "alignment.ok ok"), true,
		},
		{
			"the provider behind a redirect", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 redirect=spf.elsewhere.example")},
			whole(fine, keys, "spf.ok ok", "alignment.ok ok"), true,
		},
		{
			"another provider", "", maildomain.Options{Include: "only-mx.elsewhere.example"},
			zone{"shop.example": text("v=spf1 include:only-mx.elsewhere.example -all")},
			whole(fine, keys, "spf.ok ok", "alignment.ok ok"), true,
		},
		{
			"everybody may", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 include:sendgrid.net +all")},
			whole(fine, keys, "spf.everybody fail", "alignment.ok ok"), false,
		},
		{
			"no all", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 include:sendgrid.net")},
			whole(fine, keys, "spf.open warn", "alignment.ok ok"), true,
		},
		{
			"an unknown term", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 includes:sendgrid.net ~all")},
			whole(fine, keys, "spf.unreadable fail", "alignment.ok ok"), false,
		},
		{
			"includes in a circle", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 include:loop.example ~all")},
			whole(fine, keys, "spf.lookups fail", "alignment.ok ok"), false,
		},
		{
			"an include that fails", "", maildomain.Options{}, zone{"shop.example": text("v=spf1 include:broken.example ~all")},
			whole(fine, keys, "spf.lookup unknown", "alignment.ok ok"), false,
		},
		{
			"SPF cannot be looked up", "", maildomain.Options{}, zone{"shop.example": {fault: "servfail"}},
			whole(fine, keys, "spf.lookup unknown", "alignment.ok ok"), false,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			z := good()
			maps.Copy(z, tt.change)
			domain := tt.domain
			if domain == "" {
				domain = "shop.example"
			}
			report, err := maildomain.Checker{Resolver: serve(t, z)}.Check(t.Context(), domain, tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, rules(report)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if report.Ready() != tt.ready {
				t.Errorf("ready is %v with the status %s", report.Ready(), report.Status())
			}
			helpful(t, report)
		})
	}
}

// helpful sees to it that whatever is not fine comes with what to do.
func helpful(t *testing.T, r maildomain.Report) {
	t.Helper()
	for _, f := range r.Findings {
		if f.Says == "" || f.Name == "" || f.Status != maildomain.OK && f.Advice == "" || f.Status != maildomain.Unknown && f.Source == "" {
			t.Errorf("an incomplete finding: %+v", f)
		}
	}
}

// A server that never answers, or answers nonsense, ends with the context, and
// leaves everything open.
func TestCheckWithoutAnswers(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"silent", "garbage"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			z := zone{}
			for name := range good() {
				z[name] = entry{fault: how}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
			defer cancel()
			report, err := maildomain.Checker{Resolver: serve(t, z)}.Check(ctx, "shop.example", maildomain.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"dmarc.lookup unknown", "dkim.lookup unknown", "dkim.lookup unknown", "spf.lookup unknown", "alignment.lookup unknown"}
			if diff := cmp.Diff(want, rules(report)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if report.Ready() || !strings.Contains(report.Findings[0].Says, "in time") {
				t.Errorf("ready is %v, and it says %q", report.Ready(), report.Findings[0].Says)
			}
		})
	}
}

func TestCheckRecords(t *testing.T) {
	t.Parallel()
	z := zone{"shop.example": text("v=spf1 mx -all"), "s1._domainkey.shop.example": text("v=DKIM1; p=\x1b[31m" + strings.Repeat("x", 200))}
	report, err := maildomain.Checker{Resolver: serve(t, z)}.Check(t.Context(), "shop.example", maildomain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]maildomain.Record{
		"dmarc.missing": {Name: "_dmarc.shop.example", Type: "TXT", Value: "v=DMARC1; p=none; rua=mailto:dmarc@shop.example"},
		"dkim.missing":  {Name: "s2._domainkey.shop.example", Type: "CNAME", Value: "s2.domainkey.<account>.sendgrid.net"},
		"spf.provider":  {Name: "shop.example", Type: "TXT", Value: "v=spf1 mx include:sendgrid.net -all"},
	}
	got := map[string]maildomain.Record{}
	for _, f := range report.Findings {
		if f.Record != nil {
			got[f.Rule] = *f.Record
		}
		if strings.ContainsRune(f.Found, 0x1b) {
			t.Errorf("%s shows a control character", f.Rule)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	many := maildomain.Options{Selectors: strings.Split("a b c d e f g h i j k", " ")}
	for _, tc := range []struct {
		domain  string
		options maildomain.Options
	}{
		{"", maildomain.Options{}},
		{"katie@shop.example", maildomain.Options{}},
		{"https://shop.example/", maildomain.Options{}},
		{"localhost", maildomain.Options{}},
		{"co.uk", maildomain.Options{}},
		{"127.0.0.1", maildomain.Options{}},
		{"shop..example", maildomain.Options{}},
		{strings.Repeat("a", 64) + ".example", maildomain.Options{}},
		{"shop.example", many},
		{"shop.example", maildomain.Options{Selectors: []string{"s 1"}}},
		{"shop.example", maildomain.Options{Selectors: []string{"s1._domainkey"}}},
		{"shop.example", maildomain.Options{ReturnPath: "bounce@em1.shop.example"}},
		{"shop.example", maildomain.Options{Include: "a b"}},
	} {
		report, err := maildomain.Checker{}.Check(t.Context(), tc.domain, tc.options)
		if !fault.Is(err, fault.Unprocessable) || len(report.Findings) > 0 {
			t.Errorf("%q with %+v: %v", tc.domain, tc.options, err)
		}
	}
}

func TestCheckInternationalDomain(t *testing.T) {
	t.Parallel()
	z := zone{"_dmarc.xn--bcher-kva.example": text("v=DMARC1; p=reject")}
	report, err := maildomain.Checker{Resolver: serve(t, z)}.Check(t.Context(), "bücher.example", maildomain.Options{})
	if err != nil || report.Domain != "xn--bcher-kva.example" || report.Findings[0].Rule != "dmarc.ok" {
		t.Errorf("%+v, %v", report, err)
	}
}
